"""The fallbacks of the provider setting."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add their column."""
    op.add_column("assistant_provider_setting", sa.Column("sealed_fallbacks", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("assistant_provider_setting", "sealed_fallbacks")
