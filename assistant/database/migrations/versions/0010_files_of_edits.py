"""Which text of the file an edit of a prompt was made from, so that it can be told when the file is newer."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_VERSIONS, _FILES = "assistant_prompt_version", "assistant_prompt_file"


def upgrade() -> None:
    """Make the table of such texts, and the column that names one."""
    op.create_table(
        _FILES,
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.add_column(_VERSIONS, sa.Column("file_hash", sa.String(64), nullable=True))


def downgrade() -> None:
    """Drop both."""
    op.drop_column(_VERSIONS, "file_hash")
    op.drop_table(_FILES)
