"""What the portal keeps: accounts and sessions, mailed links, drafts."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text

from plancycle.adapters.database.rows.common import Instant, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("full_name", String(200), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("password_hash", String(300), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("second_factor", String(300), nullable=False),
    Column("last_step", Integer, nullable=False),
    Column("recovery", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
    Column("disabled_at", Instant),
    Column("subject", String(500), nullable=False, index=True),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.name"), nullable=False, index=True),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("is_strong", Boolean, nullable=False),
    Column("ended_at", Instant),
)

clerk_links = Table(
    "clerk_links",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("token_sha256", String(64), nullable=False),
    Column("obligation", String(200), nullable=False, index=True),
    Column("recipient", String(254), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", String(200)),
)

drafts = Table(
    "drafts",
    metadata,
    Column("obligation", String(200), nullable=False),
    Column("part", String(200), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("answers", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    PrimaryKeyConstraint("obligation", "part"),
)
