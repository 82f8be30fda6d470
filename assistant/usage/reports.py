"""What was used in a range of time: read from the sums as far as they are, and the rest from the rows."""

import asyncio
import functools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct, structs
from sqlalchemy import Select, String, bindparam, func, select

from assistant.database.database import Database
from assistant.database.queries import Query, Row
from assistant.database.tables import COUNTS, LISTS, ROLLUP
from assistant.usage.figures import Figures, figures_of
from assistant.usage.pieces import Piece, Range, plan_by_day, plan_by_hour, plan_in_all
from assistant.usage.recent_errors import RecentErrors, recent_errors
from assistant.usage.rollups import Rollups
from assistant.usage.stretches import stretch
from assistant.usage.totals import UsageGroup, UsageTotals, group_of, totals_of
from assistant.usage.views import (
    ALL,
    GROUPED,
    Filters,
    Grouping,
    View,
    asked_for,
    parameters_of,
    teams_of,
    view_for,
)

_MOST_GROUPS = 1000
_DAY_DIGITS = 10
_BY_TIME = ("day", "hour")
_PARTIAL = ("team", "error")  # groups that don't add up to all
_MANY = timedelta(days=31)

Part: TypeAlias = tuple[str, tuple[Any, ...], Figures]
"""When something begins, the values of the columns that it is told apart by, and its figures."""


class Report(Struct, frozen=True, kw_only=True):
    """What was used in a range, in groups and in all; the range says in which zone its days were cut."""

    days: Range
    total: UsageTotals
    groups: list[UsageGroup]


class UsageReports:
    """Adds up usage; raises DatabaseUnavailableError while the database does not answer.

    Args:
        database: where it was written down.
        rollups: tell how far its sums are.
    """

    def __init__(self, database: Database, rollups: Rollups) -> None:
        self._database = database
        self._rollups = rollups

    async def total(self, days: Range, filters: Filters = ALL) -> UsageTotals:
        """Add up all that is asked for."""
        found = await self._read((), days, filters)
        return await asyncio.to_thread(lambda: totals_of(_all_of(figures for _, _, figures in found)))

    async def report(self, by: Grouping, days: Range, filters: Filters = ALL) -> Report:
        """Add up what is asked for: days and hours in order, all else by how much it was used, 1000 groups at most.

        Days are cut in UTC where there are many, and several filters: there are no sums for that by hour.
        """
        if by == "day" and view_for((), filters) is None and days.last - days.first >= _MANY:
            days = structs.replace(days, zone=ZoneInfo("UTC"))
        found = await self._read(GROUPED[by], days, filters, by)
        sums = await asyncio.to_thread(_added_up, by, found, days.zone, filters.get("teams"))
        groups = (await asyncio.to_thread(_groups, by, sums))[:_MOST_GROUPS]
        if by in _PARTIAL:
            return Report(days=days, total=await self.total(days, filters), groups=groups)
        total = await asyncio.to_thread(lambda: totals_of(_all_of(sums.values())))
        return Report(days=days, total=total, groups=groups)

    async def groups(self, by: Grouping, days: Range) -> list[UsageGroup]:
        """Add up like `report`, with all groups, however many there are."""
        found = await self._read(GROUPED[by], days, ALL, by)
        sums = await asyncio.to_thread(_added_up, by, found, days.zone, None)
        return await asyncio.to_thread(_groups, by, sums)

    async def errors(self, since: datetime, minutes: int, language: str) -> RecentErrors:
        """Return what went wrong since a moment in UTC, with remedies in a language."""
        return await recent_errors(self._database, since, minutes, language)

    async def _read(
        self, columns: tuple[str, ...], days: Range, filters: Filters, by: Grouping | None = None
    ) -> list[Part]:
        """Return what was used, in parts that have to be added up."""
        until = (await self._rollups.saved()).progress.until or days.start
        view, by_hour = view_for(columns, filters), by in _BY_TIME
        if not by_hour:
            pieces = plan_in_all(days, until, view, await self._rollups.oldest())
        elif by == "day" and str(days.zone) == "UTC":
            pieces = plan_by_day(days, until, view)
        else:
            pieces = plan_by_hour(days, until, view)
        found = await asyncio.gather(*(self._piece(piece, columns, filters, by_hour=by_hour) for piece in pieces))
        return [part for parts in found for part in parts]

    async def _piece(self, piece: Piece, columns: tuple[str, ...], filters: Filters, *, by_hour: bool) -> list[Part]:
        if piece.view is None:
            hours = await stretch(self._database, piece.start, piece.end, columns, filters)
            return [(hour, key, figures) for hour, cube in hours.items() for key, figures in cube.items()]
        query = _sums(piece.view, columns, frozenset(filters), by_hour)
        values = _where(piece, piece.view, filters) | parameters_of(filters)
        rows = await self._database.rows(query, **values)
        return await asyncio.to_thread(lambda: [_part(row, columns) for row in rows])


