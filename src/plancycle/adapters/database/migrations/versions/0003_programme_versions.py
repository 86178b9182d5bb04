"""Programme versions and amendments"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme_versions",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_programme_versions")),
    )
    op.create_table(
        "amendments",
        sa.Column("cycle", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("effective", sa.String(length=10), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adopted_by", sa.String(length=120), nullable=False),
        sa.Column("adopted_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["cycle"], ["cycles.id"], name=op.f("fk_amendments_cycle")),
        sa.ForeignKeyConstraint(["version"], ["programme_versions.version"], name=op.f("fk_amendments_version")),
        sa.PrimaryKeyConstraint("cycle", "number", name=op.f("pk_amendments")),
    )
    op.create_table(
        "version_notices",
        sa.Column("cycle", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("noticed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["cycle"], ["cycles.id"], name=op.f("fk_version_notices_cycle")),
        sa.PrimaryKeyConstraint("cycle", "version", name=op.f("pk_version_notices")),
    )
