"""The tables. Times are stored in UTC as ISO text, so that they sort and read alike on every database."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Instant(TypeDecorator[datetime]):
    """An aware datetime; written in UTC, read in Vietnam time. Refuses naive ones."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To UTC text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Back to Vietnam time."""
        return None if value is None else datetime.fromisoformat(value).astimezone(ZONE)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

cycles = Table(
    "cycles",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("programme", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("programme_version", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
)

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
    UniqueConstraint("cycle", "period", "agency", "sha256"),
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
    UniqueConstraint("obligation", "due_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("key", String(250), primary_key=True),
    Column("position", Integer, nullable=False, unique=True),
    Column("kind", String(30), nullable=False),
    Column("period", String(100), nullable=False),
    Column("agency", String(80), nullable=False),
    Column("to_address", String(254), nullable=False),
    Column("subject", Text, nullable=False),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("queued_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("reply", Text),
)

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
    Column("kind", String(20), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    PrimaryKeyConstraint("edition", "kind"),
)

document_numbers = Table(
    "document_numbers",
    metadata,
    Column("issuer", String(80), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("purpose", String(120), nullable=False),
    PrimaryKeyConstraint("issuer", "year", "number"),
    UniqueConstraint("issuer", "year", "purpose"),
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
)

transmittals = Table(
    "transmittals",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("edition", ForeignKey("editions.id"), nullable=False),
    Column("addressee", String(80), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("bundle_sha256", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("acknowledged_at", Instant),
    Column("reply", Text),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(250), nullable=False),
    Column("payload", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)
