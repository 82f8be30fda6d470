"""An agent's requests of the last minute: counted in Redis by all replicas together, else in this process."""

import functools
import time
from typing import TYPE_CHECKING, Any

from assistant.redis.link import RedisDownError, RedisLink

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import SlidingWindowCounterRateLimiter as SharedWindows
    from limits.strategies import SlidingWindowCounterRateLimiter as OwnWindows
    from redis.asyncio import Redis

_PREFIX = "assistant:budget"


class RequestWindows:
    """Counts an agent's requests of the last minute.

    Args:
        link: to Redis; nothing when there is none.
    """

    def __init__(self, link: RedisLink | None) -> None:
        self._link = link
        self._here: OwnWindows | None = None
        self._shared: SharedWindows | None = None

    def take_now(self, agent_id: int, most: int) -> bool | None:
        """Count a request if there is room; None, with nothing counted, when only Redis knows."""
        if self._link is not None and self._link.available:
            return None
        return self._own().hit(_item(most), str(agent_id))

    async def take(self, agent_id: int, most: int) -> float | None:
        """Count a request; return the seconds until there is room again when there is none."""
        item, name = _item(most), str(agent_id)
        if self._link is not None:
            try:
                return await self._link.run(lambda redis: self._take_shared(redis, item, name))
            except RedisDownError:
                pass
        windows = self._own()
        return None if windows.hit(item, name) else _until(windows.get_window_stats(item, name).reset_time)

    async def _take_shared(self, redis: "Redis", item: "RateLimitItem", name: str) -> float | None:
        if self._shared is None:
            from limits.aio.storage import RedisStorage  # noqa: PLC0415 - most services have no such budget
            from limits.aio.strategies import SlidingWindowCounterRateLimiter  # noqa: PLC0415

            pool: Any = redis.connection_pool
            storage = RedisStorage("redis://", implementation="redispy", key_prefix=_PREFIX, connection_pool=pool)
            self._shared = SlidingWindowCounterRateLimiter(storage)
        if await self._shared.hit(item, name):
            return None
        return _until((await self._shared.get_window_stats(item, name)).reset_time)

    def _own(self) -> "OwnWindows":
        if self._here is None:
            from limits.storage import MemoryStorage  # noqa: PLC0415 - likewise
            from limits.strategies import SlidingWindowCounterRateLimiter  # noqa: PLC0415

            self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        return self._here


@functools.lru_cache(64)
def _item(most: int) -> "RateLimitItem":
    from limits import RateLimitItemPerMinute  # noqa: PLC0415 - likewise

    return RateLimitItemPerMinute(most, namespace="requests")


def _until(moment: float) -> float:
    return min(max(moment - time.time(), 1.0), 60.0)
