"""A core elsewhere, reached over HTTP: what we don't answer ourselves goes there and comes back unchanged."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from litestar.enums import ScopeType
from litestar.types import HTTPScope, Receive, Scope, Send

from assistant.addresses.paths import readings
from assistant.auth.actor import Credentials
from assistant.errors import (
    AssistantError,
    CoreTimeoutError,
    CoreUnavailableError,
    CoreUnreachableError,
    InvalidRequestError,
)
from assistant.gateway.core import CoreAnswer, described, shown
from assistant.gateway.exchange import ClientLeftError, ConnectionClosedError, Exchange, log_cut
from assistant.gateway.request_head import Request, head_of, request_of
from assistant.gateway.websockets import Sockets
from assistant.settings import Network
from http1.connection import Connection
from http1.dialing import Route
from http1.errors import CertificateError, NotConnectedError
from http1.origins import Origin
from http1.pool import ConnectionPool
from http1.trust import Trust
from messages.sentences import Sentence

_ASK_TIMEOUT = 5.0  # seconds
_CONNECT = 5.0  # seconds
_LARGEST_ANSWER = 1024 * 1024  # bytes of an answer to a question of ours
_LATE = Sentence("The helpdesk takes too long to say who is calling. Try again in a moment.")
_HALF = Sentence("The body could not be read to its end.")  # heard by a client that is still there
_FRESH = 1.0  # seconds of idleness after which a core may be about to close a connection

_LATER = (1.0, 5.0, 15.0, 30.0)  # seconds
_WHO_MAY_WHAT = ("/api/v1/agents", "/api/v1/roles", "/api/v1/teams", "/api/v1/auth/logout", "/logout")
"""Where agents, keys and rights are changed, and where people sign out."""
_OWN_AVAILABILITY = "/api/v1/agents/me/availability"
_SIGN_OUT = "/logout"
_NOTHING = nullcontext()
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class RemoteCore:
    """A helpdesk by its URL.

    Args:
        origin: where it listens.
        timeout: seconds to the first byte of an answer.
        trusted: proxies in front of us whose word on their clients counts.
        trust: whose certificates are trusted.
        changed: called when a request passed through after which someone may no longer be who they were.
    """

    in_process = False
    outages = 0
    """How often it could not be reached."""

    def __init__(
        self,
        origin: Origin,
        *,
        timeout: float,
        trusted: tuple[Network, ...],
        trust: Trust,
        changed: Callable[[], None],
    ) -> None:
        self._authority = origin.authority.encode()
        self._timeout = timeout
        self._trusted = trusted
        self._changed = changed
        tls = trust.context() if origin.scheme == "https" else None
        self._pool = ConnectionPool(Route(origin=origin, timeout=_CONNECT, total=min(timeout, _CONNECT), tls=tls))
        self._sockets = Sockets(origin, timeout, trusted, tls)

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a client's request on and its answer back."""
        if scope["type"] == ScopeType.WEBSOCKET:
            await self._sockets.relay(scope, receive, send)
            return
        assert scope["type"] == ScopeType.HTTP  # noqa: S101 - for the types: a lifespan is never forwarded
        try:
            await self._pass_on(scope, receive, send)
        except ClientLeftError:
            raise InvalidRequestError("", _HALF) from None
        except CoreUnreachableError:
            self.outages += 1
            raise

    async def ask(self, path: str, credentials: Credentials) -> CoreAnswer:
        """GET a path with someone's own credentials."""
        return await self._told(path, credentials, None)

    async def post(self, path: str, body: bytes, credentials: Credentials) -> CoreAnswer:
        """POST JSON to a path with someone's own credentials; nothing is written twice."""
        return await self._told(path, credentials, body)

    async def _told(self, path: str, credentials: Credentials, body: bytes | None) -> CoreAnswer:
        headers = [(b"host", self._authority), (b"accept", b"application/json"), *shown(credentials)]
        headers += described(credentials, body)
        if credentials.secure:
            headers.append((b"x-forwarded-proto", b"https"))
        head = head_of("GET" if body is None else "POST", path.encode(), headers)
        none = body is None
        request = Request(head=head, has_body=not none, chunked=False, bodiless=False, repeatable=none)
        try:
            async with asyncio.timeout(min(_ASK_TIMEOUT, self._timeout)):
                return await self._question(request, body or b"")
        except (CoreUnreachableError, CoreTimeoutError, TimeoutError) as error:
            self.outages += 1
            raise CoreUnavailableError(*(error.args or (_LATE,))) from None

    async def status_of(self, path: str) -> int:
        """GET a path as someone unknown, over a connection of its own, and return the status.

        Raises:
            CoreUnavailableError: there was no answer.
        """
        headers = [(b"host", self._authority), (b"accept", b"application/json"), (b"connection", b"close")]
        head = head_of("GET", path.encode(), headers)
        request = Request(head=head, has_body=False, chunked=False, bodiless=False, repeatable=True)
        try:
            async with asyncio.timeout(min(_ASK_TIMEOUT, self._timeout)):
                exchange, connection = await self._asked_anew(request, _nobody)
        except (CoreUnreachableError, CoreTimeoutError, TimeoutError):
            raise CoreUnavailableError from None
        exchange.close()
        connection.abort()
        return connection.status

    async def reachable(self) -> bool:
        """Tell whether the core answers at all."""
        try:
            return (await self.ask("/health", Credentials())).status < 500  # noqa: PLR2004 - the HTTP status
        except CoreUnavailableError:
            return False

    async def aclose(self) -> None:
        """Close the connections that no one uses."""
        self._pool.close()

    async def _pass_on(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        request = request_of(scope, self._authority, self._trusted)
        block, more = await _first_block(receive) if request.has_body else (b"", False)
        with self._noticing() if _changes_who_may_what(scope) else _NOTHING:
            exchange, connection = await self._asked(request, receive, block, more=more)
        try:
            await exchange.answer(send)
        except ClientLeftError:
            pass
        except AssistantError as error:
            log_cut(error, scope)
        finally:
            self._end(exchange, connection)

    def _end(self, exchange: Exchange, connection: Connection) -> None:
        """Keep the connection if everything went through, else close it."""
        exchange.close()
        if exchange.over:
            self._pool.give_back(connection)
        else:
            connection.abort()

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        """Notice that someone may no longer be who they were, before the client hears of it.

        A core whose answer no one waited for may still be about to change it, for as long as it works on it.
        """
        try:
            yield
        except (ClientLeftError, CoreTimeoutError):
            for delay in (*_LATER, self._timeout):
                asyncio.get_running_loop().call_later(delay, self._changed)
            raise
        finally:
            self._changed()

    async def _asked(
        self, request: Request, receive: Receive, block: bytes, *, more: bool
    ) -> tuple[Exchange, Connection]:
        """Put a request to the core, and return once the head of the answer is there.

        A core may close an idle connection just when it is used again. What changes nothing is then asked once more;
        everything else gets a connection that the core has no reason to close yet.
        """
        connection = await self._connection(None if request.repeatable else _FRESH)
        exchange = Exchange(request, receive, self._timeout)
        try:
            await exchange.ask(connection, block, more=more)
        except ConnectionClosedError:
            exchange.close()
            if not (connection.used and request.repeatable):
                raise
            return await self._asked_anew(request, receive)
        except BaseException:
            exchange.close()
            connection.abort()
            raise
        return exchange, connection

    async def _connection(self, longest_idle: float | None) -> Connection:
        """Return a connection that was idle for so many seconds at most, or a new one."""
        try:
            return await self._pool.connection(longest_idle)
        except NotConnectedError as error:
            raise CoreUnreachableError(
                Sentence(
                    "The helpdesk can't be reached{late}. Try again in a moment; if it goes on, an administrator "
                    "should see whether it runs, and whether the assistant has its address.",
                    late=Sentence(": it took too long") if error.late else "",
                ),
                hint=_hint(error),
            ) from None

    async def _asked_anew(self, request: Request, receive: Receive) -> tuple[Exchange, Connection]:
        connection = await self._connection(-1)
        exchange = Exchange(request, receive, self._timeout)
        try:
            await exchange.ask(connection, b"", more=False)
        except BaseException:
            exchange.close()
            connection.abort()
            raise
        return exchange, connection

    async def _question(self, request: Request, block: bytes) -> CoreAnswer:
        exchange, connection = await self._asked(request, _nobody, block, more=False)
        body = bytearray()
        try:
            while True:
                body += connection.take()  # before a wait: a connection that holds much reads no more until then
                if len(body) > _LARGEST_ANSWER:
                    raise CoreUnreachableError(Sentence("The helpdesk's answer to who is calling is too large."))
                if connection.complete:
                    break
                await exchange.arrival()
        finally:
            self._end(exchange, connection)
        return CoreAnswer(status=connection.status, body=bytes(body))


async def _first_block(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] != "http.request":
        raise ClientLeftError
    return message.get("body", b""), message.get("more_body", False)


async def _nobody() -> Any:  # noqa: ANN401 - nothing ever
    """Stand for a client that never leaves."""
    await asyncio.get_running_loop().create_future()


def _hint(error: NotConnectedError) -> str:
    """Say in the operator's log what to look at."""
    if isinstance(error, CertificateError):
        return f"its certificate {error.fault}; ASSISTANT_CA_FILE names a file of authorities that are trusted besides"
    return f"{error.cause}; see whether it runs, and whether ASSISTANT_CORE_URL is its address"


def _changes_who_may_what(scope: HTTPScope) -> bool:
    if scope["method"] in _READING and not scope["path"].strip("/").endswith("logout"):
        return False
    raw = scope["raw_path"]
    paths = [each.decode("latin-1") for each in (raw, *readings(raw).paths)]  # the core may see through it
    if scope["method"] in _READING:
        return any(path.rstrip("/") == _SIGN_OUT for path in paths)
    return any(path.startswith(_WHO_MAY_WHAT) and path != _OWN_AVAILABILITY for path in paths)
