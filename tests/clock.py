"""An event loop's clock that a test sets forward, so that no one has to wait for a time to pass."""

import asyncio


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
