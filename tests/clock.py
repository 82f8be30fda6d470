"""An event loop's clock that a test sets forward, so that no one has to wait for a time to pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable

_LOOK = 0.01  # seconds of the real clock between two looks
_FASTER = 10  # times as fast as the real clock
_PATIENCE = 20.0  # seconds of the real clock


class LoopClock:
    """The clock of the running loop from now on; other threads and processes have their own time.

    Timers that are due after a step forward ring in their order, as they do when a loop has been busy for that long.
    """

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._time = loop.time
        self._ahead = 0.0
        loop.time = self  # type: ignore[method-assign] # the clock is what is replaced

    def __call__(self) -> float:
        """Tell the loop's time."""
        return self._time() + self._ahead

    def forward(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self._ahead += seconds

    async def reach(self, condition: Callable[[], Awaitable[bool] | bool]) -> None:
        """Let time pass ten times as fast as it does until something holds; fails when that takes too long."""
        end = time.monotonic() + _PATIENCE
        while not await _holds(condition):
            assert time.monotonic() < end, "it did not happen in time"
            await asyncio.sleep(_LOOK)
            self.forward(_LOOK * (_FASTER - 1))


async def _holds(condition: Callable[[], Awaitable[bool] | bool]) -> bool:
    found = condition()
    return found if isinstance(found, bool) else await found
