"""The headers that a provider is sent besides its key."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add their column."""
    op.add_column("assistant_provider_setting", sa.Column("sealed_headers", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("assistant_provider_setting", "sealed_headers")
