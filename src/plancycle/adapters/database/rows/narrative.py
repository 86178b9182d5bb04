"""Passages of the narrative as people edited them."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

narrative_edits = Table(
    "narrative_edits",
    metadata,
    Column("period", String(120), nullable=False),
    Column("passage", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("period", "passage", "version"),
)
