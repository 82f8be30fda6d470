"""Queries that are built once, and read in the shortest way that the database has.

An indexed read of a page takes SQLite a tenth of a millisecond; the way there and back through SQLAlchemy, a session
and the driver's thread takes twenty times that (docs/adr/0005). So SQLite answers such a query where it is asked, on a
connection of the event loop's own: in WAL mode a reader never waits. PostgreSQL is asked over its pool, as always.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from assistant.text.lazy import Lazy

_SQLITE: Any = sqlite.dialect(paramstyle="named")
_THREADS = 2
_CACHE = -64 * 1024  # KiB of pages that the connection keeps, negative as SQLite wants it

Row = dict[str, Any]
Process = Callable[[Any], Any] | None
Selected = Select[Any] | Callable[[], Select[Any]]


class Query:
    """A SELECT that is built once, when it is first needed; what differs from call to call is a `bindparam` in it.

    It has to be short, a few rows by index, since on SQLite the event loop stands still meanwhile; one that can take
    longer says so and is read in a thread.

    Args:
        statement: what is selected, or a function that returns it.
        on_sqlite: likewise, what is selected on SQLite, where that is not the same.
        long: whether it can take longer than a millisecond.
    """

    def __init__(self, statement: Selected, *, on_sqlite: Selected | None = None, long: bool = False) -> None:
        self._selected = statement
        self._on_sqlite = on_sqlite
        self.long = long
        _QUERIES.append(self)

    @Lazy
    def statement(self) -> Select[Any]:
        """What is selected."""
        return _built(self._selected)

    @Lazy
    def keys(self) -> list[str]:
        """The names of what is selected."""
        return [str(column.key) for column in self.statement.selected_columns]

    @Lazy
    def on_sqlite(self) -> "_SqliteQuery":
        """What SQLite is asked."""
        statement = self.statement if self._on_sqlite is None else _built(self._on_sqlite)
        return _SqliteQuery(statement, self.statement, self.keys)

    def read(self, connection: sqlite3.Connection, parameters: dict[str, Any]) -> list[Row]:
        """Return the rows from an SQLite connection."""
        return self.on_sqlite.read(connection, parameters)


class _SqliteQuery:
    """A SELECT in SQLite's own words."""

    def __init__(self, statement: Select[Any], shown: Select[Any], keys: list[str]) -> None:
        self._keys = keys
        compiled = statement.compile(dialect=_SQLITE)
        self._sql = str(compiled)
        self._constants: dict[str, Any] = {}
        self._binding: dict[str, Process] = {}
        for name, bind in compiled.binds.items():
            self._binding[name] = bind.type.dialect_impl(_SQLITE).bind_processor(_SQLITE)
            if not bind.required:
                self._constants[name] = _processed(self._binding[name], bind.value)
        types = [column.type.dialect_impl(_SQLITE) for column in shown.selected_columns]
        found = zip(keys, (each.result_processor(_SQLITE, None) for each in types), strict=True)
        self._processes = [(key, process) for key, process in found if process is not None]

    def read(self, connection: sqlite3.Connection, parameters: dict[str, Any]) -> list[Row]:
        given = {name: _processed(self._binding[name], value) for name, value in parameters.items()}
        return [self._row(row) for row in connection.execute(self._sql, self._constants | given)]

    def _row(self, values: Sequence[Any]) -> Row:
        row = dict(zip(self._keys, values, strict=True))
        for key, process in self._processes:
            row[key] = process(row[key])
        return row


def _built(selected: Selected) -> Select[Any]:
    return selected if isinstance(selected, Select) else selected()


def prepare_queries() -> None:
    """Build all queries that are not built yet, so that no one who asks waits for that."""
    for query in _QUERIES:
        _ = query.on_sqlite


_QUERIES: list[Query] = []


class Readers:
    """Connections to an SQLite file that only read: one of the event loop's own, and one for each of a few threads."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._own: sqlite3.Connection | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._theirs = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._told: Callable[[str], None] | None = None

    @property
    def own(self) -> sqlite3.Connection:
        """The event loop's connection."""
        if self._own is None:
            self._own = open_reader(self._path)
        return self._own

    @property
    def version(self) -> int:
        """A number that is another one after each commit through another connection (PRAGMA data_version)."""
        [number] = self.own.execute("PRAGMA data_version").fetchone()
        return int(number)

    async def read(self, query: Query, parameters: dict[str, Any]) -> list[Row]:
        """Return the rows of a query."""
        if not query.long:
            return query.read(self.own, parameters)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="reader")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._read_beside, query, parameters)

    def watch(self, told: Callable[[str], None]) -> None:
        """Tell someone of every statement, on connections that are opened from now on and on the event loop's."""
        self._told = told
        self.own.set_trace_callback(told)

    def close(self) -> None:
        """Close all connections; the next read opens them again."""
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for connection in (*self._opened, *([self._own] if self._own else [])):
            connection.close()
        self._threads, self._own, self._opened, self._theirs = None, None, [], threading.local()

    def _read_beside(self, query: Query, parameters: dict[str, Any]) -> list[Row]:
        connection: sqlite3.Connection | None = getattr(self._theirs, "connection", None)
        if connection is None:
            connection = self._theirs.connection = open_reader(self._path, check_same_thread=False)
            connection.set_trace_callback(self._told)
            self._opened.append(connection)
        return query.read(connection, parameters)


def open_reader(path: str, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open a connection for reading, which the thread that opens it has for itself."""
    address = f"{Path(path).absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, timeout=0.1, check_same_thread=check_same_thread
    )
    connection.execute(f"PRAGMA cache_size = {_CACHE}")
    return connection


def _processed(process: Process, value: Any) -> Any:  # noqa: ANN401 - any column's value
    return value if process is None else process(value)
