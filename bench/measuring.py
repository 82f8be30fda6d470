"""What every case needs: a process of its own on a core of its own, percentiles, and a table."""

import math
import multiprocessing
import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

CASE_SECONDS = 60.0
"""A measurement that takes longer than this is stuck."""


def machine() -> str:
    """Name what figures depend on: cores, processor family, Python."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def cores() -> tuple[int, int]:
    """Return a core for what is measured and another for everything else; the same one where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def pin(core: int, pid: int = 0) -> None:
    """Keep a process (0: this one) and the threads that it starts from now on to one core."""
    os.sched_setaffinity(pid, {core})


def _isolate(core: int) -> None:
    """Pin the process, and let no client send loopback traffic through a proxy."""
    pin(core)
    os.environ["NO_PROXY"] = "*"


def alone(core: int, measure: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Return `measure(…)` from a fresh process that is pinned to the core before it imports anything of ours."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, initializer=_isolate, initargs=(core,)) as pool:
        return pool.submit(measure, *args, **kwargs).result(CASE_SECONDS)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile: the smallest value that `percent` of all do not exceed; NaN for no values."""
    if not values:
        return math.nan
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, padded so that it can be read as it is; all columns but the first align right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = [f"{'-' * (width - bool(place))}{':' if place else ''}" for place, width in enumerate(widths)]
    lines = [
        [
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in (head, *rows)
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))
