"""Statuses, priorities and tags of conversations."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.desk.bodies import StatusBody
from assistant.desk.rows import get_row, unique, unused
from assistant.desk.shapes import Priority, Status, Tag
from assistant.desk.tables import ConversationRow, InboxRow, PriorityRow, StatusRow, TagRow, now
from assistant.errors import InUseError
from messages.sentences import Sentence

OPEN, SNOOZED, RESOLVED, CLOSED = "Open", "Snoozed", "Resolved", "Closed"
BUILT_IN = {OPEN: "open", SNOOZED: "waiting", RESOLVED: "resolved", CLOSED: "resolved"}
"""Statuses that every desk has, with their categories; what happens to a conversation hangs on them."""
PRIORITIES = ("Low", "Medium", "High")


class Labels:
    """The desk's statuses, priorities and tags."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def statuses(self) -> list[Status]:
        """List all statuses, by id."""
        async with self._database.reading() as session:
            return [_status(row) for row in await session.scalars(select(StatusRow).order_by(StatusRow.id))]

    async def priorities(self) -> list[Priority]:
        """List all priorities, the lowest first."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(PriorityRow).order_by(PriorityRow.id))
            return [Priority(id=row.id, created_at=row.created_at, name=row.name) for row in rows]

    async def tags(self) -> list[Tag]:
        """List all tags by name."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(TagRow).order_by(TagRow.name))
            return [Tag(id=row.id, created_at=row.created_at, updated_at=row.updated_at, name=row.name) for row in rows]

    async def create_status(self, body: StatusBody) -> Status:
        """Add a status; raises DuplicateError if the name is taken."""
        async with self._database.writing() as session:
            row = StatusRow()
            session.add(row)
            return await _save(session, row, body)

    async def update_status(self, status_id: int, body: StatusBody) -> Status:
        """Rename a status or change its category.

        Raises:
            NotFoundError: there is none with this id.
            DuplicateError: the name is taken.
            InUseError: it is built in.
        """
        async with self._database.writing() as session:
            row = await get_row(session, StatusRow, status_id, Sentence("status"))
            if row.name in BUILT_IN and (body.name, body.category) != (row.name, row.category):
                raise InUseError(Sentence("{name} is built in and stays as it is.", name=row.name))
            row.updated_at = now()
            return await _save(session, row, body)

    async def delete_status(self, status_id: int) -> None:
        """Remove a status.

        Raises:
            NotFoundError: there is none with this id.
            InUseError: it is built in, or conversations have it.
        """
        async with self._database.writing(StatusRow) as session:
            row = await get_row(session, StatusRow, status_id, Sentence("status"))
            if row.name in BUILT_IN:
                raise InUseError(Sentence("{name} is built in and can't be deleted.", name=row.name))
            if await session.scalar(select(ConversationRow.id).where(ConversationRow.status_id == status_id).limit(1)):
                raise InUseError(
                    Sentence("Conversations have the status {name}. Give them another one first.", name=row.name)
                )
            await session.delete(row)
            with unused(Sentence("A conversation was given the status {name} just now. Try again.", name=row.name)):
                await session.flush()


async def seed_labels(database: Database) -> None:
    """Give a new desk its statuses and priorities and an inbox."""
    async with database.writing(StatusRow) as session:
        if await session.scalar(select(func.count()).select_from(StatusRow)):
            return
        session.add_all(StatusRow(name=name, category=category) for name, category in BUILT_IN.items())
        session.add_all(PriorityRow(name=name) for name in PRIORITIES)
        session.add(InboxRow(name="Support", mail="support@example.com"))


async def _save(session: AsyncSession, row: StatusRow, body: StatusBody) -> Status:
    row.name, row.category = body.name, body.category
    with unique(Sentence("name: another status is called {name!r}.", name=body.name)):
        await session.flush()
    return _status(row)


def _status(row: StatusRow) -> Status:
    return Status(**{name: getattr(row, name) for name in Status.__struct_fields__})
