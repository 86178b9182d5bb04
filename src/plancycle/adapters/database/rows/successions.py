"""Decisions on successions, and reports that went by another channel."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

succession_decisions = Table(
    "succession_decisions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("programme", String(60), nullable=False, index=True),
    Column("succession", String(80), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("successors", Text, nullable=False),
    Column("effective", Date),
    Column("reference", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
)

reported_elsewhere = Table(
    "reported_elsewhere",
    metadata,
    Column("obligation", String(160), primary_key=True),
    Column("cycle", ForeignKey("cycles.id"), nullable=False, index=True),
    Column("reference", Text, nullable=False),
    Column("declared_by", Text, nullable=False),
    Column("declared_at", Instant, nullable=False),
)
