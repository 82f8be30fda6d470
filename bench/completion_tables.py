"""The tables of the completion: medians of the rounds, and ratios within each round."""

from bench.completion_load import FROM_REDIS, HIT, MISS, RAW
from bench.measuring import table
from bench.proxy_load import CONNECTIONS, SECONDS, Load
from bench.proxy_tables import cost, median, ratios

Loads = dict[str, list[Load]]

_RATIO_MARKS = {HIT: 0.55, FROM_REDIS: 0.40}
_CPU_MARKS = {MISS: 300e-6}
"""What the design asks for: of the raw POST's requests a second, and of CPU."""


def answers_table(loads: Loads) -> str:
    """Whole answers: how many, how fast, and at what cost."""
    head = (
        f"{CONNECTIONS} connections, 1 core",
        "requests/s",
        "of raw",
        "lowest to highest",
        "of raw by CPU",
        "CPU µs a request",
        "mark",
        "p50 ms",
        "p99 ms",
        "its core busy",
        "other core busy",
    )
    return table(head, [_row(name, rounds, loads) for name, rounds in loads.items()])


def _row(name: str, rounds: list[Load], loads: Loads) -> tuple[str, ...]:
    shares = ratios(rounds, loads[RAW], lambda one: one.per_second)
    return (
        name,
        f"{median(one.per_second for one in rounds):,.0f}",
        f"{median(shares):.2f}",
        f"{min(shares):.2f} to {max(shares):.2f}",
        f"{cost(loads[RAW]) / cost(rounds):.2f}",
        f"{cost(rounds) * 1e6:.0f}",
        _mark(name, median(shares), cost(rounds)),
        f"{median(one.p50 for one in rounds) * 1e3:.2f}",
        f"{median(one.p99 for one in rounds) * 1e3:.2f}",
        f"{median(one.busy for one in rounds):.0%}",
        f"{median(one.others_busy for one in rounds):.0%}",
    )


def _mark(name: str, share: float, cpu: float) -> str:
    if name in _RATIO_MARKS:
        return _judged(f"{_RATIO_MARKS[name]:.2f}", good=share >= _RATIO_MARKS[name])
    if name in _CPU_MARKS:
        return _judged(f"{_CPU_MARKS[name] * 1e6:.0f} µs", good=cpu < _CPU_MARKS[name])
    return "-"


def _judged(mark: str, *, good: bool) -> str:
    return f"{mark}, {'reached' if good else 'missed'}"


def legend(loads: Loads) -> str:
    """Say what the figures mean."""
    return "\n".join(
        (
            f"Medians of {len(loads[RAW])} rounds of at most {SECONDS:.0f} s, one row after another; ratios are those",
            "within a round, and by CPU what the raw POST takes for a request by what this row takes. CPU is that of",
            "the worker with all its threads; provider, Redis and load generator share the other core.",
        )
    )
