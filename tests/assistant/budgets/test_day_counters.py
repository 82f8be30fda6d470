"""Counters of a day on three replicas, whose Redis forgets everything time and again while calls go on."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack

import pytest

from assistant.budgets.day_counters import Charge, DayCounters
from assistant.redis.link import RedisLink
from tests.assistant.budgets.conftest import linked
from tests.assistant.usage.usage_rows import NOON
from tests.servers.redis import RedisServer

DAY = NOON.date().isoformat()
SCOPES = ("workspace", "team", "agent")


def charges(scopes: list[str], amount: int, most: int = 10**9) -> list[Charge]:
    """Make charges of so many tokens."""
    return [Charge(name="tokens_per_day", scope=scope, id="*", amount=amount, most=most) for scope in scopes]


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_is_lost_or_counted_twice(redis: RedisServer, seed: int) -> None:
    """When all calls have ended, the counters have what the usage table has, and no one holds anything."""
    choose = random.Random(seed)  # noqa: S311 - not for secrets
    table: Counter[str] = Counter()

    async def read_table(_day: str) -> Mapping[str, int]:
        await asyncio.sleep(choose.random() * 0.002)
        return dict(table)

    async def call(replica: DayCounters) -> None:
        held = charges(choose.sample(SCOPES, 2), choose.randrange(1, 100))
        bill = choose.randrange(150)
        assert await replica.take(DAY, held) is None
        await asyncio.sleep(choose.random() * 0.02)
        await replica.settle(DAY, held, {"tokens_per_day": bill})
        await asyncio.sleep(choose.random() * 0.005)
        table.update({each.counter: bill for each in held})

    async def forget(link: RedisLink) -> None:
        for _ in range(8):
            await asyncio.sleep(choose.random() * 0.03)
            await link.run(lambda client: client.flushall())

    async with AsyncExitStack() as stack:
        links = [await stack.enter_async_context(linked(redis.url, timeout=10)) for _ in range(3)]
        replicas = [DayCounters(each, read_table) for each in links]
        await links[0].run(lambda client: client.flushall())
        await asyncio.gather(forget(links[0]), *(call(choose.choice(replicas)) for _ in range(200)))
        for replica in replicas:
            await replica.recount(DAY)
            for scope in SCOPES:
                [room] = charges([scope], 10, table[f"{scope}/*/tokens_per_day"] + 10)
                assert await replica.take(DAY, [room]) is None
                assert await replica.take(DAY, [room]) == room
                await replica.settle(DAY, [room], {})
