"""The rows of the completion: what is asked of whom, and how the answers are known to be the right ones."""

import itertools
from collections.abc import Callable, Iterator

import msgspec

from bench.completion_services import Services
from bench.completion_words import completion, hit_body
from bench.measuring import alone, cores
from bench.proxy_core import Core
from bench.proxy_load import CONNECTIONS, STUCK_SECONDS, WARM_UP_SECONDS, Callers, Load, timed

RAW, HIT, FROM_REDIS, MISS, MISS_REDIS = "raw ASGI POST", "hit in process", "hit from Redis", "miss", "miss, Redis"

MOST_MISSES = 10_000
FILLED, FILLED_WARM_UP = 4_000, 500
"""Answers that are put into Redis for each round, and how many of them warm up."""

_END = hit_body()


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Whom is asked for what.

    Attributes:
        server: who answers.
        others: processes on the other core.
        cache: what the answer's header says; nothing where there is none.
        first: number of the first draft.
        count: of drafts, each asked for once; None: the first one again and again.
        warm_up: how many of them warm up; None: as many as there is time for.
    """

    server: Core
    others: tuple[int, ...]
    cache: str = ""
    first: int = 0
    count: int | None = None
    warm_up: int | None = None


def measure(asking: Asking) -> Load:
    """Ask from many connections."""
    requests = _requests(asking)
    warming = requests if asking.warm_up is None else itertools.islice(requests, asking.warm_up)
    _ask_all(asking, warming, WARM_UP_SECONDS if asking.warm_up is None else STUCK_SECONDS)
    callers = Callers(asking.server.port, CONNECTIONS, requests, _right(asking.cache))
    load = timed(callers, asking.server.pid, asking.others)
    callers.close()
    return load


def fill(asking: Asking) -> None:
    """Ask for all drafts."""
    asked = _ask_all(asking, _requests(asking), STUCK_SECONDS)
    assert asked == asking.count, f"only {asked} answers in {STUCK_SECONDS:.0f} s"


def _ask_all(asking: Asking, requests: Iterator[bytes], seconds: float) -> int:
    cache = {"hit": ""}.get(asking.cache, asking.cache)  # the first one is none yet
    callers = Callers(asking.server.port, CONNECTIONS, requests, _right(cache))
    asked = len(callers.ask(seconds))
    callers.close()
    return asked


def _requests(asking: Asking) -> Iterator[bytes]:
    if asking.count is None:
        return itertools.repeat(completion(asking.first))
    return iter([completion(asking.first + place) for place in range(asking.count)])


def _right(cache: str) -> Callable[[bytes], bool]:
    mark = f"\r\nx-assistant-cache: {cache}\r\n".encode() if cache else b""
    return lambda data: data.endswith(_END) and mark in data


class Rows:
    """Measures the rows; each draft is asked for in one of them only.

    Args:
        running: who is asked.
    """

    def __init__(self, running: Services) -> None:
        self._running = running
        self._next = 1  # 0 is the draft that is asked for again and again

    def measured(self, name: str) -> Load:
        """Measure a row by its name, from a process of its own on the other core."""
        return alone(cores()[1], measure, _ROWS[name](self))

    def raw(self) -> Asking:
        """Return how the yardstick is asked."""
        return Asking(server=self._running.raw, others=self._running.others)

    def hit(self) -> Asking:
        """Return how the service is asked for what it has in its memory."""
        return Asking(server=self._running.plain, others=self._running.others, cache="hit")

    def miss(self) -> Asking:
        """Return how a service is asked for what it has to ask its provider for."""
        return self._misses(self._running.plain, MOST_MISSES)

    def miss_redis(self) -> Asking:
        """Return how a service that shares its answers is asked for them."""
        return self._misses(self._running.filling, MOST_MISSES)

    def from_redis(self) -> Asking:
        """Have answers put into Redis by one service, and return how another one is asked for them."""
        filling = self._misses(self._running.filling, FILLED)
        alone(cores()[1], fill, filling)
        return msgspec.structs.replace(filling, server=self._running.reading, cache="hit", warm_up=FILLED_WARM_UP)

    def _misses(self, server: Core, count: int) -> Asking:
        first, self._next = self._next, self._next + count
        return Asking(server=server, others=self._running.others, cache="miss", first=first, count=count)


_ROWS: dict[str, Callable[[Rows], Asking]] = {
    RAW: Rows.raw,
    HIT: Rows.hit,
    FROM_REDIS: Rows.from_redis,
    MISS: Rows.miss,
    MISS_REDIS: Rows.miss_redis,
}
ROWS = tuple(_ROWS)
"""The rows in their order; the first one is what the others are compared with."""
