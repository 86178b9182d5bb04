"""Kept versions of programmes, the amendments that adopt them, and folders seen to differ."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

programme_versions = Table(
    "programme_versions",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("programme", String(60), nullable=False),
    Column("bundle", String(64), nullable=False),
    Column("kept_at", Instant, nullable=False),
)

amendments = Table(
    "amendments",
    metadata,
    Column("cycle", ForeignKey("cycles.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", ForeignKey("programme_versions.version"), nullable=False),
    Column("effective", String(10), nullable=False),
    Column("decision", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("adopted_by", String(120), nullable=False),
    Column("adopted_at", Instant, nullable=False),
)

version_notices = Table(
    "version_notices",
    metadata,
    Column("cycle", ForeignKey("cycles.id"), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("noticed_at", Instant, nullable=False),
)
