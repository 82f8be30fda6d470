"""What agents and the copilot say to each other."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TABLE = "assistant_copilot_message"


def upgrade() -> None:
    """Make its table."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("conversation_uuid", sa.String(36), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(f"ix_{_TABLE}_conversation_uuid", _TABLE, ["conversation_uuid"])
    op.create_index(f"ix_{_TABLE}_at", _TABLE, ["at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table(_TABLE)
