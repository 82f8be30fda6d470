"""Budgets over starts and replicas: what was used counts everywhere, and what was set holds everywhere."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from msgspec import structs
from redis.asyncio import Redis

from assistant.budgets.budgets import Budgets
from assistant.budgets.document import Budget, BudgetDocument
from assistant.budgets.reservation import Reservation
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.live_settings.documents import Documents
from assistant.redis.announcements import Announcements
from assistant.redis.link import RedisLink
from assistant.usage.prices import Prices
from assistant.usage.rows import UsageRows
from providers.base import Usage
from tests.assistant.budgets.conftest import linked
from tests.assistant.budgets.spending import (
    ADMIN,
    ANNA,
    ESTIMATE,
    bill,
    budgets_of,
    limit,
    refused,
    reserve,
)
from tests.assistant.usage.fixtures import Clock
from tests.assistant.usage.usage_rows import NOON, usage_row
from tests.servers.redis import RedisServer


async def test_counting_goes_on_after_a_start(
    sqlite: Database, prices: Prices, clock: Clock, counting: RedisLink | None
) -> None:
    """What was used today before a start counts, by agent, team, prompt and in all; yesterday's does not."""
    yesterday = NOON - timedelta(days=1)
    await UsageRows(sqlite).add(
        [
            usage_row(cost=2_000_000),
            usage_row(at=yesterday),
            usage_row(agent_id=8, teams=frozenset({4, 3}), prompt_key="summary"),
        ]
    )
    first = budgets_of(sqlite, prices, None, clock=clock)
    for scope, used in (("agent", 1100), ("team", 2200), ("prompt", 1100), ("workspace", 2200)):
        room = Budget(scope=scope, tokens_per_day=used + ESTIMATE)  # type: ignore[arg-type] # one of the four
        await limit(first, room)
        for full in (False, True):
            await limit(first, structs.replace(room, tokens_per_day=used + ESTIMATE - full))
            again = budgets_of(sqlite, prices, counting, clock=clock)
            async with again.running():
                if full:
                    await refused(again)
                else:
                    (await reserve(again)).release()
    await limit(first, Budget(scope="workspace", cost_per_day=2))
    again = budgets_of(sqlite, prices, counting, clock=clock)
    async with again.running():
        await refused(again)


async def test_two_replicas_share_budgets(
    redis: RedisServer, link: RedisLink, sqlite: Database, prices: Prices, clock: Clock
) -> None:
    """However many ask two replicas at once, no more get through than the budget has room for."""
    async with linked(redis.tcp_url) as other_link:
        one, two = (budgets_of(sqlite, prices, each, clock=clock) for each in (link, other_link))
        async with one.running(), two.running():
            await limit(
                one,
                Budget(scope="agent", requests_per_minute=11),
                Budget(scope="workspace", tokens_per_day=9 * ESTIMATE),
            )
            await two.reload()
            asked = [reserve(each) for each in (one, two) for _ in range(15)]
            outcomes = await asyncio.gather(*asked, return_exceptions=True)
            assert sum(isinstance(each, Reservation) for each in outcomes) == 9
            requests = [each.take_request(ANNA) for each in (one, two) for _ in range(15)]
            assert (await asyncio.gather(*requests, return_exceptions=True)).count(None) == 11
            next(each for each in outcomes if isinstance(each, Reservation)).release()
            await one.settled()
            await two.settled()
            await reserve(two)
            await refused(one)


async def test_redis_that_forgets_while_nobody_asks(
    redis: RedisServer, link: RedisLink, sqlite: Database, prices: Prices, clock: Clock
) -> None:
    """A Redis that was emptied is told what was used today, before anything is taken from a budget again."""
    await UsageRows(sqlite).add([usage_row(cost=2_000_000)])
    one = budgets_of(sqlite, prices, link, clock=clock)
    async with one.running():
        await limit(one, Budget(scope="workspace", tokens_per_day=1100 + ESTIMATE))
        async with Redis.from_url(redis.url) as client:
            await client.flushall()
            held = await reserve(one)
            await client.flushall()
            held.settle(bill("custom", "m", Usage(input_tokens=1)))
            await one.settled()
        await refused(one)


async def test_bills_of_the_last_moment_are_counted(sqlite: Database, link: RedisLink, clock: Clock) -> None:
    """A replica does not end before it has told the others what its last calls took."""
    late = Prices()
    one, two = (budgets_of(sqlite, late, link, clock=clock) for _ in range(2))
    stack = AsyncExitStack()
    await stack.enter_async_context(one.running())
    await limit(one, Budget(scope="workspace", tokens_per_day=ESTIMATE + 1))
    (await reserve(one)).settle(bill("custom", "m", Usage(input_tokens=1)))
    ending = asyncio.create_task(stack.aclose())
    await asyncio.sleep(0.1)
    assert not ending.done()
    async with late.running():
        await ending
    async with two.running():
        await reserve(two)


async def test_budgets_set_on_one_replica_hold_on_all(sqlite: Database, prices: Prices) -> None:
    """A replica hears of new budgets by a message, or looks by itself; without change nothing happens."""
    one = budgets_of(sqlite, prices, None)
    two = budgets_of(sqlite, prices, None)
    three = budgets_of(sqlite, prices, None, poll=0.05)
    async with one.running(), two.running(), three.running():
        await limit(one, Budget(scope="agent", requests_per_minute=1))
        assert two.current == BudgetDocument()
        await two.reload()
        assert two.current == one.current
        async with asyncio.timeout(5):
            while three.current != one.current:  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.01)
        await limit(two)
        await one.reload()
        assert one.current == BudgetDocument()


async def subscribers(link: RedisLink) -> int:
    """Count the replicas that listen."""
    [(_, number)] = await link.run(lambda client: client.pubsub_numsub("assistant:changed"))
    return int(number)


async def test_message_puts_budgets_in_force_everywhere(redis: RedisServer, sqlite: Database, prices: Prices) -> None:
    """With Redis every replica has new budgets within a second, long before it would look by itself."""
    one_link, two_link = RedisLink(redis.url, 1.0), RedisLink(redis.tcp_url, 1.0)
    one_told, two_told = Announcements(one_link), Announcements(two_link)
    one = Budgets(Documents(sqlite, AuditLog(sqlite), one_told.tell), UsageRows(sqlite), prices, one_link)
    two = budgets_of(sqlite, prices, two_link)
    two_told.on("budgets", two.reload)
    async with one.running(), two.running():
        await asyncio.gather(one_link.start(), two_link.start())
        async with asyncio.timeout(5):
            while await subscribers(one_link) < 2:  # noqa: ASYNC110 - Redis tells nobody of it
                await asyncio.sleep(0.01)
        async with asyncio.timeout(1):
            await limit(one, Budget(scope="workspace", tokens_per_day=1))
            while two.current != one.current:  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.01)
    for each in (one_told, two_told, one_link, two_link):
        await each.aclose()


async def test_budgets_of_another_version_change_nothing(
    sqlite: Database, prices: Prices, caplog: pytest.LogCaptureFixture
) -> None:
    """A document that this version can't read leaves the budgets in force, and the log says so once."""
    budgets = budgets_of(sqlite, prices, None)
    async with budgets.running():
        await limit(budgets, Budget(scope="agent", requests_per_minute=1))
        before = budgets.current
        await Documents(sqlite, AuditLog(sqlite)).update("budgets", lambda _: '{"later": 1}', agent_id=ADMIN)
        await budgets.reload()
        await budgets.reload()
    assert budgets.current == before
    assert caplog.text.count("can't be read") == 1
