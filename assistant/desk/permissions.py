"""Which rights each role of the desk holds."""

from collections.abc import Iterable

_CONVERSATIONS = frozenset(
    f"conversations:{right}"
    for right in (
        "read",
        "read_assigned",
        "read_team_inbox",
        "read_unassigned",
        "update_priority",
        "update_status",
        "update_tags",
        "update_team_assignee",
        "update_user_assignee",
        "write",
    )
)
_MESSAGES = frozenset({"messages:read", "messages:write"})

TEAM_AGENT = _CONVERSATIONS | _MESSAGES | {"views:manage"}
AGENT = TEAM_AGENT | {"conversations:read_all"}
ADMIN = AGENT | {
    "ai:manage",
    "contact_notes:delete",
    "contact_notes:read",
    "contact_notes:write",
    "contacts:block",
    "contacts:read",
    "contacts:read_all",
    "contacts:write",
    "status:manage",
    "teams:manage",
    "users:manage",
}
ROLES = {"Admin": ADMIN, "Agent": AGENT, "Team Agent": TEAM_AGENT}
"""The rights by role. A Team Agent is an Agent who sees only their own, their teams' and unassigned conversations."""


def permissions_of(roles: Iterable[str]) -> list[str]:
    """List the rights of some roles, in order."""
    return sorted(frozenset().union(*(ROLES.get(role, frozenset()) for role in roles)))
