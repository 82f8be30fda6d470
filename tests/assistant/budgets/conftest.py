"""An up-to-date database of either kind for each test, and what counts on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from assistant.budgets.budgets import Budgets
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.tables import TABLES
from assistant.live_settings.documents import Documents
from assistant.redis.link import RedisLink
from assistant.usage.prices import Prices
from assistant.usage.reports import UsageRows
from tests.assistant.budgets.uses import NOON
from tests.assistant.desk.conftest import postgres_database
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer


@pytest.fixture
async def sqlite(state: Path) -> AsyncIterator[Database]:
    """An SQLite database."""
    database = Database(f"sqlite+aiosqlite:///{state}/assistant.db")
    await database.upgrade(TABLES)
    yield database
    await database.aclose()


@pytest.fixture
async def postgresql(postgres: PostgresServer) -> AsyncIterator[Database]:
    """A PostgreSQL database."""
    async with postgres_database(postgres) as url:
        database = Database(url)
        await database.upgrade(TABLES)
        yield database
        await database.aclose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A database of either kind."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def rows(database: Database) -> UsageRows:
    """The usage of that database."""
    return UsageRows(database)


@pytest.fixture
def documents(database: Database) -> Documents:
    """The documents of that database."""
    return Documents(database, AuditLog(database))


@pytest.fixture
async def prices() -> AsyncIterator[Prices]:
    """Prices that are loaded."""
    prices = Prices()
    async with prices.running():
        await prices.loaded()
        yield prices


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon."""
    return Clock()


@pytest.fixture
async def link(redis: RedisServer) -> AsyncIterator[RedisLink]:
    """A way to an empty Redis; it is patient, as the machine may be busy."""
    async with linked(redis.url) as link:
        await link.run(lambda client: client.flushall())
        yield link


@asynccontextmanager
async def linked(url: str, timeout: float = 1.0) -> AsyncIterator[RedisLink]:  # noqa: ASYNC109 - of Redis
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
