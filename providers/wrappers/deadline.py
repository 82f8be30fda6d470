"""A limit on how long a caller waits."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import TimedOutError

_BETWEEN_SECONDS = 15.0
_STREAM_SECONDS = 60.0


class Deadline:
    """Gives up on a provider that is too slow, and cancels what it was doing.

    Args:
        provider: the provider to wait for; closed with this one.
        seconds: for a whole answer, and for the first piece of a streamed one.
        between: seconds between two pieces.
        total: seconds for a whole stream.
    """

    def __init__(
        self, provider: Provider, seconds: float, *, between: float = _BETWEEN_SECONDS, total: float = _STREAM_SECONDS
    ) -> None:
        self.name = provider.name
        self._provider = provider
        self._seconds = seconds
        self._between = between
        self._total = total

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises TimedOutError after `seconds`."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._provider.complete(request)
        except TimeoutError:
            raise TimedOutError(self.name) from None

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises TimedOutError when a piece, or the whole, takes too long."""
        end = asyncio.get_running_loop().time() + max(self._total, self._seconds)
        patience = self._seconds
        async with aclosing(_generator(self._provider.stream(request))) as pieces:
            while True:
                piece = await self._next(pieces, patience, end)
                if piece is None:
                    return
                yield piece
                patience = self._between

    async def aclose(self) -> None:
        """Close the provider."""
        await self._provider.aclose()

    async def _next(
        self, pieces: AsyncGenerator[Delta | Completion, None], patience: float, end: float
    ) -> Delta | Completion | None:
        moment = min(asyncio.get_running_loop().time() + patience, end)
        try:
            async with asyncio.timeout_at(moment):
                return await anext(pieces, None)
        except TimeoutError:
            raise TimedOutError(self.name) from None


async def _generator(pieces: AsyncIterator[Delta | Completion]) -> AsyncGenerator[Delta | Completion, None]:
    """Make sure that a stream is closed as soon as nobody reads it, where it can be closed."""
    try:
        async for piece in pieces:
            yield piece
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()
