"""Small steps that all repositories of the desk share."""

import contextlib
from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy import Insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from assistant.errors import DuplicateError, InUseError, NotFoundError
from messages.sentences import Sentence

R = TypeVar("R", bound=DeclarativeBase)


async def get_row(session: AsyncSession, table: type[R], row_id: int, what: str, *, lock: bool = False) -> R:
    """Return a row by its id, locked against other writers if wanted; raises NotFoundError if there is none."""
    row = await session.get(table, row_id, with_for_update=lock)
    if row is None:
        raise NotFoundError(Sentence("There is no {what} with the id {row_id}.", what=what, row_id=row_id))
    return row


@contextlib.contextmanager
def unique(message: str) -> Iterator[None]:
    """Raise DuplicateError with a message, when the database finds that a value must be unique."""
    try:
        yield
    except IntegrityError:
        raise DuplicateError(message) from None


@contextlib.contextmanager
def unused(message: str) -> Iterator[None]:
    """Raise InUseError with a message, when the database finds that others refer to a row."""
    try:
        yield
    except IntegrityError:
        raise InUseError(message) from None


def insert_for(session: AsyncSession, table: type[DeclarativeBase]) -> Any:  # noqa: ANN401 - the dialects' own types
    """Return an INSERT that knows ON CONFLICT, which both databases have and SQL has not."""
    build: Any = sqlite.insert
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - with all its drivers, which SQLite does not need

        build = postgresql.insert
    insert: Insert = build(table)
    return insert
