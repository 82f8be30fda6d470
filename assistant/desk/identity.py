"""The one place that tells who is calling and checks their right to each operation."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from litestar.handlers import BaseRouteHandler

from assistant.auth.authorization import authorization_of, not_signed_in, parse_authorization
from assistant.auth.csrf import SAFE, check_csrf
from assistant.auth.guards import check_right, right_of
from assistant.desk.agents import Agents
from assistant.desk.caller import Caller
from assistant.desk.sign_in import Known, SignIn
from assistant.desk.tables import now
from assistant.errors import AssistantError
from assistant.telemetry import log
from assistant.web.origin import check_origin
from assistant.web.parameters import Connection
from assistant.web.request_facts import facts_of

SESSION_COOKIE = "desk_session"
SECURE_SESSION_COOKIE = "__Host-desk_session"
"""Its name over TLS: browsers let no other host and no page without TLS set it (RFC 6265bis, 4.1.3.2)."""
_NOTED = timedelta(minutes=1)  # how old the last note of an agent's activity is before it is written again


def session_of(connection: Connection) -> str:
    """Return the browser's session, if it shows one; over TLS a cookie that others can set does not count."""
    token = connection.cookies.get(SECURE_SESSION_COOKIE, "")
    if token or connection.scope["scheme"] == "https":
        return token
    return connection.cookies.get(SESSION_COOKIE, "")


class Identity:
    """Guards every operation of the desk.

    Args:
        sign_in: knows keys and sessions.
        agents: remembers who was here.
        changed: called when someone has signed out.
    """

    def __init__(self, sign_in: SignIn, agents: Agents, changed: Callable[[], None]) -> None:
        self._sign_in = sign_in
        self._agents = agents
        self._changed = changed
        self._notes: set[asyncio.Task[None]] = set()
        self._noted: dict[int, datetime] = {}

    async def guard(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Let a caller through who holds the operation's right.

        Raises:
            UnauthorizedError: an unknown caller.
            CsrfError: a browser's request that changes something lacks its proof of origin.
            ForbiddenError: the right is missing, the agent is disabled, or a page elsewhere asks for what needs none.
        """
        if right_of(handler) is None:
            if connection.scope.get("method", "GET") not in SAFE:
                check_origin(connection.scope, self._sign_in.trusted)
            return
        known = await self._identify(connection)
        connection.scope["user"] = known.caller
        facts_of(connection.scope).agent = known.caller.id
        check_right(handler, known.caller)
        self._note(known)

    async def sign_out(self, caller: Caller) -> None:
        """End the caller's browser session."""
        if caller.token_hash:
            await self._sign_in.sign_out(caller.token_hash)
            self._changed()

    async def aclose(self) -> None:
        """Wait for what is being noted."""
        await asyncio.gather(*self._notes, return_exceptions=True)

    async def _identify(self, connection: Connection) -> Known:
        pair = parse_authorization(authorization_of(connection.scope["headers"]))
        if pair is not None:
            return await self._sign_in.by_key(pair)
        token = session_of(connection)
        if not token:
            raise not_signed_in(connection.scope["headers"])
        check_csrf(str(connection.scope.get("method", "GET")), connection.cookies, connection.headers)
        return await self._sign_in.by_session(token)

    def _note(self, known: Known) -> None:
        """Remember that an agent was here, once a minute."""
        caller, moment = known.caller, now()
        last = max(filter(None, (known.last_active_at, self._noted.get(caller.id))), default=None)
        if last is not None and moment - last < _NOTED:
            return
        self._noted[caller.id] = moment
        self._beside(self._agents.note_use(caller, of_key=known.by_key))
        if caller.token_hash:
            self._beside(self._sign_in.renew(caller.token_hash))

    def _beside(self, note: Awaitable[None]) -> None:
        """Write something down that the caller does not wait for."""

        async def write() -> None:
            try:
                await note
            except AssistantError:
                log.warning("an agent's activity was not noted")

        task = asyncio.create_task(write())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)
