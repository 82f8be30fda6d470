"""A working day: agents read in the helpdesk, and have drafts rewritten in between."""

import contextlib
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.cases.proxying import READ
from bench.contestants import NGINX, OURS, PEERS, LineUp, line_up, on_measured_core
from bench.core import ANSWER, nginx_core
from bench.dialects import Dialect
from bench.drafts import draft
from bench.load import CONNECTIONS, Callers, Load, timed
from bench.measuring import alone, in_rounds
from bench.provider import ECHO, scripted_provider
from bench.results import Case, Plan, absent, load_row
from bench.running import Backing, Running
from tests.customers import messages
from tests.servers import nginx_server

_READS, _HITS = 0.7, 0.2
_KNOWN = 50
"""Drafts that are asked for again and again."""
_WARM_UP_SECONDS = 1.0
_MOST = 60_000
_SPREAD = 40_000  # numbers of drafts that a turn takes at most

_WAYS = """\
proxy_http_version 1.1;
proxy_set_header Connection "";
location / {{ proxy_pass http://gateway; }}
location /api/v1/conversations/ {{ proxy_pass http://core; }}
}}
upstream core {{
server 127.0.0.1:{core};
keepalive 64;
}}
upstream gateway {{
server 127.0.0.1:{gateway};
keepalive 64;
"""


def day(plan: Plan) -> list[Case]:
    """A working day: 70 % of all requests read in the helpdesk, 20 % are stored completions, 10 % new ones."""
    folder, texts = plan.folder("day"), messages()
    with ExitStack() as stack:
        core = stack.enter_context(nginx_core(plan.folder("day/core")))
        provider = stack.enter_context(scripted_provider(folder))
        backing = Backing(provider=provider.url + ECHO, core=core.url, caching=True)
        line = stack.enter_context(line_up([OURS, *plan.peers], folder, backing))
        sides = stack.enter_context(_behind_nginx(line, backing, folder))
        turns = dict.fromkeys(sides, 0)

        def measured(name: str) -> Load:
            turns[name] += 1
            return alone(_work, sides[name], (core.pid, provider.pid), plan.seconds, texts, turns[name])

        loads = in_rounds(plan.rounds, sides, measured)
    rows = [load_row(name, rounds, loads[OURS], OURS) for name, rounds in loads.items()] + absent(line)
    text = (
        f"{CONNECTIONS} connections: 70 % reads of 4 KiB from the helpdesk, 20 % drafts that are asked for again and "
        f"again, 10 % new ones; drafts begin with what customers wrote ({len(texts):,} messages), and the provider "
        "sends them back. "
        "What the others don't do, reading in the helpdesk, nginx does for them on the same core. "
        "TensorZero and Portkey keep no answers here."
    )
    return [Case(name="day", title="Working day", text=text, rows=rows, main="requests/s")]


@contextlib.contextmanager
def _behind_nginx(line: LineUp, backing: Backing, folder: Path) -> Iterator[dict[str, Running]]:
    """Put an nginx in front of each peer, which passes reading on to the helpdesk."""
    core = int(backing.core.rpartition(":")[2])
    sides = {}
    with ExitStack() as stack:
        for name, running in line.running.items():
            if name not in PEERS:
                sides[name] = running
                continue
            made = folder / f"before {name}"
            made.mkdir()
            ways = on_measured_core(nginx_server(_WAYS.format(core=core, gateway=running.port), made))
            front = stack.enter_context(ways)
            port = int(front.url.rpartition(":")[2])
            sides[f"{NGINX} + {name}"] = Running(port=port, pids=(front.pid, *running.pids), dialect=running.dialect)
        yield sides


def _work(side: Running, others: tuple[int, ...], seconds: float, texts: list[str], turn: int) -> Load:
    callers = Callers(side.port, CONNECTIONS, requests(side.dialect, texts, turn), _right)
    callers.ask(_WARM_UP_SECONDS)
    load = timed(callers, side.pids, others, seconds)
    callers.close()
    return load


def requests(dialect: Dialect, texts: list[str], turn: int) -> Iterator[bytes]:
    """Return what is asked for, always the same for a turn, with new drafts of its own."""
    chance = random.Random(turn)  # noqa: S311 - a mixture, not a secret
    known = [dialect.request(texts[place % len(texts)]) for place in range(_KNOWN)]
    made = []
    for place in range(_MOST):
        drawn = chance.random()
        if drawn < _READS:
            made.append(READ)
        elif drawn < _READS + _HITS:
            made.append(chance.choice(known))
        else:
            number = turn * _SPREAD + place
            made.append(dialect.request(f"{texts[number % len(texts)]} {draft(number)}"))
    return iter(made)


def _right(data: bytes) -> bool:
    """Whether this is what was read, or a completion; what the others answer holds the draft."""
    return data.endswith(ANSWER) or b'"data":"' in data or b'"content":"' in data
