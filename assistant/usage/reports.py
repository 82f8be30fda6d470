"""What a usage report says, and the queries that add it up."""

from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, String, Subquery, and_, bindparam, case, func, literal, select

from assistant.database.queries import Query, Row
from assistant.database.tables import USAGE
from assistant.usage.prices import MICROS

Grouping: TypeAlias = Literal["day", "prompt", "agent", "provider"]

_MOST_GROUPS = 1000


class UsageTotals(Struct, frozen=True, kw_only=True):
    """Usage added up; `cost` is in US dollars and leaves out the `unpriced` completions, whose price is not known."""

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


class UsageGroup(UsageTotals, frozen=True, kw_only=True):
    """The usage of one day (in UTC), prompt, agent (its id) or provider."""

    key: str


class Spent(Struct, frozen=True, kw_only=True):
    """What a day has cost so far, by who asked for what; `cost` in millionths of a US dollar."""

    agent_id: int
    teams: frozenset[int]
    prompt_key: str
    tokens: int
    cost: int


_SUMS = [name for name in UsageTotals.__struct_fields__ if name in USAGE.c]
_LATENCIES = ("p50_ms", "p95_ms")


def sums_of(row: Row) -> dict[str, Any]:
    """Return the members of `UsageTotals` from a row of `GROUPS` or `TOTAL`; without one all are 0."""
    counts = {name: int(row.get(name) or 0) for name in UsageTotals.__struct_fields__}
    latencies = {name: round(float(row.get(name) or 0), 1) for name in _LATENCIES}
    return {**counts, **latencies, "cost": counts["cost"] / MICROS}


def spent_of(row: Row) -> Spent:
    """Make a row of `SPENT` what it says."""
    teams = frozenset(int(team) for team in row["teams"].split(",") if team)
    return Spent(**{**row, "teams": teams, "tokens": int(row["tokens"]), "cost": int(row["cost"])})


def _grouped(key: ColumnElement[Any], *, by_key: bool = False) -> Query:
    """Return the query that adds up by a key."""
    return Query(lambda: _by(key, by_key=by_key), long=True)


def _by(key: ColumnElement[Any], *, by_key: bool) -> Select[Any]:
    """Build the query that adds up by a key; its percentiles are by the nearest-rank method."""
    ranked = (
        select(
            key.label("key"),
            *(USAGE.c[name] for name in (*_SUMS, "latency_ms", "cache", "error")),
            func.row_number().over(partition_by=key, order_by=USAGE.c.latency_ms).label("rank"),
            func.count().over(partition_by=key).label("number"),
        )
        .where(and_(USAGE.c.day >= bindparam("first", type_=String), USAGE.c.day <= bindparam("last", type_=String)))
        .subquery()
    )
    row, requests = ranked.c, func.count().label("requests")
    statement = select(
        row.key,
        requests,
        _count(row.cache == "hit").label("hits"),
        _count(row.cache == "coalesced").label("coalesced"),
        _count(row.error != "").label("errors"),
        *(func.sum(row[name]).label(name) for name in _SUMS),
        _count(row.cost.is_(None)).label("unpriced"),
        _percentile(ranked, 50).label("p50_ms"),
        _percentile(ranked, 95).label("p95_ms"),
    ).group_by(row.key)
    order = [row.key] if by_key else [requests.desc(), row.key]
    return statement.order_by(*order).limit(_MOST_GROUPS)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _percentile(ranked: Subquery, percent: int) -> ColumnElement[float]:
    return func.min(case((ranked.c.rank * 100 >= ranked.c.number * percent, ranked.c.latency_ms)))


GROUPS: dict[Grouping, Query] = {
    "day": _grouped(USAGE.c.day, by_key=True),
    "prompt": _grouped(USAGE.c.prompt_key),
    "agent": _grouped(USAGE.c.agent_id),
    "provider": _grouped(USAGE.c.provider),
}
TOTAL = _grouped(literal("all"))
SPENT = Query(
    lambda: (
        select(
            USAGE.c.agent_id,
            USAGE.c.teams,
            USAGE.c.prompt_key,
            func.sum(USAGE.c.input_tokens + USAGE.c.output_tokens).label("tokens"),
            func.coalesce(func.sum(USAGE.c.cost), 0).label("cost"),
        )
        .where(USAGE.c.day == bindparam("day", type_=String))
        .group_by(USAGE.c.agent_id, USAGE.c.teams, USAGE.c.prompt_key)
    ),
    long=True,
)
