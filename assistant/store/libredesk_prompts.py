"""The prompts that Libredesk keeps in a table of its own, read from its database."""

import asyncio
import ssl

import asyncpg  # type: ignore[import-untyped] # it has no types
from msgspec import Struct

from assistant.errors import InvalidRequestError

_QUERY = "SELECT key, title, content FROM ai_prompts ORDER BY id"
_SECONDS = 10.0  # for the connection, and for the answer
_ADDRESS = "postgresql://user:password@host:5432/libredesk"
_OPTION = "--libredesk"
_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    (
        (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError),
        "the database refuses the user or the password; check both in the address",
    ),
    ((asyncpg.InvalidCatalogNameError,), "the server has no such database; check the name at the end of the address"),
    ((asyncpg.UndefinedTableError,), "the database has no table ai_prompts; check that it is Libredesk's"),
    ((asyncpg.UndefinedColumnError,), "the table ai_prompts has no key, title and content; is it Libredesk's?"),
    ((asyncpg.InsufficientPrivilegeError,), "the user may not read it; grant SELECT on the table ai_prompts"),
    ((asyncpg.PostgresError,), "the database can't answer; look into its log"),
    ((ssl.SSLError,), "no secure connection comes about; check sslmode in the address, and the certificate"),
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
    plain = address.replace("postgresql+asyncpg://", "postgresql://", 1)
    if not plain.startswith(("postgresql://", "postgres://")):
        raise InvalidRequestError(_OPTION, f"must be the address of Libredesk's database, such as {_ADDRESS}")
    try:
        async with asyncio.timeout(2 * _SECONDS):
            return await _read(plain)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError, TimeoutError) as error:
        reason = next((reason for kinds, reason in _REASONS if isinstance(error, kinds)), None)
        told = reason or f"the address can't be used; write it as {_ADDRESS}"
        raise InvalidRequestError(_OPTION, told) from None


async def _read(address: str) -> list[LibredeskPrompt]:
    # No prepared statements are kept: there may be a pooler that hands each transaction another connection.
    connection = await asyncpg.connect(address, timeout=_SECONDS, command_timeout=_SECONDS, statement_cache_size=0)
    try:
        async with connection.transaction(readonly=True):
            rows = await connection.fetch(_QUERY)
    finally:
        connection.terminate()
    return [LibredeskPrompt(**{name: str(row[name]) for name in LibredeskPrompt.__struct_fields__}) for row in rows]
