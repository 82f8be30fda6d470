"""What every case needs: processes on cores of their own, what they use, percentiles, rounds and tables."""

import functools
import math
import multiprocessing
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

from tests.processes import family

P = ParamSpec("P")
R = TypeVar("R")

CASE_SECONDS = 240.0
"""A measurement that takes longer than this is stuck."""

_SETTLING_SECONDS, _LOOK_SECONDS, _IDLE = 30.0, 0.2, 0.1
_KIB = 1024
_RESET_PEAK = "5"


def machine() -> str:
    """Name what figures depend on: processor, cores, system, Python."""
    models = (line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name"))
    processor = next(models, platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"Python {platform.python_version()}"
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}, {python}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


@functools.cache
def cores() -> tuple[int, int]:
    """Return a core for what is measured and another for everything else; the same one where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def pin(core: int, pid: int = 0) -> None:
    """Keep a process (0: this one) and the threads that it starts from now on to one core."""
    os.sched_setaffinity(pid, {core})


def _isolate(core: int, name: str) -> None:
    """Name and pin the process, and let no client send loopback traffic through a proxy."""
    multiprocessing.current_process().name = name
    pin(core)
    os.environ["NO_PROXY"] = "*"


@functools.cache
def aside(name: str) -> ProcessPoolExecutor:
    """Return a process on the core that is not measured, for what goes by this name; it stays until the end."""
    fresh = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=fresh, initializer=_isolate, initargs=(cores()[1], name))


def alone(measure: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Return `measure(…)` from the process of the load generator."""
    pool = aside("load")
    try:
        return pool.submit(measure, *args, **kwargs).result(CASE_SECONDS)
    except TimeoutError:
        pool.shutdown(wait=False)
        aside.cache_clear()  # what comes next gets another process
        raise


def in_rounds(rounds: int, names: Iterable[str], measured: Callable[[str], R]) -> dict[str, list[R]]:
    """Measure one after the other, and all again: what disturbs the machine for a while then disturbs each of them."""
    figures: dict[str, list[R]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, found in figures.items():
            found.append(measured(name))
    return figures


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the seconds of CPU that processes and their descendants have used, in steps of 10 ms.

    They are fields 14 and 15 of proc(5)'s stat.
    """
    return sum(_ticks(each) for pid in pids for each in family(pid)) / os.sysconf("SC_CLK_TCK")


def settle(pids: Sequence[int]) -> None:
    """Wait until processes have next to nothing to do, or for half a minute: what they do later is others' time."""
    until = time.monotonic() + _SETTLING_SECONDS
    used = _LOOK_SECONDS
    while used > _LOOK_SECONDS * _IDLE and time.monotonic() < until:
        before = cpu_seconds(pids)
        time.sleep(_LOOK_SECONDS)
        used = cpu_seconds(pids) - before


def _ticks(pid: int) -> int:
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return 0  # it has ended
    return int(user) + int(system)


def memory(pids: Iterable[int]) -> int:
    """Return the proportional set size of processes and their descendants, in bytes: shared pages count once in all."""
    return sum(_field(f"/proc/{each}/smaps_rollup", "Pss:") for pid in pids for each in family(pid))


def start_peak(pids: Iterable[int]) -> int:
    """Return the resident memory of processes, in bytes, and let its peak count from now on."""
    size = 0
    for each in (each for pid in pids for each in family(pid)):
        Path(f"/proc/{each}/clear_refs").write_text(_RESET_PEAK)
        size += _field(f"/proc/{each}/status", "VmRSS:")
    return size


def peak(pids: Iterable[int]) -> int:
    """Return the most resident memory of processes, in bytes, since `start_peak()`."""
    return sum(_field(f"/proc/{each}/status", "VmHWM:") for pid in pids for each in family(pid))


def _field(path: str, field: str) -> int:
    lines = Path(path).read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0) * _KIB


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile: the smallest value that `percent` of all do not exceed; NaN for no values."""
    if not values:
        return math.nan
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def median(values: Iterable[float]) -> float:
    """Return the median of those that are known; NaN where none is."""
    known = [value for value in values if not math.isnan(value)]
    return statistics.median(known) if known else math.nan


def number(value: float) -> str:
    """Return a figure with about three digits."""
    size = abs(value)
    if value == int(value) or size >= 100:  # noqa: PLR2004 - three digits
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"  # noqa: PLR2004 - likewise


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