@functools.lru_cache(512)
def _sums(view: View, columns: tuple[str, ...], filters: frozenset[str], by_start: bool) -> Query:  # noqa: FBT001 - a cache's key
    return Query(partial(_selected, view, columns, filters, by_start=by_start), long=True)


def _selected(view: View, columns: tuple[str, ...], filters: frozenset[str], *, by_start: bool) -> Select[Any]:
    kept = [*([ROLLUP.c.start] if by_start else []), *(ROLLUP.c[name] for name in columns)]
    conditions = [
        ROLLUP.c.span == bindparam("span", type_=String),
        ROLLUP.c.view == view.name,
        ROLLUP.c.start >= bindparam("start", type_=String),
        ROLLUP.c.start < bindparam("end", type_=String),
        *(asked_for(ROLLUP, name) for name in sorted(filters)),
    ]
    if view.key in filters or not view.key:
        conditions.append(ROLLUP.c.key == bindparam("key", type_=String))
    counts = (func.sum(ROLLUP.c[name]).label(name) for name in COUNTS)
    lists = (func.aggregate_strings(ROLLUP.c[name], "").label(name) for name in LISTS)
    return select(*kept, *counts, *lists).where(*conditions).group_by(*kept)


def _where(piece: Piece, view: View, filters: Filters) -> dict[str, str]:
    """Return the values of the query's own conditions."""
    digits = {"hour": 13, "day": 10, "month": 7}[piece.span]
    key = {"key": str(filters.get(view.key, ""))} if view.key in filters or not view.key else {}
    return {"span": piece.span, "start": str(piece.start)[:digits], "end": str(piece.end)[:digits], **key}


def _part(row: Row, columns: tuple[str, ...]) -> Part:
    return row.get("start", ""), tuple(row[name] for name in columns), figures_of(row)


def _all_of(figures: Iterable[Figures]) -> Figures:
    added = Figures()
    for each in figures:
        added.add(each)
    return added


def _added_up(by: Grouping, parts: Iterable[Part], zone: ZoneInfo, team: object) -> dict[tuple[str, ...], Figures]:
    """Add parts up by the names of their groups; of teams only the one that is asked for, if one is."""
    found: dict[tuple[str, ...], Figures] = {}
    for start, key, figures in parts:
        for name in _names(by, start, key, zone):
            if team is None or by != "team" or name == (str(team),):
                sums = found.get(name)
                if sums is None:
                    sums = found[name] = Figures()
                sums.add(figures)
    return found


def _groups(by: Grouping, found: dict[tuple[str, ...], Figures]) -> list[UsageGroup]:
    made = [group_of(by, name, figures) for name, figures in found.items() if figures.counts[0]]
    made.sort(key=lambda group: group.key if by in _BY_TIME else (-group.requests, group.key))
    return made


def _names(by: Grouping, start: str, key: tuple[Any, ...], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    """Return the groups that a part counts for: one, those of its teams, or none when an error is asked for."""
    if by in _BY_TIME:
        yield (_local(by, start, zone),)
    elif by == "team":
        yield from ((team,) for team in teams_of(key[0]))
    elif by != "error" or key[0]:
        yield tuple(map(str, key))


@functools.lru_cache(20_000)
def _local(by: Grouping, start: str, zone: ZoneInfo) -> str:
    """Return the day or hour in a zone that an hour in UTC belongs to; a day stays itself."""
    if len(start) == _DAY_DIGITS:
        return start
    local = datetime.fromisoformat(start).replace(tzinfo=UTC).astimezone(zone)
    return local.date().isoformat() if by == "day" else local.isoformat(timespec="minutes")
