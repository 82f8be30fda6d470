"""What the audit log is filtered by, in the order in which it is shown: a page is found without reading the changes."""

from alembic import op

revision = "0009"
down_revision = "0008"

_INDEX = "ix_assistant_audit_pages"


def upgrade() -> None:
    """Make the index."""
    op.create_index(_INDEX, "assistant_audit", ["at", "id", "agent_id", "action", "subject"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(_INDEX, "assistant_audit")
