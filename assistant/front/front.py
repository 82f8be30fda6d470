"""The thin front: gives each request an id and a log line, and sends it to our operations or to the core."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, cast

from litestar.enums import HttpMethod
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from assistant.api.completion_shapes import ASKED
from assistant.errors import (
    AssistantError,
    CoreUnavailableError,
    CrowdedError,
    InvalidRequestError,
    LongPathError,
    SlowBodyError,
    StoppingError,
)
from assistant.front import hit_lane
from assistant.front.answers import Exchange, Outgoing, as_get, send_error, without_body
from assistant.front.clients import Peers
from assistant.front.failures import refuse_socket, send_failure
from assistant.front.hit_lane import HitLane, Passed
from assistant.front.idle_connections import Hoarding
from assistant.front.request_bodies import Bodies
from assistant.front.trust import Trust
from assistant.gateway.core import CoreGateway
from assistant.gateway.exchange import log_cut
from assistant.metrics import Metrics
from assistant.settings import Network
from assistant.telemetry import request_id, write_at_once
from assistant.web import links
from assistant.web.own_paths import LONGEST_PATH, OwnPaths
from assistant.web.request_facts import facts_of
from assistant.web.shutdown import Stopping
from messages.sentences import Sentence

_START = 5.0  # seconds that a request waits for a service that is starting
_START_HEALTH = 2.0
_LIFESPAN, _SHUTDOWN, _HTTP, _POST = "lifespan", "lifespan.shutdown", "http", "POST"
_CORE = "core"
_HEALTH = b"/health"
_HITS = hit_lane.PATH.encode()
_STARTING = CoreUnavailableError(Sentence("The service is still starting. Try again in a moment."))


_DISGUISED = InvalidRequestError(
    "",
    Sentence(
        "This path is not canonical: use lower-case letters, and leave out %, ;, backslashes, empty parts, dots, "
        "and a slash at the end."
    ),
)

_LONG_PATH = LongPathError(
    Sentence("The path is too long: at most {most} bytes before the question mark.", most=LONGEST_PATH)
)
_NO_SOCKET = InvalidRequestError("", Sentence("This operation is not a WebSocket."))


class Front:
    """The ASGI application that the server runs.

    Args:
        ours: the application of our own operations.
        paths: those that are ours.
        core: where everything else goes.
        ready: set once the service can answer more than for its health.
        warm: set once it can answer our own operations without delay; when `ready` is set unless given.
        trusted: proxies that may give requests their ids and their scheme.
        lane: answers what needs no framework.
        metrics: counts what was answered.
        stopping: how far the end of this process has come.
        bodies: the bodies that are awaited.
        client_limit: requests and sockets that one client may have under way.
        heeds_signals: whether this is a server's process, which is told by signals to stop.
    """

    def __init__(
        self,
        *,
        ours: ASGIApp,
        paths: OwnPaths,
        core: CoreGateway,
        ready: asyncio.Event,
        warm: asyncio.Event | None = None,
        trusted: tuple[Network, ...],
        lane: HitLane | None = None,
        metrics: Metrics | None = None,
        stopping: Stopping,
        bodies: Bodies,
        client_limit: int = 1000,
        heeds_signals: bool = False,
    ) -> None:
        self._ours = ours
        self.paths = paths
        self._core = core
        self.ready = ready
        self._warm = ready if warm is None else warm
        self._trust = Trust(trusted)
        self._lane = lane if paths.template(_HITS) else None
        self._metrics = metrics
        self._heeds_signals = heeds_signals
        self._stopping = stopping
        self._peers = Peers(client_limit, trusted)
        self._hoarding = Hoarding(client_limit, trusted)
        self._bodies = bodies
        self._requests: set[asyncio.Task[Any]] = set()
        # Sockets, and event streams of a core elsewhere: those clients connect again by themselves.
        self._endless: set[asyncio.Task[Any]] = set()
        self._exchanges: set[Exchange] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        kind: str = scope["type"]
        if kind == _LIFESPAN:
            await self._live(scope, receive, send)
            return
        http = kind == _HTTP
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        (self._requests if http else self._endless).add(task)
        connection, peer = self._hoarding.begin(scope), self._peers.take(scope)
        try:
            if http:
                request = cast("HTTPScope", scope)
                lane = None if peer is None else self._lane_of(request)
                if lane is None:
                    await self._serve(request, self._bodies.in_time(request, receive), send, welcome=peer is not None)
                elif (passed := await lane.answer(request, receive, send)) is not None:
                    await self._pass_along(passed, request, send)
            else:
                await self._open_socket(scope, receive, send, welcome=peer is not None)
        except asyncio.CancelledError:
            if not self._stopping.begun:
                raise
        finally:
            self._peers.give_back(peer)
            self._hoarding.end(connection)
            self._requests.discard(task)
            self._endless.discard(task)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start what serves, and stop it when the server says so, or when the server waits for too long itself."""
        if self._heeds_signals:
            self._stopping.heed(
                close=lambda: _cancel(self._endless),
                end=self._end_requests,
                busy=lambda: bool(self._requests or self._endless),
            )

        async def receive_or_leave() -> Any:  # noqa: ANN401 - an ASGI event
            told, late = asyncio.ensure_future(receive()), asyncio.ensure_future(self._stopping.late.wait())
            done, pending = await asyncio.wait((told, late), return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            event: Any = told.result() if told in done else {"type": _SHUTDOWN}
            if event["type"] == _SHUTDOWN:
                self._stopping.over = True
                write_at_once()
            return event

        async with self._watching():
            await self._ours(scope, receive_or_leave, send)
        if self._stopping.late.is_set():
            for exchange in self._exchanges:
                exchange.write_log()
            logging.shutdown()
            os._exit(0)  # all is written; only what lets go of nothing is left, such as a client that reads nothing

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        """Keep an eye on a server's connections until the end of the block."""
        watch = asyncio.create_task(self._hoarding.watch()) if self._heeds_signals else None
        try:
            yield
        finally:
            if watch is not None:
                watch.cancel()

    def _end_requests(self) -> None:
        """End requests; ours are answered at once, since what they wait for may not let go of them so soon."""
        self._refusals = [asyncio.create_task(exchange.refuse()) for exchange in self._exchanges]
        _cancel(self._requests)

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send, *, welcome: bool) -> None:
        refusal = self._refusal(scope["raw_path"], welcome=welcome)
        if refusal is not None:
            await receive()
            await refuse_socket(refusal, scope, send)
            return
        try:
            await self._core.forward(scope, receive, send)
        except AssistantError as error:
            await refuse_socket(error, scope, send)

    def _refusal(self, raw: bytes, *, welcome: bool) -> AssistantError | None:
        fault = self._fault(raw)
        if fault is not None or self.paths.template(raw):
            return fault or _NO_SOCKET
        if self._stopping.begun:
            return StoppingError()
        return None if welcome else CrowdedError()

    def _fault(self, raw: bytes) -> AssistantError | None:
        """Return why a path can't be answered, whoever would have to."""
        if len(raw) > LONGEST_PATH:
            return _LONG_PATH
        return None if self.paths.template(raw) or not self.paths.hidden(raw) else _DISGUISED

    def _lane_of(self, scope: HTTPScope) -> HitLane | None:
        """Return the lane in which a request may be answered now."""
        served = self._warm.is_set() and not self._stopping.over
        return self._lane if served and scope["raw_path"] == _HITS and scope["method"] == _POST else None

    async def _pass_along(self, passed: Passed, scope: HTTPScope, send: Send) -> None:
        """Serve a request that is no hit, with what was read of it."""
        token = ASKED.set(passed.asked)
        try:
            await self._serve(scope, passed.receive, send, welcome=True)
        finally:
            ASKED.reset(token)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send, *, welcome: bool) -> None:
        raw: bytes = scope["raw_path"]
        own = self.paths.template(raw)
        ours = own is not None
        fault = self._fault(raw)
        if not (ours or fault or self._core.in_process):
            await self._pass_on(scope, receive, send, welcome=welcome)
            return
        identity = facts_of(scope).request_id or self._trust.request_id(scope)
        exchange = Exchange(scope, send, self._stopping, identity)
        token = request_id.set(identity)
        self._exchanges.add(exchange)
        root = links.prefix.set(self._trust.prefix(scope))
        try:
            self._trust.believe(scope)
            if fault is not None:
                await send_error(fault, scope, receive, exchange.send)
            elif not (welcome or raw.startswith(_HEALTH)):
                await send_error(CrowdedError(), scope, receive, exchange.send)
            else:
                await self._answer(scope, receive, exchange.send, ours=ours)
        except SlowBodyError as error:
            await send_error(error, scope, receive, exchange.send)
        except asyncio.CancelledError:
            if not self._stopping.over:
                raise
            await exchange.break_off()
        finally:
            self._exchanges.discard(exchange)
            exchange.write_log()
            if self._metrics is not None:
                self._metrics.request(own or _CORE, exchange.status)
            links.prefix.reset(root)
            request_id.reset(token)

    async def _pass_on(self, scope: HTTPScope, receive: Receive, send: Send, *, welcome: bool) -> None:
        """Let a core elsewhere answer; of what the end of this process breaks off, the client or the log is told."""
        outgoing = Outgoing(send, self._stopping, self._expect_no_end)
        if self._stopping.over or not welcome:
            await send_failure(StoppingError() if welcome else CrowdedError(), scope, receive, outgoing.send)
            return
        try:
            await self._core.forward(scope, receive, outgoing.send)
        except AssistantError as error:
            await send_failure(error, scope, receive, outgoing.send)
        except asyncio.CancelledError:
            if not self._stopping.begun:
                raise
            if outgoing.status:
                log_cut(StoppingError(), scope)
            else:
                await send_failure(StoppingError(), scope, receive, outgoing.send)

    def _expect_no_end(self) -> None:
        """Know the task of this request as one that may go on for ever."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._requests.discard(task)
        self._endless.add(task)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send, *, ours: bool) -> None:
        if scope["method"] == HttpMethod.HEAD:
            scope, send = as_get(scope), without_body(send)
        if self._stopping.over:
            facts_of(scope).error = StoppingError.error_code
            await send_error(StoppingError(), scope, receive, send)
            return
        if not self._warm.is_set() and not await self._wait(scope["path"], ours=ours):
            await send_error(_STARTING, scope, receive, send)
            return
        if not ours:
            await self._core.forward(scope, receive, send)
            return
        await self._ours(scope, receive, send)

    async def _wait(self, path: str, *, ours: bool) -> bool:
        """Hold a request back while the service starts; tell whether it can be answered now.

        Health waits for a moment only: what a start needs may be down, and that is no reason to end the process. The
        core, and whether the process lives, need nothing that is prepared for clicks.
        """
        health = path.startswith("/health")
        wanted = self._warm if ours and path != "/health" else self.ready
        try:
            async with asyncio.timeout(_START_HEALTH if health else _START):
                return await wanted.wait()
        except TimeoutError:
            return health


def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
