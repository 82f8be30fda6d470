"""What completions hold of the budgets of a day, and the bills that take its place."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from assistant.budgets.day_counters import Charge, DayCounters
from assistant.budgets.document import BudgetDocument
from assistant.budgets.rules import Rules
from assistant.errors import BudgetExceededError
from assistant.redis.link import RedisLink
from assistant.usage.prices import Bill, Prices
from assistant.usage.rows import UsageRows
from assistant.usage.spending import Spent
from messages.sentences import Sentence
from providers.base import Usage

_OF = {"tokens_per_day": Sentence("tokens"), "cost_per_day": Sentence("money")}


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Hold(Struct, frozen=True):
    """Charges that are held, and the day on which they were taken."""

    date: str
    charges: tuple[Charge, ...]


class Ledger:
    """Takes charges from the budgets before a call, and spends its bills after it.

    Args:
        usage: what was used, to which counters are raised after a start or when Redis has forgotten them.
        prices: what tokens cost.
        link: to Redis, where replicas count together; nothing: this process counts alone.
        clock: the time, in UTC.

    Attributes:
        rules: what the budgets in use say.
    """

    def __init__(self, usage: UsageRows, prices: Prices, link: RedisLink | None, clock: Callable[[], datetime]) -> None:
        self._usage = usage
        self._prices = prices
        self._clock = clock
        self._days = DayCounters(link, self._read_table)
        self._tasks: set[asyncio.Task[None]] = set()
        self.rules = Rules(BudgetDocument())

    async def adopt(self, document: BudgetDocument) -> None:
        """Use these budgets and prices from now on; the day counts from its beginning.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        self._prices.adopt(document.prices)
        self.rules = Rules(document)
        if self.rules.limits_days:
            await self._days.recount(self._clock().date().isoformat())

    async def price(self, provider: str, model: str, tokens: Usage) -> int | None:
        """Return what a call may cost, in millionths of a US dollar; None: no price is known, or no budget asks."""
        if not self.rules.limits_cost:
            return None
        await self._prices.loaded()
        return self._prices.cost(provider, model, tokens)

    async def hold(self, charges: Sequence[Charge], *, free: bool) -> Hold:
        """Hold charges, and give them back when the caller leaves meanwhile.

        Args:
            charges: all that a call is charged.
            free: whether the call costs nothing: then it needs no room for money. That its bill may be another
                provider's in the end is settled all the same.

        Raises:
            BudgetExceededError: one of the budgets has no room for its charge.
        """
        now = self._clock()
        held = Hold(now.date().isoformat(), tuple(charges))
        taking = asyncio.create_task(
            self._days.take(held.date, [each for each in charges if not free or each.name != "cost_per_day"])
        )
        try:
            refused = await asyncio.shield(taking)
        except asyncio.CancelledError:
            self._soon(self._give_back(taking, held))
            raise
        if refused is not None:
            raise _exceeded(refused, now)
        return held

    def settle(self, holds: Sequence[Hold], bills: Sequence[Bill]) -> None:
        """Spend the bills of calls, one for each, in the place of what is held: soon, and beside the request."""
        if holds:
            self._soon(self._spend_once(holds, bills))

    async def spent_today(self) -> tuple[date, list[Spent]]:
        """Return which day it is, in UTC, and what it has cost so far; raises DatabaseUnavailableError."""
        today = self._clock().date()
        return today, await self._usage.spent(today)

    async def settled(self) -> None:
        """Wait until everything that ended is counted."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _give_back(self, taking: asyncio.Task[Charge | None], held: Hold) -> None:
        if await taking is None:
            await self._spend(held, ())

    async def _spend_once(self, holds: Sequence[Hold], bills: Sequence[Bill]) -> None:
        """Spend bills with the first hold, and then give the others back: in between there is less room, never more."""
        for place, held in enumerate(holds):
            await self._spend(held, () if place else bills)

    async def _spend(self, held: Hold, bills: Sequence[Bill]) -> None:
        if bills:
            await self._prices.loaded()
        tokens = sum(each.usage.input_tokens + each.usage.output_tokens for each in bills)
        amounts = {"tokens_per_day": tokens, "cost_per_day": self._prices.billed(bills) or 0}
        await self._days.settle(held.date, held.charges, amounts)

    async def _read_table(self, day: str) -> Mapping[str, int]:
        return self.rules.totals(await self._usage.spent(date.fromisoformat(day)))

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _exceeded(charge: Charge, now: datetime) -> BudgetExceededError:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return BudgetExceededError(
        Sentence(
            "Today's budget of {kind} for {whose} has no room for this request. "
            "It is free again at midnight UTC; an administrator can raise it.",
            kind=_OF[charge.name],
            whose=_whose(charge),
        ),
        name=charge.name,
        retry_after=(midnight - now).total_seconds(),
    )


def _whose(charge: Charge) -> Sentence:
    whose = {
        "agent": Sentence("agent {id}", id=charge.id),
        "team": Sentence("team {id}", id=charge.id),
        "prompt": Sentence("prompt {id}", id=charge.id),
    }
    return whose.get(charge.scope) or Sentence("the workspace")
