"""Reasons agencies gave for warnings, and leave to correct what was approved."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

explanations = Table(
    "explanations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("submission", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("rule", String(80), nullable=False),
    Column("code", String(60), nullable=False),
    Column("sheet", String(60), nullable=False),
    Column("cell", String(20), nullable=False),
    Column("row", String(80), nullable=False),
    Column("field", String(40), nullable=False),
    Column("label", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("given_by", String(200), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("status", String(20), nullable=False),
    Column("reason", Text),
    Column("reviewed_by", String(200)),
    Column("reviewed_at", Instant),
    Column("carried_from", String(200)),
)

corrections = Table(
    "corrections",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("obligation", String(200), nullable=False, index=True),
    Column("corrects", ForeignKey("submissions.id"), nullable=False),
    Column("receipt", String(20), nullable=False),
    Column("edition", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_by", String(200), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("submission", ForeignKey("submissions.id")),
)
