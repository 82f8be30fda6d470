"""Fills a database with a large helpdesk, faster than the service itself could."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import JSON, Connection, Table, create_engine, insert, make_url, select, text

from assistant.database.database import Database
from assistant.desk import counts
from assistant.desk.labels import seed_labels
from assistant.desk.search_index import INDEXES, create_indexes
from assistant.desk.tables import TABLES, PriorityRow, StatusRow
from bench.desk_rows import Batch, Desk, Row

_PRAGMAS = ("journal_mode = WAL", "synchronous = OFF", "cache_size = -1000000", "wal_autocheckpoint = 100000")


def fill(url: str, size: int) -> None:
    """Make the tables of the desk in an empty database and put `size` conversations into them."""
    asyncio.run(_fill(url, size))


async def _fill(url: str, size: int) -> None:
    database = Database(url)
    await database.upgrade(TABLES)
    await seed_labels(database)
    async with database.reading() as session:
        statuses = {row.name: row.id for row in await session.scalars(select(StatusRow))}
        priorities = list(await session.scalars(select(PriorityRow.id)))
    batches = Desk(size, statuses, priorities).batches()
    if database.is_sqlite:
        await asyncio.to_thread(_fill_sqlite, Path(make_url(url).database or ""), batches)
    else:
        await _fill_postgres(database, batches)
    async with database.writing() as session:
        await counts.recount(session)
    await database.aclose()


def _fill_sqlite(path: Path, batches: Iterator[Batch]) -> None:
    with _sqlite(path) as connection:
        for target, rows in batches:
            if isinstance(target, str):
                connection.execute(text(f"INSERT INTO {target} (rowid, words) VALUES (:rowid, :words)"), rows)  # noqa: S608 - our own names
            else:
                connection.execute(insert(target), rows)
            connection.commit()


@contextmanager
def _sqlite(path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        for pragma in _PRAGMAS:
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        yield connection
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


async def _fill_postgres(database: Database, batches: Iterator[Batch]) -> None:
    """COPY everything; the words' index is made afterwards, and the statistics that autovacuum would make in time."""
    async with _driver(database) as connection:
        for name in INDEXES:
            await connection.execute(f"DROP INDEX {name}_words")
        for target, rows in batches:
            await _copy(connection, target, rows)
    async with database.engine.begin() as mending:
        await mending.run_sync(create_indexes)
        await mending.run_sync(_mend_sequences)
    async with _driver(database) as connection:
        await connection.execute("VACUUM ANALYZE")


@asynccontextmanager
async def _driver(database: Database) -> AsyncIterator[Any]:
    """Open a connection as asyncpg gives it, which ships no types: it commits each statement, and knows COPY."""
    async with database.engine.connect() as connection:
        yield (await connection.get_raw_connection()).driver_connection


async def _copy(connection: Any, target: Table | str, rows: list[Row]) -> None:  # noqa: ANN401 - see `_driver`
    if isinstance(target, str):
        await connection.execute("CREATE TEMPORARY TABLE IF NOT EXISTS bench_words (rowid integer, words text)")
        records = [(row["rowid"], row["words"]) for row in rows]
        await connection.copy_records_to_table("bench_words", records=records)
        words = "array_to_tsvector(string_to_array(words, ' '))"
        await connection.execute(f"INSERT INTO {target} SELECT rowid, {words} FROM bench_words")  # noqa: S608 - our own names
        await connection.execute("TRUNCATE bench_words")
        return
    names = list(rows[0])
    encode = [_encoder(target, name) for name in names]
    records = [tuple(one(row[name]) for one, name in zip(encode, names, strict=True)) for row in rows]
    await connection.copy_records_to_table(target.name, records=records, columns=names)


def _encoder(table: Table, name: str) -> Callable[[Any], Any]:
    if isinstance(table.c[name].type, JSON):
        return lambda value: msgspec.json.encode(value).decode()
    return lambda value: value


def _mend_sequences(connection: Connection) -> None:
    """Let new rows take the ids after ours."""
    for table in TABLES.metadata.tables.values():
        if "id" in table.c:
            newest = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"  # noqa: S608 - our own names
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {newest}, false)"))
