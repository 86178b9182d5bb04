"""What agencies sent, what was found in it, and the extensions they were granted."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from plancycle.adapters.database.rows.common import Instant, metadata

submissions = Table(
    "submissions",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("cycle", ForeignKey("cycles.id"), nullable=False),
    Column("period", String(20), nullable=False),
    Column("agency", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("is_late", Boolean, nullable=False),
    Column("is_nil", Boolean, nullable=False),
    Column("status", String(20), nullable=False),
    Column("receipt", String(20), nullable=False, unique=True),
    Column("return_reason", Text),
    UniqueConstraint("cycle", "period", "agency", "version"),
    Index(
        "uq_submissions_cycle_period_agency_sha256",
        *("cycle", "period", "agency", "sha256"),
        unique=True,
        sqlite_where=text("status <> 'withdrawn'"),
        postgresql_where=text("status <> 'withdrawn'"),
    ),
)

entries = Table(
    "entries",
    metadata,
    Column("submission", ForeignKey("submissions.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("sheet", String(60), nullable=False),
    Column("cell", String(20), nullable=False),
    Column("row", String(80), nullable=False),
    Column("field", String(40), nullable=False),
    Column("raw", Text, nullable=False),
    Column("value", Text),
    PrimaryKeyConstraint("submission", "position"),
)

findings = Table(
    "findings",
    metadata,
    Column("submission", ForeignKey("submissions.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("severity", String(20), nullable=False),
    Column("code", String(60), nullable=False),
    Column("sheet", String(60), nullable=False),
    Column("cell", String(20), nullable=False),
    Column("label", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("rule", String(80)),
    Column("row", String(80)),
    Column("field", String(40)),
    PrimaryKeyConstraint("submission", "position"),
)

intakes = Table(
    "intakes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text),
    Column("cycle", String(80)),
    Column("period", String(20)),
    Column("agency", String(80)),
    Column("submission", String(200)),
)

extensions = Table(
    "extensions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("obligation", String(200), nullable=False, index=True),
    Column("due_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("document", Text, nullable=False),
    Column("revoked_at", Instant),
    UniqueConstraint("obligation", "due_at"),
)
