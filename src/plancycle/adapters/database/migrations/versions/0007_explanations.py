"""Explanations, withdrawals and corrections"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CONTENT = "id, cycle, period, agency, version, sha256, file_name, sent_at, received_at, is_late, is_nil, receipt"
"""The columns of a submission that never change; its status and the reason of a return do."""
SQLITE_GUARDS = [
    f"""CREATE TRIGGER submissions_content BEFORE UPDATE OF {CONTENT} ON submissions
    BEGIN SELECT RAISE(ABORT, 'a submission never changes'); END""",
    """CREATE TRIGGER submissions_no_delete BEFORE DELETE ON submissions
    BEGIN SELECT RAISE(ABORT, 'a submission never changes'); END""",
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'a submission never changes'); END"""
        for table in ("entries", "findings")
        for verb in ("update", "delete")
    ),
]
POSTGRESQL_GUARDS = [
    """CREATE FUNCTION submissions_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a submission never changes'; END $$""",
    f"""CREATE TRIGGER submissions_content BEFORE UPDATE OF {CONTENT} ON submissions
    EXECUTE FUNCTION submissions_never_change()""",
    """CREATE TRIGGER submissions_no_delete BEFORE DELETE OR TRUNCATE ON submissions
    EXECUTE FUNCTION submissions_never_change()""",
    *(
        f"""CREATE TRIGGER {table}_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        EXECUTE FUNCTION submissions_never_change()"""
        for table in ("entries", "findings")
    ),
]


def upgrade() -> None:
    for name, length in (("rule", 80), ("row", 80), ("field", 40)):
        op.add_column("findings", sa.Column(name, sa.String(length=length), nullable=True))
    op.create_table(
        "explanations",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("submission", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("cell", sa.String(length=20), nullable=False),
        sa.Column("row", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", Instant(), nullable=True),
        sa.Column("carried_from", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["submission"], ["submissions.id"], name=op.f("fk_explanations_submission")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_explanations")),
    )
    op.create_index(op.f("ix_explanations_submission"), "explanations", ["submission"])
    op.create_table(
        "corrections",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("obligation", sa.String(length=200), nullable=False),
        sa.Column("corrects", sa.String(length=200), nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("edition", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("submission", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["corrects"], ["submissions.id"], name=op.f("fk_corrections_corrects")),
        sa.ForeignKeyConstraint(["submission"], ["submissions.id"], name=op.f("fk_corrections_submission")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_obligation"), "corrections", ["obligation"])
    is_sqlite = op.get_context().dialect.name == "sqlite"
    for statement in SQLITE_GUARDS if is_sqlite else POSTGRESQL_GUARDS:
        op.execute(statement)
