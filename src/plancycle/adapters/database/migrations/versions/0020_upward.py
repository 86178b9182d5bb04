"""Answers of addressees, corrections upward, extracts among an edition's documents"""

import sqlalchemy as sa
from alembic import op

from plancycle.adapters.database.rows import Instant

revision = "0020"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("transmittal", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("said_at", Instant),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("hearing", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("transmittal", "number", name=op.f("pk_acknowledgements")),
    )
    with op.batch_alter_table("transmittals") as table:
        table.alter_column("key", existing_type=sa.String(length=160), type_=sa.String(length=200))
        table.add_column(sa.Column("part", sa.String(length=20)))
        table.add_column(sa.Column("business", sa.String(length=1)))
        table.add_column(sa.Column("concerns", sa.String(length=200)))
        table.add_column(sa.Column("approval", sa.String(length=160)))
        table.add_column(sa.Column("standing", sa.String(length=2)))
        table.add_column(sa.Column("reason", sa.Text()))
    op.execute("UPDATE transmittals SET part = 'report', business = '0', standing = '00', reason = ''")
    op.execute("UPDATE transmittals SET standing = '03' WHERE status = 'acknowledged'")
    op.execute("UPDATE transmittals SET standing = '02' WHERE status = 'refused'")
    with op.batch_alter_table("transmittals") as table:
        for name, kind in (("part", sa.String(20)), ("business", sa.String(1)), ("standing", sa.String(2))):
            table.alter_column(name, existing_type=kind, nullable=False)
        table.alter_column("reason", existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table("documents") as table:
        table.alter_column("kind", existing_type=sa.String(length=20), type_=sa.String(length=120))
