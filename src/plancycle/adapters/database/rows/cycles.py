"""Opened cycles."""

from sqlalchemy import Column, Integer, String, Table

from plancycle.adapters.database.rows.common import Instant, metadata

cycles = Table(
    "cycles",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("programme", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("programme_version", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
)
