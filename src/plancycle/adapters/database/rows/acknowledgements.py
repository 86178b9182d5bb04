"""What addressees answered."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("transmittal", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("description", Text, nullable=False),
    Column("said_at", Instant),
    Column("received_at", Instant, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("hearing", String(20), nullable=False),
    Column("source", String(200), nullable=False),
    PrimaryKeyConstraint("transmittal", "number"),
)
