"""Reading path and query parameters, each error naming the parameter at fault."""

import re
from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection
from msgspec import Struct

from assistant.errors import InvalidRequestError, NotFoundError
from messages.sentences import Sentence

Connection = ASGIConnection[Any, Any, Any, Any]

LARGEST_ID = 2**31 - 1
LARGEST_PAGE = 100
_FARTHEST_PAGE = 2**31 - 1  # beyond it every page is as empty
_SHORTEST_QUERY = 3  # characters
_LONGEST_QUERY = 1000
_NUMBER = re.compile(r"-?[0-9]{1,40}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class PageRequest(Struct, frozen=True, kw_only=True):
    """Which page is wanted, from 1, and how many results it holds."""

    page: int
    size: int

    @property
    def offset(self) -> int:
        """How many results stand on the pages before."""
        return (self.page - 1) * self.size


def read_page(connection: Connection) -> PageRequest:
    """Read `page` and `page_size`; raises InvalidRequestError if one of them is no number, or out of range."""
    page = _read_number(connection, "page", 1)
    size = _read_number(connection, "page_size", 30)
    if page < 1:
        raise InvalidRequestError("page", Sentence("must be a whole number from 1 on"))
    if not 1 <= size <= LARGEST_PAGE:
        raise InvalidRequestError("page_size", Sentence("must be a whole number from 1 to {most}", most=LARGEST_PAGE))
    return PageRequest(page=min(page, _FARTHEST_PAGE), size=size)


def read_search(connection: Connection) -> str:
    """Read `query`, without white space around it.

    Raises:
        InvalidRequestError: it is missing or too short or too long.
    """
    query = (read_one(connection, "query") or "").strip()
    if not _SHORTEST_QUERY <= len(query) <= _LONGEST_QUERY:
        raise InvalidRequestError(
            "query", Sentence("must have {least} to {most} characters", least=_SHORTEST_QUERY, most=_LONGEST_QUERY)
        )
    return query


def read_flag(connection: Connection, name: str) -> bool | None:
    """Read a parameter that is `true` or `false`; nothing when it was not sent."""
    value = read_one(connection, name)
    if value is None:
        return None
    if value not in {"true", "false"}:
        raise InvalidRequestError(name, Sentence("must be true or false"))
    return value == "true"


def read_one(connection: Connection, name: str) -> str | None:
    """Read a parameter; nothing when it was not sent.

    Raises:
        InvalidRequestError: it was sent more than once, or holds a NUL.
    """
    values = connection.query_params.getall(name, [])
    if len(values) > 1:
        raise InvalidRequestError(name, Sentence("must be sent once"))
    if values and "\0" in values[0]:
        raise InvalidRequestError(name, Sentence("must not hold a NUL character"))
    return values[0] if values else None


def read_number(connection: Connection, name: str) -> int | None:
    """Read a parameter that is a whole number; nothing when it was not sent.

    Raises:
        InvalidRequestError: it is no number, or too large to be anybody's.
    """
    value = read_one(connection, name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value) or abs(int(value)) > LARGEST_ID:
        raise InvalidRequestError(name, Sentence("must be a whole number"))
    return int(value)


def read_id(connection: Connection, name: str = "id") -> int:
    """Read an id from the path; raises InvalidRequestError if it is none."""
    value = connection.path_params[name]
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_ID))
    if not digits or not 1 <= int(value) <= LARGEST_ID:
        raise InvalidRequestError(name, Sentence("must be a whole number above zero"))
    return int(value)


def read_uuid(connection: Connection, name: str = "uuid", what: str = Sentence("conversation")) -> str:
    """Read a uuid from the path; raises NotFoundError if it is none, so nothing can have it."""
    return as_uuid(connection.path_params[name], name, what)


def as_uuid(value: str, name: str = "uuid", what: str = Sentence("conversation")) -> str:
    """Return a uuid as it is stored; raises NotFoundError if it is none, so nothing can have it."""
    if not _UUID.fullmatch(value):
        raise NotFoundError(Sentence("{name}: there is no {what} with this uuid.", name=name, what=what))
    return str(UUID(value))


def _read_number(connection: Connection, name: str, default: int) -> int:
    value = read_one(connection, name)
    if value is None:
        return default
    if not _NUMBER.fullmatch(value):
        raise InvalidRequestError(name, Sentence("must be a whole number"))
    return int(value)
