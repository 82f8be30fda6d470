"""Snoozed conversations come back by themselves."""

from sqlalchemy import select, update

from assistant.database.database import Database
from assistant.desk.labels import OPEN
from assistant.desk.tables import ConversationRow, StatusRow, now


async def wake_snoozed(database: Database) -> int:
    """Open the conversations again whose time has come, and return how many they were."""
    due = ConversationRow.snoozed_until <= now()
    async with database.reading() as session:
        if await session.scalar(select(ConversationRow.id).where(due).limit(1)) is None:
            return 0
    async with database.writing() as session:
        opened = select(StatusRow.id).where(StatusRow.name == OPEN).scalar_subquery()
        woken = await session.execute(update(ConversationRow).where(due).values(status_id=opened, snoozed_until=None))
        return int(woken.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
