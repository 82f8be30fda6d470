"""Samples are sealed, and found by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column for what is sealed; the service fills it at its start, as only it has the key."""
    op.add_column("assistant_prompt_sample", sa.Column("sealed", sa.LargeBinary, nullable=True))
    op.create_index("ix_assistant_prompt_sample_at", "assistant_prompt_sample", ["at"])


def downgrade() -> None:
    """Drop it, and with it what is sealed."""
    op.drop_index("ix_assistant_prompt_sample_at", "assistant_prompt_sample")
    op.drop_column("assistant_prompt_sample", "sealed")
