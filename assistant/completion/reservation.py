"""What a completion may take from its budgets, from before the call until the bill is known."""

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeAlias

from msgspec import Struct

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


class Reservation:
    """An estimate that is held in the budgets. Use it as a block: leaving it unsettled gives the estimate back.

    Args:
        settle: called once, when it is known what was billed; None: no budget is concerned.
    """

    def __init__(self, settle: Settle | None = None) -> None:
        self._settle = settle

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def settle(self, provider: str, model: str, usage: Usage) -> None:
        """Put what the provider billed in the estimate's place, soon and beside the request."""
        self._end(Bill(provider=provider, model=model, usage=usage))

    def release(self) -> None:
        """Give the estimate back: nothing was billed. Does nothing after `settle`."""
        self._end(None)

    def _end(self, bill: Bill | None) -> None:
        settle, self._settle = self._settle, None
        if settle is not None:
            settle(bill)


def estimated(request: CompletionRequest) -> Usage:
    """Return the tokens that a request may take at most, or nearly: its text, and all the room for its answer."""
    size = sum(len(message.content.encode()) for message in request.messages)
    tokens = size // _BYTES_PER_TOKEN + _TURN_TOKENS * len(request.messages)
    return Usage(input_tokens=tokens, output_tokens=request.max_output_tokens)
