"""The thin front: gives each request an id and a log line, and sends it to our operations or to the core."""

import asyncio
import logging
import os
import signal
import time
from typing import Any, cast

import msgspec
from litestar.enums import HttpMethod, ScopeType
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from assistant.core.failures import refuse_socket
from assistant.core.gateway import CoreGateway
from assistant.core.headers import is_trusted, listed
from assistant.envelope import render
from assistant.errors import AssistantError, CoreUnavailableError, InvalidRequestError
from assistant.metrics import Metrics
from assistant.settings import Network
from assistant.shortcut import Shortcut
from assistant.telemetry import log, request_id
from assistant.web.canonical import disguised
from assistant.web.own_paths import OwnPaths

_LONGEST_ID = 128
_START = 5.0  # seconds that a request waits for a service that is starting
_START_HEALTH = 2.0
_GOODBYE = 0.2  # seconds that closing the sockets may take
_GRACE = 3.0  # seconds that requests may go on after the order to stop
_LATE = 6.0  # seconds after which the process ends, whoever still holds a connection
_LIFESPAN = "lifespan"
_CORE = "core"
_STARTING = CoreUnavailableError(
    "The service is still starting. Try again in a moment; /health/ready tells what it waits for."
)


_DISGUISED = InvalidRequestError(
    "", "The address is not written the straight way: leave out %, //, dots and backslashes."
)

_NO_SOCKET = InvalidRequestError("", "This operation is not a WebSocket.")


