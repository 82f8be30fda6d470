"""A limit on how many requests a provider has to answer at once."""

import asyncio
from math import inf

from providers.errors import OverloadedError


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
