"""Budgets: how many requests, tokens and dollars an agent, a team, a prompt and the workspace have."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime

from assistant.auth.actor import Actor
from assistant.budgets.document import BudgetDocument, checked
from assistant.budgets.ledger import Ledger, utc_now
from assistant.budgets.request_windows import RequestWindows
from assistant.budgets.reservation import Account, Reservation
from assistant.budgets.used import UsedBudget, used
from assistant.errors import BudgetExceededError
from assistant.live_settings.documents import Documents, LiveDocument
from assistant.redis.link import RedisLink
from assistant.usage.prices import Prices
from assistant.usage.rows import UsageRows
from messages.sentences import Sentence
from providers.base import CompletionRequest

NAME = "budgets"
"""The document's name, also in messages between replicas."""


class Budgets:
    """Holds completions to their budgets. No budget holds until an administrator sets one.

    Args:
        documents: where the budgets are kept.
        usage: what was used, to which counters are raised after a start or when Redis has forgotten them.
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
        clock: Callable[[], datetime] = utc_now,
        poll: float = 5.0,
    ) -> None:
        self._ledger = Ledger(usage, prices, link, clock)
        self._requests = RequestWindows(link)
        self._document = LiveDocument(documents, NAME, BudgetDocument(), adopt=self._ledger.adopt, poll=poll)

    @property
    def current(self) -> BudgetDocument:
        """The budgets in use."""
        return self._document.current

    @property
    def revision(self) -> int:
        """Which change of the budgets is in use; 0 before the first."""
        return self._document.revision

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
        """Take the saved budgets, if they are newer: another replica says so; raises DatabaseUnavailableError."""
        await self._document.reload()

    async def replace(self, document: BudgetDocument, *, agent_id: int, based_on: int | None = None) -> None:
        """Save budgets and use them from now on; a day that has begun counts from its beginning.

        Raises:
            InvalidRequestError: a member can't be used; the error names it.
            StaleEditError: `based_on` is not the revision that is saved.
            DatabaseUnavailableError: the database does not answer.
        """
        await self._document.replace(checked(document), agent_id=agent_id, based_on=based_on)

    def allows_request_now(self, actor: Actor) -> bool | None:
        """Count a request and tell whether the agent may send it; None, with nothing counted: await `take_request`."""
        if not self._ledger.rules.limits_requests:
            return True
        most = self._ledger.rules.requests_per_minute(actor.id)
        return True if most is None else self._requests.take_now(actor.id, most)

    async def take_request(self, actor: Actor) -> None:
        """Count a request; raises BudgetExceededError if the agent has sent too many within a minute."""
        if not self._ledger.rules.limits_requests:
            return
        most = self._ledger.rules.requests_per_minute(actor.id)
        seconds = None if most is None else await self._requests.take(actor.id, most)
        if seconds is not None:
            raise BudgetExceededError(
                Sentence(
                    "You have used all of your requests for this minute ({most}). Try again in {seconds:.0f} seconds.",
                    most=most,
                    seconds=seconds,
                ),
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
        if not self._ledger.rules.limits_days:
            return Reservation()
        reservation = Reservation(Account(self._ledger, actor, prompt_key))
        await reservation.begin(provider, model, request)
        return reservation

    async def used(self) -> tuple[date, list[UsedBudget]]:
        """Return which day it is, in UTC, and what is used of each budget; raises DatabaseUnavailableError."""
        today, spent = await self._ledger.spent_today()
        return today, used(self.current, spent)

    async def settled(self) -> None:
        """Wait until everything that ended is counted."""
        await self._ledger.settled()
