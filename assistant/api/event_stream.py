"""Server-sent events: a completion that is read while it is being written (WHATWG HTML, 9.2)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from litestar import Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from assistant.api.leaving import while_there
from assistant.web.application import answer_error

_PING_EVERY = 10.0  # seconds of silence
_PING = b": ping\n\n"
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",  # nginx would hold events back
}
Emit: TypeAlias = Callable[[bytes], Awaitable[None]]
"""Sends an event."""
Work: TypeAlias = Callable[[Emit], Awaitable[bytes | None]]
"""Makes the events of a stream; the last one may be returned, and leaves together with the end."""
_encode = msgspec.json.Encoder().encode


def event(name: str, data: object) -> bytes:
    """Write one event; JSON holds no line breaks of its own."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), _encode(data))


class EventStream(ASGIResponse):
    """Sends events as they come, and a comment where none come for long.

    Nothing leaves before the first event or comment does. An error until then is answered like any other, with its
    status; later it is the last event.

    Args:
        work: makes the events, of which an empty one is none; cancelled as soon as the client leaves.
        headers: of the answer; read when the first byte leaves, so whoever makes the events may fill them until then.
        ping_every: seconds of silence.
    """

    def __init__(self, work: Work, headers: Mapping[str, str], *, ping_every: float = _PING_EVERY) -> None:
        self._work = work
        self._extra = headers
        self._ping_every = ping_every
        self._started = self._sending = False
        self._last = 0.0
        self._pinging: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all events; a client that leaves ends it."""
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time()
        self._send_message = send
        await while_there(receive, self._send_all(scope))

    async def _send_all(self, scope: Scope) -> None:
        self._timer = self._loop.call_later(self._ping_every, self._look)
        try:
            last = await self._work(self._emit)
        except Exception as error:
            if not self._started:
                raise
            last = event("error", answer_error(Request(scope), error).content)
        except BaseException:
            if self._pinging is not None:
                self._pinging.cancel()
            raise
        finally:
            self._timer.cancel()
        await self._emit(last or b"", more=False)

    async def _emit(self, block: bytes, *, more: bool = True) -> None:
        if self._pinging is not None:
            await asyncio.wait({self._pinging})
            self._pinging = None
        if block or not more:
            await self._send(block, more=more)

    def _look(self) -> None:
        """Send a comment after a long silence; a client that does not take the last event hears from us anyway."""
        pause = self._last + self._ping_every - self._loop.time()
        if pause <= 0 and not self._sending:
            self._pinging = self._loop.create_task(self._send(_PING))
        self._timer = self._loop.call_later(pause if pause > 0 else self._ping_every, self._look)

    async def _send(self, body: bytes, *, more: bool = True) -> None:
        self._sending = True
        if not self._started:
            self._started = True
            await self._send_message({"type": "http.response.start", "status": 200, "headers": self._head()})
        await self._send_message({"type": "http.response.body", "body": body, "more_body": more})
        self._sending = False
        self._last = self._loop.time()

    def _head(self) -> list[tuple[bytes, bytes]]:
        return [(name.lower().encode(), value.encode("latin-1")) for name, value in {**_HEADERS, **self._extra}.items()]


class Streamed(Response[None]):
    """An event stream as a handler's answer; see `EventStream`."""

    def __init__(self, work: Work) -> None:
        super().__init__(None)
        self._stream = EventStream(work, {})

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:  # noqa: ANN401 - what Litestar would make of it
        """Return the stream."""
        return self._stream


def wants_stream(request: Request[Any, Any, Any]) -> bool:
    """Tell whether a caller takes an event stream."""
    return "text/event-stream" in request.headers.get("accept", "")
