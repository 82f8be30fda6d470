"""Prompt authoring: versions, which of them are published, samples, verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the four tables, and find usage by its request."""
    op.create_table(
        "assistant_prompt_version",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("message", sa.String(500), nullable=False),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("key", "number"),
    )
    op.create_table(
        "assistant_prompt_state",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("draft", sa.Integer, nullable=False),
        sa.Column("published", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("changed_by", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "assistant_prompt_sample",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("prompt_key", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("variables", sa.Text, nullable=False),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_assistant_prompt_sample_prompt_key", "assistant_prompt_sample", ["prompt_key"])
    op.create_table(
        "assistant_verdict",
        sa.Column("request_id", sa.String(128), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("prompt_key", sa.String(100), nullable=False),
        sa.Column("prompt_version", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("similarity", sa.Float, nullable=True),
    )
    op.create_index("ix_assistant_verdict_day", "assistant_verdict", ["day"])
    op.create_index("ix_assistant_usage_request_id", "assistant_usage", ["request_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_assistant_usage_request_id", "assistant_usage")
    for name in ("verdict", "prompt_sample", "prompt_state", "prompt_version"):
        op.drop_table(f"assistant_{name}")
