"""Lists of conversations, the newest activity first: one small query for the total and one for the page."""

from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, select, true

from assistant.database.database import Database
from assistant.database.queries import Query, Row
from assistant.database.read_cache import KeptAnswers
from assistant.desk.caller import Caller, readable_by
from assistant.desk.contacts import page_of
from assistant.desk.people import ContactSummary
from assistant.desk.rows import get_row
from assistant.desk.search_index import SUBJECTS, TERMS, matching, terms_of
from assistant.desk.shapes import ConversationFound, ConversationListItem, Page
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
from assistant.web.parameters import PageRequest
from messages.sentences import Sentence

_MOST_FOUND = 30
_MOST_KEPT = 200  # pages, of 100 KB at most each
_CONTACT = tuple(ContactSummary.__struct_fields__)
_OWN = tuple(
    name for name in ConversationListItem.__struct_fields__ if name in ConversationRow.__table__.c and name != "contact"
)


class Scope:
    """A set of conversations that is listed often: its queries are built once.

    Args:
        rows: which conversations it holds.
        counts: which of the kept counts add up to their number.
    """

    def __init__(self, rows: ColumnElement[bool], counts: ColumnElement[bool]) -> None:
        number = func.coalesce(func.sum(ConversationCountRow.conversations), 0).label("total")
        self.total = Query(lambda: select(number).where(counts))
        limit, offset = bindparam("size", type_=Integer), bindparam("offset", type_=Integer)
        self.first = Query(lambda: _select(rows, limit, offset, from_end=False))
        self.last = Query(lambda: _select(rows, limit, offset, from_end=True))


class ConversationLists:
    """Finds conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: KeptAnswers[Page[ConversationListItem]] = KeptAnswers(database, most=_MOST_KEPT)

    async def all(self, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of all conversations."""
        return await self._page(_ALL, wanted)

    async def unassigned(self, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of those that neither an agent nor a team has."""
        return await self._page(_UNASSIGNED, wanted)

    async def assigned(self, caller: Caller, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of those that the agent has."""
        return await self._page(_ASSIGNED, wanted, agent=caller.id)

    async def of_team(self, team_id: int, caller: Caller, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of those that a team has and none of its agents.

        Raises:
            NotFoundError: there is no such team.
            ForbiddenError: it is a team of others.
        """
        async with self._database.reading() as session:
            await get_row(session, TeamRow, team_id, Sentence("team"))
        if team_id not in caller.teams and not caller.may("conversations:read_all"):
            raise ForbiddenError(Sentence("Permission denied: this is not a team of yours."))
        return await self._page(_TEAM, wanted, team=team_id)

    async def of_view(self, view_id: int, caller: Caller, wanted: PageRequest) -> Page[ConversationListItem]:
        """Return a page of those that one of the agent's views selects and the agent may read.

        Raises:
            NotFoundError: there is no such view.
            ForbiddenError: it belongs to someone else.
        """
        async with self._database.reading() as session:
            view = await own_view(session, view_id, caller)
            rows = and_(readable_by(caller), *conditions_of(view.filters))
            total = await session.scalar(select(func.count()).select_from(ConversationRow).where(rows)) or 0
            place = _place(wanted, total)
            if place is None:
                return page_of([], total, wanted)
            found = await session.execute(_select(rows, place.size, place.offset, from_end=place.from_end))
            return page_of([_item(dict(row)) for row in found.mappings()], total, wanted)

    async def search(self, query: str, caller: Caller) -> list[ConversationFound]:
        """Return readable conversations by reference number or contact's address, or by words of the subject."""
        on_sqlite = self._database.is_sqlite
        terms = terms_of(query, on_sqlite=on_sqlite)
        async with self._database.reading() as session:
            exact = select(ConversationRow.id).where(ConversationRow.reference_number == query)
            contact = select(ContactRow.id).where(ContactRow.email == query.lower())
            theirs = select(ConversationRow.id).where(ConversationRow.contact_id.in_(contact))
            subject = [select(matching(SUBJECTS, on_sqlite=on_sqlite).subquery().c.id)] if terms else []
            ids = exact.union(theirs, *subject).subquery()
            columns = [getattr(ConversationRow, name) for name in ConversationFound.__struct_fields__]
            rows = await session.execute(
                select(*columns)
                .where(ConversationRow.id.in_(select(ids.c.id)), readable_by(caller))
                .order_by(ConversationRow.last_message_at.desc(), ConversationRow.id.desc())
                .limit(_MOST_FOUND),
                {TERMS: terms} if terms else {},
            )
            return [ConversationFound(**row) for row in rows.mappings()]

    async def _page(self, scope: Scope, wanted: PageRequest, **which: int) -> Page[ConversationListItem]:
        key = (scope, wanted.page, wanted.size, *which.values())
        page = self._kept.get(key)
        if page is None:
            page = await self._read(scope, wanted, **which)
            self._kept.keep(key, page)
        return page

    async def _read(self, scope: Scope, wanted: PageRequest, **which: int) -> Page[ConversationListItem]:
        [row] = await self._database.rows(scope.total, **which)
        total = int(row["total"])
        place = _place(wanted, total)
        if place is None:
            return page_of([], total, wanted)
        query = scope.last if place.from_end else scope.first
        rows = await self._database.rows(query, size=place.size, offset=place.offset, **which)
        return page_of([_item(row) for row in rows], total, wanted)


class _Place(Struct, frozen=True, kw_only=True):
    """Where a page lies: how many rows to pass over, from which end, and how many to take."""

    size: int
    offset: int
    from_end: bool


def _place(wanted: PageRequest, total: int) -> _Place | None:
    """Place a page; one past the middle is reached from the other end, so the last costs what the first does."""
    if wanted.offset >= total:
        return None
    size = min(wanted.size, total - wanted.offset)
    behind = total - wanted.offset - size
    return _Place(size=size, offset=min(behind, wanted.offset), from_end=behind < wanted.offset)


def _select(rows: ColumnElement[bool], limit: Any, offset: Any, *, from_end: bool) -> Any:  # noqa: ANN401
    """Select the page's ids by index alone, then what is shown of them."""
    row = ConversationRow
    order = (row.last_message_at, row.id) if from_end else (row.last_message_at.desc(), row.id.desc())
    ids = select(row.id).where(rows).order_by(*order).limit(limit).offset(offset).subquery()
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


def _item(values: Row) -> ConversationListItem:
    contact = ContactSummary(**{name: values.pop(f"contact_{name}") for name in _CONTACT})
    return ConversationListItem(contact=contact, **values)


_NO_AGENT, _NO_TEAM = ConversationRow.assigned_user_id.is_(None), ConversationRow.assigned_team_id.is_(None)
_COUNTED = ConversationCountRow
_ALL = Scope(true(), true())
_UNASSIGNED = Scope(
    and_(_NO_TEAM, _NO_AGENT), and_(_COUNTED.assigned_team_id == NOBODY, _COUNTED.assigned_user_id == NOBODY)
)
_ASSIGNED = Scope(
    ConversationRow.assigned_user_id == bindparam("agent"), _COUNTED.assigned_user_id == bindparam("agent")
)
_TEAM = Scope(
    and_(ConversationRow.assigned_team_id == bindparam("team"), _NO_AGENT),
    and_(_COUNTED.assigned_team_id == bindparam("team"), _COUNTED.assigned_user_id == NOBODY),
)
