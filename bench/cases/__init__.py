"""The cases that are compared, by the names that they are asked for."""

from collections.abc import Callable

from bench.cases import answers, day, footprint, frozen, proxying, stall, streams, twenty, workers
from bench.results import Case, Plan

CASES: dict[str, Callable[[Plan], list[Case]]] = {
    "hit": answers.hit,
    "redis": answers.from_redis,
    "miss": answers.miss,
    "streams": streams.streams,
    "twenty": twenty.twenty,
    "proxied": proxying.small,
    "large": proxying.large,
    "frozen": frozen.frozen,
    "day": day.day,
    "startup": footprint.startup,
    "memory": footprint.after_misses,
    "workers": workers.workers,
    "stall": stall.stall,
}
"""A case is a function that measures; the first line of its docstring says what."""
