"""One row a completion: written beside the requests, whatever the database does, and added up right."""

import asyncio
from collections.abc import Iterable

import pytest
from sqlalchemy import make_url, text

from assistant.database.database import Database
from assistant.database.tables import UsageRow
from assistant.errors import DatabaseUnavailableError
from assistant.usage.hits import Hit
from assistant.usage.log import UsageLog
from assistant.usage.prices import Prices
from assistant.usage.rows import UsageRows
from tests.assistant.usage.gate import Gate
from tests.assistant.usage.usage_rows import total_of, usage_row
from tests.waiting import eventually


async def requests(rows: UsageRows) -> int:
    """Count the completions of the day."""
    return (await total_of(rows)).requests


async def test_everything_about_a_completion_is_written(database: Database, rows: UsageRows, prices: Prices) -> None:
    """The row says who, what, by whom, how much and how it ended, and has no place for a text or a key."""
    log = UsageLog(rows, prices)
    async with log.running():
        log.add(
            usage_row(
                teams=frozenset({12, 3}),
                provider="openai",
                model="gpt-4o-mini",
                cached_input_tokens=400,
                first_delta_ms=310.5,
                guards=("links", "numbers"),
                error="provider_timeout",
                streamed=True,
            )
        )
    async with database.engine.connect() as connection:
        [row] = (await connection.execute(text("SELECT * FROM assistant_usage"))).mappings().all()
    assert {name: value for name, value in row.items() if name not in {"id", "at", "streamed"}} == {
        "day": "2026-11-25",
        "request_id": "r1",
        "agent_id": 7,
        "teams": "3,12",
        "prompt_key": "reply_friendly",
        "prompt_version": "v1",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "input_tokens": 1000,
        "output_tokens": 100,
        "cached_input_tokens": 400,
        "cost": 90 + 30 + 60,
        "latency_ms": 800.0,
        "first_delta_ms": 310.5,
        "cache": "miss",
        "guards": "links,numbers",
        "error": "provider_timeout",
    }
    assert row["streamed"]
    assert str(row["at"]).startswith("2026-11-25 12:00:00")


async def test_rows_are_written_while_the_service_runs(rows: UsageRows, prices: Prices) -> None:
    """A completion is in the report within a second; many come at once."""
    log = UsageLog(rows, prices)
    async with log.running():
        for _ in range(2500):
            log.add(usage_row())
        await eventually(lambda: log.waiting == 0)
        assert await requests(rows) == 2500
        log.add(usage_row())
        await eventually(lambda: log.waiting == 0)
        assert await requests(rows) == 2501


async def test_who_reads_the_usage_sees_what_was_just_done(rows: UsageRows, prices: Prices) -> None:
    """A report asks for what waits; it is written at once, for all who ask, and while more comes in."""
    log = UsageLog(rows, prices)
    async with log.running():
        for number in range(1, 4):
            log.add(usage_row())
            await asyncio.gather(log.flush(), log.flush())
            assert await requests(rows) == number
        await asyncio.wait_for(log.flush(), 0.1)


