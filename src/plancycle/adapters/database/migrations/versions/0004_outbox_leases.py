"""Leases and phases of letters"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("lease_until", Instant(), nullable=True))
        batch_op.add_column(sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("next_attempt_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("doubted_at", Instant(), nullable=True))
    # Until now a sender held a lock on a file and its letters had no owner: what it left behind may have been sent.
    op.execute("UPDATE messages SET doubted_at = queued_at WHERE status IN ('transmitting', 'in_doubt')")
