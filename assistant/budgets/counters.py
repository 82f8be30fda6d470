"""What budgets count: requests by the minute, tokens and money by the day; in Redis, else in this process.

Whatever trouble Redis has, counting goes on here, from the last total that was heard; what was counted meanwhile is
added to Redis once it answers again. A day in Redis carries the number of its loading. When that is gone or another
one, Redis has forgotten the day (a restart, a flush, an eviction), and its totals are loaded anew: what was spent, as
the usage log has it, and what is held here for calls under way, to which each replica adds its own. After an outage
they are raised to these likewise, as Redis may have come back with the totals of an older file.
"""

import asyncio
import functools
import secrets
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from assistant.budgets.day_scripts import ADD, LOAD, TAKE
from assistant.errors import DatabaseUnavailableError
from assistant.redis.link import RedisDownError, RedisLink

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import SlidingWindowCounterRateLimiter as SharedWindows
    from limits.strategies import SlidingWindowCounterRateLimiter as OwnWindows
    from redis.asyncio import Redis

_PREFIX = "assistant:budget"
_KEPT = 2 * 24 * 3600  # seconds that a day's totals are kept in Redis
_LOADINGS = 3  # in a row, after which a Redis that forgets at once is as good as none
_NUMBER_BITS = 48  # of a loading's number; Lua is exact up to 53

Spending = Callable[[str], Awaitable[Mapping[str, int]]]
"""Returns what each counter has to hold at least for what was spent on a day."""


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


class _Loading(Struct, frozen=True, kw_only=True):
    """A day as this process has loaded it: the loading's number, and how many outages Redis had had by then."""

    number: int
    outages: int


C = TypeVar("C", bound=Charge)


