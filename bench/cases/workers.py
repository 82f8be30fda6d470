"""The work shared among two processes."""

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.asking import asked, asking
from bench.contestants import OURS, RAW, started
from bench.load import Load
from bench.measuring import in_rounds
from bench.provider import instant_provider
from bench.results import Case, Plan, Row
from bench.running import Backing, Running
from tests.servers import redis_server

_MISSES, _WARM_UP = 10_000, 200
_TEXT = (
    "The same over 32 connections with one worker process and with two, which may use both cores; load generator, "
    "provider and Redis take their part of them."
)
_ONE, _TWO = "requests/s, one worker", "requests/s, two workers"


def workers(plan: Plan) -> list[Case]:
    """One worker process and two, on both cores, with the load generator on one of them."""
    folder, rows = plan.folder("workers"), list[Row]()
    with (
        instant_provider(plan.folder("workers/nginx")) as provider,
        redis_server(plan.folder("workers/redis")) as redis,
    ):
        backing = Backing(provider=provider.url, redis=redis.tcp_url)
        for name in (RAW, OURS):
            with _one_and_two(name, folder / name, backing) as sides:
                rows += _rows(name, sides, plan)
    return [Case(name="workers", title="Two workers", text=_TEXT, rows=rows, main=_TWO)]


@contextlib.contextmanager
def _one_and_two(name: str, folder: Path, backing: Backing) -> Iterator[dict[str, Running]]:
    two = msgspec.structs.replace(backing, workers=2)
    with (
        started(name, folder / "1", backing, pinned=False) as one_worker,
        started(name, folder / "2", two, pinned=False) as two_workers,
    ):
        yield {"1": one_worker, "2": two_workers}


def _rows(name: str, sides: dict[str, Running], plan: Plan) -> list[Row]:
    numbers = itertools.count(0, _MISSES)

    def hit(which: str) -> Load:
        return asked(asking(sides[which], (), plan.seconds))

    def missed(which: str) -> Load:
        wanted = asking(sides[which], (), plan.seconds)
        return asked(msgspec.structs.replace(wanted, first=next(numbers), count=_MISSES, warm_up=_WARM_UP))

    if name == RAW:
        return [_row(name, in_rounds(plan.rounds, sides, hit))]
    ways = {"hits": hit, "misses": missed}
    return [_row(f"{name}, {way}", in_rounds(plan.rounds, sides, measured)) for way, measured in ways.items()]


def _row(who: str, loads: dict[str, list[Load]]) -> Row:
    one, two = loads["1"], loads["2"]
    figures = {
        _ONE: [each.per_second for each in one],
        _TWO: [each.per_second for each in two],
        "two of one": [more.per_second / less.per_second for more, less in zip(two, one, strict=True)],
        "CPU µs, one": [each.cpu * 1e6 for each in one],
        "CPU µs, two": [each.cpu * 1e6 for each in two],
    }
    sample = next((f"an error: {each.sample!r}" for each in one + two if each.sample), "")
    return Row(who=who, figures=figures, errors=sum(each.errors for each in one + two), note=sample)
