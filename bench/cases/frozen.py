"""Redis that takes connections and never answers: what those wait who ask meanwhile."""

import itertools
import os
import signal
import time

import msgspec

from bench.asking import Asking, asked, asking
from bench.contestants import FERRO, LITELLM, OURS, PORTKEY, TENSORZERO, line_up
from bench.load import Load
from bench.measuring import cores, in_rounds, pin
from bench.provider import instant_provider
from bench.results import Case, Plan, Row, absent
from bench.running import Backing
from tests.servers import redis_server

LONGEST = "longest wait ms"
_DRAFTS = 2_000
_RECOVERY_SECONDS = 2.0
_MOST_ROUNDS = 3


def frozen(plan: Plan) -> list[Case]:
    """Redis frozen: the longest wait of one caller."""
    folder, numbers = plan.folder("frozen"), itertools.count(0, _DRAFTS)
    names = [OURS, *(name for name in (TENSORZERO, LITELLM) if name in plan.peers)]
    with instant_provider(folder) as provider, redis_server(plan.folder("frozen/redis")) as redis:
        pin(cores()[1], redis.pid)
        with line_up(names, folder, Backing(provider=provider.url, redis=redis.tcp_url, caching=True)) as line:

            def measured(name: str) -> Load:
                wanted = asking(line.running[name], (), plan.seconds)
                wanted = msgspec.structs.replace(wanted, first=next(numbers), count=_DRAFTS, connections=1, warm_up=10)
                asked(msgspec.structs.replace(wanted, seconds=plan.seconds / 5))
                return _while_frozen(redis.pid, wanted)

            loads = in_rounds(min(plan.rounds, _MOST_ROUNDS), line.running, measured)
    rows = [_row(name, rounds) for name, rounds in loads.items()] + absent(line)
    rows += [Row(who=FERRO, note="has no Redis"), Row(who=PORTKEY, note="has no Redis in this use")]
    text = (
        "One caller asks for one new draft after the other, and Redis is stopped (SIGSTOP) all the while; "
        f"{plan.seconds:.0f} s, or until the request that was under way has ended. The provider answers at once."
    )
    kept = [row for row in rows if row.who in {OURS, *plan.peers}]
    return [Case(name="frozen", title="Redis frozen", text=text, rows=kept, main=LONGEST, less=True)]


def _while_frozen(redis: int, wanted: Asking) -> Load:
    first = wanted.first + _DRAFTS // 2
    os.kill(redis, signal.SIGSTOP)
    try:
        return asked(msgspec.structs.replace(wanted, first=first, count=_DRAFTS // 2, warm_up=0))
    finally:
        os.kill(redis, signal.SIGCONT)
        time.sleep(_RECOVERY_SECONDS)


def _row(name: str, rounds: list[Load]) -> Row:
    figures = {
        LONGEST: [one.longest * 1e3 for one in rounds],
        "p50 ms": [one.p50 * 1e3 for one in rounds],
        "answers": [float(one.requests) for one in rounds],
    }
    sample = next((f"an error: {one.sample!r}" for one in rounds if one.sample), "")
    return Row(who=name, figures=figures, errors=sum(one.errors for one in rounds), note=sample)
