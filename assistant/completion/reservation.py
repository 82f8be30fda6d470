"""What a completion may take from its budgets, from before the call until the bill is known."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeAlias

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

Take: TypeAlias = Callable[[CompletionRequest], Awaitable[Settle | None]]
"""Takes the estimate of a call and returns what settles it, if any budget is concerned; raises BudgetExceededError."""


class Reservation:
    """An estimate that is held in the budgets. Use it as a block: leaving it unsettled gives the estimate back.

    Args:
        settle: called once, when it is known what was billed; None: no budget is concerned.
        take: takes the estimate of a further call.
    """

    def __init__(self, settle: Settle | None = None, take: Take | None = None) -> None:
        self._settle = settle
        self._take = take
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
        if self._take is None:
            return True
        try:
            settle = await self._take(request)
        except BudgetExceededError:
            return False
        if settle is not None:
            self._further.append(settle)
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
