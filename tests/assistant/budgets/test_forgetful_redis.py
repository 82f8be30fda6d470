"""Redis forgets a day: flushed, restarted without its file, or evicting; what was used of the budgets counts on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant.budgets.budgets import Budgets
from assistant.budgets.document import Budget
from assistant.budgets.reservation import Reservation
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.errors import DatabaseUnavailableError
from assistant.live_settings.documents import Documents
from assistant.redis.link import RedisLink
from assistant.usage.prices import Prices
from assistant.usage.rows import UsageRows
from assistant.usage.spending import Spent
from providers.base import Usage
from tests.assistant.budgets.conftest import linked
from tests.assistant.budgets.spending import ESTIMATE, bill, budgets_of, limit, refused, reserve, spend
from tests.assistant.completion.asking import click, echo, until, using
from tests.assistant.harness import error, service
from tests.assistant.usage.fixtures import Clock
from tests.assistant.usage.usage_rows import NOON, usage_row
from tests.fakes import FakeProvider
from tests.servers.redis import RedisServer, redis_server

DAY = f"assistant:budget:{NOON.date().isoformat()}"


async def flush(link: RedisLink) -> None:
    """Empty Redis, which goes on answering."""
    await link.run(lambda client: client.flushall())


async def test_spent_budget_stays_spent(state: Path, redis: RedisServer, link: RedisLink) -> None:
    """Who is over the budget is so after a flush, and after an administrator's raise has exactly what was added."""
    with FakeProvider() as fake:
        fake.reply(echo)
        async with service(state, redis_url=redis.url, **using(fake)) as client:

            async def allow(tokens: int) -> None:
                document = {"budgets": [{"scope": "workspace", "tokens_per_day": tokens}]}
                assert (await client.put("/api/v1/ai/budgets", json=document)).status_code == 200

            async def written() -> bool:
                usage = (await client.get("/api/v1/ai/usage")).json()["data"]["total"]
                return bool(usage["input_tokens"] + usage["output_tokens"])

            await allow(10**6)
            assert (await click(client, "We can refund it.")).status_code == 200
            await until(written)
            total = (await client.get("/api/v1/ai/usage")).json()["data"]["total"]
            await allow(total["input_tokens"] + total["output_tokens"])
            for draft in ("It is on its way.", "We have sent it.", "It has arrived."):
                await flush(link)
                answer = await click(client, draft)
                assert error(answer) == (429, "RateLimitException", "budget_tokens_per_day")
            await allow(10**6)
            await flush(link)
            assert (await click(client, "Thank you.")).status_code == 200


@pytest.fixture
async def replicas(
    sqlite: Database, prices: Prices, clock: Clock, redis: RedisServer, link: RedisLink
) -> AsyncIterator[tuple[Budgets, Budgets]]:
    """The budgets of two replicas, with room for four calls beside what was used today."""
    await UsageRows(sqlite).add([usage_row()])
    async with linked(redis.tcp_url) as other_link:
        one, two = (budgets_of(sqlite, prices, each, clock=clock) for each in (link, other_link))
        async with one.running(), two.running():
            await limit(one, Budget(scope="workspace", tokens_per_day=1100 + 4 * ESTIMATE))
            await two.reload()
            yield one, two


@pytest.mark.parametrize("lost", ["everything", "the day"])
async def test_calls_under_way_are_counted_after_a_loss(
    replicas: tuple[Budgets, Budgets], link: RedisLink, lost: str
) -> None:
    """What each of two replicas holds counts on, whoever notices first, and their bills count once."""
    one, two = replicas
    held, others = await reserve(one), await reserve(two)
    await link.run(lambda client: client.flushall() if lost == "everything" else client.delete(DAY))
    more = await reserve(one)
    for call, whose in ((others, two), (held, one), (more, one)):
        call.settle(bill("custom", "m", Usage(input_tokens=ESTIMATE)))
        await whose.settled()
    await reserve(two)
    await refused(one)
    await refused(two)


async def test_many_who_notice_at_once(replicas: tuple[Budgets, Budgets], link: RedisLink) -> None:
    """However many ask two replicas at once after a loss, no more get through than there is room for."""
    await flush(link)
    asked = [reserve(each) for _ in range(10) for each in replicas]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(each, Reservation) for each in outcomes) == 4


