"""Requests for more time and what became of them."""

from sqlalchemy import Column, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

extension_requests = Table(
    "extension_requests",
    metadata,
    Column("id", String(220), primary_key=True),
    Column("obligation", String(200), nullable=False, index=True),
    Column("wanted", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("lapses_at", Instant, nullable=False),
    Column("status", String(20), nullable=False),
    Column("decided_by", Text),
    Column("decided_as", Text),
    Column("decided_at", Instant),
    Column("answer", Text),
    Column("document", Text),
    Column("due_at", Instant),
    Column("ended_by", Text),
    Column("ended_at", Instant),
)
