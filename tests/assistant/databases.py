"""Databases of a test's own on a PostgreSQL: empty ones, and ones that hold all tables, which are made once."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from assistant.commands.storage import upgrade_tables
from tests.assistant.harness import settings_for
from tests.servers.postgres import PostgresServer

_NUMBERS = count(1)
_EMPTY, _TABLES = "template1", "with_tables"
_made: set[str] = set()
"""Servers that have the database with all tables."""


@asynccontextmanager
async def empty_database(server: PostgresServer) -> AsyncIterator[str]:
    """Make an empty database, and drop it at the end of the block."""
    url = await _copy(server, _EMPTY)
    yield url
    await drop_database(server, url)


@asynccontextmanager
async def database_with_tables(server: PostgresServer) -> AsyncIterator[str]:
    """Make a database with all tables and no rows, and drop it at the end of the block."""
    url = await make_database(server)
    yield url
    await drop_database(server, url)


async def make_database(server: PostgresServer) -> str:
    """Make a database with all tables and no rows."""
    if server.url not in _made:
        await _make_tables(server)
    return await _copy(server, _TABLES)


async def drop_database(server: PostgresServer, url: str) -> None:
    """Drop a database, whoever is connected to it."""
    await _execute(server, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


async def _make_tables(server: PostgresServer) -> None:
    await _execute(server, f"CREATE DATABASE {_TABLES}")
    with tempfile.TemporaryDirectory() as folder:
        await upgrade_tables(settings_for(Path(folder) / "var", database_url=_url(server, _TABLES)))
    _made.add(server.url)


async def _copy(server: PostgresServer, template: str) -> str:
    name = f"test_{next(_NUMBERS)}"
    await _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return _url(server, name)


async def _execute(server: PostgresServer, statement: str) -> None:
    engine = create_async_engine(server.url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


def _url(server: PostgresServer, name: str) -> str:
    return make_url(server.url).set(database=name).render_as_string(hide_password=False)
