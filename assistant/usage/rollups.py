"""Sums of usage in the database: a day's are made from its rows, again whenever those have changed."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import BigInteger, String, and_, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.database.tables import COUNTS, DIMENSIONS, LISTS, ROLLUP, USAGE, DocumentRow, UtcDateTime, VerdictRow
from assistant.usage.figures import Figures
from assistant.usage.stretches import stretch
from assistant.usage.views import CUBE, VIEWS, Cube, View

DAY = timedelta(days=1)
_NAME = "usage_rollups"  # of the document that says how far they are
_AT_ONCE = 200  # rows that are made ready in one go, while no request is answered

_STATE = Query(
    lambda: select(DocumentRow.revision, DocumentRow.content).where(DocumentRow.name == bindparam("name", type_=String))
)
_EXTENT = Query(lambda: select(func.min(USAGE.c.day).label("first"), func.max(USAGE.c.id).label("newest")))
_OLDEST = Query(lambda: select(func.min(ROLLUP.c.day).label("day")))
_LATE_ROWS = Query(
    lambda: (
        select(USAGE.c.day)
        .where(USAGE.c.id > bindparam("after", type_=BigInteger), USAGE.c.at < bindparam("until", type_=UtcDateTime))
        .distinct()
    ),
    long=True,
)
_LATE_VERDICTS = Query(
    lambda: (
        select(USAGE.c.day)
        .join_from(
            VerdictRow,
            USAGE,
            and_(VerdictRow.request_id == USAGE.c.request_id, VerdictRow.agent_id == USAGE.c.agent_id),
        )
        .where(
            VerdictRow.day >= bindparam("first", type_=String),
            VerdictRow.at >= bindparam("since", type_=UtcDateTime),
            USAGE.c.at < bindparam("until", type_=UtcDateTime),
        )
        .distinct()
    ),
    long=True,
)


class Progress(Struct, frozen=True, kw_only=True):
    """How far the sums are.

    Attributes:
        until: all hours before it are added up; None: none is.
        seen: the newest row, by its id, when the last pass began.
        before: the same of the pass before: later rows may belong to hours that were added up without them.
        looked: when the last pass began.
        busy: when the replica that is at it last wrote; None: none is at it.
    """

    until: datetime | None = None
    seen: int = 0
    before: int = 0
    looked: datetime | None = None
    busy: datetime | None = None


class Saved(Struct, frozen=True, kw_only=True):
    """How far the sums are, and which change of that it is."""

    progress: Progress
    revision: int


class Rollups:
    """The sums of usage by hour and by day; raises DatabaseUnavailableError while the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def saved(self) -> Saved:
        """Return how far they are."""
        rows = await self._database.rows(_STATE, name=_NAME)
        if not rows:
            return Saved(progress=Progress(), revision=0)
        progress = msgspec.json.decode(rows[0]["content"], type=Progress)
        return Saved(progress=progress, revision=int(rows[0]["revision"]))

    async def save(self, saved: Saved, progress: Progress) -> Saved | None:
        """Write down how far they are; None when another replica did so meanwhile."""
        async with self._database.writing() as session:
            taken = await _took_turn(session, saved, progress)
        return Saved(progress=progress, revision=saved.revision + 1) if taken else None

    async def extent(self) -> tuple[date | None, int]:
        """Return the first day that has rows, and the id of the newest row."""
        [row] = await self._database.rows(_EXTENT)
        return date.fromisoformat(row["first"]) if row["first"] else None, int(row["newest"] or 0)

    async def oldest(self) -> date:
        """Return the first day that is added up."""
        [row] = await self._database.rows(_OLDEST)
        return date.fromisoformat(row["day"]) if row["day"] else date.max

    async def late(self, progress: Progress, overlap: timedelta) -> set[date]:
        """Return days before `until` that rows or verdicts were added to since the pass before."""
        if progress.until is None or progress.looked is None:
            return set()
        until, since = progress.until, progress.looked - overlap
        rows = await self._database.rows(_LATE_ROWS, after=progress.before, until=until)
        verdicts = await self._database.rows(_LATE_VERDICTS, first=since.date().isoformat(), since=since, until=until)
        return {date.fromisoformat(each["day"]) for each in (*rows, *verdicts)}

    async def roll(self, day: date, until: datetime, saved: Saved, progress: Progress) -> Saved | None:
        """Add up the hours of a day that are over, in place of what there was.

        Args:
            day: the day, in UTC.
            until: hours from it on are left out; a day that is over gets its own sums, too.
            saved: how far the sums were.
            progress: how far they are with this day.

        Returns:
            How far they are; None when another replica changed that meanwhile, and nothing was written.
        """
        start = datetime.combine(day, datetime.min.time(), UTC)
        end = min(start + DAY, until)
        hours = await stretch(self._database, start, end)
        rows = await asyncio.to_thread(_rows_of, day, hours, whole=end == start + DAY)
        async with self._database.writing() as session:
            if not await _took_turn(session, saved, progress):
                return None
            await session.execute(delete(ROLLUP).where(ROLLUP.c.day == day.isoformat()))
            left = iter(rows)
            while some := list(islice(left, _AT_ONCE)):
                await session.execute(insert(ROLLUP), some)
            if progress.until is not None and month_after(day) <= progress.until.date():
                await _add_up_month(session, day)
        return Saved(progress=progress, revision=saved.revision + 1)

    async def forget(self, before: date, most: int) -> int:
        """Delete sums of the days before one, so many rows at most, and return how many those were."""
        old = select(ROLLUP.c.id).where(ROLLUP.c.day < before.isoformat()).limit(most)
        async with self._database.writing() as session:
            done: Any = await session.execute(delete(ROLLUP).where(ROLLUP.c.id.in_(old)))
        return int(done.rowcount)


