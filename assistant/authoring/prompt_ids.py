"""The rows that give each prompt an id and its times."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import select

from assistant.database.database import Database
from assistant.database.tables import PromptRow

PromptRows: TypeAlias = dict[str, PromptRow]
"""The rows by the prompts' keys."""


async def assign_ids(database: Database, versions: Mapping[str, str]) -> PromptRows:
    """Make rows for prompts that were never seen, date those that changed, and return all by key.

    Args:
        database: where the rows are kept.
        versions: the version of each prompt by its key.
    """
    async with database.writing(PromptRow) as session:
        rows = {row.key: row for row in await session.scalars(select(PromptRow))}
        now = datetime.now(UTC)
        for key, version in sorted(versions.items()):
            if key not in rows:
                rows[key] = PromptRow(key=key, version=version, created_at=now, updated_at=now)
                session.add(rows[key])
            elif rows[key].version != version:
                rows[key].version, rows[key].updated_at = version, now
        await session.flush()
    return {key: rows[key] for key in versions}
