"""What the budgets of a day have used: the usage table is the truth, and Redis has counters that are raised to it.

A counter is two numbers: what was *spent*, which the table has a moment later, and what is *held* for calls under way,
which only the replica knows that makes them. To take a call is to hold its estimate; to settle it is to give that back
and to spend the bill.

- Spent: each replica remembers the most that it has heard of, and sends it with every command. Redis first raises its
  own number to that, so whatever it has forgotten comes back with the next command.
- Held: Redis keeps it for each replica, and the sum of all. A replica can say at any time what it holds, and say it
  again: it counts once.

A day in Redis lists the replicas that have said what they know. A command of any other one does nothing: that replica
is new, or Redis has forgotten the day (a flush, an eviction, a restart). So it says what it knows, reads the table, and
repeats the command. It does the same after a time without an answer from Redis, which may be back from an older file.

While Redis does not answer, or there is none, a replica counts alone: with what it knows to be spent, what it holds,
and what the others held when Redis answered last.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from assistant.errors import DatabaseUnavailableError
from assistant.redis.link import RedisDownError, RedisLink

if TYPE_CHECKING:
    from redis.asyncio import Redis

_PREFIX = "assistant:budget"
_KEPT = 2 * 24 * 3600  # seconds that a day stays in Redis
_TRIES = 3  # in a row, after which a Redis that forgets at once is as good as none

_COMMON = """
local day, replica = KEYS[1], ARGV[2]
local function number(field) return tonumber(redis.call('hget', day, field) or 0) end
local function raise(counter, spent)
  if number('spent ' .. counter) < tonumber(spent) then redis.call('hset', day, 'spent ' .. counter, spent) end
end
"""

_SAY = f"""{_COMMON}
redis.call('hset', day, 'replica ' .. replica, 1)
for i = 3, #ARGV, 3 do
  raise(ARGV[i], ARGV[i + 1])
  local own = 'held by ' .. replica .. ' ' .. ARGV[i]
  redis.call('hincrby', day, 'held ' .. ARGV[i], ARGV[i + 2] - number(own))
  redis.call('hset', day, own, ARGV[i + 2])
end
redis.call('expire', day, ARGV[1])
return {{}}"""
"""Says what a replica knows: triples of a counter, what was spent, and what the replica holds."""

_COUNT = f"""{_COMMON}
if number('replica ' .. replica) == 0 then return {{}} end
for i = 3, #ARGV, 5 do
  raise(ARGV[i], ARGV[i + 1])
  local used, most = number('spent ' .. ARGV[i]) + number('held ' .. ARGV[i]), tonumber(ARGV[i + 4])
  if most and (used >= most or used + ARGV[i + 2] > most) then return {{(i - 3) / 5}} end
