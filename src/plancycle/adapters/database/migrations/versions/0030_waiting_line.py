"""Answers are kept with their moment of arrival, then checked in the order of arrival"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

SQLITE_GUARDS = [
    """CREATE TRIGGER arrivals_no_delete BEFORE DELETE ON arrivals
    BEGIN SELECT RAISE(ABORT, 'arrivals: rows are kept'); END"""
]
POSTGRESQL_GUARDS = [
    "CREATE TRIGGER arrivals_kept BEFORE DELETE OR TRUNCATE ON arrivals EXECUTE FUNCTION rows_are_kept()"
]


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("agency", sa.String(80), nullable=False),
        sa.Column("obligation", sa.Text, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("json_of", sa.String(80)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("arrived_at", sa.String(32), nullable=False),
        sa.Column("begun_at", sa.String(32)),
        sa.Column("checked_at", sa.String(32)),
        sa.Column("took_ms", sa.Integer, nullable=False),
        sa.Column("result", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_arrivals"),
        sa.UniqueConstraint("number", name="uq_arrivals_number"),
    )
    op.create_index("ix_arrivals_sha256", "arrivals", ["sha256"])
    op.create_index("ix_arrivals_checked_at", "arrivals", ["checked_at"])
    for guard in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(guard)