class HeldRows(UsageRows):
    """Usage rows whose writing takes until it may end."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def add(self, rows: Iterable[UsageRow | Hit]) -> None:
        """Write rows, once they may be written."""
        self.begun.set()
        await self.may_end.wait()
        await super().add(rows)


async def test_a_reader_who_comes_while_rows_are_written_waits_for_no_others(sqlite: Database, prices: Prices) -> None:
    """Nothing may come after them for long."""
    held = HeldRows(sqlite)
    log = UsageLog(held, prices)
    async with log.running():
        log.add(usage_row())
        first = asyncio.create_task(log.flush())
        await held.begun.wait()
        second = asyncio.create_task(log.flush())
        await asyncio.sleep(0)
        held.may_end.set()
        await first
        await asyncio.wait_for(second, 1)
        assert log.waiting == 0


async def test_a_database_that_is_away_keeps_no_reader_waiting(prices: Prices) -> None:
    """Whoever reads the usage then learns from the reading itself that the database does not answer."""
    away = Database("postgresql+asyncpg://assistant:secret-password@127.0.0.1:1/postgres")
    log = UsageLog(UsageRows(away), prices, retry=0.05)
    async with log.running():
        log.add(usage_row())
        await asyncio.wait_for(log.flush(), 10)
        assert log.waiting == 1
    await away.aclose()


async def test_nothing_is_lost_at_the_end(rows: UsageRows, prices: Prices) -> None:
    """What was recorded a moment before the shutdown is written."""
    log = UsageLog(rows, prices)
    async with log.running():
        for _ in range(7):
            log.add(usage_row())
    assert await requests(rows) == 7


class CountedFailures(UsageRows):
    """Usage rows that count how often the database was away."""

    failures = 0

    async def add(self, rows: Iterable[UsageRow | Hit]) -> None:
        """Write rows."""
        try:
            await super().add(rows)
        except DatabaseUnavailableError:
            self.failures += 1
            raise


async def test_rows_outlast_a_database_that_is_away(postgresql: Database, prices: Prices) -> None:
    """While the database is away rows wait, no one else does, and none is lost or written twice."""
    url = make_url(postgresql.url)
    async with Gate(url.port or 0) as gate:
        behind = Database(url.set(port=gate.port).render_as_string(hide_password=False))
        rows = CountedFailures(behind)
        log = UsageLog(rows, prices, retry=0.05)
        async with log.running():
            log.add(usage_row())
            await eventually(lambda: log.waiting == 0)
            await gate.shut()
            for _ in range(300):
                log.add(usage_row())
            await eventually(lambda: rows.failures > 1)
            assert log.waiting == 300
            await gate.open()
            await eventually(lambda: log.waiting == 0)
        await behind.aclose()
    assert await requests(UsageRows(postgresql)) == 301
    assert log.dropped == 0


async def test_the_oldest_go_when_a_database_is_away_for_too_long(
    prices: Prices, caplog: pytest.LogCaptureFixture
) -> None:
    """Memory is bounded; how much was lost is logged and counted."""
    away = Database("postgresql+asyncpg://assistant:secret-password@127.0.0.1:1/postgres")
    log = UsageLog(UsageRows(away), prices, most_waiting=300, retry=0.05)
    async with log.running():
        for _ in range(1000):
            log.add(usage_row())
        assert (log.waiting, log.dropped) == (300, 700)
    assert log.dropped == 1000
    assert "usage is lost" in caplog.text
    assert "secret-password" not in caplog.text
    await away.aclose()


async def test_what_a_database_can_not_hold_is_cut(rows: UsageRows, prices: Prices) -> None:
    """A provider or proxy that sends odd names and numbers spoils neither its row nor the others."""
    log = UsageLog(rows, prices)
    async with log.running():
        log.add(usage_row(model="m\0" + "x" * 5000, request_id="r" * 500, error="e" * 200))
        log.add(usage_row(input_tokens=2**60, output_tokens=-5))
        log.add(usage_row())
    assert log.dropped == 0
    assert await requests(rows) == 3


async def test_a_row_that_the_database_refuses_stops_no_other(postgresql: Database, prices: Prices) -> None:
    """Whatever is wrong with a batch, the next one is written."""
    rows = UsageRows(postgresql)
    log = UsageLog(rows, prices)
    async with log.running():
        log.add(usage_row(agent_id=2**80))
        await eventually(lambda: log.dropped == 1)
        log.add(usage_row())
    assert (log.dropped, await requests(rows)) == (1, 1)


async def test_of_a_batch_only_the_refused_rows_are_lost(postgresql: Database, prices: Prices) -> None:
    """What was asked in the same moment is written all the same."""
    rows = UsageRows(postgresql)
    log = UsageLog(rows, prices)
    for number in range(100):
        log.add(usage_row(agent_id=2**80 if number in {0, 41, 99} else number))
    async with log.running():
        pass
    assert (log.dropped, await requests(rows)) == (3, 97)


async def test_what_was_billed_once_is_counted_once(rows: UsageRows, prices: Prices) -> None:
    """A hit and an answer shared with a colleague take no tokens and no money, whatever their entry says."""
    log = UsageLog(rows, prices)
    async with log.running():
        log.add(usage_row(provider="openai", model="gpt-4o-mini"))
        log.add(usage_row(provider="openai", model="gpt-4o-mini", cache="hit"))
        log.add(usage_row(provider="openai", model="gpt-4o-mini", cache="coalesced"))
    total = await total_of(rows)
    assert (total.requests, total.hits, total.coalesced) == (3, 1, 1)
    assert (total.input_tokens, total.cost, total.unpriced) == (1000, 0.00021, 0)
