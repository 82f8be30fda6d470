"""A desk of its own for each test, on either database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import cast

import pytest
from litestar.types import ASGIApp
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from assistant.app import create_desk
from assistant.settings import Settings
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import client_of, settings_for
from tests.servers.postgres import PostgresServer

_NUMBERS = count(1)


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest) -> AsyncIterator[str | None]:
    """Where a desk keeps everything: a file of the test's own (nothing), or a PostgreSQL database of its own."""
    if request.param == "sqlite":
        yield None
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    async with postgres_database(server) as url:
        yield url


@asynccontextmanager
async def postgres_database(server: PostgresServer) -> AsyncIterator[str]:
    """Make an empty database, and drop it at the end of the block."""
    name = f"desk_{next(_NUMBERS)}"
    engine = create_async_engine(server.url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server.url).set(database=name).render_as_string(hide_password=False)
        async with engine.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        await engine.dispose()


@pytest.fixture
def settings(state: Path, database_url: str | None) -> Settings:
    """Settings of a desk on either database."""
    return settings_for(state, database_url=database_url)


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[DeskClient]:
    """A running desk, and a client that is signed in as its administrator."""
    front = create_desk(settings)
    async with client_of(cast("ASGIApp", front), front.ready) as client:
        yield DeskClient(client)
