"""Dates that were entered because the plan leaves them open."""

from sqlalchemy import Column, Date, Integer, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

entered_dates = Table(
    "entered_dates",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("programme", String(60), nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("subject", String(80), nullable=False),
    Column("day", Date, nullable=False),
    Column("wording", String(20), nullable=False),
    Column("document", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
)
