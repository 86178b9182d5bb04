"""Dates that were entered because the plan leaves them open"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entered_dates",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_entered_dates")),
    )
    op.create_index(op.f("ix_entered_dates_programme"), "entered_dates", ["programme"])
