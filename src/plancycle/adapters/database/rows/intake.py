"""What the channels in keep: receipts, refused files, API keys and requests, mails."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

receipts = Table(
    "receipts",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("submission", ForeignKey("submissions.id"), nullable=False, unique=True),
    Column("issued_at", Instant, nullable=False),
    Column("statement", Text, nullable=False),
    Column("pdf_sha256", String(64), nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("signature", String(200), nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("sender", Text, nullable=False),
    Column("reason", String(80), nullable=False),
    Column("params", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("status", String(20), nullable=False),
    Column("cycle", Text),
    Column("period", Text),
    Column("agency", Text),
    Column("settled_at", Instant),
    Column("settled_by", Text),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("agency", String(80), nullable=False),
    Column("secret_sha256", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("revoked_at", Instant),
)

api_requests = Table(
    "api_requests",
    metadata,
    Column("agency", String(80), nullable=False),
    Column("key", String(255), nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("answer", Text),
    PrimaryKeyConstraint("agency", "key"),
)

mails = Table(
    "mails",
    metadata,
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("raw_sha256", String(64), nullable=False),
    Column("sender", Text, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", String(80)),
    Column("files", Integer, nullable=False),
    PrimaryKeyConstraint("uidvalidity", "uid"),
    Index("ix_mails_message_id", "message_id", postgresql_using="hash"),  # an id may be as long as its sender likes
)
