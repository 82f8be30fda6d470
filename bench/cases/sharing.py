"""What is shared: one call to the provider among those who ask the same, and the work among two processes."""

import http.client
import itertools

import msgspec

from bench.asking import asked, asking
from bench.contestants import FERRO, LITELLM, OURS, PORTKEY, RAW, TENSORZERO, line_up, started
from bench.core import Core
from bench.drafts import draft
from bench.load import Callers, Load
from bench.measuring import alone, cores, in_rounds, pin
from bench.provider import SLOW, SLOW_SECONDS, instant_provider, scripted_provider
from bench.results import Case, Plan, Row, absent
from bench.running import Backing, Running
from tests.servers import redis_server

CALLS = "calls to the provider"
_AT_ONCE = 20
_MISSES = 10_000


def twenty(plan: Plan) -> list[Case]:
    """Twenty agents who ask the same at once: how often the provider is asked."""
    folder = plan.folder("twenty")
    numbers = itertools.count()
    with scripted_provider(folder) as provider, redis_server(plan.folder("twenty/redis")) as redis:
        pin(cores()[1], redis.pid)
        backing = Backing(provider=provider.url + SLOW, caching=True, redis=redis.tcp_url)
        with line_up([OURS, *plan.peers], folder, backing) as line:

            def measured(name: str) -> tuple[int, float, int]:
                side, before = line.running[name], _asked(provider)
                latencies, errors = alone(_at_once, side, next(numbers))
                return _asked(provider) - before, max(latencies, default=0), errors

            for name in line.running:
                measured(name)
            found = in_rounds(plan.rounds, line.running, measured)
    rows = [
        Row(
            who=name,
            figures={CALLS: [one[0] for one in rounds], "longest wait ms": [one[1] * 1e3 for one in rounds]},
            errors=sum(one[2] for one in rounds),
        )
        for name, rounds in found.items()
    ]
    text = (
        f"{_AT_ONCE} connections ask for the same new draft at once; the provider takes {SLOW_SECONDS * 1e3:.0f} ms. "
        f"Answers are kept: {FERRO} keeps them in its process, {OURS}, {TENSORZERO} and {LITELLM} in Redis, {PORTKEY} "
        "nowhere."
    )
    return [
        Case(
            name="twenty",
            title="Twenty who ask the same at once",
            text=text,
            rows=rows + absent(line),
            main=CALLS,
            less=True,
        )
    ]


def _at_once(side: Running, number: int) -> tuple[list[float], int]:
    requests = itertools.repeat(side.dialect.request(draft(number)), _AT_ONCE)
    callers = Callers(side.port, _AT_ONCE, requests, lambda data: side.dialect.right(data, cached=None))
    answers = callers.ask(0)
    callers.close()
    return answers.latencies, answers.errors


def _asked(provider: Core) -> int:
    """Return how many calls the provider has had."""
    connection = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=10)
    connection.request("GET", "/asked")
    count = int(connection.getresponse().read())
    connection.close()
    return count


def workers(plan: Plan) -> list[Case]:
    """One worker process and two, on both cores, with the load generator on one of them."""
    folder = plan.folder("workers")
    numbers = itertools.count(0, _MISSES)
    with (
        instant_provider(plan.folder("workers/nginx")) as provider,
        redis_server(plan.folder("workers/redis")) as redis,
    ):
        rows = []
        for name in (RAW, OURS):
            sides = {}
            loads: dict[str, list[Load]] = {}
            backing = Backing(provider=provider.url, redis=redis.tcp_url)
            two = msgspec.structs.replace(backing, workers=2)
            with (
                started(name, folder / f"{name} 1", backing, pinned=False) as one_worker,
                started(name, folder / f"{name} 2", two, pinned=False) as two_workers,
            ):
                sides = {"1": one_worker, "2": two_workers}

                def measured(which: str, sides: dict[str, Running] = sides) -> Load:
                    return asked(asking(sides[which], (), plan.seconds))

                def missed(which: str, sides: dict[str, Running] = sides) -> Load:
                    wanted = asking(sides[which], (), plan.seconds)
                    first = next(numbers)
                    return asked(msgspec.structs.replace(wanted, first=first, count=_MISSES, warm_up=200))

                loads = in_rounds(plan.rounds, sides, measured)
                rows.append(_workers_row(f"{name}, hits" if name == OURS else name, loads))
                if name == OURS:
                    rows.append(_workers_row(f"{name}, misses", in_rounds(plan.rounds, sides, missed)))
    text = (
        "The same over 32 connections with one worker process and with two, which may use both cores; load generator, "
        "provider and Redis take their part of them."
    )
    return [Case(name="workers", title="Two workers", text=text, rows=rows, main=_TWO)]


_ONE, _TWO = "requests/s, one worker", "requests/s, two workers"


def _workers_row(who: str, loads: dict[str, list[Load]]) -> Row:
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
