"""The tables of the proxies: medians of the rounds, and ratios within each round."""

import math
import statistics
from collections.abc import Callable, Iterable
from typing import TypeVar

from bench.measuring import table
from bench.proxy_bodies import MOST_SECONDS, Transfer
from bench.proxy_contestants import ALONE, DIRECT, NGINX, TUNED
from bench.proxy_core import GIB
from bench.proxy_load import CONNECTIONS, FEW, SECONDS, Load

T = TypeVar("T")

Loads = dict[str, list[Load]]
Transfers = dict[str, list[Transfer]]
Bodies = dict[str, Transfers]
"""The transfers of each way, "download" and "upload"."""

_HTTPX = "httpx"
_GB, _MIB = 1e9, 1024**2
_NONE = "-"
_FULL = 0.95
"""A core that is busy for less of the time waited for the other one, or had other work too."""


def answers_table(loads: Loads) -> str:
    """The small answer: how many, how fast, and at what cost."""
    head = (
        f"4 KiB, {CONNECTIONS} connections",
        "requests/s",
        "of nginx",
        "lowest to highest",
        "p50 ms",
        "p99 ms",
        f"p50 added at {FEW}, ms",
        "CPU µs a request",
        "of nginx by CPU",
        "its core busy",
        "other core busy",
    )
    return table(head, [_answers_row(name, rounds, loads) for name, rounds in loads.items()])


def _answers_row(name: str, rounds: list[Load], loads: Loads) -> tuple[str, ...]:
    shares = ratios(rounds, loads[NGINX], lambda one: one.per_second)
    return (
        name,
        f"{median(one.per_second for one in rounds):,.0f}",
        f"{median(shares):.2f}",
        f"{min(shares):.2f} to {max(shares):.2f}",
        f"{median(one.p50 for one in rounds) * 1e3:.2f}",
        f"{median(one.p99 for one in rounds) * 1e3:.2f}",
        _NONE if name == DIRECT else f"{median(one.added_p50 for one in rounds) * 1e3:.2f}",
        f"{cost(rounds) * 1e6:.0f}",
        _NONE if name == DIRECT else f"{cost(loads[NGINX]) / cost(rounds):.2f}",
        _NONE if name == DIRECT else f"{median(one.busy for one in rounds):.0%}",
        f"{median(one.others_busy for one in rounds):.0%}",
    )


def bodies_table(bodies: Bodies) -> str:
    """The large bodies: how fast, at what cost, and the most memory that the proxy took on top of what it held."""
    columns = ("GB/s", "of nginx", "of tuned", "CPU s", "extra MiB")
    head = ("1 GiB", *(f"{way}, {column}" for way in bodies for column in columns))
    names = next(iter(bodies.values()))
    return table(head, [(name, *(cell for way in bodies.values() for cell in _body(name, way))) for name in names])


def _body(name: str, way: Transfers) -> tuple[str, ...]:
    rounds = way[name]
    whole = all(one.moved == GIB for one in rounds)
    return (
        f"{'' if whole else '*'}{median(one.rate for one in rounds) / _GB:.2f}",
        f"{_body_ratio(name, way):.2f}",
        f"{_body_ratio(name, way, TUNED):.2f}",
        _NONE if name == DIRECT else f"{median(one.cpu for one in rounds):.2f}",
        _NONE if name == DIRECT else f"{max(one.extra for one in rounds) / _MIB:.1f}",
    )


def _body_ratio(name: str, way: Transfers, to: str = NGINX) -> float:
    return median(ratios(way[name], way[to], lambda one: one.rate))


def clients_table(loads: Loads, bodies: Bodies) -> str:
    """The client libraries under the same server: what each costs over a server that asks no one."""
    head = (
        "client library",
        "of nginx",
        "of nginx by CPU",
        "times httpx",
        "CPU µs a request",
        "of it for the client",
        "p99 ms",
        *(f"{way} of nginx" for way in bodies),
    )
    libraries = [name for name in loads if name not in {NGINX, DIRECT, ALONE}]
    return table(head, [_client_row(name, loads, bodies) for name in libraries])


def _client_row(name: str, loads: Loads, bodies: Bodies) -> tuple[str, ...]:
    rounds = loads[name]
    times = median(ratios(rounds, loads[_HTTPX], lambda one: one.per_second)) if _HTTPX in loads else math.nan
    client = cost(rounds) - cost(loads[ALONE]) if ALONE in loads else math.nan
    return (
        name,
        f"{median(ratios(rounds, loads[NGINX], lambda one: one.per_second)):.2f}",
        f"{cost(loads[NGINX]) / cost(rounds):.2f}",
        f"{times:.1f}",
        f"{cost(rounds) * 1e6:.0f}",
        f"{client * 1e6:.0f}",
        f"{median(one.p99 for one in rounds) * 1e3:.2f}",
        *(f"{_body_ratio(name, way):.2f}" for way in bodies.values()),
    )


def legend(loads: Loads) -> str:
    """Say what the figures mean, and which of them the machine limited rather than the proxy."""
    proxies = {name: rounds for name, rounds in loads.items() if name != DIRECT}
    idle = [name for name, rounds in proxies.items() if median(one.busy for one in rounds) < _FULL]
    lines = (
        f"Medians of {len(loads[NGINX])} rounds of {SECONDS:.0f} s (bodies: fewer), one contestant after another;",
        "ratios are those within a round, and by CPU what nginx takes for a request by what this one takes.",
        f"{DIRECT}: nothing in between; {ALONE}: granian alone, which answers by itself; {TUNED}: larger buffers for",
        f"bodies. The other core is that of the core and of the load generator. *: ended after {MOST_SECONDS:.0f} s.",
        f"Had time to spare on their core: the other one or other work held them back: {', '.join(idle) or '-'}.",
    )
    return "\n".join(lines)


def cost(rounds: list[Load]) -> float:
    """Return the CPU of a request, in seconds."""
    return median(one.cpu for one in rounds)


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def ratios(rounds: list[T], to: list[T], value: Callable[[T], float]) -> list[float]:
    """Return what one has of the other in each round."""
    return [value(one) / value(other) for one, other in zip(rounds, to, strict=True)]
