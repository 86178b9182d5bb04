"""The waiting line: what has arrived, in its order."""

from sqlalchemy import Column, Integer, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("agency", String(80), nullable=False),
    Column("obligation", Text, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("json_of", String(80)),
    Column("name", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("begun_at", Instant),
    Column("checked_at", Instant, index=True),
    Column("took_ms", Integer, nullable=False),
    Column("result", Text),
)