async def _took_turn(session: AsyncSession, saved: Saved, progress: Progress) -> bool:
    """Write down how far the sums are, unless another replica did so meanwhile; whoever comes second waits here."""
    values = {
        "revision": saved.revision + 1,
        "content": msgspec.json.encode(progress).decode(),
        "updated_at": datetime.now(UTC),
    }
    if saved.revision == 0:
        try:
            async with session.begin_nested():
                await session.execute(insert(DocumentRow).values(name=_NAME, **values))
        except IntegrityError:
            return False
        return True
    mine = and_(DocumentRow.name == _NAME, DocumentRow.revision == saved.revision)
    done: Any = await session.execute(update(DocumentRow).where(mine).values(**values))
    return bool(done.rowcount)


async def _add_up_month(session: AsyncSession, day: date) -> None:
    """Add up the days of a month that is over; they are kept as long as its last day."""
    month, last = day.isoformat()[:7], (month_after(day) - DAY).isoformat()
    await session.execute(delete(ROLLUP).where(ROLLUP.c.day == last, ROLLUP.c.span == "month"))
    kept = (*(ROLLUP.c[name] for name in ("view", "key", *DIMENSIONS)),)
    constants = literal("month").label("span"), literal(month).label("start"), literal(last).label("day")
    counts = (func.sum(ROLLUP.c[name]).label(name) for name in COUNTS)
    lists = (func.aggregate_strings(ROLLUP.c[name], "").label(name) for name in LISTS)
    days = and_(ROLLUP.c.day >= f"{month}-01", ROLLUP.c.day <= last)
    cubes = and_(days, ROLLUP.c.span == "day", ROLLUP.c.view == CUBE.name)
    sums = select(*constants, *kept, *counts, *lists).where(cubes).group_by(*kept)
    await session.execute(insert(ROLLUP).from_select([str(column.key) for column in sums.selected_columns], sums))


def month_after(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _rows_of(day: date, hours: dict[str, Cube], *, whole: bool) -> list[dict[str, object]]:
    made = [row for hour, cube in hours.items() for view in VIEWS for row in _of_view("hour", hour, view, cube)]
    if whole:
        together = _joined(hours.values())
        made += [row for view in (*VIEWS, CUBE) for row in _of_view("day", day.isoformat(), view, together)]
    return [{**row, "day": day.isoformat()} for row in made]


def _joined(cubes: Iterable[Cube]) -> Cube:
    joined: Cube = {}
    for cube in cubes:
        for key, figures in cube.items():
            joined.setdefault(key, Figures()).add(figures)
    return joined


def _of_view(span: str, start: str, view: View, cube: Cube) -> Iterator[dict[str, object]]:
    found: dict[tuple[Any, ...], tuple[dict[str, Any], Figures]] = {}
    for key, figures in cube.items():
        for values in view.values(key):
            found.setdefault(tuple(values.values()), (values, Figures()))[1].add(figures)
    for values, figures in found.values():
        known = {"span": span, "view": view.name, "key": view.key_of(values), "start": start}
        yield {**_EMPTY, **values, **known, **figures.columns()}


_EMPTY: dict[str, object] = {name: 0 if name == "agent_id" else "" for name in DIMENSIONS}
