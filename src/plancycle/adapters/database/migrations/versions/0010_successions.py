"""Decisions on successions, and reports that went by another channel"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "succession_decisions",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("succession", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("successors", sa.Text(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_succession_decisions")),
    )
    op.create_index(op.f("ix_succession_decisions_programme"), "succession_decisions", ["programme"])
    op.create_table(
        "reported_elsewhere",
        sa.Column("obligation", sa.String(length=160), nullable=False),
        sa.Column("cycle", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("declared_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["cycle"], ["cycles.id"], name=op.f("fk_reported_elsewhere_cycle_cycles")),
        sa.PrimaryKeyConstraint("obligation", name=op.f("pk_reported_elsewhere")),
    )
    op.create_index(op.f("ix_reported_elsewhere_cycle"), "reported_elsewhere", ["cycle"])
