"""An up-to-date database of either kind for each test, the usage in it, prices, and a clock."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from assistant.database.database import Database
from assistant.database.tables import TABLES
from assistant.usage.prices import Prices
from assistant.usage.rows import UsageRows
from tests.assistant.databases import database_with_tables
from tests.assistant.usage.usage_rows import NOON
from tests.servers.postgres import PostgresServer


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
    async with database_with_tables(postgres) as url:
        database = Database(url)
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
