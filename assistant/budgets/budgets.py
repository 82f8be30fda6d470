"""Budgets: how many requests, tokens and dollars an agent, a team, a prompt and the workspace have."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

from assistant.auth.actor import Actor
from assistant.budgets.day_counters import Charge, DayCounters
from assistant.budgets.document import BudgetDocument, checked
from assistant.budgets.request_windows import RequestWindows
from assistant.budgets.reservation import Reservation, Taken, estimated
from assistant.budgets.rules import Rules
from assistant.errors import BudgetExceededError
from assistant.live_settings.document_rows import Documents
from assistant.live_settings.live_document import LiveDocument
from assistant.redis.link import RedisLink
from assistant.usage.prices import Bill, Prices
from assistant.usage.rows import UsageRows
from providers.base import CompletionRequest

NAME = "budgets"
"""The document's name, also in messages between replicas."""

_UNLIMITED = Reservation()


def _now() -> datetime:
    return datetime.now(UTC)


class Budgets:
    """Holds completions to their budgets. No budget holds until an administrator sets one.

    Args:
        documents: where the budgets are kept.
        usage: what was used, from which counters begin after a start or when Redis has forgotten them.
        prices: what tokens cost; told of the own prices, which stand beside the budgets.
        link: to Redis, where replicas count together; nothing: this process counts alone.
        clock: the time, in UTC.
        poll: seconds between two looks for another replica's change.
    """

    def __init__(
        self,
        documents: Documents,
        usage: UsageRows,
        prices: Prices,
        link: RedisLink | None = None,
        *,
        clock: Callable[[], datetime] = _now,
        poll: float = 5.0,
    ) -> None:
        self._usage = usage
        self._prices = prices
        self._clock = clock
        self._rules = Rules(BudgetDocument())
        self._days = DayCounters(link, self._spent_on)
        self._requests = RequestWindows(link)
        self._tasks: set[asyncio.Task[None]] = set()
        self._document = LiveDocument(documents, NAME, BudgetDocument(), adopt=self._adopt, poll=poll)

    @property
    def current(self) -> BudgetDocument:
        """The budgets in force."""
        return self._document.current

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take the saved budgets, follow other replicas' changes, and count to the end what is under way.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        async with self._document.running():
            try:
                yield
            finally:
                await self.settled()

    async def reload(self) -> None:
        """Take the saved budgets, if they are newer: another replica says so.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        await self._document.reload()

    async def replace(self, document: BudgetDocument, *, agent_id: int) -> None:
        """Save budgets and put them in force; days that have begun count from their beginning.

        Raises:
            InvalidRequestError: a member can't be used; the error names it.
            DatabaseUnavailableError: the database does not answer.
        """
        await self._document.replace(checked(document), agent_id=agent_id)

    def allows_request_now(self, actor: Actor) -> bool | None:
        """Count a request and tell whether the agent may send it; None, with nothing counted: await `take_request`."""
        if not self._rules.limits_requests:
            return True
        most = self._rules.requests_per_minute(actor.id)
        return True if most is None else self._requests.take_now(actor.id, most)

    async def take_request(self, actor: Actor) -> None:
        """Count a request.

        Raises:
            BudgetExceededError: the agent has sent too many within a minute.
        """
        if not self._rules.limits_requests:
            return
        most = self._rules.requests_per_minute(actor.id)
        seconds = None if most is None else await self._requests.take(actor.id, most)
        if seconds is not None:
            raise BudgetExceededError(
                f"You have used all of your requests for this minute ({most}). Try again in {seconds:.0f} seconds.",
                name="requests_per_minute",
                retry_after=seconds,
            )

    async def reserve(
        self, actor: Actor, prompt_key: str, *, provider: str, model: str, request: CompletionRequest
    ) -> Reservation:
        """Take the estimate of a call from all budgets that it concerns.

        Args:
            actor: who asks.
            prompt_key: the prompt's own key.
            provider: who will be asked first.
            model: likewise.
            request: what will be asked.

        Raises:
            BudgetExceededError: one of the budgets has no room for it.
        """
        take = functools.partial(self._reserved, actor, prompt_key)
        taken = await take(provider, model, request)
        return _UNLIMITED if taken is None else Reservation(taken, take, (provider, model))

    async def settled(self) -> None:
        """Wait until everything that ended is counted."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _reserved(
        self,
        actor: Actor,
        prompt_key: str,
        provider: str,
        model: str,
        request: CompletionRequest,
        *,
        covered: int | None = None,
    ) -> Taken | None:
        """Take the estimate of a call, or what it costs more than what is covered; see `Take`."""
        rules = self._rules
        if not rules.limits_days or (covered is not None and not rules.limits_cost):
            return None
        usage, price = estimated(request), await self._price(provider, model, request)
        if covered is not None and (price or 0) <= covered and not (price is None and covered == 0):
            return Taken(settle=None, cost=covered, price=price)
        now, held = self._clock(), covered or 0
        tokens = 0 if covered is not None else usage.input_tokens + usage.output_tokens
        charges = rules.charges(actor.id, actor.teams, prompt_key, tokens=tokens, cost=(price or 0) - held)
        if covered is not None:
            charges = tuple(each for each in charges if each.name == "cost_per_day")
        if not charges:
            return None
        # What costs nothing needs no room; that its bill may be another one's in the end is settled all the same.
        wanted = [each for each in charges if price != 0 or each.name != "cost_per_day"]
        refused = await self._take(now.date().isoformat(), wanted)
        if refused is not None:
            raise _exceeded(refused, now)
        settle = functools.partial(self._end, now.date().isoformat(), charges)
        return Taken(settle=settle, cost=max(price or 0, held), price=price)

    async def _price(self, provider: str, model: str, request: CompletionRequest) -> int | None:
        """Return what a call may cost, where a budget wants to know; None when no price is known."""
        if not self._rules.limits_cost:
            return None
        await self._prices.loaded()
        return self._prices.cost(provider, model, estimated(request))

    async def _take(self, day: str, charges: Sequence[Charge]) -> Charge | None:
        """Take charges, and give them back when the caller leaves meanwhile."""
        if not charges:
            return None
        taking = asyncio.create_task(self._days.take(day, charges))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            self._background(self._give_back(taking, day, charges))
            raise

    async def _give_back(self, taking: asyncio.Task[Charge | None], day: str, charges: Sequence[Charge]) -> None:
        if await taking is None:
            await self._count(day, charges, ())

    def _end(self, day: str, charges: Sequence[Charge], bills: Sequence[Bill]) -> None:
        self._background(self._count(day, charges, bills))

    async def _count(self, day: str, charges: Sequence[Charge], bills: Sequence[Bill]) -> None:
        """Put bills in the place of an estimate, which the same counters hold."""
        if bills:
            await self._prices.loaded()
        amounts = {
            "tokens_per_day": sum(each.usage.input_tokens + each.usage.output_tokens for each in bills),
            "cost_per_day": self._prices.billed(bills) or 0,
        }
        await self._days.settle(day, charges, amounts)

    async def _adopt(self, document: BudgetDocument) -> None:
        self._prices.adopt(document.prices)
        self._rules = Rules(document)
        await self._recount()

    async def _recount(self) -> None:
        """Raise the day's counters to what the usage log has."""
        if not self._rules.limits_days:
            return
        await self._days.recount(self._clock().date().isoformat())

    async def _spent_on(self, day: str) -> Mapping[str, int]:
        """Return what each counter has to hold for what the usage log has of a day."""
        return self._rules.totals(await self._usage.spent(date.fromisoformat(day)))

    def _background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_OF = {"tokens_per_day": "tokens", "cost_per_day": "money"}


def _exceeded(charge: Charge, now: datetime) -> BudgetExceededError:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    whose = "the workspace" if charge.scope == "workspace" else f"{charge.scope} {charge.id}"
    return BudgetExceededError(
        f"Today's budget of {_OF[charge.name]} for {whose} has no room for this request. "
        "It is free again at midnight UTC; an administrator can raise it.",
        name=charge.name,
        retry_after=(midnight - now).total_seconds(),
    )
