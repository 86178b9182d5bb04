"""The register of outgoing documents takes the place of bare numbers"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IMMUTABLE = ("document_register", "issued_files")
SQLITE_GUARDS = [
    f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"""
    for table in IMMUTABLE
    for verb in ("update", "delete")
]
POSTGRESQL_GUARDS = [
    """CREATE FUNCTION document_register_unchanged() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'issued documents are never changed'; END $$""",
    *(
        f"""CREATE TRIGGER {table}_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    EXECUTE FUNCTION document_register_unchanged()"""
        for table in IMMUTABLE
    ),
]
CARRY_OVER = """INSERT INTO document_register
    (issuer, year, number, purpose, symbol, kind, subject, addressees, signatory, allocated_by, reason)
    SELECT issuer, year, number, purpose, '', '', '', '', '', '', '' FROM document_numbers"""
COUNT = """INSERT INTO document_counters (issuer, year, last)
    SELECT issuer, year, max(number) FROM document_numbers GROUP BY issuer, year"""


def upgrade() -> None:
    _register()
    op.create_table(
        "document_counters",
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "year", name=op.f("pk_document_counters")),
    )
    _files()
    op.execute(CARRY_OVER)
    op.execute(COUNT)
    op.drop_table("document_numbers")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if is_sqlite else POSTGRESQL_GUARDS:
        op.execute(guard)


def _register() -> None:
    op.create_table(
        "document_register",
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("symbol", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("addressees", sa.Text(), nullable=False),
        sa.Column("signatory", sa.String(length=200), nullable=False),
        sa.Column("allocated_at", Instant(), nullable=True),
        sa.Column("allocated_by", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=True),
        sa.Column("cites_year", sa.Integer(), nullable=True),
        sa.Column("cites_number", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "year", "number", name=op.f("pk_document_register")),
        sa.UniqueConstraint("issuer", "year", "purpose", name=op.f("uq_document_register_issuer_year_purpose")),
    )


def _files() -> None:
    op.create_table(
        "issued_files",
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issuer", "year", "number"],
            ["document_register.issuer", "document_register.year", "document_register.number"],
            name=op.f("fk_issued_files_issuer"),
        ),
        sa.PrimaryKeyConstraint("issuer", "year", "number", "file_name", "sha256", name=op.f("pk_issued_files")),
    )
