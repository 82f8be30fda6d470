"""Asks one contestant for completions, from a process of its own on the other core."""

import itertools
from collections.abc import Callable, Iterator

import msgspec

from bench.dialects import Dialect
from bench.drafts import draft
from bench.load import CONNECTIONS, STUCK_SECONDS, Callers, Load, timed
from bench.measuring import alone
from bench.running import Running

WARM_UP_SECONDS = 0.5


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked.

    Attributes:
        port: of whom, on loopback.
        pids: the processes that answer.
        others: processes on the other core.
        dialect: how it is asked.
        seconds: for how long, at most.
        cached: whether the answers must be stored ones, or must not; None where either is right.
        first: number of the first draft.
        count: of drafts, each asked for once; None: the first one again and again.
        warm_up: how many of them warm up; None: as many as there is time for.
        connections: how many ask.
    """

    port: int
    pids: tuple[int, ...]
    others: tuple[int, ...]
    dialect: Dialect
    seconds: float
    cached: bool | None = None
    first: int = 0
    count: int | None = None
    warm_up: int | None = None
    connections: int = CONNECTIONS


def asking(running: Running, others: tuple[int, ...], seconds: float) -> Asking:
    """Return how someone is asked for the same draft again and again."""
    return Asking(port=running.port, pids=running.pids, others=others, dialect=running.dialect, seconds=seconds)


def asked(wanted: Asking) -> Load:
    """Measure it."""
    return alone(measure, wanted)


def measure(wanted: Asking) -> Load:
    """Warm up, and then ask and look at the clocks."""
    requests = _requests(wanted)
    warming = requests if wanted.warm_up is None else itertools.islice(requests, wanted.warm_up)
    callers = Callers(wanted.port, wanted.connections, warming, _right(wanted.dialect, cached=None))
    callers.ask(WARM_UP_SECONDS if wanted.warm_up is None else STUCK_SECONDS)
    callers.close()
    callers = Callers(wanted.port, wanted.connections, requests, _right(wanted.dialect, cached=wanted.cached))
    load = timed(callers, wanted.pids, wanted.others, wanted.seconds)
    callers.close()
    return load


def _requests(wanted: Asking) -> Iterator[bytes]:
    if wanted.count is None:
        return itertools.repeat(wanted.dialect.request(draft(wanted.first)))
    return iter([wanted.dialect.request(draft(wanted.first + place)) for place in range(wanted.count)])


def _right(dialect: Dialect, *, cached: bool | None) -> Callable[[bytes], bool]:
    return lambda data: dialect.right(data, cached=cached)
