"""Clients that leave before they are answered."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

from litestar.types import Receive

T = TypeVar("T")


async def while_there(receive: Receive, work: Coroutine[Any, Any, T], *, patience: float = 0.0) -> T | None:
    """Return what some work brings; nothing, and the work is cancelled, when the client leaves before.

    Args:
        receive: of the request, whose body was read.
        work: done in the task that this is called in.
        patience: seconds after which it is worth looking whether the client is still there.
    """
    watch = _Watch(receive, patience)
    try:
        return await work
    except asyncio.CancelledError:
        if watch.saw_leaving():
            return None
        raise
    finally:
        watch.end()


class _Watch:
    """Waits for the client to leave, and cancels the task that works for it."""

    def __init__(self, receive: Receive, patience: float) -> None:
        self._receive = receive
        self._working: asyncio.Task[Any] | None = asyncio.current_task()
        self._left = False
        self._watching: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(patience, self._begin)

    def saw_leaving(self) -> bool:
        """Tell whether it was this that cancelled the work, and nothing else."""
        return self._left and cast("asyncio.Task[Any]", self._working).uncancel() == 0

    def end(self) -> None:
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        self._working = None

    def _begin(self) -> None:
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._working is not None:
            self._left = True
            self._working.cancel()
