"""Who is calling the desk, and which conversations they may read."""

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, false, or_, true

from assistant.desk.tables import ConversationRow


class Caller(Struct, frozen=True, kw_only=True):
    """An agent who is signed in; `token_hash` names the browser session, when there is one."""

    id: int
    permissions: frozenset[str] = frozenset()
    teams: frozenset[int] = frozenset()
    token_hash: str | None = None

    def may(self, permission: str) -> bool:
        """Tell whether the agent holds a right."""
        return permission in self.permissions


def readable_by(caller: Caller) -> ColumnElement[bool]:
    """Return the condition on conversations that the agent may read them."""
    row = ConversationRow
    if caller.may("conversations:read_all"):
        return true()
    conditions: list[ColumnElement[bool]] = []
    if caller.may("conversations:read_assigned"):
        conditions.append(row.assigned_user_id == caller.id)
    if caller.may("conversations:read_team_inbox") and caller.teams:
        conditions.append(and_(row.assigned_team_id.in_(sorted(caller.teams)), row.assigned_user_id.is_(None)))
    if caller.may("conversations:read_unassigned"):
        conditions.append(and_(row.assigned_user_id.is_(None), row.assigned_team_id.is_(None)))
    return or_(false(), *conditions)
