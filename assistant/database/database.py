"""The database: SQLite by default, PostgreSQL for several replicas; connections, transactions, migrations."""

import asyncio
import contextlib
import os
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from assistant.database.postgres import postgres_engine
from assistant.database.queries import Query, Readers, Row
from assistant.database.refusals import AWAY_CLASSES, Answers, refusal
from assistant.database.state_folder import is_busy
from assistant.database.upgrading import Tables, bring_up_to_date
from assistant.errors import DatabaseUnavailableError, SettingsError
from assistant.telemetry import log
from messages.sentences import Sentence

_UPGRADE_LOCK = 0x5265706C79  # "Reply", the advisory lock that upgrading replicas take on PostgreSQL
_CONNECTIONS = 16  # on SQLite, each a thread of its own; opening one takes longer than most queries
_AWAY = (
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
    sqlite3.OperationalError,
)

_AWAY_STATES = {"40001", "40P01", "25006"}  # PostgreSQL's codes for serialization, deadlock, read-only
_BUSY_TIMEOUT = 10.0  # seconds that a writer waits for another one on SQLite


class Database:
    """Opens sessions on one database.

    Args:
        url: a SQLAlchemy URL with an asynchronous driver.

    Attributes:
        url: the same, its password in clear: for another connection, never for people.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        path = _file_of(url) if self.is_sqlite else None
        self._readers = Readers(path) if path else None
        self._turn = asyncio.Lock()  # SQLite's own waiting is not fair: writers of this process queue here first
        self.engine = _sqlite_engine(url) if self.is_sqlite else postgres_engine(url)

    async def rows(self, query: Query, **parameters: Any) -> list[Row]:  # noqa: ANN401 - columns' values
        """Return the rows of a short query; raises DatabaseUnavailableError."""
        with _told():
            if self._readers is not None:
                return await self._readers.read(query, parameters)
            async with self.engine.connect() as connection:
                found = await connection.execute(query.statement, parameters)
                return [dict(zip(query.keys, row, strict=True)) for row in found]

    @property
    def version(self) -> int | None:
        """A number that is another one after each commit by whomever; nothing where the database does not tell."""
        if self._readers is None:
            return None
        with _told():
            return self._readers.version

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads; on SQLite it waits for no writer. Raises DatabaseUnavailableError."""
        with _told():
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def writing(self, table: type[DeclarativeBase] | None = None) -> AsyncIterator[AsyncSession]:
        """Open a session that commits at the end, or rolls back on an error.

        On SQLite the write lock is taken at once (BEGIN IMMEDIATE): a transaction that reads first and writes later
        would fail with "database is locked" when another one wrote in between. PostgreSQL locks rows as they are
        written, and the whole table too when one is named: one writer of it at a time.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        engine = self.engine.execution_options(immediate=True)
        async with self._turn if self.is_sqlite else contextlib.nullcontext():
            with _told():
                async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                    if table is not None and not self.is_sqlite:
                        lock = f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE"
                        await session.execute(text(lock))
                    yield session

    async def wait(self, retry: float = 1.0) -> None:
        """Return once the database answers; the log says so, every `retry` seconds, while it doesn't.

        Raises:
            SettingsError: it answers, and refuses what its address says, or gives one answer over and over.
        """
        answers = Answers()
        while True:
            try:
                await self.check()
            except Exception as error:  # noqa: BLE001 - drivers raise their own kinds
                _raise(answers.refusal(error))
                log.error("the database does not answer, see ASSISTANT_DATABASE_URL", error=_kind(error), retry=retry)
                await asyncio.sleep(retry)
            else:
                return

    async def check(self) -> None:
        """Ask the database for an answer; raises what the driver raises."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def scrub(self) -> None:
        """Leave nothing of what was just deleted in files; PostgreSQL sees to its own with its next vacuum."""
        if self.is_sqlite:
            async with self.engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def upgrade(self, tables: Tables) -> None:
        """Bring the tables of one package up to date, once, however many replicas start together.

        Raises:
            SettingsError: the database refuses it.
        """
        engine = self.engine.execution_options(immediate=True)
        try:
            async with engine.begin() as connection:
                if not self.is_sqlite:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
                await connection.run_sync(bring_up_to_date, tables)
        except Exception as error:
            _raise(refusal(error))
            raise

    async def aclose(self) -> None:
        """Close all connections."""
        if self._readers is not None:
            self._readers.close()
        await self.engine.dispose()

    def watch(self, told: Callable[[str], None]) -> None:
        """Tell someone of every statement from now on: tests count them."""
        if self._readers is not None:
            self._readers.watch(told)
        event.listen(self.engine.sync_engine, "before_cursor_execute", lambda *arguments: told(arguments[2]))


def _sqlite_engine(url: str) -> AsyncEngine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _file_of(url):
            # The new file is its owner's alone; SQLite gives those beside it the same rights.
            with contextlib.suppress(OSError):  # SQLite will say what is wrong
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        _use_write_ahead_log(path)
    engine = create_async_engine(
        url,
        connect_args={"timeout": _BUSY_TIMEOUT},
        hide_parameters=True,
        json_deserializer=msgspec.json.decode,
        **_pool(url),
    )
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _file_of(url: str) -> str | None:
    """Return the file of an SQLite database; nothing for one in memory, which each connection has for itself."""
    path = make_url(url).database
    return path if path and path != ":memory:" else None


def _pool(url: str) -> dict[str, int]:
    return {"pool_size": _CONNECTIONS, "max_overflow": 0} if _file_of(url) else {}


def _use_write_ahead_log(path: str) -> None:
    """Put a database file into WAL mode, for good; SQLite itself doesn't wait when several processes do so at once."""
    deadline = time.monotonic() + _BUSY_TIMEOUT
    with contextlib.closing(sqlite3.connect(path)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return


def _configure_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what was deleted, or sealed, is not left in the file
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn a database that is away or overrun into an error that a client can be told."""
    try:
        yield
    except Exception as error:
        if not is_away(error):
            raise
        log.error("the database does not answer, see ASSISTANT_DATABASE_URL", error=_kind(error))
        raise DatabaseUnavailableError(Sentence("The database does not answer. Try again in a moment.")) from error


def _raise(reason: str | None) -> None:
    if reason is not None:
        raise SettingsError(reason) from None


def is_away(error: Exception) -> bool:
    """Tell whether the database is away or overrun, and not the query wrong."""
    state = str(getattr(getattr(error, "orig", None) or error, "sqlstate", None) or "")
    return isinstance(error, _AWAY) or state.startswith(AWAY_CLASSES) or state in _AWAY_STATES


def _kind(error: BaseException) -> str:
    """Name what the driver raised; its message would quote the address, perhaps with the password."""
    original = getattr(error, "orig", None) or error
    return type(original.__cause__ or original).__name__
