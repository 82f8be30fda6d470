"""A limit on how long a caller waits."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import TimedOutError
from providers.wrappers.base import Wrapper, closing

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
        until = self._start() + self._seconds
        try:
            async with asyncio.timeout_at(until):
                return await self._provider.complete(request)
        except TimeoutError:
            raise TimedOutError(self.name) from None

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises TimedOutError when a piece, or the whole, takes too long."""
        start = self._start()
        moment, end = start + self._seconds, start + max(self._total, self._seconds)
        async with closing(self._provider.stream(request)) as pieces:
            while (piece := await self._next(pieces, moment)) is not None:
                yield piece
                moment = min(asyncio.get_running_loop().time() + self._between, end)

    def _start(self) -> float:
        """Return the loop's time from which this request's seconds count; raises TimedOutError if they are over."""
        now = asyncio.get_running_loop().time()
        if self._arrived is None:
            return now
        if now >= self._arrived + self._seconds:
            raise TimedOutError(self.name)
        return self._arrived

    async def _next(self, pieces: AsyncIterator[Delta | Completion], moment: float) -> Delta | Completion | None:
        try:
            async with asyncio.timeout_at(moment):
                return await anext(pieces, None)
        except TimeoutError:
            raise TimedOutError(self.name) from None
