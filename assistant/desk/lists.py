"""Lists of conversations, the newest activity first: one small query for the total and one for the page."""

from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.desk.caller import Caller, readable_by
from assistant.desk.contacts import page_of
from assistant.desk.rows import get_row
from assistant.desk.search_index import SUBJECTS, matching
from assistant.desk.shapes import ContactSummary, ConversationFound, ConversationListItem, Page
from assistant.desk.tables import (
    NOBODY,
    ContactRow,
    ConversationCountRow,
    ConversationRow,
    InboxRow,
    PriorityRow,
    StatusRow,
    TeamRow,
)
from assistant.desk.views import conditions_of, own_view
from assistant.errors import ForbiddenError
from assistant.store.database import Database
from assistant.web.parameters import PageRequest

_MOST_FOUND = 30
_CONTACT = tuple(ContactSummary.__struct_fields__)
_OWN = tuple(
    name for name in ConversationListItem.__struct_fields__ if name in ConversationRow.__table__.c and name != "contact"
)


class Scope(Struct, frozen=True, kw_only=True):
    """A set of conversations: which rows, and which counts add up to their number (none: they are counted)."""

    rows: ColumnElement[bool]
    counts: ColumnElement[bool] | None = None


class ConversationLists:
    """Finds conversations.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of all conversations."""
        return await self._page(Scope(rows=true(), counts=true()), wanted)

    async def unassigned(self, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of those that neither an agent nor a team has."""
        row, count = ConversationRow, ConversationCountRow
        scope = Scope(
            rows=and_(row.assigned_team_id.is_(None), row.assigned_user_id.is_(None)),
            counts=and_(count.assigned_team_id == NOBODY, count.assigned_user_id == NOBODY),
        )
        return await self._page(scope, wanted)

    async def assigned(self, caller: Caller, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of those that the agent has."""
        scope = Scope(
            rows=ConversationRow.assigned_user_id == caller.id,
            counts=ConversationCountRow.assigned_user_id == caller.id,
        )
        return await self._page(scope, wanted)

    async def of_team(self, team_id: int, caller: Caller, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of those that a team has and none of its agents.

        Raises:
            NotFoundError: there is no such team.
            ForbiddenError: it is a team of others.
        """
        async with self._database.reading() as session:
            await get_row(session, TeamRow, team_id, "team")
        if team_id not in caller.teams and not caller.may("conversations:read_all"):
            raise ForbiddenError("Permission denied: this is not a team of yours.")
        row, count = ConversationRow, ConversationCountRow
        scope = Scope(
            rows=and_(row.assigned_team_id == team_id, row.assigned_user_id.is_(None)),
            counts=and_(count.assigned_team_id == team_id, count.assigned_user_id == NOBODY),
        )
        return await self._page(scope, wanted)

    async def of_view(self, view_id: int, caller: Caller, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of those that one of the agent's views selects and the agent may read.

        Raises:
            NotFoundError: there is no such view.
            ForbiddenError: it is somebody else's.
        """
        async with self._database.reading() as session:
            view = await own_view(session, view_id, caller)
        return await self._page(Scope(rows=and_(readable_by(caller), *conditions_of(view.filters))), wanted)

    async def search(self, query: str, caller: Caller) -> list[ConversationFound]:
        """Return readable conversations by reference number or contact's address, or by words of the subject."""
        async with self._database.reading() as session:
            exact = select(ConversationRow.id).where(ConversationRow.reference_number == query)
            contact = select(ContactRow.id).where(ContactRow.email == query.lower())
            theirs = select(ConversationRow.id).where(ConversationRow.contact_id.in_(contact))
            subject = select(matching(session, SUBJECTS, query).subquery().c.id)
            ids = exact.union(theirs, subject).subquery()
            columns = [getattr(ConversationRow, name) for name in ConversationFound.__struct_fields__]
            rows = await session.execute(
                select(*columns)
                .where(ConversationRow.id.in_(select(ids.c.id)), readable_by(caller))
                .order_by(ConversationRow.last_message_at.desc(), ConversationRow.id.desc())
                .limit(_MOST_FOUND)
            )
            return [ConversationFound(**row) for row in rows.mappings()]

    async def _page(self, scope: Scope, wanted: PageRequest) -> Page[ConversationListItem]:
        async with self._database.reading() as session:
            total = await _total(session, scope)
            rows = await session.execute(_select(scope, wanted, total)) if wanted.offset < total else None
        results = [_item(row) for row in rows.mappings()] if rows is not None else []
        return page_of(results, total, wanted)


async def _total(session: AsyncSession, scope: Scope) -> int:
    if scope.counts is None:
        return await session.scalar(select(func.count()).select_from(ConversationRow).where(scope.rows)) or 0
    number = func.coalesce(func.sum(ConversationCountRow.conversations), 0)
    return int(await session.scalar(select(number).where(scope.counts)) or 0)


def _select(scope: Scope, wanted: PageRequest, total: int) -> Any:  # noqa: ANN401 - a SELECT with its columns
    """Select one page; one past the middle is reached from the other end, so the last costs what the first does."""
    row = ConversationRow
    size = min(wanted.size, total - wanted.offset)
    behind = total - wanted.offset - size
    from_end = behind < wanted.offset
    order = (row.last_message_at, row.id) if from_end else (row.last_message_at.desc(), row.id.desc())
    ids = select(row.id).where(scope.rows).order_by(*order).limit(size).offset(min(behind, wanted.offset)).subquery()
    return (
        select(
            *(getattr(row, name) for name in _OWN),
            *(getattr(ContactRow, name).label(f"contact_{name}") for name in _CONTACT),
            InboxRow.channel.label("inbox_channel"),
            InboxRow.name.label("inbox_name"),
            StatusRow.name.label("status"),
            PriorityRow.name.label("priority"),
        )
        .join(ids, ids.c.id == row.id)
        .join(ContactRow, ContactRow.id == row.contact_id)
        .join(InboxRow, InboxRow.id == row.inbox_id)
        .join(StatusRow, StatusRow.id == row.status_id)
        .outerjoin(PriorityRow, PriorityRow.id == row.priority_id)
        .order_by(row.last_message_at.desc(), row.id.desc())
    )


def _item(row: Any) -> ConversationListItem:  # noqa: ANN401 - a row's mapping
    values = dict(row)
    contact = ContactSummary(**{name: values.pop(f"contact_{name}") for name in _CONTACT})
    return ConversationListItem(contact=contact, **values)
