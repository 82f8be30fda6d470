"""A limit on how many requests a provider has to answer at once."""

import asyncio
from collections.abc import AsyncGenerator
from math import inf

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import OverloadedError
from providers.wrappers.base import Wrapper, closing


class Slots:
    """The places at one provider, and the queue for them.

    Args:
        most: requests that may be under way at once.
        queue: requests that may wait for a place.
        patience: seconds that one waits at most.

    Attributes:
        used: requests under way.
        waiting: requests that wait.
    """

    def __init__(self, most: int, queue: int, patience: float) -> None:
        self.used = 0
        self.waiting = 0
        self._free = asyncio.Semaphore(most)
        self._queue = queue
        self._patience = patience

    async def take(self, provider: str, until: float = inf) -> None:
        """Take a place, which `give` gives back.

        Raises:
            OverloadedError: the queue is full, or no place became free in time or before the loop's time `until`.
        """
        if self._free.locked():
            await self._wait(provider, until)
        else:
            await self._free.acquire()
        self.used += 1

    def give(self) -> None:
        """Give a place back."""
        self.used -= 1
        self._free.release()

    async def _wait(self, provider: str, until: float) -> None:
        if self.waiting >= self._queue:
            raise OverloadedError(provider, retry_after=self._patience)
        self.waiting += 1
        try:
            async with asyncio.timeout_at(min(asyncio.get_running_loop().time() + self._patience, until)):
                await self._free.acquire()
        except TimeoutError:
            raise OverloadedError(provider, retry_after=self._patience) from None
        finally:
            self.waiting -= 1


class LimitedProvider(Wrapper):
    """Asks once there is a place, and keeps it until the answer's end.

    Args:
        provider: the provider to ask.
        slots: live longer than this, shared by all requests to the provider.
        until: the loop's time after which no one waits any more.
    """

    def __init__(self, provider: Provider, slots: Slots, *, until: float = inf) -> None:
        super().__init__(provider)
        self._slots = slots
        self._until = until

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises OverloadedError without asking."""
        await self._slots.take(self.name, self._until)
        try:
            return await self._provider.complete(request)
        finally:
            self._slots.give()

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises OverloadedError without asking. Its place is free once it is closed."""
        await self._slots.take(self.name, self._until)
        try:
            async with closing(self._provider.stream(request)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            self._slots.give()
