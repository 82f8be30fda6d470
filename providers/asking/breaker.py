"""Leaving a provider alone while it fails."""

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Literal, Self, TypeAlias

from msgspec import Struct

from providers.errors import CircuitOpenError, ModelLoadingError, ProviderError, TimedOutError, UnavailableError

State: TypeAlias = Literal["closed", "open", "half-open"]


class BreakerOptions(Struct, frozen=True, kw_only=True):
    """When a provider is left alone, and for how long.

    Attributes:
        window: how many of the last calls are looked at.
        seconds: age after which a call is forgotten.
        least: fewer calls than these say nothing.
        rate: share of failures from which the provider is left alone.
        pause: seconds until it is tried again; doubled each time that the trial fails.
        longest_pause: most seconds of a pause.
        fair: seconds that a call must have had before running out of time says something about the provider.
    """

    window: int = 20
    seconds: float = 120.0
    least: int = 10
    rate: float = 0.5
    pause: float = 5.0
    longest_pause: float = 60.0
    fair: float = 1.0


class Breaker:
    """Remembers how a provider's last calls went, and lets none through while most of them fail.

    Closed, it lets every call through. Open, none, until the pause is over; then it is half-open and lets one through,
    which closes or opens it again. Only `UnavailableError` and what is below it counts as a failure: a provider that
    refuses a request, filters a text or limits the rate (429) does answer. Calls that were cancelled don't count, nor
    do those that wait for a model to be loaded.

    Args:
        provider: name of the provider, for errors and whoever watches.
        model: its model, likewise.
        options: when, and for how long.
        on_change: called after each change of state; must not raise.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        provider: str,
        model: str = "",
        *,
        options: BreakerOptions | None = None,
        on_change: "Callable[[Breaker], None] | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.provider = provider
        self.model = model
        self.state: State = "closed"
        self.clock = clock
        self.options = options or BreakerOptions()
        self._on_change = on_change
        self._recent: deque[tuple[float, bool]] = deque(maxlen=self.options.window)
        self._pause = self.options.pause
        self._next_trial = 0.0
        self._era = 0

    @property
    def available(self) -> bool:
        """Whether a call would be let through now."""
        return self.state == "closed" or self.clock() >= self._next_trial

    @property
    def calls(self) -> int:
        """How many recent calls are remembered."""
        self._forget()
        return len(self._recent)

    @property
    def failures(self) -> int:
        """How many of them failed."""
        self._forget()
        return sum(failed for _, failed in self._recent)

    @property
    def retry_after(self) -> float:
        """Seconds until the next trial; 0 when a call would be let through."""
        return 0.0 if self.state == "closed" else max(0.0, self._next_trial - self.clock())

    def call(self) -> "Call":
        """Return the context that one call runs in; raises CircuitOpenError if none is let through."""
        if self.state != "closed":
            if not self.available:
                raise CircuitOpenError(self.provider, retry_after=self.retry_after)
            # The time of a trial that never ends is limited by the pause as well.
            self._become("half-open", self._pause)
        return Call(self, self._era)

    def record(self, era: int, *, failed: bool | None) -> None:
        """Take note of a call that began in an era (between two changes of state); None: it says nothing."""
        if era != self._era:
            return
        if self.state == "half-open":
            self._judge(failed=failed)
        elif failed is not None:
            self._recent.append((self.clock(), failed))
            if failed and self._is_failing():
                self._become("open", self._pause)

    def _judge(self, *, failed: bool | None) -> None:
        """Close or open after a trial; after one that says nothing, the next call is the trial."""
        if failed is None:
            self._next_trial = self.clock()
        elif failed:
            self._pause = min(2 * self._pause, self.options.longest_pause)
            self._become("open", self._pause)
        else:
            self._recent.clear()
            self._pause = self.options.pause
            self._become("closed", 0.0)

    def _is_failing(self) -> bool:
        calls = self.calls
        return calls >= self.options.least and self.failures >= self.options.rate * calls

    def _become(self, state: State, pause: float) -> None:
        changed, self.state = state != self.state, state
        self._era += 1
        self._next_trial = self.clock() + pause
        if changed and self._on_change is not None:
            self._on_change(self)

    def _forget(self) -> None:
        oldest = self.clock() - self.options.seconds
        while self._recent and self._recent[0][0] < oldest:
            self._recent.popleft()


class Call:
    """One call, whose end its breaker takes note of."""

    def __init__(self, breaker: Breaker, era: int) -> None:
        self._breaker = breaker
        self._era = era
        self._started = breaker.clock()

    def answering(self) -> None:
        """Tell that an answer has begun: a trial need not wait for its end."""
        if self._breaker.state == "half-open":
            self._breaker.record(self._era, failed=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._breaker.record(self._era, failed=self._failed(error))

    def _failed(self, error: BaseException | None) -> bool | None:
        """Tell what an end says about the provider's health; None: nothing."""
        if isinstance(error, TimedOutError) and error.status is None:
            return True if self._breaker.clock() - self._started >= self._breaker.options.fair else None
        if error is not None and not (isinstance(error, ProviderError) and error.called):
            return None
        if isinstance(error, ModelLoadingError):
            return None
        return isinstance(error, UnavailableError)
