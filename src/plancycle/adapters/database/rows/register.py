"""The register of outgoing documents; the database itself refuses to change or delete a row."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from plancycle.adapters.database.rows.common import Instant, metadata

document_register = Table(
    "document_register",
    metadata,
    Column("issuer", String(80), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("purpose", String(200), nullable=False),
    Column("symbol", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("addressees", Text, nullable=False),
    Column("signatory", String(200), nullable=False),
    Column("allocated_at", Instant),
    Column("allocated_by", String(200), nullable=False),
    Column("relation", String(20)),
    Column("cites_year", Integer),
    Column("cites_number", Integer),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("issuer", "year", "number"),
    UniqueConstraint("issuer", "year", "purpose"),
)

document_counters = Table(
    "document_counters",
    metadata,
    Column("issuer", String(80), nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("issuer", "year"),
)
"""The last number given: whoever asks for the next one locks this row first."""

issued_files = Table(
    "issued_files",
    metadata,
    Column("issuer", String(80), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("dated", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    PrimaryKeyConstraint("issuer", "year", "number", "file_name", "sha256"),
    ForeignKeyConstraint(
        ["issuer", "year", "number"],
        ["document_register.issuer", "document_register.year", "document_register.number"],
    ),
)
