"""Approvals step by step, signed; delegations; signed copies"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SQLITE_GUARDS = [
    f"""CREATE TRIGGER signed_copies_no_{verb} BEFORE {verb.upper()} ON signed_copies
    BEGIN SELECT RAISE(ABORT, 'signed_copies is never changed'); END"""
    for verb in ("update", "delete")
]
POSTGRESQL_GUARDS = [
    """CREATE FUNCTION signed_copies_unchanged() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'signed copies are never changed'; END $$""",
    """CREATE TRIGGER signed_copies_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON signed_copies
    EXECUTE FUNCTION signed_copies_unchanged()""",
]


def upgrade() -> None:
    _records()
    _delegations()
    _signed_copies()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if is_sqlite else POSTGRESQL_GUARDS:
        op.execute(guard)


def _records() -> None:
    """What a decision says and who signed it; records from before have no signature."""
    with op.batch_alter_table("approvals", schema=None) as table:
        for name in ("number", "step", "steps"):
            table.add_column(sa.Column(name, sa.Integer(), server_default="1", nullable=False))
        for name, length in (
            ("step_id", 60),
            ("principal", 80),
            ("authority", 200),
            ("delegation", 120),
            ("previous", 64),
            ("key_id", 16),
            ("signature", 120),
        ):
            table.add_column(sa.Column(name, sa.String(length=length), server_default=sa.text("''"), nullable=False))
        table.add_column(sa.Column("due_at", Instant(), nullable=True))
        table.add_column(sa.Column("rendered_at", Instant(), nullable=True))
        table.add_column(sa.Column("returned_to", sa.Integer(), nullable=True))


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("giver", sa.String(length=80), nullable=False),
        sa.Column("taker", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("periods", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )


def _signed_copies() -> None:
    op.create_table(
        "signed_copies",
        sa.Column("edition", sa.String(length=120), nullable=False),
        sa.Column("approved_sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("signers", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["editions.id"], name=op.f("fk_signed_copies_edition")),
        sa.PrimaryKeyConstraint("edition", "approved_sha256", "number", name=op.f("pk_signed_copies")),
    )
