"""What a completion may take from its budgets, from before the call until the bill is known."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from msgspec import Struct

from assistant.errors import BudgetExceededError
from assistant.usage.prices import Bill
from providers.base import CompletionRequest, Usage

_BYTES_PER_TOKEN = 3  # some four in English, three in Chinese: a guess that is rather too high
_TURN_TOKENS = 8  # what a dialect adds around a turn


Settle: TypeAlias = Callable[[Sequence[Bill]], None]
"""Takes the bills, one for each call; none: nothing was billed."""


class Taken(Struct, frozen=True, kw_only=True):
    """An estimate that was taken; money is in millionths of a dollar.

    Attributes:
        settle: what settles it; None: what is held for the call already was enough.
        cost: the money that is held for the call.
        price: what the call is estimated at; None: no price is known, or no budget wants to know.
    """

    settle: Settle | None
    cost: int
    price: int | None


class Take(Protocol):
    """Takes estimates from the budgets of whoever asks."""

    async def __call__(
        self, provider: str, model: str, request: CompletionRequest, *, covered: int | None = None
    ) -> Taken | None:
        """Take the estimate of a call; nothing comes back when no budget is concerned.

        Args:
            provider: who is asked.
            model: likewise.
            request: what is asked.
            covered: the money that is held for this call already, of which only the rest is taken; None: a new call.

        Raises:
            BudgetExceededError: a budget has no room for it.
        """
        ...


class Reservation:
    """An estimate that is held in the budgets. Use it as a block: leaving it unsettled gives the estimate back.

    Args:
        taken: the estimate of the first call; None: no budget is concerned.
        take: takes further ones.
        asked: provider and model that the estimate is of.
    """

    def __init__(self, taken: Taken | None = None, take: Take | None = None, asked: tuple[str, str] = ("", "")) -> None:
        self._take = take
        self._asked = asked
        self._covered = 0
        self._held: list[Settle] = []
        self._estimates: dict[tuple[str, str], int | None] = {}
        self._note(asked, taken)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    async def extend(self, request: CompletionRequest) -> bool:
        """Hold the estimate of a further call, such as a second try; false, with nothing taken, if no room is left."""
        return await self._hold(*self._asked, request, None)

    async def admit(self, provider: str, model: str, request: CompletionRequest) -> bool:
        """Hold what the call may cost at another provider, which is asked in its turn; false if no room is left.

        What costs no more than what is held for the call already takes nothing.
        """
        return (provider, model) == self._asked or await self._hold(provider, model, request, self._covered)

    async def _hold(self, provider: str, model: str, request: CompletionRequest, covered: int | None) -> bool:
        if self._take is None:
            return True
        try:
            taken = await self._take(provider, model, request, covered=covered)
        except BudgetExceededError:
            return False
        self._note((provider, model), taken)
        return True

    def _note(self, asked: tuple[str, str], taken: Taken | None) -> None:
        """Keep what was taken for a call; a further one that no budget concerns any more is covered by nothing."""
        self._covered = 0 if taken is None else taken.cost
        self._estimates[asked] = None if taken is None else taken.price
        if taken is not None and taken.settle is not None:
            self._held.append(taken.settle)

    def estimate(self, provider: str, model: str) -> int | None:
        """Return what the last call to a provider was estimated at, in millionths of a dollar; None: nobody knows."""
        return self._estimates.get((provider, model))

    def settle(self, *bills: Bill) -> None:
        """Put what was billed, call by call, in the estimates' place, soon and beside the request."""
        held, self._held = self._held, []
        for place, settle in enumerate(held):
            settle(() if place else bills)

    def release(self) -> None:
        """Give the estimates back: nothing was billed. Does nothing after `settle`."""
        self.settle()


def estimated(request: CompletionRequest) -> Usage:
    """Return the tokens that a request may take at most, or nearly: its text, and all the room for its answer."""
    size = sum(len(message.content.encode()) for message in request.messages)
    tokens = size // _BYTES_PER_TOKEN + _TURN_TOKENS * len(request.messages)
    return Usage(input_tokens=tokens, output_tokens=request.max_output_tokens)
