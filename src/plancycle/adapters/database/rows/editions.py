"""Editions, their documents, approvals and transmittals."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from plancycle.adapters.database.rows.common import Instant, metadata

editions = Table(
    "editions",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("cycle", ForeignKey("cycles.id"), nullable=False),
    Column("period", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("frozen_at", Instant, nullable=False),
    Column("dataset_sha256", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("coverage", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("narrative", Text, nullable=False, server_default="[]"),
    UniqueConstraint("cycle", "period", "number"),
)

edition_members = Table(
    "edition_members",
    metadata,
    Column("edition", ForeignKey("editions.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("agency", String(80), nullable=False),
    Column("submission", ForeignKey("submissions.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("late", Boolean, nullable=False),
    PrimaryKeyConstraint("edition", "agency"),
)

documents = Table(
    "documents",
    metadata,
    Column("edition", ForeignKey("editions.id"), nullable=False),
    Column("kind", String(120), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    PrimaryKeyConstraint("edition", "kind"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", String(160), primary_key=True),
    Column("edition", ForeignKey("editions.id"), nullable=False),
    Column("bundle_sha256", String(64), nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("prepared_by", String(80), nullable=False),
    Column("approver", String(80), nullable=False),
    Column("status", String(20), nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", String(80)),
    Column("reason", Text),
    Column("number", Integer, nullable=False, server_default="1"),
    Column("step", Integer, nullable=False, server_default="1"),
    Column("steps", Integer, nullable=False, server_default="1"),
    Column("step_id", String(60), nullable=False, server_default=text("''")),
    Column("principal", String(80), nullable=False, server_default=text("''")),
    Column("due_at", Instant),
    Column("rendered_at", Instant),
    Column("authority", String(200), nullable=False, server_default=text("''")),
    Column("delegation", String(120), nullable=False, server_default=text("''")),
    Column("returned_to", Integer),
    Column("previous", String(64), nullable=False, server_default=text("''")),
    Column("key_id", String(16), nullable=False, server_default=text("''")),
    Column("signature", String(120), nullable=False, server_default=text("''")),
)

transmittals = Table(
    "transmittals",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("edition", ForeignKey("editions.id"), nullable=False),
    Column("addressee", String(80), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("bundle_sha256", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("acknowledged_at", Instant),
    Column("reply", Text),
    Column("part", String(20), nullable=False),
    Column("business", String(1), nullable=False),
    Column("concerns", String(200)),
    Column("approval", String(160)),
    Column("standing", String(2), nullable=False),
    Column("reason", Text, nullable=False),
)
