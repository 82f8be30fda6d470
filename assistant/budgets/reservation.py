"""What a completion holds of its budgets, from before the call until the bill is known."""

from collections.abc import Awaitable, Sequence
from types import TracebackType
from typing import Self

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.budgets.day_counters import Charge
from assistant.budgets.ledger import Hold, Ledger
from assistant.errors import BudgetExceededError
from assistant.usage.prices import Bill
from providers.base import CompletionRequest, Usage

_BYTES_PER_TOKEN = 3  # some four in English, three in Chinese: a guess that is rather too high
_TURN_TOKENS = 8  # what a dialect adds around a turn


class Account(Struct, frozen=True):
    """Whose budgets a completion counts towards, and where they are kept."""

    ledger: Ledger
    actor: Actor
    prompt_key: str

    def charges(self, *, tokens: int, cost: int) -> tuple[Charge, ...]:
        """Return what tokens and money take from which budgets."""
        return self.ledger.rules.charges(self.actor.id, self.actor.teams, self.prompt_key, tokens=tokens, cost=cost)


class Reservation:
    """Estimates that are held in the budgets. Use it as a block: leaving it unsettled gives them back.

    Args:
        account: where they are held; None: nothing is limited.
    """

    def __init__(self, account: Account | None = None) -> None:
        self._account = account
        self._asked = ("", "")
        self._covered = 0  # millionths of a dollar that are held for the last call
        self._tokens = 0  # that are held for it
        self._holds: list[Hold] = []
        self._estimates: dict[tuple[str, str], int | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    async def begin(self, provider: str, model: str, request: CompletionRequest) -> None:
        """Hold the estimate of the first call; raises BudgetExceededError if a budget has no room for it."""
        self._asked = provider, model
        await self._call(request)

    async def extend(self, request: CompletionRequest) -> bool:
        """Hold the estimate of a further call, such as a second try; false, with nothing taken, if no room is left."""
        return await _has_room(self._call(request))

    async def admit(self, provider: str, model: str, request: CompletionRequest) -> bool:
        """Hold what the call may take at the provider that is asked now; false if no room is left.

        What takes no more than what is held for the call already takes nothing.
        """
        return self._account is None or await _has_room(self._widen(self._account, (provider, model), request))

    def estimate(self, provider: str, model: str) -> int | None:
        """Return what the last call to a provider was estimated at, in millionths of a dollar; None: no one knows."""
        return self._estimates.get((provider, model))

    def settle(self, *bills: Bill) -> None:
        """Put what was billed, call by call, in the estimates' place, soon and beside the request."""
        holds, self._holds = self._holds, []
        if self._account is not None:
            self._account.ledger.settle(holds, bills)

    def release(self) -> None:
        """Give the estimates back: nothing was billed. Does nothing after `settle`."""
        self.settle()

    async def _call(self, request: CompletionRequest) -> None:
        """Hold what a call takes of tokens and money."""
        if self._account is None:
            return
        usage = estimated(request)
        price = await self._account.ledger.price(*self._asked, usage)
        self._tokens = usage.input_tokens + usage.output_tokens
        charges = self._account.charges(tokens=self._tokens, cost=price or 0)
        await self._hold(self._account.ledger, charges, self._asked, price)

    async def _widen(self, account: Account, asked: tuple[str, str], request: CompletionRequest) -> None:
        """Hold what a call takes beyond what is held for it: money at a dearer provider, tokens for thoughts."""
        usage = estimated(request)
        tokens = usage.input_tokens + usage.output_tokens
        if asked == self._asked and tokens <= self._tokens:
            return
        price = await account.ledger.price(*asked, usage)
        more = (price or 0) - self._covered
        names = {"tokens_per_day"} if tokens > self._tokens else set()
        if more > 0 or (price is None and not self._covered):
            names.add("cost_per_day")
        found = account.charges(tokens=max(tokens - self._tokens, 0), cost=max(more, 0))
        charges = [each for each in found if each.name in names]
        if charges:
            self._holds.append(await account.ledger.hold(charges, free=price == 0))
        self._tokens = max(self._tokens, tokens)
        if "cost_per_day" not in names:
            self._estimates[asked] = price
        elif any(each.name == "cost_per_day" for each in charges):
            self._covered, self._estimates[asked] = price or 0, price
        else:
            self._covered, self._estimates[asked] = 0, None

    async def _hold(self, ledger: Ledger, charges: Sequence[Charge], asked: tuple[str, str], price: int | None) -> None:
        """Hold charges, and keep what they were for; a call that no budget concerns is covered by nothing."""
        if charges:
            self._holds.append(await ledger.hold(charges, free=price == 0))
        self._covered, self._estimates[asked] = (price or 0, price) if charges else (0, None)


async def _has_room(holding: Awaitable[None]) -> bool:
    try:
        await holding
    except BudgetExceededError:
        return False
    return True


def estimated(request: CompletionRequest) -> Usage:
    """Return the tokens that a request may take at most, or nearly: its text, and all the room for its answer."""
    size = sum(len(message.content.encode()) for message in request.messages)
    tokens = size // _BYTES_PER_TOKEN + _TURN_TOKENS * len(request.messages)
    return Usage(input_tokens=tokens, output_tokens=request.max_output_tokens)
