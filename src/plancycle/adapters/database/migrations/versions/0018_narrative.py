"""Passages of the narrative as people edited them, and which of them an edition was frozen with"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0018"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "narrative_edits",
        sa.Column("period", sa.String(length=120), nullable=False),
        sa.Column("passage", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("period", "passage", "version", name=op.f("pk_narrative_edits")),
    )
    op.add_column("editions", sa.Column("narrative", sa.Text(), nullable=False, server_default="[]"))
