"""Usage rows in the database: written many at once, and deleted when they are old."""

import functools
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, TypeAlias

from msgspec import structs
from sqlalchemy import BigInteger, Dialect, Integer, String, bindparam, delete, insert, select
from sqlalchemy.types import TypeEngine

from assistant.database.database import Database
from assistant.database.tables import USAGE, UsageRow, UtcDateTime
from assistant.usage.hits import Hit
from assistant.usage.spending import SPENT, Spent, spent_of

_LARGEST = 2**31 - 1
_UNIQUE = frozenset(("at", "request_id"))
_MOST_SHARED = 2000
_A_DAY = 86_400  # seconds
_REMEMBERED = 100  # values of a column: names and numbers that most rows share
_AT_ONCE = 500  # rows that are made ready in one go: 3 ms in which no request is answered
_OLD = select(USAGE.c.id).where(USAGE.c.day < bindparam("before", type_=String)).limit(bindparam("most", type_=Integer))
_FORGET = delete(USAGE).where(USAGE.c.id.in_(_OLD))

Writer: TypeAlias = Callable[[Any], Any]
"""Makes what a column holds of a field."""


class UsageRows:
    """The usage table; its methods raise DatabaseUnavailableError while the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, rows: Iterable[UsageRow | Hit]) -> None:
        """Write rows in one transaction: all, or none."""
        left = iter(rows)
        async with self._database.writing() as session:
            connection = await session.connection()
            statement = usage_insert(connection.dialect)
            while values := [statement.values(row) for row in islice(left, _AT_ONCE)]:
                await connection.exec_driver_sql(statement.sql, [tuple(each) for each in values])

    async def forget(self, before: date, most: int) -> int:
        """Delete rows of the days before one, so many at most, and return how many those were."""
        async with self._database.writing() as session:
            connection = await session.connection()
            done = await connection.execute(_FORGET, {"before": before.isoformat(), "most": most})
        return done.rowcount

    async def spent(self, day: date) -> list[Spent]:
        """Return what a day has cost so far."""
        return [spent_of(each) for each in await self._database.rows(SPENT, day=day.isoformat())]


class UsageInsert:
    """The INSERT in a database's own words.

    It is compiled once and goes to the driver with the values as they are: a busy service writes thousands of hits a
    second, and SQLAlchemy's own way takes twice the time for each.
    """

    def __init__(self, dialect: Dialect) -> None:
        names = [column.key for column in USAGE.c if column.key != "id"]
        self._of_hits = [names.index(name) for name in ("at", "day", "request_id", "latency_ms")]
        self._shared: dict[tuple[object, ...], list[object]] = {}
        self.sql = str(insert(USAGE).compile(dialect=dialect, column_keys=names))
        writers = ((name, _writer(USAGE.c[name].type, dialect)) for name in UsageRow.__struct_fields__)
        self._writers = [
            (place, write if name in _UNIQUE else functools.lru_cache(_REMEMBERED)(write))
            for place, (name, write) in enumerate(writers)
            if write is not None
        ]
        self._write_at: Writer = _writer(USAGE.c.at.type, dialect) or (lambda moment: moment)

    def values(self, row: UsageRow | Hit) -> list[object]:
        """Return the values of a row, column by column."""
        if isinstance(row, Hit):
            return self._values_of_hit(row)
        values = list(structs.astuple(row))
        for place, write in self._writers:
            values[place] = write(values[place])
        values.insert(1, _day(row.at))
        return values

    def _values_of_hit(self, hit: Hit) -> list[object]:
        """Do the same in a third of the time: hits on one answer differ in when, for which request, and how long."""
        key = hit.agent_id, hit.teams, hit.prompt_key, hit.prompt_version, hit.provider, hit.model
        shared = self._shared.get(key)
        if shared is None:
            if len(self._shared) >= _MOST_SHARED:
                self._shared.clear()
            shared = self._shared[key] = self.values(hit.row())
        values, moment = shared.copy(), datetime.fromtimestamp(hit.at, UTC)
        at, day, request_id, latency = self._of_hits
        values[at], values[day] = self._write_at(moment), _day_at(int(hit.at // _A_DAY))
        values[request_id], values[latency] = hit.request_id, hit.seconds * 1000
        return values


@functools.lru_cache(4)
def _day_at(days: int) -> str:
    """Return a day by its number since 1970."""
    return _day(datetime.fromtimestamp(days * _A_DAY, UTC))


def _day(moment: datetime) -> str:
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).date().isoformat()


@functools.lru_cache(4)
def usage_insert(dialect: Dialect) -> UsageInsert:
    """Return what writes rows of usage into a kind of database."""
    return UsageInsert(dialect)


def _writer(column: TypeEngine[Any], dialect: Dialect) -> Writer | None:
    """Return what writes a column; what comes from a provider or a proxy is cut to what it holds."""
    if isinstance(column, String):
        return _listed if column.length is None else _cutting(column.length)
    if isinstance(column, Integer) and not isinstance(column, BigInteger):
        return _bounded
    return column.dialect_impl(dialect).bind_processor(dialect) if isinstance(column, UtcDateTime) else None


def _cutting(longest: int) -> Writer:
    return lambda value: value.replace("\0", "")[:longest]


def _listed(values: frozenset[int] | tuple[str, ...]) -> str:
    return ",".join(map(str, sorted(values) if isinstance(values, frozenset) else values))


def _bounded(value: int) -> int:
    return min(max(value, 0), _LARGEST)
