"""Sums of usage are kept up to date: each row counts once, whatever comes late, breaks off, or is done twice."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from assistant.database.database import Database
from assistant.database.tables import ROLLUP, VerdictRow
from assistant.errors import DatabaseUnavailableError
from assistant.usage.retention import Retention
from assistant.usage.rolling import Rolling
from assistant.usage.rollups import Progress, Rollups, Saved
from assistant.usage.rows import UsageRows
from tests.assistant.completion.asking import until
from tests.assistant.usage.fixtures import Clock
from tests.assistant.usage.usage_rows import NOON, range_of, reports_of, total_of, usage_row

TODAY = NOON.date()
LONG_AGO = TODAY - timedelta(30)


async def sums(database: Database) -> Sequence[object]:
    """Return the table of sums, without ids."""
    wanted = [column for column in ROLLUP.c if column.name != "id"]
    async with database.engine.connect() as connection:
        return (await connection.execute(select(*wanted).order_by(*wanted))).all()


async def add(rows: UsageRows, number: int, at: datetime) -> None:
    """Write down completions."""
    await rows.add(usage_row(at=at, request_id=f"{at}-{each}") for each in range(number))


async def test_a_second_pass_changes_nothing(database: Database, rows: UsageRows, clock: Clock) -> None:
    """Whatever was added up is done once."""
    await add(rows, 3, NOON - timedelta(days=2))
    await add(rows, 4, NOON - timedelta(hours=3))
    rolling = Rolling(Rollups(database), 0, clock=clock)
    assert await rolling.roll() == 3
    before = await sums(database)
    assert before
    assert await rolling.roll() == 0
    assert await sums(database) == before


async def test_nothing_is_added_up_of_nothing(database: Database, rows: UsageRows, clock: Clock) -> None:
    """Where no one has asked for anything yet, reports are empty, whatever they are about."""
    await Rolling(Rollups(database), 0, clock=clock).roll()
    filters = {"prompt_key": "summary", "provider": "openai"}
    report = await reports_of(rows).report("agent", range_of(LONG_AGO, TODAY), filters)
    assert (report.total.requests, report.groups) == (0, [])


async def test_late_rows_and_verdicts_count(database: Database, rows: UsageRows, clock: Clock) -> None:
    """A row that waited for the database, and an agent who tells a day later."""
    yesterday = NOON - timedelta(days=1)
    await add(rows, 3, yesterday)
    rolling = Rolling(Rollups(database), 0, clock=clock)
    await rolling.roll()
    await add(rows, 2, yesterday + timedelta(minutes=1))
    async with database.writing() as session:
        session.add(
            VerdictRow(
                request_id=f"{yesterday}-1",
                at=NOON,
                day=TODAY.isoformat(),
                agent_id=7,
                prompt_key="reply_friendly",
                prompt_version="v1",
                verdict="undone",
                similarity=None,
            )
        )
    assert (await total_of(rows, LONG_AGO)).requests == 3
    clock.now += timedelta(minutes=5)
    assert await rolling.roll() == 2  # and the hour that is over now
    total = await total_of(rows, LONG_AGO)
    assert (total.requests, total.undone, total.kept_rate) == (5, 1, 0)


class BreakingRollups(Rollups):
    """Sums that the database refuses after some days."""

    left = 2

    async def roll(self, day: date, until: datetime, saved: Saved, progress: Progress) -> Saved | None:
        """Add up a day, if it is one of the first."""
        if not self.left:
            raise DatabaseUnavailableError("it is away")
        self.left -= 1
        return await super().roll(day, until, saved, progress)


async def test_a_pass_that_broke_off_goes_on(database: Database, rows: UsageRows, clock: Clock) -> None:
    """Days that were added up are not done again, and reports are right meanwhile."""
    for day in range(5):
        await add(rows, 1, NOON - timedelta(days=day, hours=1))
    try:
        await Rolling(BreakingRollups(database), 0, clock=clock).roll()
    except DatabaseUnavailableError:
        clock.now += timedelta(minutes=1)
    assert (await total_of(rows, LONG_AGO)).requests == 5
    assert await Rolling(Rollups(database), 0, clock=clock).roll() == 3
    assert (await total_of(rows, LONG_AGO)).requests == 5


async def test_replicas_take_turns(database: Database, rows: UsageRows, clock: Clock) -> None:
    """Of two that begin at once one does it, and nothing counts twice."""
    await add(rows, 3, NOON - timedelta(days=1))
    other = Database(database.url)
    both = [Rolling(Rollups(each), 0, clock=clock).roll() for each in (database, other)]
    assert sorted(await asyncio.gather(*both)) == [0, 2]
    await other.aclose()
    assert (await total_of(rows, LONG_AGO)).requests == 3


async def test_sums_go_with_their_rows(database: Database, rows: UsageRows, clock: Clock) -> None:
    """What is kept for two days is gone from sums and rows alike, and what is being deleted is not added up again."""
    for day in (4, 1):
        await add(rows, 3, NOON - timedelta(days=day))
    rollups = Rollups(database)
    await Rolling(rollups, 0, clock=clock).roll()
    await rows.forget(TODAY, 1)
    await add(rows, 1, NOON - timedelta(days=4))
    clock.now += timedelta(minutes=5)
    assert await Rolling(rollups, 2, clock=clock).roll() == 1  # today
    assert (await total_of(rows, LONG_AGO)).requests == 6
    assert await Retention(rollups, 2, clock=clock).sweep() > 0
    assert (await total_of(rows, LONG_AGO)).requests == 3


async def test_sums_are_made_while_the_service_runs(database: Database, rows: UsageRows, clock: Clock) -> None:
    """At once, and again when an hour is over."""
    await add(rows, 3, NOON - timedelta(hours=2))
    rollups = Rollups(database)
    async with Rolling(rollups, 0, clock=clock, every=0.02).running():
        await until(lambda: _is_until(rollups, NOON - timedelta(hours=1)))
        clock.now += timedelta(hours=1)
        await until(lambda: _is_until(rollups, NOON))


async def _is_until(rollups: Rollups, moment: datetime) -> bool:
    return (await rollups.saved()).progress.until == moment
