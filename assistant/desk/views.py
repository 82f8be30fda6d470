"""Saved filters over conversations."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false

from assistant.desk.tables import ConversationRow

FIELDS = ("status_id", "priority_id", "assigned_user_id", "assigned_team_id", "inbox_id")
OPERATORS = ("equals", "not equals", "set", "not set")


def conditions_of(filters: Sequence[dict[str, Any]]) -> list[ColumnElement[bool]]:
    """Return the conditions of a view's filters, all of which must hold; one that can't be read matches nothing."""
    return [_condition(each.get("field"), each.get("operator"), each.get("value")) for each in filters]


def _condition(field: object, operator: object, value: object) -> ColumnElement[bool]:
    if field not in FIELDS:
        return false()
    column: Any = getattr(ConversationRow, str(field))
    if operator == "set":
        return column.is_not(None)  # type: ignore[no-any-return] # SQLAlchemy's columns are Any here
    if operator == "not set":
        return column.is_(None)  # type: ignore[no-any-return]
    if operator not in OPERATORS or not str(value).isascii() or not str(value).isdigit():
        return false()
    wanted = int(str(value))
    return column == wanted if operator == "equals" else column.is_distinct_from(wanted)  # type: ignore[no-any-return]
