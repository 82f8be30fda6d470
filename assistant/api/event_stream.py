"""Server-sent events: a completion that is read while it is being written (WHATWG HTML, 9.2)."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

import msgspec
from litestar import Request
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from assistant.web.application import answer_error

_PING_EVERY = 10.0  # seconds of silence
_PING = b": ping\n\n"
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",  # nginx would hold events back
}
_encode = msgspec.json.Encoder().encode


def event(name: str, data: object) -> bytes:
    """Write one event; JSON holds no line breaks of its own."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), _encode(data))


class EventStream(ASGIResponse):
    """Sends events as they come, and a comment where none come for long.

    Nothing leaves before the first event or comment does. An error until then is answered like any other, with its
    status; later it is the last event.

    Args:
        events: the events, of which an empty one is none; closed at the end, and as soon as the client leaves.
        headers: of the answer; read when the first byte leaves, so whoever makes the events may fill them until then.
        ping_every: seconds of silence.
    """

    def __init__(
        self, events: AsyncGenerator[bytes, None], headers: Mapping[str, str], *, ping_every: float = _PING_EVERY
    ) -> None:
        super().__init__()
        self._events = events
        self._extra = headers
        self._ping_every = ping_every
        self._sending = asyncio.Lock()
        self._started = self._ended = False
        self._last = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all events; a client that leaves ends it."""
        loop = asyncio.get_running_loop()
        self._last = loop.time()
        tasks = [loop.create_task(self._send_all(scope, send)), loop.create_task(client_left(receive))]
        sending, leaving = tasks
        try:
            while not (sending.done() or leaving.done()):
                pause = self._last + self._ping_every - loop.time()
                if pause <= 0 and not self._sending.locked():  # a slow client hears from us anyway
                    tasks.append(loop.create_task(self._send(send, _PING)))
                pause = pause if pause > 0 else self._ping_every
                await asyncio.wait((sending, leaving), timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if not sending.cancelled():
            sending.result()

    async def _send_all(self, scope: Scope, send: Send) -> None:
        async with aclosing(self._events) as events:
            while (block := await self._next(scope, events)) is not None:
                if block:
                    await self._send(send, block)
        await self._send(send, b"", more=False)

    async def _next(self, scope: Scope, events: AsyncGenerator[bytes, None]) -> bytes | None:
        try:
            return await anext(events, None)
        except Exception as error:
            if not self._started:
                raise
            return event("error", answer_error(Request(scope), error).content)

    async def _send(self, send: Send, body: bytes, *, more: bool = True) -> None:
        """Send one block after the other; nothing after the end."""
        async with self._sending:
            if self._ended:
                return
            self._ended = not more
            if not self._started:
                self._started = True
                await send({"type": "http.response.start", "status": 200, "headers": self._head()})
            await send({"type": "http.response.body", "body": body, "more_body": more})
            self._last = asyncio.get_running_loop().time()

    def _head(self) -> list[tuple[bytes, bytes]]:
        return [(name.lower().encode(), value.encode("latin-1")) for name, value in {**_HEADERS, **self._extra}.items()]


async def client_left(receive: Receive) -> None:
    """Return when the client closes its connection; its request was read before."""
    while (await receive())["type"] != "http.disconnect":
        pass
