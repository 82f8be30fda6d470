"""Drafts that authors keep with a prompt, to try it on."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import delete, func, select

from assistant.errors import InvalidRequestError, NotFoundError
from assistant.store.database import Database
from assistant.store.tables import PromptSampleRow
from assistant.web.operation import Moment

_MOST = 100  # of a prompt
_LARGEST = 2**31 - 1  # that a database keeps


class Sample(Struct, frozen=True, kw_only=True):
    """A draft, and the variables that go with it."""

    id: int
    name: str
    content: str
    variables: dict[str, Any]
    author_id: int
    at: Moment


class PromptSamples:
    """Keeps samples.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, key: str) -> list[Sample]:
        """Return the samples of a prompt, the oldest first."""
        found = select(PromptSampleRow).where(PromptSampleRow.prompt_key == key).order_by(PromptSampleRow.id)
        async with self._database.reading() as session:
            return [_sample(row) for row in await session.scalars(found)]

    async def get(self, key: str, number: int) -> Sample:
        """Return one sample of a prompt; raises NotFoundError."""
        async with self._database.reading() as session:
            row = await session.get(PromptSampleRow, number) if 0 < number <= _LARGEST else None
        if row is None or row.prompt_key != key:
            raise _missing(key, number)
        return _sample(row)

    async def add(self, key: str, name: str, content: str, variables: dict[str, Any], *, author_id: int) -> Sample:
        """Keep a sample.

        Raises:
            InvalidRequestError: the prompt has as many as it may have.
        """
        async with self._database.writing(PromptSampleRow) as session:
            counted = select(func.count()).select_from(PromptSampleRow).where(PromptSampleRow.prompt_key == key)
            if (await session.scalar(counted) or 0) >= _MOST:
                raise InvalidRequestError("name", f"this prompt has {_MOST} samples; delete one first")
            row = PromptSampleRow(
                prompt_key=key,
                name=name,
                content=content,
                variables=msgspec.json.encode(variables).decode(),
                author_id=author_id,
                at=datetime.now(UTC),
            )
            session.add(row)
            await session.flush()
            return _sample(row)

    async def remove(self, key: str, number: int) -> None:
        """Forget a sample; raises NotFoundError."""
        if not 0 < number <= _LARGEST:
            raise _missing(key, number)
        gone = delete(PromptSampleRow).where(PromptSampleRow.prompt_key == key, PromptSampleRow.id == number)
        async with self._database.writing() as session:
            found: Any = await session.execute(gone)
            if not found.rowcount:
                raise _missing(key, number)


def _sample(row: PromptSampleRow) -> Sample:
    return Sample(
        id=row.id,
        name=row.name,
        content=row.content,
        variables=msgspec.json.decode(row.variables),
        author_id=row.author_id,
        at=row.at,
    )


def _missing(key: str, number: int) -> NotFoundError:
    return NotFoundError(f"The prompt {key!r} has no sample {number}.")