class DayCounters:
    """Counts by the day.

    Args:
        link: to Redis; nothing when there is none.
        spent: returns what was spent on a day, as the usage log has it.
    """

    def __init__(self, link: RedisLink | None, spent: Spending) -> None:
        self._link = link
        self._spent = spent
        self._totals: dict[str, dict[str, int]] = {}
        self._held: dict[str, dict[str, int]] = {}
        self._owed: dict[str, dict[str, int]] = {}
        self._loadings: dict[str, _Loading] = {}
        self._catching_up = asyncio.Lock()

    async def take(self, day: str, charges: Sequence[C]) -> C | None:
        """Add all charges to their counters, or none of them and return the first that has no room."""
        own = self._own(day)
        try:
            await self._pay(day)
            refused, *totals = await self._run(
                TAKE, day, [part for each in charges for part in (each.counter, each.amount, each.most)]
            )
        except RedisDownError:
            return self._take_here(day, charges)
        if refused >= 0:
            return charges[refused]
        own.update(zip((each.counter for each in charges), totals, strict=True))
        _add(self._held[day], _amounts(charges))
        return None

    async def settle(self, day: str, charges: Iterable[Charge], amounts: Mapping[str, int]) -> None:
        """Put other amounts in the place of charges that were taken, whatever their budgets are.

        Args:
            day: on which they were taken.
            charges: as they were taken.
            amounts: what counts instead, by the counter; nothing for those that are left out.
        """
        own, held = self._own(day), _amounts(charges)
        changes = {counter: amounts.get(counter, 0) - amount for counter, amount in held.items()}
        try:
            await self._pay(day)
            totals = await self._run(ADD, day, [part for pair in changes.items() for part in pair])
        except RedisDownError:
            _add(own, changes)
            self._owe(day, changes)
        else:
            own.update(zip(changes, totals, strict=True))
        _add(self._held[day], {counter: -amount for counter, amount in held.items()})

    async def recount(self, day: str) -> None:
        """Raise counters to what was spent, as after a start or for new budgets.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        own, spent = self._own(day), await self._spent(day)
        for counter, total in spent.items():
            own[counter] = max(own[counter], total)
        try:
            await self._pay(day)
            async with self._catching_up:
                await self._load(day, spent)
        except RedisDownError:
            return

    def _take_here(self, day: str, charges: Sequence[C]) -> C | None:
        own, amounts = self._own(day), _amounts(charges)
        for each in charges:
            if own[each.counter] >= each.most or own[each.counter] + each.amount > each.most:
                return each
        for kept in (own, self._held[day]):
            _add(kept, amounts)
        self._owe(day, amounts)
        return None

    def _owe(self, day: str, amounts: Mapping[str, int]) -> None:
        """Note what Redis was not told."""
        if self._link is not None:
            _add(self._owed.setdefault(day, defaultdict(int)), amounts)

    async def _pay(self, day: str) -> None:
        """Tell Redis what was counted here without it; where it has forgotten the day, loading covers that."""
        if not self._owed.get(day) and not self._catching_up.locked():
            return
        async with self._catching_up:
            owed = self._owed.pop(day, None)
            if not owed:
                return
            try:
                totals = await self._eval(ADD, day, [part for pair in owed.items() for part in pair])
            except BaseException:
                self._owe(day, owed)
                raise
            if totals:
                self._own(day).update(zip(owed, totals, strict=True))
            else:
                self._owe(day, owed)
                await self._reload(day)

    async def _run(self, script: str, day: str, parts: Sequence[str | int]) -> list[int]:
        """Run a script on a day that is loaded."""
        for _ in range(_LOADINGS):
            known = self._loadings.get(day)
            found = [] if self._missed_outage(known) else await self._eval(script, day, parts)
            if found:
                return found
            async with self._catching_up:
                if self._loadings.get(day) == known:
                    await self._reload(day)
        raise RedisDownError

    def _missed_outage(self, known: _Loading | None) -> bool:
        """Tell whether Redis is back from an outage since the day was loaded."""
        if self._link is None or known is None:
            return False
        return self._link.available and self._link.failures != known.outages

    async def _reload(self, day: str) -> None:
        """Load a day that Redis has or may have forgotten, or that this process has not loaded yet."""
        try:
            spent = await self._spent(day)
        except DatabaseUnavailableError:
            raise RedisDownError from None  # this process counts alone until both answer
        await self._load(day, spent)

    async def _load(self, day: str, spent: Mapping[str, int]) -> None:
        """Raise Redis' totals to what was spent and is held here; what is held is added if the day is a new one."""
        held, owed, known = self._held[day], self._owed.pop(day, {}), self._loadings.get(day)
        counters = list({**spent, **held})
        parts = [part for each in counters for part in (each, spent.get(each, 0), held.get(each, 0))]
        fresh, outages = secrets.randbits(_NUMBER_BITS), 0 if self._link is None else self._link.failures
        try:
            number, *totals = await self._eval(LOAD, day, [fresh, *parts])
        except BaseException:
            self._owe(day, owed)
            raise
        self._loadings[day] = _Loading(number=number, outages=outages)
        if known is not None and number == known.number:
            self._owe(day, owed)  # not forgotten: it is still to be told
        self._own(day).update(zip(counters, totals, strict=True))

    async def _eval(self, script: str, day: str, parts: Sequence[str | int]) -> list[int]:
        if self._link is None:
            raise RedisDownError
        known = self._loadings.get(day)
        loading = -1 if known is None else known.number

        async def command(redis: "Redis") -> Any:  # noqa: ANN401 - what the script returns
            return await redis.eval(script, 1, f"{_PREFIX}:{day}", _KEPT, loading, *parts)

        found: list[int] = await self._link.run(command)
        return found

    def _own(self, day: str) -> dict[str, int]:
        """Return this process's totals of a day; the days before the last but one are forgotten."""
        if day not in self._totals:
            self._totals[day], self._held[day] = defaultdict(int), defaultdict(int)
            kept: dict[str, Any]
            for kept in (self._totals, self._held, self._owed, self._loadings):
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


@functools.lru_cache(64)
def _item(most: int) -> "RateLimitItem":
    from limits import RateLimitItemPerMinute  # noqa: PLC0415 - likewise

    return RateLimitItemPerMinute(most, namespace="requests")


def _until(moment: float) -> float:
    return min(max(moment - time.time(), 1.0), 60.0)


def _amounts(charges: Iterable[Charge]) -> dict[str, int]:
    return {each.counter: each.amount for each in charges}


def _add(totals: dict[str, int], amounts: Mapping[str, int]) -> None:
    for counter, amount in amounts.items():
        totals[counter] += amount
