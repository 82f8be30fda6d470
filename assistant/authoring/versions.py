"""The saved versions of prompts, and which of them is the draft and which is published."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.moment import Moment
from assistant.database.queries import Query
from assistant.database.tables import PromptFileRow, PromptStateRow, PromptVersionRow
from assistant.errors import StaleEditError

FILE = 0
"""The number of the version that a file holds."""

_REVISION = Query(lambda: select(func.coalesce(func.sum(PromptStateRow.revision), 0).label("revision")))


class SavedVersion(Struct, frozen=True, kw_only=True):
    """One saved edit; `hash` is that of the source (SHA-256), `file_hash` of the file's text that it was made from."""

    key: str
    number: int
    source: str
    hash: str
    message: str
    author_id: int
    at: Moment
    file_hash: str | None = None


class PromptState(Struct, frozen=True, kw_only=True):
    """Which versions of a prompt are its draft and its published one; number 0 is the file's.

    `revision` grows with each change; 0 is before the first.
    """

    key: str
    revision: int = 0
    draft: int = FILE
    published: int = FILE
    enabled: bool = True
    deleted: bool = False
    changed_by: int = 0
    changed_at: Moment | None = None


class PromptChange:
    """One transaction that changes prompts: all that is done in it happens, or nothing.

    Args:
        session: the transaction.
        audit: where each change is written down, in the same transaction.
        agent_id: who makes the change.
    """

    def __init__(self, session: AsyncSession, audit: AuditLog, agent_id: int) -> None:
        self._session = session
        self._audit = audit
        self._agent_id = agent_id

    async def state(self, key: str, *, based_on: int | None) -> PromptState:
        """Return the state of a prompt that is to be changed.

        Args:
            key: of the prompt.
            based_on: the revision that the change was made from; None: any.

        Raises:
            StaleEditError: the prompt has another revision by now; it says who changed it, and when.
        """
        state = _state_or_new(await self._session.get(PromptStateRow, key), key)
        if based_on is not None and state.revision != based_on:
            raise StaleEditError(_explained(state))
        return state

    async def add(self, key: str, source: str, message: str, *, file: str | None) -> SavedVersion:
        """Add a version of a prompt, with the next number.

        Args:
            key: of the prompt.
            source: its text.
            message: what was changed.
            file: hash of the file's text that it was made from, one of `keep_file`; None: there is none.
        """
        latest = await self._session.scalar(
            select(func.max(PromptVersionRow.number)).where(PromptVersionRow.key == key)
        )
        saved = SavedVersion(
            key=key,
            number=(latest or FILE) + 1,
            source=source,
            hash=hash_of(source),
            message=message,
            author_id=self._agent_id,
            at=datetime.now(UTC),
            file_hash=file,
        )
        self._session.add(PromptVersionRow(**structs.asdict(saved)))
        return saved

    async def file_of(self, key: str, number: int) -> str | None:
        """Return the hash of the file's text that a version was made from; None where that is not known."""
        found = select(PromptVersionRow.file_hash).where(PromptVersionRow.key == key, PromptVersionRow.number == number)
        return await self._session.scalar(found)

    async def keep_file(self, source: str) -> str:
        """Keep a text of a file for those who compare with it later, and return its hash."""
        await self._session.merge(PromptFileRow(hash=hash_of(source), source=source))
        return hash_of(source)

    async def move(self, action: str, before: PromptState, after: PromptState, **note: object) -> PromptState:
        """Replace the state of a prompt by another one, and return that as it is saved.

        Args:
            action: for the audit log, such as `prompt.published`.
            before: the saved state.
            after: the new one.
            note: what the audit log says besides the two.
        """
        after = structs.replace(
            after, revision=before.revision + 1, changed_by=self._agent_id, changed_at=datetime.now(UTC)
        )
        await self._session.merge(PromptStateRow(**structs.asdict(after)))
        shown = {**(_shown(after) or {}), **note}
        self._audit.record(self._session, self._agent_id, action, after.key, before=_shown(before), after=shown)
        return after


