"""Saved filters over conversations, each agent's own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.desk.bodies import ViewBody
from assistant.desk.caller import Caller
from assistant.desk.shapes import View
from assistant.desk.tables import ConversationRow, ViewRow, now
from assistant.errors import ForbiddenError, NotFoundError
from messages.sentences import Sentence


class Views:
    """The desk's saved filters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own(self, caller: Caller) -> list[View]:
        """List the agent's views, by id."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(ViewRow).where(ViewRow.user_id == caller.id).order_by(ViewRow.id))
            return [_shown(row) for row in rows]

    async def create(self, body: ViewBody, caller: Caller) -> View:
        """Add a view."""
        async with self._database.writing() as session:
            row = ViewRow(user_id=caller.id, name=body.name, filters=_filters(body))
            session.add(row)
            await session.flush()
            return _shown(row)

    async def update(self, view_id: int, body: ViewBody, caller: Caller) -> View:
        """Replace a view.

        Raises:
            NotFoundError: there is none with this id.
            ForbiddenError: it belongs to someone else.
        """
        async with self._database.writing() as session:
            row = await own_view(session, view_id, caller)
            row.name, row.filters, row.updated_at = body.name, _filters(body), now()
            await session.flush()
            return _shown(row)

    async def delete(self, view_id: int, caller: Caller) -> None:
        """Remove a view.

        Raises:
            NotFoundError, ForbiddenError: as for `update`.
        """
        async with self._database.writing() as session:
            await session.delete(await own_view(session, view_id, caller))


async def own_view(session: AsyncSession, view_id: int, caller: Caller) -> ViewRow:
    """Return one of the agent's views.

    Raises:
        NotFoundError: there is none with this id.
        ForbiddenError: it belongs to someone else.
    """
    view = await session.get(ViewRow, view_id)
    if view is None:
        raise NotFoundError(Sentence("There is no view with the id {view_id}.", view_id=view_id))
    if view.user_id != caller.id:
        raise ForbiddenError(Sentence("Permission denied: this view belongs to someone else."))
    return view


def conditions_of(filters: Sequence[dict[str, Any]]) -> list[ColumnElement[bool]]:
    """Return the conditions of a view's filters, all of which must hold; one that can't be read matches nothing."""
    return [_condition(each.get("field", ""), each.get("operator", ""), each.get("value", "")) for each in filters]


def _condition(field: str, operator: str, value: str) -> ColumnElement[bool]:
    column: Any = getattr(ConversationRow, field, None)
    conditions = {
        "set": lambda: column.is_not(None),
        "not set": lambda: column.is_(None),
        "equals": lambda: column == int(value),
        "not equals": lambda: column.is_distinct_from(int(value)),
    }
    try:
        condition: ColumnElement[bool] = conditions[operator]()
    except (KeyError, ValueError, AttributeError):
        return false()
    return condition


def _filters(body: ViewBody) -> list[dict[str, Any]]:
    return [
        {"model": each.model, "field": each.field, "operator": each.operator, "value": each.value}
        for each in body.filters
    ]


def _shown(row: ViewRow) -> View:
    return View(**{name: getattr(row, name) for name in View.__struct_fields__})
