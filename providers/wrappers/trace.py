"""What was tried to answer one request."""

import time
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

from msgspec import Struct

from providers.base import Completion, CompletionRequest, Delta, Provider, Usage
from providers.errors import CredentialsError, InvalidRequestError, ProviderError
from providers.wrappers.base import Wrapper, closing
from providers.wrappers.loads import LateCall

CANCELLED = "cancelled"
"""Stands in `Attempt.error` when the caller left before the end."""
_BROKEN = "internal"
_FOR_ADMINS = {CredentialsError.code, InvalidRequestError.code}


class Attempt(Struct, frozen=True, kw_only=True):
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
    spent: Usage = Usage()


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

    @property
    def calls(self) -> int:
        """How many requests went to providers."""
        return sum(attempt.called for attempt in self.attempts)

    @property
    def in_vain(self) -> list[Attempt]:
        """Attempts that were billed for answers that can't be used."""
        return [each for each in self.attempts if each.spent != Usage()]

    @property
    def for_admins(self) -> tuple[Attempt, ...]:
        """Attempts that failed by a key, model or address that an admin must correct; another may have answered."""
        return tuple(attempt for attempt in self.attempts if attempt.error in _FOR_ADMINS)


class TracedProvider(Wrapper):
    """Writes down how asking a provider went.

    Args:
        provider: the provider to ask.
        trace: where it is written.
        position: the provider's place in the chain.
        model: its model.
    """

    def __init__(self, provider: Provider, trace: Trace, *, position: int = 0, model: str = "") -> None:
        super().__init__(provider)
        self.trace = trace
        self.position = position
        self.model = model

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer."""
        with _Running(self):
            completion = await self._provider.complete(request)
            self.trace.answering = self.position
            return completion

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces."""
        with _Running(self) as running:
            async with closing(self._provider.stream(request)) as pieces:
                async for piece in pieces:
                    running.answering()
                    yield piece


class _Running:
    def __init__(self, traced: TracedProvider) -> None:
        self._traced = traced
        self._started = time.perf_counter()
        self._first: float | None = None

    def answering(self) -> None:
        if self._first is None:
            self._first = time.perf_counter() - self._started
            self._traced.trace.answering = self._traced.position

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        traced = self._traced
        attempt = Attempt(
            position=traced.position,
            provider=traced.name,
            model=traced.model,
            error=_code(error),
            called=error.called if isinstance(error, ProviderError) else True,
            seconds=time.perf_counter() - self._started,
            first_seconds=self._first,
            spent=error.spent if isinstance(error, ProviderError) else Usage(),
        )
        traced.trace.attempts.append(attempt)


def _code(error: BaseException | None) -> str:
    if error is None:
        return ""
    if isinstance(error, ProviderError):
        return error.code
    return _BROKEN if isinstance(error, Exception) else CANCELLED
