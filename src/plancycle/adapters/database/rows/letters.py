"""The outbox."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

messages = Table(
    "messages",
    metadata,
    Column("key", String(250), primary_key=True),
    Column("position", Integer, nullable=False, unique=True),
    Column("kind", String(30), nullable=False),
    Column("period", String(100), nullable=False),
    Column("agency", String(80), nullable=False),
    Column("to_address", String(254), nullable=False),
    Column("subject", Text, nullable=False),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("reply", Text),
    Column("owner", String(120)),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Instant),
    Column("doubted_at", Instant),
    Index("ix_messages_status_position", "status", "position"),
)