async def test_bill_after_a_loss_takes_nothing_off(
    sqlite: Database, prices: Prices, clock: Clock, link: RedisLink
) -> None:
    """A call that cost less than its estimate leaves in the budget what it cost, not less than nothing."""
    budgets = budgets_of(sqlite, prices, link, clock=clock)
    async with budgets.running():
        await limit(budgets, Budget(scope="workspace", tokens_per_day=ESTIMATE + 9))
        held = await reserve(budgets)
        await flush(link)
        held.settle(bill("custom", "m", Usage(input_tokens=10)))
        await budgets.settled()
        await refused(budgets)
        await limit(budgets, Budget(scope="workspace", tokens_per_day=ESTIMATE + 10))
        await reserve(budgets)
        await refused(budgets)


async def test_yesterdays_call_belongs_to_yesterday(
    sqlite: Database, prices: Prices, clock: Clock, link: RedisLink
) -> None:
    """A call that began before midnight and ends after a loss takes nothing from today, and today nothing from it."""
    await UsageRows(sqlite).add([usage_row()])
    budgets = budgets_of(sqlite, prices, link, clock=clock)
    async with budgets.running():
        await limit(budgets, Budget(scope="workspace", tokens_per_day=1100 + ESTIMATE))
        clock.now = NOON.replace(hour=23, minute=59)
        held = await reserve(budgets)
        clock.now = NOON.replace(day=NOON.day + 1, hour=0)
        await flush(link)
        held.settle(bill("custom", "m", Usage(input_tokens=ESTIMATE)))
        await budgets.settled()
        await spend(budgets, 1100)
        await reserve(budgets)
        await refused(budgets)
        clock.now = NOON
        await refused(budgets)


async def test_restart_from_an_older_file(tmp_path: Path, sqlite: Database, prices: Prices, clock: Clock) -> None:
    """What was used or is held since Redis wrote its file counts on after a restart that brings the file's totals."""
    with ExitStack() as running:
        server = running.enter_context(redis_server(tmp_path))
        async with linked(server.url) as link:
            budgets = budgets_of(sqlite, prices, link, clock=clock)
            async with budgets.running():
                await limit(budgets, Budget(scope="workspace", tokens_per_day=1100 + 2 * ESTIMATE))
                await link.run(lambda client: client.save())
                await spend(budgets, 1100)
                await UsageRows(sqlite).add([usage_row()])
                held = await reserve(budgets)
                running.close()
                assert (tmp_path / "dump.rdb").exists()
                (await reserve(budgets)).release()
                await budgets.settled()
                running.enter_context(redis_server(tmp_path))
                await until(lambda: _answers(link))
                await reserve(budgets)
                await refused(budgets)
                held.settle(bill("custom", "m", Usage(input_tokens=ESTIMATE)))
                await budgets.settled()
                await refused(budgets)


async def _answers(link: RedisLink) -> bool:
    return link.available


class AwayNowAndThen(UsageRows):
    """Usage whose database is away when a test says so."""

    away = False

    async def spent(self, day: object) -> list[Spent]:
        """Return what was spent, if the database is there."""
        if self.away:
            raise DatabaseUnavailableError("The database does not answer.")
        return await super().spent(day)  # type: ignore[arg-type] # what it was called with


async def test_database_that_is_away_when_redis_forgets(
    sqlite: Database, prices: Prices, clock: Clock, link: RedisLink
) -> None:
    """No one fails: this process counts on by what it knew, and Redis learns all of it when the database is back."""
    rows = AwayNowAndThen(sqlite)
    await rows.add([usage_row()])
    budgets = Budgets(Documents(sqlite, AuditLog(sqlite)), rows, prices, link, clock=clock)
    async with budgets.running():
        await limit(budgets, Budget(scope="workspace", tokens_per_day=1100 + 2 * ESTIMATE))
        rows.away = True
        await flush(link)
        held = await reserve(budgets)
        await reserve(budgets)
        await refused(budgets)
        rows.away = False
        await refused(budgets)
        other = budgets_of(sqlite, prices, link, clock=clock)
        async with other.running():
            await refused(other)
            held.release()
            await budgets.settled()
            await reserve(other)
            await refused(budgets)
