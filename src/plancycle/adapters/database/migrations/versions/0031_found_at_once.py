"""Letters that wait are found in their order, and events by what happened to whom, without looking at every row"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_messages_status_position", "messages", ["status", "position"])
    op.drop_index("ix_messages_status", "messages")
    op.create_index("ix_audit_events_action_subject", "audit_events", ["action", "subject"])
