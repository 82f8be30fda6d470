"""Which rights each role of the desk holds."""

from collections.abc import Iterable

AGENT = frozenset(
    {
        "conversations:read",
        "conversations:read_all",
        "conversations:read_assigned",
        "conversations:read_unassigned",
        "messages:read",
        "messages:write",
        "views:manage",
    }
)
ADMIN = AGENT | {
    "ai:manage",
    "contact_notes:read",
    "contact_notes:write",
    "contacts:read",
    "contacts:read_all",
    "teams:manage",
    "users:manage",
}
ROLES = {"Admin": ADMIN, "Agent": AGENT}


def permissions_of(roles: Iterable[str]) -> list[str]:
    """List the rights of some roles, in order."""
    return sorted(frozenset().union(*(ROLES.get(role, frozenset()) for role in roles)))
