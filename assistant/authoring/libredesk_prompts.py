"""The prompts that Libredesk keeps in a table of its own, read from its database."""

import asyncio
import ssl
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types
from msgspec import Struct

from assistant.addresses.parts import scheme_of
from assistant.addresses.postgres import SCHEME, PostgresAddress
from assistant.database.postgres import driver_options
from assistant.database.refusals import refusal_reason
from assistant.errors import InvalidRequestError

_QUERY = "SELECT key, title, content FROM ai_prompts ORDER BY id"
_SECONDS = 10.0  # for the connection, and for the answer
_ADDRESS = "postgresql://user:password@host:5432/libredesk"
_OPTION = "--libredesk"
_OF_TABLE: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    (
        (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError),
        "the database refuses the user or the password; check both in the address",
    ),
    ((asyncpg.InvalidCatalogNameError,), "the server has no such database; check the name at the end of the address"),
    ((asyncpg.UndefinedTableError,), "the database has no table ai_prompts; check that it is Libredesk's"),
    ((asyncpg.UndefinedColumnError,), "the table ai_prompts has no key, title and content; is it Libredesk's?"),
    ((asyncpg.InsufficientPrivilegeError,), "the user may not read it; grant SELECT on the table ai_prompts"),
)
_OTHERS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((asyncpg.PostgresError,), "the database could not answer; check its log"),
    ((ssl.SSLError,), "a secure connection could not be made; check sslmode in the address, and the certificate"),
    ((TimeoutError, asyncio.TimeoutError), "the database does not answer in time; check host and port in the address"),
    ((OSError,), "no database answers there; check host and port in the address"),
)


class LibredeskPrompt(Struct, frozen=True, kw_only=True):
    """A row of the table `ai_prompts`; `content` is a model's instruction, as plain text."""

    key: str
    title: str
    content: str


async def read_libredesk_prompts(address: str) -> list[LibredeskPrompt]:
    """Return the prompts in the order in which they were made; nothing is written.

    Args:
        address: of Libredesk's database, such as postgresql://user:password@host:5432/libredesk.

    Raises:
        InvalidRequestError: it can't be read; the reason does not hold the address.
    """
    read, options = _understood(address)
    try:
        async with asyncio.timeout(2 * _SECONDS):
            return await _read(read, options)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError, TimeoutError) as error:
        told = _of(error, _OF_TABLE) or refusal_reason(error) or _of(error, _OTHERS)
        raise InvalidRequestError(_OPTION, told or f"the address can't be used; write it as {_ADDRESS}") from None


def _understood(address: str) -> tuple[PostgresAddress, dict[str, Any]]:
    try:
        if SCHEME.fullmatch(scheme_of(address)):
            read = PostgresAddress.read(address)
            return read, driver_options(read)
    except ValueError as error:
        raise InvalidRequestError(_OPTION, str(error)) from None
    raise InvalidRequestError(_OPTION, f"must be the address of Libredesk's database, such as {_ADDRESS}")


def _of(error: BaseException, reasons: tuple[tuple[tuple[type[BaseException], ...], str], ...]) -> str | None:
    return next((reason for kinds, reason in reasons if isinstance(error, kinds)), None)


async def _read(address: PostgresAddress, options: dict[str, Any]) -> list[LibredeskPrompt]:
    # No prepared statements are kept: there may be a pooler that hands each transaction another connection.
    connection = await asyncpg.connect(
        user=address.user,
        password=address.password,
        database=address.database,
        statement_cache_size=0,
        **{"timeout": _SECONDS, "command_timeout": _SECONDS, **options},
    )
    try:
        async with connection.transaction(readonly=True):
            rows = await connection.fetch(_QUERY)
    finally:
        connection.terminate()
    names = LibredeskPrompt.__struct_fields__
    return [LibredeskPrompt(**{name: str(row[name] or "") for name in names}) for row in rows]
