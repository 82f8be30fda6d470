"""What counts budgets on a database; the databases and prices are those of the tests of usage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from assistant.budgets.budgets import Budgets
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.live_settings.documents import Documents
from assistant.redis.link import RedisLink
from assistant.usage.prices import Prices
from assistant.usage.rows import UsageRows
from tests.assistant.usage.fixtures import Clock, clock, database, postgresql, prices, sqlite
from tests.servers.redis import RedisServer

__all__ = ["clock", "database", "postgresql", "prices", "sqlite"]


@pytest.fixture
def documents(database: Database) -> Documents:
    """The documents of that database."""
    return Documents(database, AuditLog(database))


@pytest.fixture
async def link(redis: RedisServer) -> AsyncIterator[RedisLink]:
    """A way to an empty Redis; it is patient, as the machine may be busy."""
    async with linked(redis.url) as link:
        await link.run(lambda client: client.flushall())
        yield link


@asynccontextmanager
async def linked(url: str, timeout: float = 5.0) -> AsyncIterator[RedisLink]:  # noqa: ASYNC109 - of Redis
    """Open a way to Redis."""
    link = RedisLink(url, timeout)
    await link.start()
    try:
        yield link
    finally:
        await link.aclose()


@pytest.fixture(params=["memory", "redis"])
def counting(request: pytest.FixtureRequest) -> RedisLink | None:
    """Where budgets are counted."""
    found: RedisLink | None = request.getfixturevalue("link") if request.param == "redis" else None
    return found


@pytest.fixture
async def budgets(sqlite: Database, prices: Prices, clock: Clock, counting: RedisLink | None) -> AsyncIterator[Budgets]:
    """Running budgets, none of which is set."""
    made = Budgets(Documents(sqlite, AuditLog(sqlite)), UsageRows(sqlite), prices, counting, clock=clock)
    async with made.running():
        yield made
