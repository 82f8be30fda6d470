"""A verdict is told apart by its agent too: two may have got answers under one id that a proxy or client chose."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_COLUMNS = "request_id, agent_id, at, day, prompt_key, prompt_version, verdict, similarity"


def upgrade() -> None:
    """Make the table again with the wider key; all rows survive."""
    _remake("request_id", "agent_id")


def downgrade() -> None:
    """Go back to the id alone: of several agents' verdicts under one, that of the lowest agent id survives."""
    op.execute(
        "DELETE FROM assistant_verdict WHERE EXISTS (SELECT 1 FROM assistant_verdict AS other WHERE"
        " other.request_id = assistant_verdict.request_id AND other.agent_id < assistant_verdict.agent_id)"
    )
    _remake("request_id")


def _remake(*key: str) -> None:
    """SQLite can't change a key in place; the copy under another name keeps that of the key as PostgreSQL makes it."""
    op.execute("CREATE TABLE assistant_verdict_before AS SELECT * FROM assistant_verdict")
    op.drop_index("ix_assistant_verdict_day", "assistant_verdict")
    op.drop_table("assistant_verdict")
    op.create_table(
        "assistant_verdict",
        sa.Column("request_id", sa.String(128), nullable=False),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("prompt_key", sa.String(100), nullable=False),
        sa.Column("prompt_version", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("similarity", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint(*key),
    )
    op.create_index("ix_assistant_verdict_day", "assistant_verdict", ["day"])
    op.execute(f"INSERT INTO assistant_verdict ({_COLUMNS}) SELECT {_COLUMNS} FROM assistant_verdict_before")  # noqa: S608 - our own names
    op.drop_table("assistant_verdict_before")
