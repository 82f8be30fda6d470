"""Waiting for what happens in the same loop, and no longer than it takes."""

import asyncio
import time
from collections.abc import Callable


async def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait until something holds; return the seconds that it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() < started + seconds, "it did not happen in time"
        await asyncio.sleep(0.01)
    return time.monotonic() - started


async def turns(number: int = 20) -> None:
    """Let the loop do what it can do now: a few turns, in which no time has to pass."""
    for _ in range(number):
        await asyncio.sleep(0)
