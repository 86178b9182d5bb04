"""Standings of addresses, reports about letters that came back, visits to mailed links."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

addresses = Table(
    "addresses",
    metadata,
    Column("address", String(254), primary_key=True),
    Column("standing", String(20), nullable=False),
    Column("since", Instant, nullable=False),
    Column("why", Text, nullable=False),
    Column("soft_bounces", Integer, nullable=False),
    Column("evidence", String(64)),
)

bounces = Table(
    "bounces",
    metadata,
    Column("evidence", String(64), nullable=False),
    Column("key", String(250), nullable=False, index=True),
    Column("address", String(254), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("evidence", "key"),
)

visits = Table(
    "visits",
    metadata,
    Column("obligation", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("agent", String(20), nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    PrimaryKeyConstraint("obligation", "kind", "agent"),
)
