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
        """Hold what the call may cost at another provider, which is asked in its turn; false if no room is left.

        What costs no more than what is held for the call already takes nothing.
        """
        asked = provider, model
        return asked == self._asked or await _has_room(self._move_on(asked, request))

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
        charges = self._account.charges(tokens=usage.input_tokens + usage.output_tokens, cost=price or 0)
        await self._hold(self._account.ledger, charges, self._asked, price)

    async def _move_on(self, asked: tuple[str, str], request: CompletionRequest) -> None:
        """Hold what a call costs more at another provider."""
        if self._account is None:
            return
        price = await self._account.ledger.price(*asked, estimated(request))
        more = (price or 0) - self._covered
        if more > 0 or (price is None and not self._covered):
            found = self._account.charges(tokens=0, cost=more)
            charges = [each for each in found if each.name == "cost_per_day"]
            await self._hold(self._account.ledger, charges, asked, price)
        else:
            self._estimates[asked] = price

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
