"""Rights that an operator gives to agents, where the helpdesk has no permissions for prompts."""

from collections.abc import Iterable

from msgspec import Struct

from assistant.auth.actor import AI_PROMPTS, AI_PUBLISH


class Grants(Struct, frozen=True, kw_only=True):
    """Who writes prompts, and who publishes them: ids of agents and names of roles, in small letters."""

    authors: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()

    def rights(self, agent: int, roles: Iterable[str]) -> frozenset[str]:
        """Return the rights of an agent with some roles; a role of digits alone could pass for another agent's id."""
        names = {str(agent), *(role.casefold() for role in roles if not role.strip().isdigit())}
        given = {AI_PROMPTS: self.authors, AI_PUBLISH: self.publishers}
        return frozenset(right for right, holders in given.items() if holders & names)
