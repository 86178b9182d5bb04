"""A mail that has been taken in before is found by its own id without looking at every mail"""

from alembic import op

revision = "0035"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mails_message_id", "mails", ["message_id"], postgresql_using="hash")
