"""Standings of addresses, letters that came back, visits to mailed links"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows.common import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("soft_bounces", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_addresses")),
    )
    op.create_table(
        "bounces",
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("evidence", "key", name=op.f("pk_bounces")),
    )
    op.create_index(op.f("ix_bounces_key"), "bounces", ["key"])
    op.create_table(
        "visits",
        sa.Column("obligation", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("agent", sa.String(length=20), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("obligation", "kind", "agent", name=op.f("pk_visits")),
    )
    # Until now an address was refused when a letter to it was: that knowledge moves here.
    op.execute(
        "INSERT INTO addresses (address, standing, since, why, soft_bounces) "
        "SELECT to_address, 'refused', MAX(queued_at), MAX(COALESCE(reply, '')), 0 "
        "FROM messages WHERE status = 'refused' GROUP BY to_address"
    )
