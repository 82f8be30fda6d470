"""A limit on how long a caller waits."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from math import inf
from typing import Any, TypeVar, cast

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import TimedOutError
from providers.wrappers.base import Wrapper, closing

T = TypeVar("T")

BETWEEN_SECONDS = 15.0
"""Seconds between two pieces of a stream."""
STREAM_SECONDS = 60.0
"""Seconds for a whole stream."""


class Deadline(Wrapper):
    """Gives up on a provider that is too slow, and cancels what it was doing.

    Args:
        provider: the provider to wait for.
        seconds: for a whole answer, and for the first piece of a streamed one.
        between: seconds between two pieces.
        total: seconds for a whole stream.
        arrived: the loop's time from which `seconds` and `total` count, so that several attempts share them; None: each
            request's own beginning.
    """

    def __init__(
        self,
        provider: Provider,
        seconds: float,
        *,
        between: float = BETWEEN_SECONDS,
        total: float = STREAM_SECONDS,
        arrived: float | None = None,
    ) -> None:
        super().__init__(provider)
        self._seconds = seconds
        self._between = between
        self._total = total
        self._arrived = arrived

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises TimedOutError when it takes too long."""
        try:
            async with asyncio.timeout_at(self.until()):
                return await self._provider.complete(request)
        except TimeoutError:
            raise TimedOutError(self.name) from None

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises TimedOutError when a piece, or the whole, takes too long."""
        start = self._start()
        moment, end = start + self._seconds, start + max(self._total, self._seconds)
        now, alarm = asyncio.get_running_loop().time, _Alarm(self.name)
        try:
            async with closing(self._provider.stream(request)) as pieces:
                while (piece := await alarm.wait(anext(pieces, None), moment)) is not None:
                    yield piece
                    moment = min(now() + self._between, end)
        finally:
            alarm.off()

    def until(self) -> float:
        """Return the loop's time at which a request's answer must be there, or begin; raises TimedOutError if past."""
        return self._start() + self._seconds

    def around(self, provider: Provider, until: float) -> "Deadline":
        """Return the same limits around a stream that has begun already, before its time was over."""
        start = until - self._seconds
        return Deadline(provider, self._seconds, between=self._between, total=self._total, arrived=start)

    def _start(self) -> float:
        """Return the loop's time from which this request's seconds count; raises TimedOutError if they are over."""
        now = asyncio.get_running_loop().time()
        if self._arrived is None:
            return now
        if now >= self._arrived + self._seconds:
            raise TimedOutError(self.name)
        return self._arrived


class _Alarm:
    """Limits how long one task waits, again and again: one timer for all pieces, as a timer for each takes its time."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[Any] | None = None  # the one that waits at the moment
        self._until = inf
        self._timer: asyncio.TimerHandle | None = None
        self._rang = False

    async def wait(self, piece: Awaitable[T], until: float) -> T:
        """Return what is waited for; raises TimedOutError at the loop's time `until`."""
        # No local name for the task: its cancellation would hold this frame, and the frame the task, a cycle for each
        # stream that a client leaves.
        self._task, self._until = cast("asyncio.Task[Any]", asyncio.current_task()), until
        cancelling = self._task.cancelling()
        if self._timer is None or self._timer.when() > until:
            self.off()
            self._timer = self._loop.call_at(until, self._look)
        try:
            return await piece
        except asyncio.CancelledError:
            if self._rang and self._task.uncancel() <= cancelling:
                raise TimedOutError(self._provider) from None
            raise
        finally:
            self._task = None

    def off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """Ring if the time is over; it was put off with each piece that came."""
        self._timer = None
        if self._task is None:
            return
        if self._loop.time() < self._until:
            self._timer = self._loop.call_at(self._until, self._look)
        else:
            self._rang = True
            self._task.cancel()
