"""Asks the core who is calling, by showing it the caller's own credentials."""

from typing import Any

import msgspec
from msgspec import Struct

from assistant.auth.actor import Actor, Credentials
from assistant.auth.authorization import EXPIRED
from assistant.auth.grants import Grants
from assistant.errors import CoreUnavailableError, ForbiddenError, UnauthorizedError
from assistant.gateway.core import CoreGateway
from messages.sentences import Sentence

_NO_ANSWER = Sentence("The helpdesk could not say who is calling. Try again in a moment.")


class _Team(Struct):
    id: int
    name: str = ""


class _Agent(Struct):
    id: int
    permissions: list[str] = []
    teams: list[_Team] | None = None
    # Neither is worth an error in another shape: names for the operator's grants alone, and what is only shown.
    roles: Any = None
    email: Any = None
    first_name: str = ""
    last_name: str = ""


class _Me(Struct):
    data: _Agent


class CoreAuthenticator:
    """Identifies callers by the core's `GET /api/v1/agents/me`.

    Args:
        core: the helpdesk.
        grants: rights beside those that it lists.
    """

    def __init__(self, core: CoreGateway, grants: Grants) -> None:
        self._core = core
        self._grants = grants

    async def identify(self, credentials: Credentials) -> Actor:
        """Return the caller; see `Authenticator`."""
        answer = await self._core.ask("/api/v1/agents/me", credentials)
        if answer.status == 401:  # noqa: PLR2004 - the HTTP status
            raise UnauthorizedError(EXPIRED if credentials.cookie else Sentence("The API key or secret is not valid."))
        if answer.status == 403:  # noqa: PLR2004
            raise ForbiddenError(Sentence("This agent is disabled."))
        if answer.status != 200:  # noqa: PLR2004
            raise CoreUnavailableError(_NO_ANSWER)
        try:
            agent = msgspec.json.decode(answer.body, type=_Me).data
        except msgspec.DecodeError:
            raise CoreUnavailableError(_NO_ANSWER) from None
        teams = agent.teams or []
        return Actor(
            id=agent.id,
            permissions=frozenset(agent.permissions) | self._grants.rights(agent.id, _names(agent.roles)),
            teams=frozenset(team.id for team in teams),
            name=f"{agent.first_name} {agent.last_name}".strip(),
            team=teams[0].name if teams else "",
            email=agent.email if isinstance(agent.email, str) else "",
        )


def _names(roles: Any) -> list[str]:  # noqa: ANN401 - whatever the core says
    return [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []
