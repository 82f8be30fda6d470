"""Calls that go on while a model is loaded, after their callers were told to come back."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from providers.base import Completion, CompletionRequest
from providers.errors import TimedOutError, UnavailableError

FAIR_SECONDS = 0.2
"""Seconds of silence that say something."""


class LateCall:
    """A call that no one waits for any more, which goes on.

    Attributes:
        position: the provider's place in the chain.
        request: what it was asked.
    """

    def __init__(self, name: str, request: CompletionRequest, position: int, task: asyncio.Task[Completion]) -> None:
        self.request = request
        self._name = name
        self.position = position
        self._task = task

    async def completion(self) -> Completion:
        """Wait for the answer; whoever leaves before that leaves it to go on.

        Raises:
            ProviderError: there is none, or no one is to ask this provider any more.
        """
        await asyncio.wait({self._task})
        if self._task.cancelled():
            raise UnavailableError(self._name, detail="another one was chosen meanwhile")
        return self._task.result()


class Loads:
    """Keeps one call to a model going while that is loaded.

    A model that did not answer such a call in time is not taken for one that loads for as long as that took: it hangs.

    Args:
        seconds: that a call may take, from its beginning.
        clock: seconds that never go back.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._task: asyncio.Task[Completion] | None = None
        self._hangs_until = 0.0

    @property
    def under_way(self) -> bool:
        """Whether a call goes on."""
        return self._task is not None and not self._task.done()

    def may_begin(self, started: float) -> bool:
        """Tell whether the silence since a moment of the loop's time may be a load, and none is under way."""
        silence = asyncio.get_running_loop().time() - started
        return silence >= FAIR_SECONDS and self._clock() >= self._hangs_until and not self.under_way

    def keep(
        self,
        name: str,
        answer: Coroutine[Any, Any, Completion],
        request: CompletionRequest,
        *,
        position: int,
        started: float,
    ) -> LateCall:
        """Keep a call going.

        Args:
            name: of the provider.
            answer: of the call.
            request: what it was asked.
            position: the provider's place in the chain.
            started: the loop's time at which it began.
        """
        self._task = asyncio.create_task(self._bounded(name, answer, started + self._seconds))
        self._task.add_done_callback(_look_at)
        return LateCall(name, request, position, self._task)

    async def aclose(self) -> None:
        """End the call that goes on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _bounded(self, name: str, answer: Coroutine[Any, Any, Completion], until: float) -> Completion:
        try:
            async with asyncio.timeout_at(until):
                return await answer
        except TimeoutError:
            self._hangs_until = self._clock() + self._seconds
            raise TimedOutError(name) from None


def _look_at(task: asyncio.Task[Completion]) -> None:
    """Take note of a failure, which asyncio reports otherwise when no one waits for it."""
    if not task.cancelled():
        task.exception()
