"""Agents."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "desk_agent",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_name", sa.String(140), nullable=False),
        sa.Column("last_name", sa.String(140), nullable=False),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("availability_status", sa.String(30), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("api_key", sa.String(200), nullable=True, unique=True),
        sa.Column("api_secret_hash", sa.String(64), nullable=True),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desk_agent")
