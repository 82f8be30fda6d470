"""Asks the core who is calling, by showing it the caller's own credentials."""

import msgspec
from msgspec import Struct

from assistant.auth.actor import Actor, Credentials
from assistant.auth.authorization import EXPIRED
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
    first_name: str = ""
    last_name: str = ""


class _Me(Struct):
    data: _Agent


class CoreAuthenticator:
    """Identifies callers by the core's `GET /api/v1/agents/me`."""

    def __init__(self, core: CoreGateway) -> None:
        self._core = core

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
            permissions=frozenset(agent.permissions),
            teams=frozenset(team.id for team in teams),
            name=f"{agent.first_name} {agent.last_name}".strip(),
            team=teams[0].name if teams else "",
        )