end
local answer = {{-1}}
for i = 3, #ARGV, 5 do
  answer[#answer + 1] = redis.call('hincrby', day, 'spent ' .. ARGV[i], ARGV[i + 3])
  local held = redis.call('hincrby', day, 'held ' .. ARGV[i], ARGV[i + 2])
  answer[#answer + 1] = held - redis.call('hincrby', day, 'held by ' .. replica .. ' ' .. ARGV[i], ARGV[i + 2])
end
redis.call('expire', day, ARGV[1])
return answer"""
"""Makes all changes, or none and returns the place of the first that has no room.

Each is a counter, what the replica knows to be spent, what is held and what is spent more, and what the budget has at
most, or an empty text. Returns -1 and, for each, what is spent and what the other replicas hold; nothing at all if the
replica has to say first what it holds.
"""


class Charge(Struct, frozen=True, kw_only=True):
    """What a completion takes from one budget of a day.

    Attributes:
        name: what the budget limits: `tokens_per_day` or `cost_per_day`.
        scope: whose budget it is.
        id: likewise.
        amount: tokens, or millionths of a US dollar.
        most: what the budget has for the day, likewise.
    """

    name: str
    scope: str
    id: str
    amount: int
    most: int

    @property
    def counter(self) -> str:
        """The name of what is counted, the same on every replica."""
        return f"{self.scope}/{self.id}/{self.name}"


class _Change(Struct, frozen=True):
    """What is held and what is spent more of a counter; `most` is what its budget has, where it must have room."""

    counter: str
    held: int
    spent: int = 0
    most: int | None = None


class _Said(Struct, frozen=True):
    """That Redis was told what is known here, and how many outages it had had by then."""

    outages: int


class _Day:
    """What this replica knows of a day, by the counter.

    Attributes:
        spent: the most that it has heard of, or spent itself.
        held: for its own calls under way.
        others: what the other replicas held when Redis answered last.
        said: whether Redis was told.
        quiet: set while no command to Redis is under way.
    """

    def __init__(self, date: str) -> None:
        self.date = date
        self.spent: dict[str, int] = defaultdict(int)
        self.held: dict[str, int] = defaultdict(int)
        self.others: dict[str, int] = defaultdict(int)
        self.said: _Said | None = None
        self._sent = 0
        self.quiet = asyncio.Event()
        self.quiet.set()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Mark a command to Redis as under way until its answer is counted."""
        self._sent += 1
        self.quiet.clear()
        try:
            yield
        finally:
            self._sent -= 1
            if not self._sent:
                self.quiet.set()

    def count(self, changes: Sequence[_Change], refused: int, *heard: int) -> int:
        """Make changes as Redis did: `heard` has for each what is spent after it, and what the other replicas hold."""
        if refused < 0:
            for each, spent, others in zip(changes, heard[::2], heard[1::2], strict=True):
                self.spent[each.counter] = max(self.spent[each.counter], spent)
                self.held[each.counter] += each.held
                self.others[each.counter] = others
        return refused

    def count_alone(self, changes: Sequence[_Change]) -> int:
        """Make all changes, or none and return the place of the first that has no room, else -1."""
        for place, each in enumerate(changes):
            used = self.spent[each.counter] + self.held[each.counter] + self.others[each.counter]
            if each.most is not None and (used >= each.most or used + each.held > each.most):
                return place
        for each in changes:
            self.spent[each.counter] += each.spent
            self.held[each.counter] += each.held
        return -1


class DayCounters:
    """Counts by the day.

    Args:
        link: to Redis; nothing when there is none.
        read_table: returns what each counter has spent on a day, as the usage table has it.
    """

    def __init__(self, link: RedisLink | None, read_table: Callable[[str], Awaitable[Mapping[str, int]]]) -> None:
        self._link = link
        self._read_table = read_table
        self._replica = secrets.token_hex(8)
        self._days: dict[str, _Day] = {}
        self._saying = asyncio.Lock()

    async def take(self, date: str, charges: Sequence[Charge]) -> Charge | None:
        """Hold all charges, or none of them and return the first that has no room."""
        changes = [_Change(each.counter, held=each.amount, most=each.most) for each in charges]
        place = await self._count(self._day(date), changes)
        return None if place < 0 else charges[place]

    async def settle(self, date: str, charges: Iterable[Charge], amounts: Mapping[str, int]) -> None:
        """Spend other amounts in the place of charges that are held, whatever their budgets are.

        Args:
            date: the day on which they were taken.
            charges: as they were taken.
            amounts: what is spent, by what the budgets limit; nothing of what is left out.
        """
        changes = [_Change(each.counter, held=-each.amount, spent=amounts.get(each.name, 0)) for each in charges]
        await self._count(self._day(date), changes)

    async def recount(self, date: str) -> None:
        """Raise counters to what the usage table has, as after a start or for new budgets.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        day, found = self._day(date), await self._read_table(date)
        for counter, spent in found.items():
            day.spent[counter] = max(day.spent[counter], spent)

    async def _count(self, day: _Day, changes: Sequence[_Change]) -> int:
        """Make all changes, or none and return the place of the first that has no room, else -1."""
        if not changes:
            return -1
        try:
            return await self._count_in_redis(day, changes)
        except RedisDownError:
            day.said = None
            return day.count_alone(changes)

    async def _count_in_redis(self, day: _Day, changes: Sequence[_Change]) -> int:
        for _ in range(_TRIES):
            said = await self._say_once(day)
            parts = [(each.counter, day.spent[each.counter], each.held, each.spent, each.most) for each in changes]
            with day.sending():
                answer = await self._run(_COUNT, day, ["" if part is None else part for row in parts for part in row])
                if answer:
                    return day.count(changes, *answer)
            if day.said is said:  # no one else has seen it and said it again
                day.said = None
        raise RedisDownError

    async def _say_once(self, day: _Day) -> _Said:
        """Say what is known here and read the table, unless that was done since Redis last forgot or failed."""
        async with self._saying:
            outages = 0 if self._link is None else self._link.failures
            if day.said is None or day.said.outages != outages:
                await day.quiet.wait()  # what is held must be what Redis was asked for
                # First to Redis: one that refuses must not cost a look at the table each time.
                counters = {**day.spent, **day.held}
                await self._run(
                    _SAY, day, [part for each in counters for part in (each, day.spent[each], day.held[each])]
                )
                try:
                    await self.recount(day.date)
                except DatabaseUnavailableError:
                    raise RedisDownError from None  # this replica counts alone until both answer
                day.said = _Said(outages)
            return day.said

    async def _run(self, script: str, day: _Day, parts: Sequence[str | int]) -> list[int]:
        if self._link is None:
            raise RedisDownError

        async def command(redis: "Redis") -> Any:  # noqa: ANN401 - what the script returns
            return await redis.eval(script, 1, f"{_PREFIX}:{day.date}", _KEPT, self._replica, *parts)

        found: list[int] = await self._link.run(command)
        return found

    def _day(self, date: str) -> _Day:
        """Return what is known of a day; the days before the last but one are forgotten."""
        day = self._days.get(date)
        if day is None:
            day = self._days[date] = _Day(date)
            for old in sorted(self._days)[:-2]:
                del self._days[old]
        return day
