"""What budgets count: requests by the minute, tokens and money by the day; in Redis, else in this process.

Whatever trouble Redis has, counting goes on here, from the last total that was heard; what was counted meanwhile is
added to Redis once it answers again.
"""

import functools
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from assistant.store.redis_link import RedisDownError, RedisLink

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import SlidingWindowCounterRateLimiter as SharedWindows
    from limits.strategies import SlidingWindowCounterRateLimiter as OwnWindows
    from redis.asyncio import Redis

_PREFIX = "assistant:budget"
_KEPT = 2 * 24 * 3600  # seconds that a day's totals are kept in Redis

_FORGOTTEN = -2  # a day without the mark `begun`: Redis does not know what was used of it before

_TAKE = """
if redis.call('hexists', KEYS[1], 'begun') == 0 then return {-2} end
for i = 2, #ARGV, 3 do
  local used, amount = tonumber(redis.call('hget', KEYS[1], ARGV[i]) or 0), tonumber(ARGV[i + 1])
  local most = tonumber(ARGV[i + 2])
  if used >= most or used + amount > most then return {(i - 2) / 3} end
end
local totals = {-1}
for i = 2, #ARGV, 3 do totals[#totals + 1] = redis.call('hincrby', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('expire', KEYS[1], ARGV[1])
return totals"""
_ADD = """
if redis.call('hexists', KEYS[1], 'begun') == 0 then return {} end
local totals = {}
for i = 2, #ARGV, 2 do totals[#totals + 1] = redis.call('hincrby', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('expire', KEYS[1], ARGV[1])
return totals"""
_RAISE = """
for i = 2, #ARGV, 2 do
  if tonumber(redis.call('hget', KEYS[1], ARGV[i]) or 0) < tonumber(ARGV[i + 1]) then
    redis.call('hset', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
redis.call('hset', KEYS[1], 'begun', '1')
redis.call('expire', KEYS[1], ARGV[1])"""


class Charge(Struct, frozen=True, kw_only=True):
    """What a completion takes from one budget of a day.

    Attributes:
        counter: the name of what is counted, the same on every replica.
        amount: tokens, or millionths of a US dollar.
        most: what the budget has for the day, likewise.
    """

    counter: str
    amount: int
    most: int


C = TypeVar("C", bound=Charge)


class DayCounters:
    """Counts by the day.

    Args:
        link: to Redis; nothing when there is none.
        used: returns what was used so far today, by counter, for a Redis that doesn't know it.
    """

    def __init__(self, link: RedisLink | None, used: Callable[[], Awaitable[Mapping[str, int]]] | None = None) -> None:
        self._link = link
        self._used = used
        self._totals: dict[str, dict[str, int]] = {}
        self._owed: dict[str, dict[str, int]] = {}

    async def take(self, day: str, charges: Sequence[C]) -> C | None:
        """Add all charges to their counters, or none of them and return the first that has no room."""
        if self._link is not None:
            parts = [part for each in charges for part in (each.counter, each.amount, each.most)]
            try:
                await self._pay(day)
                refused, *totals = await self._eval(_TAKE, day, parts)
                if refused == _FORGOTTEN:
                    await self._remind(day)
                    refused, *totals = await self._eval(_TAKE, day, parts)
            except RedisDownError:
                return self._take_here(day, charges)
            if refused >= 0:
                return charges[refused]
            self._own(day).update(zip((each.counter for each in charges), totals, strict=True))
            return None
        return self._take_here(day, charges)

    async def add(self, day: str, amounts: Mapping[str, int]) -> None:
        """Add to counters whatever their budgets are; amounts may be negative."""
        _add(self._own(day), amounts)
        if self._link is not None:
            _add(self._owed.setdefault(day, defaultdict(int)), amounts)
            try:
                await self._pay(day)
            except RedisDownError:
                return

    async def raise_to(self, day: str, totals: Mapping[str, int]) -> None:
        """Raise counters to what is known to have been used, as after a start or a loss of Redis' memory."""
        self._know(day, totals)
        if self._link is not None:
            try:
                await self._pay(day)
                await self._raise(day, totals)
            except RedisDownError:
                return

    async def _remind(self, day: str) -> None:
        """Tell Redis what was used: it lost its memory, or the day has just begun."""
        if self._used is not None:
            self._know(day, await self._used())
        await self._raise(day, self._own(day))

    async def _raise(self, day: str, totals: Mapping[str, int]) -> None:
        await self._eval(_RAISE, day, [part for pair in totals.items() for part in pair])

    def _know(self, day: str, totals: Mapping[str, int]) -> None:
        own = self._own(day)
        for counter, total in totals.items():
            own[counter] = max(own[counter], total)

    def _take_here(self, day: str, charges: Sequence[C]) -> C | None:
        own = self._own(day)
        for each in charges:
            if own[each.counter] >= each.most or own[each.counter] + each.amount > each.most:
                return each
        amounts = {each.counter: each.amount for each in charges}
        _add(own, amounts)
        if self._link is not None:
            _add(self._owed.setdefault(day, defaultdict(int)), amounts)
        return None

    async def _pay(self, day: str) -> None:
        """Tell Redis what was counted here without it."""
        owed = self._owed.pop(day, None)
        if not owed:
            return
        try:
            totals = await self._eval(_ADD, day, [part for pair in owed.items() for part in pair])
        except BaseException:
            _add(self._owed.setdefault(day, defaultdict(int)), owed)
            raise
        if not totals:  # what is owed is among our own totals
            await self._remind(day)
            return
        self._own(day).update(zip(owed, totals, strict=True))

    async def _eval(self, script: str, day: str, parts: Sequence[str | int]) -> list[int]:
        if self._link is None:
            raise RedisDownError

        async def command(redis: "Redis") -> Any:  # noqa: ANN401 - what the script returns
            return await redis.eval(script, 1, f"{_PREFIX}:{day}", _KEPT, *parts)

        found: list[int] = await self._link.run(command)
        return found

    def _own(self, day: str) -> dict[str, int]:
        """Return this process's totals of a day; those of the days before the last but one are forgotten."""
        if day not in self._totals:
            self._totals[day] = defaultdict(int)
            for kept in (self._totals, self._owed):
                for old in sorted(kept)[:-2]:
                    del kept[old]
        return self._totals[day]


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


@functools.cache
def _item(most: int) -> "RateLimitItem":
    from limits import RateLimitItemPerMinute  # noqa: PLC0415 - likewise

    return RateLimitItemPerMinute(most, namespace="requests")


def _until(moment: float) -> float:
    return min(max(moment - time.time(), 1.0), 60.0)


def _add(totals: dict[str, int], amounts: Mapping[str, int]) -> None:
    for counter, amount in amounts.items():
        totals[counter] += amount
