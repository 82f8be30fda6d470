"""Usage added up by hour and by day; the service fills it from the rows that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_TABLE = "assistant_usage_rollup"
_COUNTS = (
    "requests",
    "hits",
    "coalesced",
    "errors",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cost",
    "unpriced",
    "kept",
    "edited",
    "undone",
)


def upgrade() -> None:
    """Make its table."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("span", sa.String(5), nullable=False),
        sa.Column("view", sa.String(10), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("start", sa.String(13), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("prompt_key", sa.String(100), nullable=False),
        sa.Column("prompt_version", sa.String(64), nullable=False),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("teams", sa.Text, nullable=False),
        sa.Column("provider", sa.String(100), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("error", sa.String(50), nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("codes", "whole", "first")),
    )
    op.create_index(f"ix_{_TABLE}_day", _TABLE, ["day"])
    op.create_index(f"ix_{_TABLE}_key", _TABLE, ["span", "view", "key", "start"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table(_TABLE)