class PromptVersions:
    """Keeps versions and states.

    Args:
        database: where they are kept.
        audit: where each change is written down, in the same transaction.
    """

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def revision(self) -> int:
        """Return a number that grows with each change of any prompt."""
        [row] = await self._database.rows(_REVISION)
        return int(row["revision"])

    async def state(self, key: str) -> PromptState:
        """Return the state of a prompt; that of an untouched one is as the file has it."""
        async with self._database.reading() as session:
            return _state_or_new(await session.get(PromptStateRow, key), key)

    async def version(self, key: str, number: int) -> SavedVersion | None:
        """Return a saved version."""
        found = select(PromptVersionRow).where(PromptVersionRow.key == key, PromptVersionRow.number == number)
        async with self._database.reading() as session:
            row = await session.scalar(found)
        return None if row is None else _saved(row)

    async def versions(self, key: str) -> list[SavedVersion]:
        """Return all saved versions of a prompt, the newest first."""
        newest = select(PromptVersionRow).where(PromptVersionRow.key == key).order_by(PromptVersionRow.number.desc())
        async with self._database.reading() as session:
            return [_saved(row) for row in await session.scalars(newest)]

    async def file(self, key: str, number: int) -> str | None:
        """Return the file's text that a version was made from; None where that is not known."""
        found = (
            select(PromptFileRow.source)
            .join(PromptVersionRow, PromptVersionRow.file_hash == PromptFileRow.hash)
            .where(PromptVersionRow.key == key, PromptVersionRow.number == number)
        )
        async with self._database.reading() as session:
            source: str | None = await session.scalar(found)
        return source

    async def published(self) -> tuple[int, dict[str, PromptState], dict[str, str]]:
        """Return the revision of it all, all states, and the sources of the published edits, as of one moment."""
        joined = (
            select(PromptVersionRow.key, PromptVersionRow.source)
            .join(PromptStateRow, PromptStateRow.key == PromptVersionRow.key)
            .where(PromptVersionRow.number == PromptStateRow.published, PromptStateRow.deleted.is_(False))
        )
        async with self._database.reading() as session, session.begin():
            states = {row.key: _state(row) for row in await session.scalars(select(PromptStateRow))}
            sources = {row.key: row.source for row in await session.execute(joined)}
        return sum(state.revision for state in states.values()), states, sources

    @asynccontextmanager
    async def changing(self, agent_id: int) -> AsyncIterator[PromptChange]:
        """Open a transaction in which an agent changes prompts; raises DatabaseUnavailableError."""
        async with self._database.writing(PromptStateRow) as session:
            yield PromptChange(session, self._audit, agent_id)


def hash_of(source: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(source.encode()).hexdigest()


def _saved(row: PromptVersionRow) -> SavedVersion:
    return SavedVersion(**{name: getattr(row, name) for name in SavedVersion.__struct_fields__})


def _state(row: PromptStateRow) -> PromptState:
    return PromptState(**{name: getattr(row, name) for name in PromptState.__struct_fields__})


def _state_or_new(row: PromptStateRow | None, key: str) -> PromptState:
    return PromptState(key=key) if row is None else _state(row)


def _shown(state: PromptState) -> dict[str, Any] | None:
    """Return a state as the audit log keeps it: what was moved, and no text."""
    if not state.revision:
        return None
    return {name: getattr(state, name) for name in ("draft", "published", "enabled", "deleted")}


def _explained(state: PromptState) -> str:
    if state.changed_at is None:
        return "The prompt has never been changed here. Send If-None-Match: * to save its first edit."
    moment = state.changed_at.strftime("%Y-%m-%d %H:%M:%S")
    if state.deleted:
        return (
            f"Agent {state.changed_by} deleted this prompt at {moment} UTC. Create it again with PUT, without If-Match."
        )
    return (
        f"Agent {state.changed_by} changed this prompt at {moment} UTC (it is at revision {state.revision}). "
        "Look at that change, then save yours on top of it."
    )
