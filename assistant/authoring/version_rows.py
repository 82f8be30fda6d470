"""Saved edits of prompts, and which of them are in force."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.database.tables import PromptStateRow, PromptVersionRow
from assistant.errors import StaleEditError
from assistant.web.operation import Moment

FILE = 0
"""The number of the version that a file holds."""

_REVISION = Query(select(func.coalesce(func.sum(PromptStateRow.revision), 0).label("revision")))


class SavedVersion(Struct, frozen=True, kw_only=True):
    """One saved edit; `hash` is that of the source (SHA-256)."""

    key: str
    number: int
    source: str
    hash: str
    message: str
    author_id: int
    at: Moment


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


class Edit(Struct, frozen=True, kw_only=True):
    """A source to be saved as the next version."""

    source: str
    hash: str
    message: str


class Change(Struct, frozen=True, kw_only=True):
    """What is done to a prompt.

    Attributes:
        action: for the audit log, such as `prompt.published`.
        decide: returns the new state for the saved one; raises what forbids the change.
        edit: becomes the next version, and the draft.
        note: what the audit log says besides the two states.
    """

    action: str
    decide: Callable[[PromptState], PromptState]
    edit: Edit | None = None
    note: dict[str, object] = {}


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

    async def states(self) -> dict[str, PromptState]:
        """Return the states of all prompts that were ever changed here, by key."""
        async with self._database.reading() as session:
            return {row.key: _state(row) for row in await session.scalars(select(PromptStateRow))}

    async def state(self, key: str) -> PromptState:
        """Return the state of a prompt; that of an untouched one is as the file has it."""
        async with self._database.reading() as session:
            return _state_or_new(await session.get(PromptStateRow, key), key)

    async def version(self, key: str, number: int) -> SavedVersion | None:
        """Return a saved version."""
        async with self._database.reading() as session:
            return await _version(session, key, number)

    async def versions(self, key: str) -> list[SavedVersion]:
        """Return all saved versions of a prompt, the newest first."""
        newest = select(PromptVersionRow).where(PromptVersionRow.key == key).order_by(PromptVersionRow.number.desc())
        async with self._database.reading() as session:
            return [_saved(row) for row in await session.scalars(newest)]

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

    async def change(self, key: str, change: Change, *, agent_id: int, based_on: int | None = None) -> PromptState:
        """Change a prompt in one transaction, and write it down.

        Args:
            key: of the prompt.
            change: what is done.
            agent_id: who does it.
            based_on: the revision that it was made from; None: whatever it is.

        Raises:
            StaleEditError: the saved one is of another revision by now; it says who changed it, and when.
            DatabaseUnavailableError: the database does not answer.
        """
        [state] = await self.change_all([(key, based_on, change)], agent_id=agent_id)
        return state

    async def change_all(
        self, changes: Sequence[tuple[str, int | None, Change]], *, agent_id: int
    ) -> list[PromptState]:
        """Do several changes in one transaction: all or none. Each is a key, `based_on`, and what is done.

        Raises:
            StaleEditError, DatabaseUnavailableError: as `change` does.
        """
        async with self._database.writing(PromptStateRow) as session:
            return [await self._change(session, *each, agent_id) for each in changes]

    async def _change(
        self, session: AsyncSession, key: str, based_on: int | None, change: Change, agent_id: int
    ) -> PromptState:
        row = await session.get(PromptStateRow, key)
        before = _state_or_new(row, key)
        if based_on is not None and before.revision != based_on:
            raise StaleEditError(_explained(before))
        after = structs.replace(
            change.decide(before), revision=before.revision + 1, changed_by=agent_id, changed_at=datetime.now(UTC)
        )
        if change.edit is not None:
            number = await self._add(session, key, change.edit, agent_id)
            after = structs.replace(after, draft=number)
        await session.merge(PromptStateRow(**structs.asdict(after)))
        shown = {**(_shown(after) or {}), **change.note}
        self._audit.record(session, agent_id, change.action, key, before=_shown(before), after=shown)
        return after

    @staticmethod
    async def _add(session: AsyncSession, key: str, edit: Edit, author_id: int) -> int:
        latest = await session.scalar(select(func.max(PromptVersionRow.number)).where(PromptVersionRow.key == key))
        number = (latest or FILE) + 1
        session.add(
            PromptVersionRow(
                key=key,
                number=number,
                source=edit.source,
                hash=edit.hash,
                message=edit.message,
                author_id=author_id,
                at=datetime.now(UTC),
            )
        )
        return number


async def _version(session: AsyncSession, key: str, number: int) -> SavedVersion | None:
    found = select(PromptVersionRow).where(PromptVersionRow.key == key, PromptVersionRow.number == number)
    row = await session.scalar(found)
    return None if row is None else _saved(row)


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
        return "The prompt was never changed here. Send If-None-Match: * to save its first edit."
    moment = state.changed_at.strftime("%Y-%m-%d %H:%M:%S")
    if state.deleted:
        return (
            f"Agent {state.changed_by} deleted this prompt at {moment} UTC. PUT it without If-Match to make it again."
        )
    return (
        f"Agent {state.changed_by} changed this prompt at {moment} UTC (it is at revision {state.revision}). "
        "Look at that change, and save yours on top of it."
    )
