"""Bringing up what a process serves, while the process answers for its health already."""

import asyncio
import gc
import itertools
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

from assistant.database.database import is_away
from assistant.errors import AssistantError
from assistant.starting.giving_up import give_up, reason_of, unexpected
from assistant.telemetry import log

_RETRY = 2.0  # seconds
_SWITCH = 0.001  # seconds for which a thread that works on a long text keeps the loop waiting, each time
_COLLECTIONS = (700, 10, 2)  # whole ones come early and stay short: streams that clients leave are full of cycles
_ATTEMPTS = 5  # at a start that fails for reasons that we don't know

Running: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]
"""Brings something up, and stops it at the end of the block."""


@asynccontextmanager
async def starting(running: Running, ready: asyncio.Event, *, serving: bool = False) -> AsyncIterator[None]:
    """Run beside what is served: the process answers for its health soon, for all else when it is ready.

    Args:
        running: what is run.
        ready: set once it does.
        serving: whether this is a server's worker, which ends when it can never start.
    """
    sys.setswitchinterval(_SWITCH)
    if serving:
        gc.set_threshold(*_COLLECTIONS)
    stop = asyncio.Event()
    run = asyncio.create_task(_run(running, ready, stop, give_up if serving else lambda _: None))
    try:
        yield
    finally:
        stop.set()
        if not ready.is_set():
            run.cancel()
        await asyncio.gather(run, return_exceptions=True)


async def _run(running: Running, ready: asyncio.Event, stop: asyncio.Event, give_up: Callable[[str], None]) -> None:
    """Run until told to stop; a start that fails is tried again while that may help, as for a database that is away."""
    for attempt in itertools.count(1):
        try:
            async with running():
                gc.freeze()  # what the start made stays for good: no collection has to look at it again
                gc.enable()
                ready.set()
                await stop.wait()
                return
        except Exception as error:  # noqa: BLE001 - whatever it is, an operator has to see it and may fix it
            reason = None if stop.is_set() else reason_of(error)
            if reason is None and attempt >= _ATTEMPTS and not (is_away(error) or isinstance(error, AssistantError)):
                reason = unexpected(error)
            if reason is not None:
                give_up(reason)
                return
            if stop.is_set():
                log.error("the service did not stop as it should", exception=error)
                return
            log.error("the service can't start and tries again", exception=error, retry=_RETRY)
            await asyncio.sleep(_RETRY)
