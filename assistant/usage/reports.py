"""Usage: writing completions, and adding them up."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, String, Subquery, and_, bindparam, case, delete, func, literal, select

from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.database.tables import UsageRow
from assistant.usage.rows import Use, insert_uses

Grouping: TypeAlias = Literal["day", "prompt", "agent", "provider"]

_MOST_GROUPS = 1000
_SUMMED = ("input_tokens", "output_tokens", "cached_input_tokens", "cost", "latency_ms", "cache", "error")


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


class UsageRows:
    """Writes usage and adds it up.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, uses: Iterable[Use]) -> None:
        """Write completions in one transaction.

        Raises:
            DatabaseUnavailableError: the database does not answer; none was written.
        """
        async with self._database.writing() as session:
            await insert_uses(await session.connection(), uses)

    async def forget(self, before: date, most: int) -> int:
        """Delete completions of the days before one, so many at most, and return how many those were.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        async with self._database.writing() as session:
            connection = await session.connection()
            done = await connection.execute(_FORGET, {"before": before.isoformat(), "most": most})
        return done.rowcount

    async def groups(self, by: Grouping, first: date, last: date) -> list[UsageGroup]:
        """Add up the completions of some days: days in order, all else by how much it was used, 1000 at most.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        rows = await self._database.rows(_GROUPS[by], first=first.isoformat(), last=last.isoformat())
        return [UsageGroup(key=str(row["key"]), **_totals(row)) for row in rows]

    async def total(self, first: date, last: date) -> UsageTotals:
        """Add up all completions of some days.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        rows = await self._database.rows(_TOTAL, first=first.isoformat(), last=last.isoformat())
        return UsageTotals(**_totals(rows[0] if rows else {}))

    async def spent(self, day: date) -> list[Spent]:
        """Return what a day has cost so far.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        rows = await self._database.rows(_SPENT, day=day.isoformat())
        return [
            Spent(
                agent_id=row["agent_id"],
                teams=frozenset(int(team) for team in row["teams"].split(",") if team),
                prompt_key=row["prompt_key"],
                tokens=int(row["tokens"]),
                cost=int(row["cost"]),
            )
            for row in rows
        ]


def _totals(row: dict[str, Any]) -> dict[str, Any]:
    totals = {name: int(row.get(name) or 0) for name in UsageTotals.__struct_fields__}
    latencies = {name: round(float(row.get(name) or 0), 1) for name in ("p50_ms", "p95_ms")}
    return {**totals, **latencies, "cost": totals["cost"] / 1_000_000}


def _grouped(key: ColumnElement[Any], *, by_key: bool = False) -> Query:
    """Build the query that adds up by a key; its percentiles are by the nearest-rank method."""
    ranked = (
        select(
            key.label("key"),
            *(UsageRow.__table__.c[name] for name in _SUMMED),
            func.row_number().over(partition_by=key, order_by=UsageRow.latency_ms).label("rank"),
            func.count().over(partition_by=key).label("number"),
        )
        .where(and_(UsageRow.day >= bindparam("first", type_=String), UsageRow.day <= bindparam("last", type_=String)))
        .subquery()
    )
    row, requests = ranked.c, func.count().label("requests")
    statement = select(
        row.key,
        requests,
        _count(row.cache == "hit").label("hits"),
        _count(row.cache == "coalesced").label("coalesced"),
        _count(row.error != "").label("errors"),
        *(func.sum(row[name]).label(name) for name in ("input_tokens", "output_tokens", "cached_input_tokens", "cost")),
        _count(row.cost.is_(None)).label("unpriced"),
        _percentile(ranked, 50).label("p50_ms"),
        _percentile(ranked, 95).label("p95_ms"),
    ).group_by(row.key)
    order = [row.key] if by_key else [requests.desc(), row.key]
    return Query(statement.order_by(*order).limit(_MOST_GROUPS), long=True)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _percentile(ranked: Subquery, percent: int) -> ColumnElement[float]:
    return func.min(case((ranked.c.rank * 100 >= ranked.c.number * percent, ranked.c.latency_ms)))


_GROUPS: dict[Grouping, Query] = {
    "day": _grouped(UsageRow.__table__.c.day, by_key=True),
    "prompt": _grouped(UsageRow.__table__.c.prompt_key),
    "agent": _grouped(UsageRow.__table__.c.agent_id),
    "provider": _grouped(UsageRow.__table__.c.provider),
}
_TOTAL = _grouped(literal("all"))
_FORGET = delete(UsageRow).where(
    UsageRow.id.in_(
        select(UsageRow.id)
        .where(UsageRow.day < bindparam("before", type_=String))
        .limit(bindparam("most", type_=Integer))
    )
)
_SPENT = Query(
    select(
        UsageRow.agent_id,
        UsageRow.teams,
        UsageRow.prompt_key,
        func.sum(UsageRow.input_tokens + UsageRow.output_tokens).label("tokens"),
        func.coalesce(func.sum(UsageRow.cost), 0).label("cost"),
    )
    .where(UsageRow.day == bindparam("day", type_=String))
    .group_by(UsageRow.agent_id, UsageRow.teams, UsageRow.prompt_key),
    long=True,
)
