"""Limits on how long a caller waits."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from math import inf
from typing import Any

from msgspec import Struct

from providers.asking.reply import ShownReply
from providers.base import Completion, Delta
from providers.http.arrival import expected

BETWEEN_SECONDS = 15.0
"""Seconds between two pieces of a stream."""
STREAM_SECONDS = 60.0
"""Seconds for a whole stream."""


class Deadlines(Struct, frozen=True, kw_only=True):
    """How long the caller of one request waits.

    Attributes:
        arrived: the loop's time at which the request arrived.
        seconds: for a whole answer, and for the first piece of a streamed one.
        between: seconds between two pieces.
        total: seconds for a whole stream.
    """

    arrived: float
    seconds: float
    between: float = BETWEEN_SECONDS
    total: float = STREAM_SECONDS


class TimedCall:
    """A call to a provider, in a task of its own, that is waited for until its time is over.

    Only the wait for the provider counts as a wait between two pieces, not what is done with them.

    Args:
        until: the loop's time until which the answer has to be there, or begin.
        between: seconds between two pieces.
        end: the loop's time until which a stream has to end.
    """

    def __init__(self, until: float, *, between: float, end: float) -> None:
        self._loop = asyncio.get_running_loop()
        self.started = self._loop.time()
        self._between = between
        self._end = end
        self._muted = False
        self._over = self._loop.create_future()  # the call, or the time for it
        self._until = until
        self._wake_at(until)

    def ask(self, answer: Coroutine[Any, Any, Completion]) -> None:
        """Begin to ask for a whole answer."""
        self._task, self._arrival = expected(answer)
        self._task.add_done_callback(self._end_wait)

    def stream(self, pieces: AsyncIterator[Delta | Completion], reply: ShownReply) -> None:
        """Begin to read a stream, and show the reply in it."""
        self.ask(self._read(pieces, reply))

    @property
    def silent(self) -> bool:
        """Whether nothing has come, not even a head."""
        return not self._arrival.begun

    async def answer(self) -> Completion | None:
        """Wait for the answer; None: its time is over, and the call still goes on. Whoever leaves ends it."""
        try:
            await self._over
        except BaseException:
            await self.end()
            raise
        finally:
            self._timer.cancel()
        if not self._task.done():
            return None
        try:
            return self._task.result()
        finally:
            del self._task  # an error holds its frames, and these would hold it: a cycle

    async def end(self) -> None:
        """Break the call off."""
        self._task.cancel()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.exception()  # seen: it came too late
        del self._task

    async def go_on(self) -> Completion:
        """Wait for the answer however late it comes; nothing of it is shown."""
        self._muted = True
        return await self._task

    async def _read(self, pieces: AsyncIterator[Delta | Completion], reply: ShownReply) -> Completion:
        """Read a stream to its end, one piece after the other within its time."""
        try:
            async for piece in pieces:
                self._until = inf
                if not self._muted:
                    await reply.take(piece)
                if isinstance(piece, Completion):
                    return piece
                self._until = min(self._loop.time() + self._between, self._end)
                if self._until < self._wakes:
                    self._timer.cancel()
                    self._wake_at(self._until)
        finally:
            if isinstance(pieces, AsyncGenerator):
                await pieces.aclose()  # its connection must not wait for the collector
        raise AssertionError("a stream ends with a completion or an error")

    def _wake_at(self, moment: float) -> None:
        self._wakes = moment
        self._timer = self._loop.call_at(moment, self._look)

    def _look(self) -> None:
        """End the wait if its time is over; it was put off with each piece that came."""
        now = self._loop.time()
        if now >= self._until:
            self._end_wait()
        else:
            self._wake_at(min(self._until, now + self._between))

    def _end_wait(self, _task: object = None) -> None:
        if not self._over.done():
            self._over.set_result(None)
