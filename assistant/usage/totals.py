"""What a report says of completions."""

from typing import Any

from msgspec import Struct

from assistant.usage.figures import Figures
from assistant.usage.latencies import percentiles
from assistant.usage.prices import MICROS
from assistant.usage.views import Grouping

_PERCENTS = (50, 95)
_DIGITS = 4


class UsageTotals(Struct, frozen=True, kw_only=True):
    """Usage added up; `cost` is in US dollars and leaves out the `unpriced` completions, whose price is not known.

    `cache_share` is the share of requests that no model was asked for (`hits` and `coalesced`). `kept_rate` is the part
    of answers that was kept as they were, of those of which someone told; null: no one did. Latencies are in
    milliseconds, of answers that a model was asked for, `first_` to the first words of streamed ones; they are at most
    5 % off, and 0 where there is none. `error_codes` says how often each error came.
    """

    requests: int
    hits: int
    coalesced: int
    errors: int
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int
    cost: float
    unpriced: int
    p50_ms: float
    p95_ms: float
    first_p50_ms: float
    first_p95_ms: float
    cache_share: float
    error_codes: dict[str, int]
    kept: int
    edited: int
    undone: int
    kept_rate: float | None


class UsageGroup(UsageTotals, frozen=True, kw_only=True):
    """The usage of one day, hour, prompt, version, agent or team (their id), provider, model or error: its `key`.

    `of` is what a version or a model belongs to: its prompt, or its provider.
    """

    key: str
    of: str = ""


def totals_of(figures: Figures) -> UsageTotals:
    """Return what a report says of figures."""
    return UsageTotals(**_members(figures))


def group_of(by: Grouping, names: tuple[str, ...], figures: Figures) -> UsageGroup:
    """Return what a report says of a group, whose names end with its own."""
    return UsageGroup(key=names[-1], of=names[0] if by in {"version", "model"} else "", **_members(figures))


def _members(figures: Figures) -> dict[str, Any]:
    counts = figures.named
    told = counts["kept"] + counts["edited"] + counts["undone"]
    whole, first = (percentiles("".join(letters), _PERCENTS) for letters in (figures.whole, figures.first))
    return {
        **counts,
        "cost": counts["cost"] / MICROS,
        "p50_ms": whole[0],
        "p95_ms": whole[1],
        "first_p50_ms": first[0],
        "first_p95_ms": first[1],
        "cache_share": round((counts["hits"] + counts["coalesced"]) / max(counts["requests"], 1), _DIGITS),
        "error_codes": dict(sorted(figures.codes.items())),
        "kept_rate": round(counts["kept"] / told, _DIGITS) if told else None,
    }
