"""Usage rows of a stretch of time, added up hour by hour."""

import asyncio
import functools
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, func, literal_column, or_, select

from assistant.database.database import Database
from assistant.database.queries import Query, Row
from assistant.database.tables import DIMENSIONS, USAGE, UtcDateTime, VerdictRow
from assistant.usage.figures import Figures
from assistant.usage.views import ALL, Cube, Filters, asked_for, parameters_of

Columns: TypeAlias = tuple[ColumnElement[Any], ...]
Conditions: TypeAlias = tuple[ColumnElement[bool], ...]

_HOUR = literal_column("to_char(assistant_usage.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')", String)
_HOUR_ON_SQLITE = literal_column("substr(assistant_usage.at, 1, 13)", String)
_AT = (  # the days are what the index knows
    USAGE.c.day >= bindparam("first", type_=String),
    USAGE.c.day <= bindparam("last", type_=String),
    USAGE.c.at >= bindparam("start", type_=UtcDateTime),
    USAGE.c.at < bindparam("end", type_=UtcDateTime),
)
_ANSWERED = (or_(USAGE.c.cache == "miss", USAGE.c.cache == "bypass"), USAGE.c.error == "")


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_SUMS: dict[str, ColumnElement[Any]] = {
    "requests": func.count(),
    "hits": _count(USAGE.c.cache == "hit"),
    "coalesced": _count(USAGE.c.cache == "coalesced"),
    "errors": _count(USAGE.c.error != ""),
    "input_tokens": func.sum(USAGE.c.input_tokens),
    "output_tokens": func.sum(USAGE.c.output_tokens),
    "cached_input_tokens": func.sum(USAGE.c.cached_input_tokens),
    "cost": func.coalesce(func.sum(USAGE.c.cost), 0),
    "unpriced": _count(USAGE.c.cost.is_(None)),
}


def _sums(hour: ColumnElement[str], columns: Columns, asked: Conditions) -> Select[Any]:
    sums = (each.label(name) for name, each in _SUMS.items())
    code = USAGE.c.error.label("code")
    return select(hour.label("hour"), *columns, code, *sums).where(*_AT, *asked).group_by(hour, *columns, USAGE.c.error)


def _answers(hour: ColumnElement[str], columns: Columns, asked: Conditions) -> Select[Any]:
    times = USAGE.c.latency_ms, USAGE.c.first_delta_ms
    return select(hour.label("hour"), *columns, *times).where(*_AT, *_ANSWERED, *asked)


def _verdicts(hour: ColumnElement[str], columns: Columns, asked: Conditions) -> Select[Any]:
    """Select verdicts on answers; of an agent's answers under one id, which a client chose, the last has it."""
    same = and_(VerdictRow.request_id == USAGE.c.request_id, VerdictRow.agent_id == USAGE.c.agent_id)
    other = USAGE.alias()
    newest = (
        select(func.max(other.c.id))
        .where(other.c.request_id == USAGE.c.request_id, other.c.agent_id == USAGE.c.agent_id, other.c.error == "")
        .scalar_subquery()
    )
    return (
        select(hour.label("hour"), *columns, VerdictRow.verdict.label("verdict"), func.count().label("number"))
        .join_from(USAGE, VerdictRow, same)
        .where(*_AT, USAGE.c.error == "", USAGE.c.id == newest, *asked)
        .group_by(hour, *columns, VerdictRow.verdict)
    )


@functools.lru_cache(256)
def _queries(columns: tuple[str, ...], filters: frozenset[str]) -> list[Query]:
    kept = tuple(USAGE.c[name] for name in columns)
    asked = tuple(asked_for(USAGE, name) for name in sorted(filters))
    return [
        Query(partial(made, _HOUR, kept, asked), on_sqlite=partial(made, _HOUR_ON_SQLITE, kept, asked), long=True)
        for made in (_sums, _answers, _verdicts)
    ]


async def stretch(
    database: Database, start: datetime, end: datetime, columns: tuple[str, ...] = DIMENSIONS, filters: Filters = ALL
) -> dict[str, Cube]:
    """Add up the rows of a stretch of time.

    Args:
        database: where they are.
        start: when it begins, in UTC.
        end: when it has ended.
        columns: what they are told apart by.
        filters: which of them are asked for.

    Returns:
        The hours, like "2026-11-30 13", and what was used in each of them.

    Raises:
        DatabaseUnavailableError: the database does not answer.
    """
    if start >= end:
        return {}
    last = (end - timedelta(microseconds=1)).date()
    when = {"first": start.date().isoformat(), "last": last.isoformat(), "start": start, "end": end}
    queries = _queries(columns, frozenset(filters))
    found = [await database.rows(query, **when, **parameters_of(filters)) for query in queries]
    return await asyncio.to_thread(_added_up, columns, *found)


def _added_up(columns: tuple[str, ...], sums: list[Row], answers: list[Row], verdicts: list[Row]) -> dict[str, Cube]:
    hours: dict[str, Cube] = {}

    def figures_for(row: Row) -> Figures:
        return hours.setdefault(row["hour"], {}).setdefault(tuple(row[name] for name in columns), Figures())

    for row in sums:
        made = figures_for(row)
        for name in _SUMS:
            made.count(name, int(row[name] or 0))
        if row["code"]:
            made.add_codes([(row["code"], int(row["errors"]))])
    for row in answers:
        figures_for(row).add_latency(row["latency_ms"], row["first_delta_ms"])
    for row in verdicts:
        figures_for(row).count(row["verdict"], int(row["number"]))
    return hours
