"""Telling the other replicas that a setting has changed, through Redis; each also looks by itself now and then."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from assistant.redis.link import RedisLink
from assistant.telemetry import log

_CHANNEL = "assistant:changed"

Reload: TypeAlias = Callable[[], Awaitable[None]]
"""Reads what has changed."""


class Announcements:
    """Tells the other replicas of changes, and hears of theirs.

    Args:
        link: to Redis; without one, no one is told.
    """

    def __init__(self, link: RedisLink | None) -> None:
        self._link = link
        self._reloads: dict[str, Reload] = {}
        self._reading: set[asyncio.Task[None]] = set()
        if link is not None:
            link.hear(_CHANNEL, self._hear)

    def on(self, what: str, reload: Reload) -> None:
        """Reload something whenever a replica, this one included, says that it has changed."""
        self._reloads[what] = reload

    def tell(self, what: str) -> None:
        """Say that something has changed, once the change can be read."""
        if self._link is not None:
            self._link.soon("PUBLISH", _CHANNEL, what)

    async def aclose(self) -> None:
        """Stop reading."""
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)

    def _hear(self, message: bytes) -> None:
        reload = self._reloads.get(message.decode(errors="replace"))
        if reload is not None:
            task = asyncio.create_task(_read(reload))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)


async def _read(reload: Reload) -> None:
    try:
        await reload()
    except Exception as error:  # noqa: BLE001 - the look that each replica takes by itself will find the change
        log.error("a change could not be read", exception=error)
