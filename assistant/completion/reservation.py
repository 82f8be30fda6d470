"""What a completion may take from its budgets, from before the call until the bill is known."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from msgspec import Struct

from assistant.errors import BudgetExceededError
from providers.base import CompletionRequest, Usage

_BYTES_PER_TOKEN = 3  # some four in English, three in Chinese: a guess that is rather too high
_TURN_TOKENS = 8  # what a dialect adds around a turn


class Bill(Struct, frozen=True, kw_only=True):
    """What a provider billed."""

    provider: str
    model: str
    usage: Usage


Settle: TypeAlias = Callable[[Bill | None], None]
"""Takes the bill; nothing: there is none."""


class Taken(Struct, frozen=True, kw_only=True):
    """An estimate that was taken: what settles it, and the money that is held for a call, in millionths of a dollar."""

    settle: Settle
    cost: int


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
        self._settle = taken.settle if taken is not None else None
        self._covered = taken.cost if taken is not None else 0
        self._take = take
        self._asked = asked
        self._further: list[Settle] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    async def extend(self, request: CompletionRequest) -> bool:
        """Hold the estimate of a further call too, such as a second try; false, with nothing taken, if no room is left.

        `settle` then takes one bill for all calls together.
        """
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
        if taken is not None:
            self._further.append(taken.settle)
            self._covered = taken.cost
        return True

    def settle(self, provider: str, model: str, usage: Usage) -> None:
        """Put what the provider billed for all calls in the estimates' place, soon and beside the request."""
        self._end(Bill(provider=provider, model=model, usage=usage))

    def release(self) -> None:
        """Give the estimates back: nothing was billed. Does nothing after `settle`."""
        self._end(None)

    def _end(self, bill: Bill | None) -> None:
        settle, self._settle = self._settle, None
        if settle is not None:
            settle(bill)
        further, self._further = self._further, []
        for give_back in further:
            give_back(None)


def estimated(request: CompletionRequest) -> Usage:
    """Return the tokens that a request may take at most, or nearly: its text, and all the room for its answer."""
    size = sum(len(message.content.encode()) for message in request.messages)
    tokens = size // _BYTES_PER_TOKEN + _TURN_TOKENS * len(request.messages)
    return Usage(input_tokens=tokens, output_tokens=request.max_output_tokens)
