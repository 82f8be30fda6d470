"""Figures for operators, as Prometheus reads them; labels never come from what a client sends."""

import asyncio
import os
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
_LAG_EVERY = 0.5  # seconds
_MOST_CHILDREN = 2000
_FREE = frozenset(("hit", "coalesced"))
"""What the cache or a colleague's request answered: it was billed once already."""
MOST_MODELS = 50
"""Names that the models of one provider may answer by in the figures; all further ones are `other`."""
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_LIVE = re.compile(r"gauge_live\w+_(\d+)\.db")


class Completed(Struct, frozen=True, kw_only=True, gc=False):
    """What a completion did, in figures; seconds, tokens, US dollars."""

    prompt: str
    cache: str
    outcome: str
    seconds: float
    provider: str = ""
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    breaches: tuple[str, ...] = ()


class _Durations(Histogram):
    """A histogram to which many durations are added at once."""

    def add(self, numbers: list[int], seconds: float) -> None:
        """Add durations: how many fell into each bucket, the last one without a bound, and all of them together."""
        self._sum.inc(seconds)
        for bucket, number in zip(self._buckets, numbers, strict=True):
            if number:
                bucket.inc(number)


class _Pending:
    """Durations that are counted and not shown yet."""

    __slots__ = ("numbers", "seconds")

    def __init__(self) -> None:
        self.numbers = [0] * (len(_SECONDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.numbers[bisect_left(_SECONDS, seconds)] += 1  # a bound belongs to its bucket
        self.seconds += seconds


class Metrics:
    """All figures of a process.

    What requests count is counted in dictionaries, and put into the figures when someone looks, and twice a second:
    a counter of prometheus-client takes a lock each time, which would be a tenth of what a stored answer costs.

    Args:
        shared: whether worker processes put theirs together (the variable PROMETHEUS_MULTIPROC_DIR says where).
    """

    def __init__(self, *, shared: bool = False) -> None:
        self._registry = CollectorRegistry()
        self._shared = shared
        self._children: dict[tuple[Any, ...], Any] = {}
        self._models: dict[str, set[str]] = {}
        self._counted: dict[tuple[Counter, tuple[str, ...]], float] = {}
        self._timed: dict[str, _Pending] = {}
        self._hits: dict[tuple[str, str], _Pending] = {}
        self._states: list[tuple[Gauge, Callable[[], float]]] = []
        self._read_breakers: Callable[[], Mapping[tuple[str, str], bool]] = dict
        self._known_breakers: set[tuple[str, str]] = set()
        self._requests = self._counter("requests", "Requests to our operations.", "operation", "status")
        self._completions = self._counter("completions", "Completions.", "prompt", "cache", "outcome")
        self._calls = self._counter("provider_calls", "Calls to providers.", "provider", "model", "outcome")
        self._tokens = self._counter("tokens", "Tokens that providers counted.", "provider", "model", "kind")
        self._cost = self._counter("cost_usd", "What completions cost, in US dollars.", "provider", "model")
        self._breaches = self._counter("guard_breaches", "Answers that broke a guard.", "prompt", "guard")
        self._seconds = self._histogram("completion_seconds", "Seconds to the whole answer.", _SECONDS, "cache")
        self._first = self._histogram("first_delta_seconds", "Seconds to the first piece of a stream.", _SECONDS)
        self._lag = self._histogram("event_loop_lag_seconds", "How late the event loop runs.", _LAGS)
        self._breakers = Gauge(
            "assistant_breaker_open",
            "1 while a provider's breaker is open.",
            ("provider", "model"),
            registry=self._registry,
            multiprocess_mode="livemax",
        )

    def request(self, operation: str, status: int) -> None:
        """Count an answer of ours."""
        self._count(self._requests, operation, str(status))

    def call(self, provider: str, model: str, outcome: str) -> None:
        """Count a call to a provider; the outcome is `ok` or an error's code."""
        self._count(self._calls, provider, model, outcome)

    def first_delta(self, seconds: float) -> None:
        """Note how soon a stream began."""
        self._first.observe(seconds)

    def completion(self, done: Completed) -> None:
        """Count a completion and what it took."""
        self._count(self._completions, done.prompt, done.cache, done.outcome)
        self._time(done.cache, done.seconds)
        for guard in done.breaches:
            self._count(self._breaches, done.prompt, guard)
        if done.cache in _FREE:
            return
        model = self._model(done.provider, done.model)
        if done.input_tokens or done.output_tokens:
            self._count(self._tokens, done.provider, model, "input", by=done.input_tokens)
            self._count(self._tokens, done.provider, model, "output", by=done.output_tokens)
        if done.cost:
            self._count(self._cost, done.provider, model, by=done.cost)

    def hit(self, operation: str, prompt: str, seconds: float) -> None:
        """Count a request that a stored answer was given for."""
        key = operation, prompt
        pending = self._hits.get(key) or self._hits.setdefault(key, _Pending())
        pending.add(seconds)

    def state(
        self, name: str, text: str, read: Callable[[], float], together: Literal["livesum", "livemin"] = "livesum"
    ) -> None:
        """Show a state, read whenever someone looks; `together` is how those of several workers become one."""
        gauge = Gauge(f"assistant_{name}", text, registry=self._registry, multiprocess_mode=together)
        self._states.append((gauge, read))

    def breakers(self, read: Callable[[], Mapping[tuple[str, str], bool]]) -> None:
        """Show which breakers are open, by provider and model, read whenever someone looks."""
        self._read_breakers = read

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        self._settle()
        self._read_states()
        if not self._shared:
            return generate_latest(self._registry)
        folder = Path(os.environ[_FOLDER])
        if not folder.is_dir():  # someone took it away: what this worker counts is still at hand
            return generate_latest(self._registry)
        # Workers that are no more, however they ended, are left out; what they counted stays.
        for pid in {int(match[1]) for path in folder.iterdir() if (match := _LIVE.fullmatch(path.name))}:
            if not _lives(pid):
                mark_process_dead(pid)  # type: ignore[no-untyped-call] # the library's own
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call] # the library's own
        return generate_latest(together)

    async def watch_lag(self) -> None:
        """Measure how late the event loop runs, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            expected = loop.time() + _LAG_EVERY
            await asyncio.sleep(_LAG_EVERY)
            self._lag.observe(max(0.0, loop.time() - expected))
            self._settle()
            if self._shared:  # another worker may be asked
                self._read_states()

    def _count(self, metric: Counter, *labels: str, by: float = 1) -> None:
        key = metric, labels
        self._counted[key] = self._counted.get(key, 0) + by

    def _time(self, cache: str, seconds: float) -> None:
        pending = self._timed.get(cache) or self._timed.setdefault(cache, _Pending())
        pending.add(seconds)

    def _settle(self) -> None:
        """Put what was counted since the last time into the figures."""
        counted, self._counted = self._counted, {}
        timed, self._timed = self._timed, {}
        hits, self._hits = self._hits, {}
        for (operation, prompt), pending in hits.items():
            self._child(self._requests, operation, "200").inc(sum(pending.numbers))
            self._child(self._completions, prompt, "hit", "ok").inc(sum(pending.numbers))
            self._child(self._seconds, "hit").add(pending.numbers, pending.seconds)
        for (metric, labels), number in counted.items():
            self._child(metric, *labels).inc(number)
        for cache, pending in timed.items():
            self._child(self._seconds, cache).add(pending.numbers, pending.seconds)

    def _read_states(self) -> None:
        for gauge, read in self._states:
            gauge.set(read())
        found = self._read_breakers()
        self._known_breakers.update(found)
        for labels in self._known_breakers:  # a provider that was taken away is left alone by no one any more
            self._child(self._breakers, *labels).set(float(found.get(labels, False)))

    def _child(self, metric: Any, *labels: str) -> Any:  # noqa: ANN401 - of whichever kind the metric is
        """Return a metric with its labels, kept at hand: finding it again takes longer than counting."""
        key = (id(metric), *labels)
        child = self._children.get(key)
        if child is None:
            if len(self._children) >= _MOST_CHILDREN:
                return metric.labels(*("other",) * len(labels))
            child = metric.labels(*labels)
            self._children[key] = child
        return child

    def _model(self, provider: str, model: str) -> str:
        """Return a model's name as a label; a provider that answers by ever new ones does not fill the memory."""
        known = self._models.setdefault(provider, set())
        if model not in known and len(known) >= MOST_MODELS:
            return "other"
        known.add(model)
        return model

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"assistant_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> _Durations:
        return _Durations(f"assistant_{name}", text, labels, buckets=buckets, registry=self._registry)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):  # someone else's process is no worker of ours
        return False
    return True
