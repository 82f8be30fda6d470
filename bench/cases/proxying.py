"""The gateway as a proxy beside nginx: small answers, and bodies of 1 GiB."""

import itertools
import math
from collections.abc import Callable
from contextlib import ExitStack

from bench.contestants import NGINX, OURS, direct, line_up
from bench.core import ANSWER, ANSWER_PATH, GIB, Core, nginx_core, upload_sink
from bench.load import CONNECTIONS, Callers, Load, timed
from bench.measuring import alone, in_rounds
from bench.results import Case, Plan, Row, load_row
from bench.running import Backing, Running
from bench.transfers import Transfer, download, upload

ITSELF = "helpdesk itself"
READ = (
    f"GET {ANSWER_PATH}?include=messages HTTP/1.1\r\nHost: helpdesk.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux)\r\n"
    "Accept: application/json, text/plain, */*\r\nAccept-Language: en\r\nAccept-Encoding: gzip, deflate, br\r\n"
    "Cookie: libredesk_session=0123456789abcdef0123456789abcdef; csrf_token=fedcba9876543210fedcba9876543210\r\n\r\n"
).encode()
"""What a browser asks the helpdesk for."""

_WARM_UP_SECONDS = 0.5
_MOST_ROUNDS = 3


def small(plan: Plan) -> list[Case]:
    """A proxied GET of 4 KiB."""
    folder = plan.folder("proxied")
    with ExitStack() as stack:
        core = stack.enter_context(nginx_core(plan.folder("proxied/core")))
        line = stack.enter_context(line_up([NGINX, OURS], folder, Backing(core=core.url)))
        sides = {NGINX: line.running[NGINX], ITSELF: direct(core), OURS: line.running[OURS]}

        def measured(name: str) -> Load:
            return alone(_read, sides[name], core, plan.seconds)

        loads = in_rounds(plan.rounds, sides, measured)
    rows = [load_row(name, rounds, loads[NGINX], NGINX) for name, rounds in loads.items()]
    text = (
        f"A GET that the helpdesk, an nginx on the other core, answers with 4 KiB of JSON, over {CONNECTIONS} "
        "connections. Where nginx had time to spare, the load generator held it back, and only the part by CPU tells."
    )
    return [Case(name="proxied", title="Proxied GET of 4 KiB", text=text, rows=rows, main="requests/s")]


def _read(side: Running, core: Core, seconds: float) -> Load:
    callers = Callers(side.port, CONNECTIONS, itertools.repeat(READ), lambda data: data.endswith(ANSWER))
    callers.ask(_WARM_UP_SECONDS)
    load = timed(callers, side.pids, [core.pid] if core.pid not in side.pids else [], seconds)
    callers.close()
    return load


def large(plan: Plan) -> list[Case]:
    """Bodies of 1 GiB, down and up."""
    folder = plan.folder("large")
    rounds = min(plan.rounds, _MOST_ROUNDS)
    with nginx_core(plan.folder("large/core")) as core:
        down = _moved([NGINX, OURS], plan, core, download, rounds)
    with upload_sink(folder) as core:
        up = _moved([NGINX, OURS], plan, core, upload, rounds)
    text = (
        "1 GiB over one connection. nginx passes bodies on as they come (`proxy_buffering off`) and has buffers of "
        "64 KiB: with its own of 4 KiB it is slower. 8 MiB are compared first; of the 1 GiB the bytes are counted."
    )
    rows = [_large_row(name, down, up) for name in down]
    return [Case(name="large", title="1 GiB through the proxy", text=text, rows=rows, main="down GB/s")]


def _moved(
    names: list[str], plan: Plan, core: Core, move: Callable[[Core], Transfer], rounds: int
) -> dict[str, list[Transfer]]:
    folder = plan.tmp / "large" / move.__name__
    with line_up(names, folder, Backing(core=core.url)) as line:
        sides = {name: Core(port=each.port, pid=each.pids[0]) for name, each in line.running.items()}
        sides[ITSELF] = core
        return in_rounds(rounds, sides, lambda name: alone(move, sides[name]))


def _large_row(name: str, down: dict[str, list[Transfer]], up: dict[str, list[Transfer]]) -> Row:
    figures = {}
    for way, found in (("down", down), ("up", up)):
        mine, by = found[name], found[NGINX]
        figures[f"{way} GB/s"] = [one.rate / 1e9 for one in mine]
        figures[f"{way} of nginx"] = [one.rate / other.rate for one, other in zip(mine, by, strict=True)]
        figures[f"{way} CPU s"] = [math.nan if name == ITSELF else one.cpu for one in mine]
        figures[f"{way} extra MiB"] = [math.nan if name == ITSELF else one.extra / 2**20 for one in mine]
    whole = all(one.moved == GIB for one in (*down[name], *up[name]))
    return Row(who=name, figures=figures, note="" if whole else "broken off, as its rate was known")
