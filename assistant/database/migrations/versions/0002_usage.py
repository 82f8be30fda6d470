"""Usage, the audit log, and settings that are replaced as a whole."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table("assistant_usage", *_usage())
    op.create_index("ix_assistant_usage_day", "assistant_usage", ["day"])
    op.create_table(
        "assistant_audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
    )
    op.create_table(
        "assistant_document",
        sa.Column("name", sa.String(50), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def _usage() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("request_id", sa.String(128), nullable=False),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("teams", sa.Text, nullable=False),
        sa.Column("prompt_key", sa.String(100), nullable=False),
        sa.Column("prompt_version", sa.String(64), nullable=False),
        sa.Column("provider", sa.String(100), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("input_tokens", sa.Integer, nullable=False),
        sa.Column("output_tokens", sa.Integer, nullable=False),
        sa.Column("cached_input_tokens", sa.Integer, nullable=False),
        sa.Column("cost", sa.BigInteger, nullable=True),
        sa.Column("latency_ms", sa.Float, nullable=False),
        sa.Column("first_delta_ms", sa.Float, nullable=True),
        sa.Column("cache", sa.String(10), nullable=False),
        sa.Column("guards", sa.Text, nullable=False),
        sa.Column("error", sa.String(50), nullable=False),
        sa.Column("streamed", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Drop the three tables."""
    op.drop_table("assistant_document")
    op.drop_table("assistant_audit")
    op.drop_table("assistant_usage")
