"""Whole answers: stored in the process, stored in Redis, and asked of the provider."""

import itertools
from contextlib import ExitStack

import msgspec

from bench.asking import Asking, asked, asking
from bench.contestants import FERRO, LITELLM, OURS, PORTKEY, RAW, TENSORZERO, LineUp, direct, line_up, started
from bench.load import Load
from bench.measuring import cores, in_rounds, pin
from bench.provider import instant_provider
from bench.results import Case, Plan, Row, absent, load_row
from bench.running import Backing, Running
from tests.servers import redis_server

ALONE = "p50 ms, alone"
"""What one caller waits who has the service for itself."""

_MISSES = 30_000
_FILLED = 6_000
_FILLING_SECONDS = 4.0  # for each second that is measured
_WARM_UP = 200


def hit(plan: Plan) -> list[Case]:
    """An answer that is stored in the process, asked for again and again."""
    folder = plan.folder("hit")
    names = [RAW, OURS, *(name for name in (FERRO, LITELLM) if name in plan.peers)]
    with instant_provider(folder) as provider:
        backing = Backing(provider=provider.url, caching=True)
        with line_up(names, folder, backing) as line:
            alone = dict[str, list[float]]()

            def measured(name: str) -> Load:
                wanted = asking(line.running[name], (provider.pid,), plan.seconds)
                wanted = msgspec.structs.replace(wanted, cached=None if name == RAW else True)
                load = asked(wanted)
                one = asked(msgspec.structs.replace(wanted, connections=1, seconds=plan.seconds / 3))
                alone.setdefault(name, []).append(one.p50 * 1e3)
                return load

            loads = in_rounds(plan.rounds, line.running, measured)
    rows = _rows(loads, line)
    for row in rows:
        row.figures.update({ALONE: alone[row.who]} if row.who in alone else {})
    rows += [
        Row(who=TENSORZERO, note="keeps answers in Redis or a database only"),
        Row(who=PORTKEY, note="its package keeps no answers"),
    ]
    text = "The same draft again and again over 32 connections; its answer is in the memory of the process."
    return [Case(name="hit", title="Hit in process", text=text, rows=_of(plan, rows), main="requests/s")]


def from_redis(plan: Plan) -> list[Case]:
    """Answers that another process has stored in Redis, each asked for once."""
    folder = plan.folder("redis")
    names = [RAW, OURS, *(name for name in (TENSORZERO, LITELLM) if name in plan.peers)]
    numbers = itertools.count(0, _FILLED)
    filled = 2_000 if plan.quick else _FILLED
    with ExitStack() as stack:
        provider = stack.enter_context(instant_provider(plan.folder("redis/nginx")))
        redis = stack.enter_context(redis_server(plan.folder("redis/server")))
        pin(cores()[1], redis.pid)
        backing = Backing(provider=provider.url, caching=True, redis=redis.tcp_url)
        line = stack.enter_context(line_up(names, folder, backing))
        filling = dict(line.running)
        filling[OURS] = stack.enter_context(started(OURS, folder / "filling", backing))

        def measured(name: str) -> Load:
            wanted = asking(line.running[name], (provider.pid, redis.pid), plan.seconds)
            if name == RAW:
                return asked(wanted)
            wanted = msgspec.structs.replace(wanted, first=next(numbers), count=filled)
            return _read(wanted, filling[name])

        loads = in_rounds(min(plan.rounds, 3), line.running, measured)
    rows = _rows(loads, line)
    rows += [Row(who=FERRO, note="has no Redis"), Row(who=PORTKEY, note="its package keeps no answers")]
    text = (
        "Answers that are in Redis, each asked for once, over 32 connections; ours reads what another of its processes "
        "has stored. LiteLLM and TensorZero read Redis for each answer."
    )
    return [Case(name="redis", title="Hit from Redis", text=text, rows=_of(plan, rows), main="requests/s")]


def _read(wanted: Asking, filling: Running) -> Load:
    """Have answers put into Redis, and then read those that are there, each once."""
    fill = msgspec.structs.replace(
        wanted,
        port=filling.port,
        pids=filling.pids,
        cached=False,
        warm_up=0,
        seconds=_FILLING_SECONDS * wanted.seconds,
    )
    count = asked(fill).requests
    return asked(msgspec.structs.replace(wanted, count=count, cached=True, warm_up=min(_WARM_UP, count // 4)))


def miss(plan: Plan) -> list[Case]:
    """Answers that the provider is asked for, each for another draft."""
    folder = plan.folder("miss")
    count = 10_000 if plan.quick else _MISSES
    numbers = itertools.count(0, count)
    with instant_provider(folder) as provider:
        names = [RAW, OURS, *plan.peers]
        with line_up(names, folder, Backing(provider=provider.url)) as line:

            def measured(name: str) -> Load:
                wanted = asking(line.running[name], (provider.pid,), plan.seconds)
                if name == RAW:
                    return asked(wanted)
                first = next(numbers)
                return asked(msgspec.structs.replace(wanted, first=first, count=count, cached=False, warm_up=_WARM_UP))

            loads = in_rounds(plan.rounds, line.running, measured)
            itself = asked(asking(direct(provider), (), plan.seconds / 3)).per_second
    text = (
        "Each request is another draft over 32 connections, and the provider answers at once "
        f"({itself:,.0f} requests/s when asked directly, on the core of the load generator)."
    )
    rows = _of(plan, _rows(loads, line))
    return [Case(name="miss", title="Miss, provider without delay", text=text, rows=rows, main="requests/s")]


def _rows(loads: dict[str, list[Load]], line: LineUp) -> list[Row]:
    return [load_row(name, rounds, loads[RAW], "raw") for name, rounds in loads.items()] + absent(line)


def _of(plan: Plan, rows: list[Row]) -> list[Row]:
    """Leave out who does not take part."""
    return [row for row in rows if row.who in {RAW, OURS, *plan.peers}]
