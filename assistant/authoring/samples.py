"""Drafts that authors keep with a prompt, to try it on; they may be a customer's words, so they are encrypted."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.database.moment import Moment
from assistant.database.secret_keys import SealedBox, SealedValueError
from assistant.database.tables import PromptSampleRow
from assistant.errors import InvalidRequestError, NotFoundError
from assistant.telemetry import log

_MOST = 100  # of a prompt
_LARGEST = 2**31 - 1  # that a database keeps
_STEP = 100  # samples that are sealed in one transaction

PURPOSE = "prompt-samples"
"""What samples are sealed for."""


class Sample(Struct, frozen=True, kw_only=True):
    """A draft, and the variables that go with it."""

    id: int
    name: str
    content: str
    variables: dict[str, Any]
    author_id: int
    at: Moment


class _Texts(Struct, frozen=True, array_like=True):
    """What is sealed of a sample; `variables` is a JSON object."""

    name: str
    content: str
    variables: str


_decode = msgspec.json.Decoder(_Texts).decode


class PromptSamples:
    """Keeps samples.

    Args:
        database: where they are kept.
        box: seals what they say.
    """

    def __init__(self, database: Database, box: SealedBox) -> None:
        self._database = database
        self._box = box

    async def of(self, key: str) -> list[Sample]:
        """Return the samples of a prompt, the oldest first; those that no key opens are left out."""
        found = select(PromptSampleRow).where(PromptSampleRow.prompt_key == key).order_by(PromptSampleRow.id)
        async with self._database.reading() as session:
            samples = [self._opened(row) for row in await session.scalars(found)]
        return [each for each in samples if each is not None]

    async def get(self, key: str, number: int) -> Sample:
        """Return one sample of a prompt; raises NotFoundError."""
        async with self._database.reading() as session:
            row = await session.get(PromptSampleRow, number) if 0 < number <= _LARGEST else None
        if row is None or row.prompt_key != key:
            raise _missing(key, number)
        sample = self._opened(row)
        if sample is None:
            raise NotFoundError(f"The sample {number} can no longer be read. Delete it and save it again.")
        return sample

    async def add(self, key: str, name: str, content: str, variables: dict[str, Any], *, author_id: int) -> Sample:
        """Keep a sample; raises InvalidRequestError if the prompt has as many as it may have."""
        async with self._database.writing(PromptSampleRow) as session:
            counted = select(func.count()).select_from(PromptSampleRow).where(PromptSampleRow.prompt_key == key)
            if (await session.scalar(counted) or 0) >= _MOST:
                raise InvalidRequestError("name", f"this prompt already has {_MOST} samples; delete one first")
            row = PromptSampleRow(
                prompt_key=key, author_id=author_id, at=datetime.now(UTC), name="", content="", variables=""
            )
            session.add(row)
            await session.flush()  # which numbers it
            _seal(row, self._box, _Texts(name, content, msgspec.json.encode(variables).decode()))
            await session.flush()
            return _sample(row, name, content, variables)

    async def remove(self, key: str, number: int) -> None:
        """Forget a sample; raises NotFoundError."""
        if not 0 < number <= _LARGEST:
            raise _missing(key, number)
        gone = delete(PromptSampleRow).where(PromptSampleRow.prompt_key == key, PromptSampleRow.id == number)
        async with self._database.writing() as session:
            found: Any = await session.execute(gone)
            if not found.rowcount:
                raise _missing(key, number)

    async def forget(self, before: date, most: int) -> int:
        """Delete samples that were saved on days before one (in UTC), so many at most; return how many those were.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        moment = datetime.combine(before, time(), UTC)
        old = select(PromptSampleRow.id).where(PromptSampleRow.at < moment).limit(most)
        async with self._database.writing() as session:
            done: Any = await session.execute(delete(PromptSampleRow).where(PromptSampleRow.id.in_(old)))
        return int(done.rowcount)

    async def seal_plain(self) -> int:
        """Seal what an earlier version has saved, and return how many samples those were.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        total = found = await self._seal_some()
        while found == _STEP:
            found = await self._seal_some()
            total += found
        if total:
            await self._database.scrub()
            log.info("samples from an earlier version were encrypted", samples=total)
        return total

    async def _seal_some(self) -> int:
        async with self._database.writing(PromptSampleRow) as session:
            plain = select(PromptSampleRow).where(PromptSampleRow.sealed.is_(None)).limit(_STEP)
            rows = list(await session.scalars(plain))
            for row in rows:
                _seal(row, self._box, _Texts(row.name, row.content, row.variables))
        return len(rows)

    def _opened(self, row: PromptSampleRow) -> Sample | None:
        """Return a sample; None, and a line in the log, when no key opens it."""
        try:
            texts = _texts(row, self._box)
            return _sample(row, texts.name, texts.content, msgspec.json.decode(texts.variables))
        except (SealedValueError, msgspec.MsgspecError, UnicodeError):
            log.warning(
                "a sample can't be decrypted with any key and is left out", prompt=row.prompt_key, sample=row.id
            )
            return None


async def reseal(session: AsyncSession, box: Callable[[], SealedBox]) -> "Callable[[], tuple[int, int]]":
    """Open all samples, and return a function that seals those again that the first key has not sealed.

    Args:
        session: the transaction in which all of it happens.
        box: returns what opens and seals; the first key may become another one in between.

    Returns:
        A function that tells how many samples there are, and how many of them it sealed again.

    Raises:
        SealedValueError: one can't be opened with any key; it names it.
    """
    opened: list[tuple[PromptSampleRow, _Texts]] = []
    for row in await session.scalars(select(PromptSampleRow).order_by(PromptSampleRow.id)):
        try:
            opened.append((row, _texts(row, box())))
        except SealedValueError:
            raise SealedValueError(f"the sample {row.id} of the prompt {row.prompt_key}") from None

    def seal() -> tuple[int, int]:
        newest = box()
        old = [
            each for each in opened if each[0].sealed is None or not newest.is_newest(each[0].sealed, *_place(each[0]))
        ]
        for row, texts in old:
            _seal(row, newest, texts)
        return len(opened), len(old)

    return seal


def _texts(row: PromptSampleRow, box: SealedBox) -> _Texts:
    """Return what a sample says; one of an earlier version is not sealed yet."""
    if row.sealed is None:
        return _Texts(row.name, row.content, row.variables)
    return _decode(box.open(row.sealed, *_place(row), unbound=True))


def _seal(row: PromptSampleRow, box: SealedBox, texts: _Texts) -> None:
    row.name = row.content = row.variables = ""
    row.sealed = box.seal(msgspec.json.encode(texts), *_place(row))


def _place(row: PromptSampleRow) -> tuple[str | int, ...]:
    """Return what a sample's texts are bound to."""
    return (row.prompt_key, row.id)


def _sample(row: PromptSampleRow, name: str, content: str, variables: dict[str, Any]) -> Sample:
    return Sample(id=row.id, name=name, content=content, variables=variables, author_id=row.author_id, at=row.at)


def _missing(key: str, number: int) -> NotFoundError:
    return NotFoundError(f"The prompt {key!r} has no sample {number}.")
