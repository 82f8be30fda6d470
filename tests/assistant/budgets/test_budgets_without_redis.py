"""Budgets while Redis is in trouble: counting goes on, no one waits, and afterwards nothing is missing."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from assistant.budgets.document import Budget
from assistant.database.database import Database
from assistant.errors import BudgetExceededError
from assistant.usage.prices import Prices
from assistant.usage.rows import UsageRows
from providers.base import Usage
from tests.assistant.budgets.conftest import linked
from tests.assistant.budgets.spending import ANNA, BOB, ESTIMATE, bill, budgets_of, limit, refused, reserve, spend
from tests.assistant.usage.fixtures import Clock
from tests.assistant.usage.usage_rows import usage_row
from tests.servers.redis import redis_server
from tests.waiting import eventually, turns


async def assert_done_after(seconds: float, task: "asyncio.Task[None]") -> None:
    """See that a task is done after so long, as the loop's own timer has it: a busy machine delays both alike."""
    await asyncio.sleep(seconds)
    await turns()
    assert task.done()
    await task


async def test_frozen_redis_delays_nobody_and_loses_nothing(
    tmp_path: Path, sqlite: Database, prices: Prices, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """The first waits for a moment, later ones not at all; this process counts on, and tells Redis afterwards."""
    with redis_server(tmp_path) as server:
        async with linked(server.url, timeout=0.05) as link, linked(server.url) as other_link:
            budgets = budgets_of(sqlite, prices, link, clock=clock)
            other = budgets_of(sqlite, prices, other_link, clock=clock)
            async with budgets.running():
                await limit(
                    budgets,
                    Budget(scope="agent", requests_per_minute=4),
                    Budget(scope="workspace", tokens_per_day=3 * ESTIMATE),
                )
                await spend(budgets, ESTIMATE)
                await budgets.take_request(BOB)  # loads what counts by the minute
                os.kill(server.pid, signal.SIGSTOP)
                await assert_done_after(0.3, asyncio.create_task(budgets.take_request(ANNA)))
                for _ in range(3):
                    with pytest.raises(StopIteration):  # done, without having waited for anything
                        budgets.take_request(ANNA).send(None)
                with pytest.raises(BudgetExceededError):
                    await budgets.take_request(ANNA)
                assert budgets.allows_request_now(ANNA) is False
                await spend(budgets, ESTIMATE)
                await reserve(budgets)
                await refused(budgets)
                os.kill(server.pid, signal.SIGCONT)
                await eventually(lambda: link.available)
                await refused(budgets)
                async with other.running():
                    await refused(other)
    assert caplog.text.count("redis is not available") == 1


async def test_command_that_redis_runs_late_counts_once(
    tmp_path: Path, sqlite: Database, prices: Prices, clock: Clock
) -> None:
    """A frozen Redis does later what it was asked: the replica had given up on that, and says what it holds."""
    with redis_server(tmp_path) as server:
        async with linked(server.url, timeout=0.05) as link:
            budgets = budgets_of(sqlite, prices, link, clock=clock)
            async with budgets.running():
                await limit(budgets, Budget(scope="workspace", tokens_per_day=4 * ESTIMATE))
                held = await reserve(budgets)
                os.kill(server.pid, signal.SIGSTOP)
                late = await reserve(budgets)
                os.kill(server.pid, signal.SIGCONT)
                await eventually(lambda: link.available)
                held.settle(bill("custom", "m", Usage(input_tokens=ESTIMATE)))
                await budgets.settled()
                more = [await reserve(budgets) for _ in range(2)]
                await refused(budgets)
                for each in (late, *more):
                    each.release()
                await budgets.settled()
                for _ in range(3):
                    await reserve(budgets)
                await refused(budgets)


@pytest.mark.parametrize("last", ["reserved", "settled"])
async def test_last_known_totals_hold_without_redis(
    tmp_path: Path, sqlite: Database, prices: Prices, clock: Clock, last: str
) -> None:
    """What other replicas have used, as far as Redis told before it went away, counts on."""
    with redis_server(tmp_path) as server:
        async with linked(server.url, timeout=0.2) as link, linked(server.url) as other_link:
            budgets = budgets_of(sqlite, prices, link, clock=clock)
            other = budgets_of(sqlite, prices, other_link, clock=clock)
            async with budgets.running(), other.running():
                await limit(budgets, Budget(scope="workspace", tokens_per_day=2 * ESTIMATE))
                await other.reload()
                if last == "reserved":
                    await spend(other, 1)
                    await reserve(budgets)
                else:
                    held = await reserve(budgets)
                    await spend(other, 1)
                    held.settle(bill("custom", "m", Usage(input_tokens=ESTIMATE)))
                    await budgets.settled()
                os.kill(server.pid, signal.SIGSTOP)
                await refused(budgets)
                os.kill(server.pid, signal.SIGCONT)


async def test_redis_that_lost_its_memory_learns_it_again(
    tmp_path: Path, sqlite: Database, prices: Prices, clock: Clock
) -> None:
    """After a restart of Redis the day's usage is read from the database: no one has his budget a second time."""
    await UsageRows(sqlite).add([usage_row() for _ in range(10)])
    with redis_server(tmp_path) as server:
        async with linked(server.url, timeout=1.0) as link, linked(server.url) as admin:
            budgets = budgets_of(sqlite, prices, link, clock=clock)
            async with budgets.running():
                await limit(budgets, Budget(scope="workspace", tokens_per_day=11_000 + ESTIMATE))
                (await reserve(budgets)).release()
                await budgets.settled()
                os.kill(server.pid, signal.SIGSTOP)
                link_down = asyncio.create_task(reserve(budgets))
                await eventually(lambda: not link.available)
                (await link_down).release()
                os.kill(server.pid, signal.SIGCONT)
                await eventually(lambda: link.available and admin.available)
                await admin.run(lambda client: client.flushall())
                (await reserve(budgets)).release()  # sees that Redis was away
                await budgets.settled()
                held = await reserve(budgets)
                await refused(budgets)
                held.release()


async def test_redis_that_refuses_to_write_stops_nobody(
    tmp_path: Path, sqlite: Database, prices: Prices, clock: Clock
) -> None:
    """A full Redis is as good as none: this process counts alone until it takes writes again."""
    with redis_server(tmp_path) as server:
        async with linked(server.url) as link, linked(server.url) as admin:
            budgets = budgets_of(sqlite, prices, link, clock=clock)
            async with budgets.running():
                await limit(budgets, Budget(scope="workspace", tokens_per_day=2 * ESTIMATE))
                await admin.run(lambda client: client.config_set("maxmemory", "1"))
                await spend(budgets, ESTIMATE)
                await reserve(budgets)
                await refused(budgets)
                await admin.run(lambda client: client.config_set("maxmemory", "0"))
                await refused(budgets)


async def test_service_starts_without_redis(sqlite: Database, prices: Prices, clock: Clock) -> None:
    """A Redis that was never there changes nothing but who counts."""
    await UsageRows(sqlite).add([usage_row()])
    async with linked("redis://127.0.0.1:1/0", timeout=0.05) as link:
        budgets = budgets_of(sqlite, prices, link, clock=clock)
        async with budgets.running():
            await limit(budgets, Budget(scope="workspace", tokens_per_day=1100 + ESTIMATE))
            await reserve(budgets)
            await refused(budgets)
