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


def may_read(caller: Caller, agent_id: int | None, team_id: int | None) -> bool:
    """Tell whether the agent may read a conversation that this agent and team have; as `readable_by`."""
    if caller.may("conversations:read_all"):
        return True
    if agent_id is not None:
        return agent_id == caller.id and caller.may("conversations:read_assigned")
    if team_id is not None:
        return team_id in caller.teams and caller.may("conversations:read_team_inbox")
    return caller.may("conversations:read_unassigned")
