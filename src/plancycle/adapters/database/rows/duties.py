"""The plan's other duties: what was told, and what happened to it since. Rows are added, never changed."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

duty_records = Table(
    "duty_records",
    metadata,
    Column("id", String(250), primary_key=True),
    Column("position", Integer, nullable=False, unique=True),
    Column("programme", String(60), nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("body", String(80), nullable=False),
    Column("key", String(60), nullable=False),
    Column("facts", Text, nullable=False),
)

duty_events = Table(
    "duty_events",
    metadata,
    Column("record", String(250), ForeignKey("duty_records.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("status", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("on", Date, nullable=False),
    Column("actor", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("document_on", Date),
    Column("due", Date),
)
