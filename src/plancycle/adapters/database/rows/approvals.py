"""Delegations, and the signed copies of approved files."""

from sqlalchemy import Column, Date, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

delegations = Table(
    "delegations",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("programme", String(60), nullable=False),
    Column("giver", String(80), nullable=False),
    Column("taker", String(80), nullable=False),
    Column("form", String(10), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("document", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("periods", Text, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("signature", String(120), nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", String(80)),
)

signed_copies = Table(
    "signed_copies",
    metadata,
    Column("edition", ForeignKey("editions.id"), nullable=False),
    Column("approved_sha256", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("origin", String(20), nullable=False),
    Column("signers", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("added_by", String(80), nullable=False),
    PrimaryKeyConstraint("edition", "approved_sha256", "number"),
)
