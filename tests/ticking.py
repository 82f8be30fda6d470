"""How long a loop stands still: what the process computes between two of its ticks, however busy the machine is."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from msgspec import Struct

_PAUSE = 0.01  # seconds between two ticks


class Stall(Struct):
    """The longest time between two ticks, in seconds of CPU of the whole process: of the loop's thread and others."""

    longest: float = 0.0


@asynccontextmanager
async def ticking() -> AsyncIterator[Stall]:
    """Let the loop tick until the end of the block."""
    stall = Stall()
    task = asyncio.create_task(_tick(stall))
    await asyncio.sleep(2 * _PAUSE)
    try:
        yield stall
    finally:
        await asyncio.sleep(2 * _PAUSE)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _tick(stall: Stall) -> None:
    last = time.process_time()
    while True:
        await asyncio.sleep(_PAUSE)
        now = time.process_time()
        stall.longest = max(stall.longest, now - last)
        last = now
