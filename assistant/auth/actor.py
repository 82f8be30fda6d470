"""The person behind a request."""

from msgspec import Struct

AI_MANAGE = "ai:manage"
"""The right to switch providers, to set budgets and masking, and to do all that authors do."""

AI_PUBLISH = "ai:publish"
"""The right to publish prompts, to take them back and to switch them off, and to write them."""

AI_PROMPTS = "ai:prompts"
"""The right to write prompts as drafts, and to try them."""

_OWN = "ai:"
_HELD_WITH = {AI_PROMPTS: (AI_PUBLISH, AI_MANAGE), AI_PUBLISH: (AI_MANAGE,)}


class Actor(Struct, frozen=True, kw_only=True):
    """An agent as the core knows them, with the rights it lists.

    Attributes:
        name: as customers read it.
        team: name of the first of the agent's teams.
        email: as the core has it.
    """

    id: int
    permissions: frozenset[str] = frozenset()
    teams: frozenset[int] = frozenset()
    name: str = ""
    team: str = ""
    email: str = ""

    @property
    def ai_permissions(self) -> list[str]:
        """The rights of this service that the agent holds, in order, with those that a larger one holds."""
        own = {permission for permission in self.permissions if permission.startswith(_OWN)}
        return sorted(own | {permission for permission in (AI_PROMPTS, AI_PUBLISH, AI_MANAGE) if self.may(permission)})

    def may(self, permission: str) -> bool:
        """Tell whether the agent holds a right, by itself or with a larger one."""
        return permission in self.permissions or any(
            larger in self.permissions for larger in _HELD_WITH.get(permission, ())
        )


class Credentials(Struct, frozen=True, kw_only=True):
    """What the caller showed, exactly as it came.

    Attributes:
        authorization: the header.
        cookie: the header.
        secure: whether it came over TLS, where a cookie counts only under a name that no other site can set.
    """

    authorization: str = ""
    cookie: str = ""
    secure: bool = False

    def __repr__(self) -> str:
        """Show nothing: this is a secret."""
        return "Credentials(…)"
