"""Connections to PostgreSQL: as its address says, and with poolers in between noticed."""

import contextlib
import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from assistant.addresses.postgres import PostgresAddress, PostgresTls
from assistant.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect
    from sqlalchemy.pool import ConnectionPoolEntry

_UNNAMED = {"statement_cache_size": 0, "prepared_statement_cache_size": 0, "prepared_statement_name_func": lambda: ""}
_PATIENCE = 30.0  # seconds that someone waits for a connection


def postgres_engine(url: str) -> AsyncEngine:
    """Return what connects to a PostgreSQL, or to a pooler before one.

    Raises:
        SettingsError: a part of the address can't be used.
    """
    address, options = _read(url)
    pool = {} if address.pool.size is None else {"pool_size": address.pool.size, "max_overflow": 0}
    engine = create_async_engine(
        URL.create("postgresql+asyncpg", address.user, address.password, database=address.database),
        connect_args=options,
        pool_pre_ping=True,
        hide_parameters=True,
        json_deserializer=msgspec.json.decode,
        pool_timeout=address.pool.patience or _PATIENCE,
        **pool,
    )
    event.listen(engine.sync_engine, "do_connect", _Connecting())
    return engine


def _read(url: str) -> tuple[PostgresAddress, dict[str, Any]]:
    try:
        address = PostgresAddress.read(url)
        return address, driver_options(address)
    except ValueError as error:
        raise SettingsError(f"ASSISTANT_DATABASE_URL: {error}") from None


class _Connecting:
    """Opens connections: statements are prepared under names, unless a pooler may send them to different sessions.

    A name that is prepared in one session is unknown, or taken already, in the next one that a pooler with
    `pool_mode = transaction` hands out. Statements without a name cost a plan and a round trip each (measured: 1.3 to
    2 times as long), so they are used only where there is a pooler. Careful at first, and as the last connection was
    found to be from then on; a pooler that came later is noticed with the first connection through it.
    """

    def __init__(self) -> None:
        self._pooled = True

    def __call__(
        self, dialect: "Dialect", _record: "ConnectionPoolEntry", _arguments: Sequence[Any], options: dict[str, Any]
    ) -> Any:  # noqa: ANN401 - the driver's own type
        named = not self._pooled  # others may find out meanwhile
        connection = _open(dialect, options, named=named)
        try:
            self._pooled = bool(connection.run_async(_is_pooled))
        except BaseException:  # whoever needed it may have left: no one else knows of it
            connection.driver_connection.terminate()
            raise
        if named and self._pooled:
            dialect.do_close(connection)
            return _open(dialect, options, named=False)
        return connection


def _open(dialect: "Dialect", options: dict[str, Any], *, named: bool) -> Any:  # noqa: ANN401 - likewise
    return dialect.connect(**options, **({} if named else _UNNAMED))


async def _is_pooled(connection: Any) -> bool:  # noqa: ANN401 - asyncpg's connection, which has no types
    """Tell whether another session answers than the one that was greeted: poolers make up the greeting's process id."""
    async with connection.transaction():  # which holds a pooler to one session
        statement = await connection.prepare("SELECT pg_backend_pid()", name="")
        answering: int = await statement.fetchval()
    greeting: int = connection.get_server_pid()
    return answering != greeting


def driver_options(address: PostgresAddress) -> dict[str, Any]:
    """Return what the driver is told beside user, password and database.

    Raises:
        ValueError: the file of authorities that libpq would take holds none.
    """
    found: dict[str, Any] = {
        "host": [place.host for place in address.places] or None,
        "port": [place.port for place in address.places] or None,
        "ssl": _tls(address.tls),
        "direct_tls": True if address.tls.direct else None,
        "server_settings": address.settings or None,
        "timeout": address.connecting,
        "command_timeout": address.answering,
        "target_session_attrs": address.role,
    }
    return {name: value for name, value in found.items() if value is not None}


def _tls(tls: PostgresTls) -> ssl.SSLContext | str | None:
    if tls.mode in {None, "disable", "allow", "prefer"}:
        return tls.mode
    authorities = tls.authorities or _usual_authorities()
    try:
        context = ssl.create_default_context(cafile=None if authorities == "system" else authorities)
    except OSError:  # which SSLError is
        raise ValueError(f"must be used where {authorities} holds certificates in PEM, or is absent") from None
    context.check_hostname = tls.mode == "verify-full"
    if tls.mode == "require" and authorities is None:
        context.verify_mode = ssl.CERT_NONE
    if tls.certificate:
        context.load_cert_chain(tls.certificate, tls.key, tls.key_password or "")
    return context


def _usual_authorities() -> str | None:
    with contextlib.suppress(OSError, RuntimeError):  # no home, or one that is closed to us
        path = Path(os.environ.get("PGSSLROOTCERT") or "~/.postgresql/root.crt").expanduser()
        return str(path) if path.is_file() else None
    return None