class Front:
    """The ASGI application that the server runs.

    Args:
        ours: the application of our own operations.
        paths: those that are ours.
        core: where everything else goes.
        ready: set once the service can answer more than for its health.
        trusted: proxies that may give requests their ids and their scheme.
        shortcut: answers what needs no framework.
        metrics: counts what was answered.
        heeds_signals: whether this is a server's process, which is told by SIGTERM to stop.
    """

    def __init__(
        self,
        *,
        ours: ASGIApp,
        paths: OwnPaths,
        core: CoreGateway,
        ready: asyncio.Event,
        trusted: tuple[Network, ...],
        shortcut: Shortcut | None = None,
        metrics: Metrics | None = None,
        heeds_signals: bool = False,
    ) -> None:
        self._ours = ours
        self.paths = paths
        self._core = core
        self.ready = ready
        self._trusted = trusted
        self._shortcut = shortcut
        self._metrics = metrics
        self._heeds_signals = heeds_signals
        self._stopping = False
        self._late = asyncio.Event()
        self._running: dict[str, set[asyncio.Task[Any]]] = {ScopeType.HTTP: set(), ScopeType.WEBSOCKET: set()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        kind: str = scope["type"]
        if kind == _LIFESPAN:
            await self._live(scope, receive, send)
            return
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        running = self._running[kind]
        running.add(task)
        try:
            if kind == ScopeType.HTTP:
                await self._serve(cast("HTTPScope", scope), receive, send)
            else:
                await self._open_socket(scope, receive, send)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            running.discard(task)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start what serves, and stop it when the server says so, or when the server waits for too long itself."""
        if self._heeds_signals:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stop)

        async def receive_or_leave() -> Any:  # noqa: ANN401 - an ASGI event
            told, late = asyncio.ensure_future(receive()), asyncio.ensure_future(self._late.wait())
            done, pending = await asyncio.wait((told, late), return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            return told.result() if told in done else {"type": "lifespan.shutdown"}

        await self._ours(scope, receive_or_leave, send)
        if self._late.is_set():
            logging.shutdown()
            os._exit(0)  # all is written; only a connection that nobody reads from is left

    def _stop(self) -> None:
        """End sockets with a word, and after a while what goes on for long: the server waits for all of it.

        The server listens to SIGINT as well: it then takes no more connections, and drops sockets.
        """
        loop = asyncio.get_running_loop()
        self._stopping = True
        self._end(ScopeType.WEBSOCKET)
        loop.call_later(_GOODBYE, os.kill, os.getpid(), signal.SIGINT)
        loop.call_later(_GRACE, self._end, ScopeType.HTTP)
        loop.call_later(_LATE, self._late.set)

    def _end(self, kind: str) -> None:
        for task in self._running[kind]:
            task.cancel()

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope["raw_path"]
        if self.paths.template(raw) or self.paths.template(disguised(raw)):
            await receive()
            await refuse_socket(_NO_SOCKET, scope, send)
            return
        await self._core.forward(scope, receive, send)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        raw: bytes = scope["raw_path"]
        own = self.paths.template(raw)
        ours = own is not None
        odd = not ours and self.paths.template(disguised(raw)) is not None
        if not (ours or odd or self._core.in_process):
            await self._core.forward(scope, receive, send)
            return
        believed = is_trusted(scope, self._trusted)
        exchange = _Exchange(scope, send, _request_id(scope) if believed else os.urandom(16).hex())
        token = request_id.set(exchange.request_id)
        try:
            if believed:
                _take_scheme(scope)
            if odd:
                await _send_error(_DISGUISED, scope, receive, exchange.send)
            else:
                await self._answer(scope, receive, exchange.send, ours=ours)
        finally:
            exchange.write_log()
            if self._metrics is not None:
                self._metrics.request(own or _CORE, exchange.status)
            request_id.reset(token)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send, *, ours: bool) -> None:
        if not self.ready.is_set() and not await self._wait(scope["path"]):
            await _send_error(_STARTING, scope, receive, send)
            return
        if scope["method"] == HttpMethod.HEAD:
            scope, send = _as_get(scope), _without_body(send)
        if not ours:
            await self._core.forward(scope, receive, send)
            return
        left = receive if self._shortcut is None else await self._shortcut.answer(scope, receive, send)
        if left is not None:
            await self._ours(scope, left, send)

    async def _wait(self, path: str) -> bool:
        """Hold a request back while the service starts; tell whether it can be answered now.

        Health waits for a moment only: what a start needs may be down, and that is no reason to end the process.
        """
        health = path.startswith("/health")
        try:
            async with asyncio.timeout(_START_HEALTH if health else _START):
                return await self.ready.wait()
        except TimeoutError:
            return health


class _Exchange:
    """One request and its answer, as the log sees them."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self.request_id = request_id
        self._scope: Any = scope
        self._send = send
        self.status = 0
        self._started = time.perf_counter()
        self._scope.setdefault("state", {})["arrived"] = asyncio.get_running_loop().time()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self.request_id.encode())]
        await self._send(message)

    def write_log(self) -> None:
        """Write what happened: who, what, how long, how it ended; 0 when no answer left."""
        state = self._scope["state"]
        user = self._scope.get("user")
        log.info(
            "request",
            method=self._scope["method"],
            path=self._scope["path"],
            status=self.status,
            milliseconds=round((time.perf_counter() - self._started) * 1000, 1),
            agent=getattr(user, "id", None),
            **({"error": state["error_code"]} if "error_code" in state else {}),
            **state.get("note", {}),
        )


def _as_get(scope: HTTPScope) -> HTTPScope:
    """Ask for what HEAD is about (RFC 9110, 9.3.2); Litestar has no HEAD by itself."""
    scope["method"] = HttpMethod.GET
    return scope


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head


async def _send_error(error: AssistantError, scope: Scope, receive: Receive, send: Send) -> None:
    rendered = render(error)
    response = ASGIResponse(
        body=msgspec.json.encode(rendered.envelope),
        status_code=rendered.status_code,
        headers=rendered.headers,
        media_type="application/json",
    )
    await response(scope, receive, send)


def _request_id(scope: HTTPScope) -> str:
    """Take the id that a trusted proxy gave, if it can be used, else make one."""
    given = listed(scope["headers"], b"x-request-id").decode("latin-1")
    return given if given.isascii() and given.isprintable() and 0 < len(given) <= _LONGEST_ID else os.urandom(16).hex()


def _take_scheme(scope: HTTPScope) -> None:
    """Know that the client speaks TLS where a trusted proxy ends it: cookies are then marked so."""
    if listed(scope["headers"], b"x-forwarded-proto").partition(b",")[0].strip() == b"https":
        scope["scheme"] = "https"
