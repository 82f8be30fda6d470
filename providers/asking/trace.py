"""What was tried to answer one request."""

import time
from types import TracebackType
from typing import Self

from msgspec import Struct

from providers.asking.loads import LateCall
from providers.base import NO_USAGE, Usage
from providers.errors import CredentialsError, InvalidRequestError, ProviderError

CANCELLED = "cancelled"
"""Stands in `Attempt.error` when the caller left before the end."""
_BROKEN = "internal"
_FOR_ADMINS = {CredentialsError.code, InvalidRequestError.code}


class Attempt(Struct, frozen=True, kw_only=True, gc=False):
    """One attempt at one provider.

    Attributes:
        position: the provider's place in the chain, from 0.
        provider: its name.
        model: its model.
        error: code of the error, `cancelled`, or empty for an answer.
        called: whether the provider was asked; it isn't while its breaker is open or its queue is full.
        seconds: until the answer's or stream's end, waiting for a place included.
        first_seconds: until a stream's first piece; None: none came, or the answer was not streamed.
        spent: what was billed for an answer that can't be used.
    """

    position: int
    provider: str
    model: str
    error: str
    called: bool
    seconds: float
    first_seconds: float | None
    spent: Usage = NO_USAGE


class Trace:
    """Collects the attempts of one request, in order.

    Attributes:
        attempts: those that ended.
        answering: place in the chain of the provider that answered, or whose stream has begun; None: none yet.
        late: calls that go on although no one waits for them any more.
    """

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.answering: int | None = None
        self.late: list[LateCall] = []

    def attempt(self, position: int, provider: str, model: str) -> "Running":
        """Begin an attempt at the provider at a place of the chain; written down at the end of its block."""
        return Running(self, position, provider, model)

    @property
    def calls(self) -> int:
        """How many requests went to providers."""
        return sum(attempt.called for attempt in self.attempts)

    @property
    def in_vain(self) -> list[Attempt]:
        """Attempts that were billed for answers that can't be used."""
        return [each for each in self.attempts if each.spent is not NO_USAGE and each.spent != NO_USAGE]

    @property
    def for_admins(self) -> tuple[Attempt, ...]:
        """Attempts that failed by a key, model or address that an admin must correct; another may have answered."""
        return tuple(attempt for attempt in self.attempts if attempt.error in _FOR_ADMINS)


class Running:
    """An attempt that is under way, as a block; it is written down when it ends.

    Args:
        trace: where it is written.
        position: the provider's place in the chain.
        provider: its name.
        model: its model.
    """

    def __init__(self, trace: Trace, position: int, provider: str, model: str) -> None:
        self._trace = trace
        self._position = position
        self._provider = provider
        self._model = model
        self._started = time.perf_counter()
        self._first: float | None = None

    def answering(self) -> None:
        """Take note of the first piece of a stream: who gives it answers."""
        self._first = time.perf_counter() - self._started
        self._trace.answering = self._position

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._trace.answering = self._position
        attempt = Attempt(
            position=self._position,
            provider=self._provider,
            model=self._model,
            error=_code(error),
            called=error.called if isinstance(error, ProviderError) else True,
            seconds=time.perf_counter() - self._started,
            first_seconds=self._first,
            spent=error.spent if isinstance(error, ProviderError) else NO_USAGE,
        )
        self._trace.attempts.append(attempt)


def _code(error: BaseException | None) -> str:
    if error is None:
        return ""
    if isinstance(error, ProviderError):
        return error.code
    return _BROKEN if isinstance(error, Exception) else CANCELLED
