"""The desk's own web application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from litestar import Controller, Request, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from assistant.desk.agents import Agents, as_json
from assistant.desk.credentials import KeyPair, new_key_pair, parse_authorization
from assistant.desk.permissions import permissions_of
from assistant.desk.tables import TABLES, AgentRow
from assistant.envelope import success
from assistant.errors import ForbiddenError, InvalidRequestError
from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.secret_keys import write_private
from assistant.telemetry import log
from assistant.web import WebApp

_LARGEST_ID = 2**31 - 1


class AgentController(Controller):
    """Operations on agents."""

    path = "/api/v1/agents"

    @get("/me")
    async def me(self, request: Request[AgentRow, Any, Any]) -> dict[str, Any]:
        """Show the calling agent."""
        return success(as_json(request.user))

    @post("/{agent_id:str}/api-key", status_code=200, opt={"permission": "users:manage"})
    async def renew_key(self, agent_id: FromPath[str], agents: NamedDependency[Agents]) -> dict[str, Any]:
        """Give an agent a new API key; the secret is shown this once."""
        pair = await agents.renew_key(_read_id(agent_id))
        return success({"api_key": pair.key, "api_secret": pair.secret})


class Desk:
    """The built-in helpdesk: an ASGI application and what has to happen before it serves.

    Args:
        settings: the service's settings.
        database: where it keeps everything.
        keys_changed: called when who may come in has changed.
    """

    def __init__(self, settings: Settings, database: Database, keys_changed: Callable[[], None] = lambda: None) -> None:
        self._settings = settings
        self._database = database
        self._agents = Agents(database, keys_changed)
        self.app = WebApp(
            route_handlers=[AgentController],
            guards=[self._identify, _check_permission],
            dependencies={"agents": Provide(self._provide_agents)},
            openapi_config=None,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Bring the tables up to date and make the first administrator."""
        await self.upgrade()
        await self._make_first_admin()
        yield

    async def upgrade(self) -> None:
        """Bring the desk's tables up to date."""
        await self._database.upgrade(TABLES)

    async def _provide_agents(self) -> Agents:
        return self._agents

    async def _identify(self, connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        pair = parse_authorization(connection.headers.get("authorization", ""))
        connection.scope["user"] = await self._agents.authenticate(pair)

    async def _make_first_admin(self) -> None:
        """Give an empty desk its administrator; a made-up key pair goes into a private file, its path to the log."""
        settings = self._settings
        if settings.admin_api_key and settings.admin_api_secret:
            pair = KeyPair(key=settings.admin_api_key, secret=settings.admin_api_secret)
            await self._agents.add_first_admin(pair, keep=lambda: None)
            return
        pair, path = new_key_pair(), settings.state_dir / "admin-key"
        content = f"{pair.key}:{pair.secret}\n".encode()
        if await self._agents.add_first_admin(pair, keep=lambda: write_private(path, content, replace=True)):
            log.warning("the first administrator's API key was written", path=str(path.absolute()))


async def _check_permission(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    permission = handler.opt.get("permission")
    if permission is not None and permission not in permissions_of(connection.scope["user"].roles):
        raise ForbiddenError("Permission denied")


def _read_id(value: str) -> int:
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(_LARGEST_ID))
    if not digits or not 1 <= int(value) <= _LARGEST_ID:
        raise InvalidRequestError("id", "must be a whole number above zero")
    return int(value)
