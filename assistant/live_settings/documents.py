"""Settings that are replaced as a whole, each one row: budgets, masking, purges of the cache.

A change is in use on every replica within seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import String, bindparam, select

from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.database.tables import DocumentRow
from assistant.errors import InvalidRequestError, StaleEditError
from assistant.live_settings.follower import Follower
from assistant.telemetry import log

_POLL = 5.0  # seconds between two looks for another replica's change
_NAME = DocumentRow.name == bindparam("name", type_=String)
_REVISION = Query(lambda: select(DocumentRow.revision).where(_NAME))
_DOCUMENT = Query(lambda: select(DocumentRow.revision, DocumentRow.content).where(_NAME))

_STALE = (
    "Someone else has changed these settings since you read them. Look at that change (the audit log tells whose it "
    "is), then save yours on top of it."
)

T = TypeVar("T", bound=Struct)


class SavedDocument(Struct, frozen=True, kw_only=True):
    """A document as JSON, and which change it was; revision 0 is before the first."""

    content: str
    revision: int


class Documents:
    """Reads and replaces documents; raises DatabaseUnavailableError while the database does not answer.

    Args:
        database: where they are kept.
        audit: where each change is written down, in the same transaction.
        tell: called with a document's name once it has changed, for other replicas to hear.
    """

    def __init__(self, database: Database, audit: AuditLog, tell: Callable[[str], None] | None = None) -> None:
        self._database = database
        self._audit = audit
        self._tell = tell

    async def revision(self, name: str) -> int:
        """Return which change of a document is the latest; 0 before the first."""
        rows = await self._database.rows(_REVISION, name=name)
        return int(rows[0]["revision"]) if rows else 0

    async def load(self, name: str) -> SavedDocument | None:
        """Return a document, or nothing before its first change."""
        rows = await self._database.rows(_DOCUMENT, name=name)
        return SavedDocument(**rows[0]) if rows else None

    async def update(
        self, name: str, change: Callable[[str | None], str], *, agent_id: int, based_on: int | None = None
    ) -> int:
        """Change a document, and return its new revision; other changes, on any replica, wait for this one.

        Args:
            name: of the document.
            change: returns the new one for the one that is saved, both as JSON; None before the first change.
            agent_id: who changes it, for the audit log.
            based_on: the revision that the change was made from; None: any.

        Raises:
            StaleEditError: the document has another revision by now.
        """
        async with self._database.writing(DocumentRow) as session:
            row = await session.get(DocumentRow, name)
            saved, revision = (None, 0) if row is None else (row.content, row.revision)
            if based_on not in {None, revision}:
                raise StaleEditError(_STALE)
            content = change(saved)
            await session.merge(
                DocumentRow(name=name, revision=revision + 1, content=content, updated_at=datetime.now(UTC))
            )
            before, after = _as_shown(saved), _as_shown(content)
            self._audit.record(session, agent_id, f"{name}.changed", name, before=before, after=after)
        if self._tell is not None:
            self._tell(name)
        return revision + 1


class LiveDocument(Generic[T]):
    """Holds the content of a document that is in use; raises DatabaseUnavailableError as `Documents` does.

    Args:
        documents: where it is kept.
        name: of the document.
        empty: what holds before the first change.
        check: raises `InvalidRequestError` for a content that this version can't use.
        instead: returns what holds while the saved content can't be read; if omitted, what held before.
        adopt: told of each new content before it is used.
        poll: seconds between two looks for another replica's change.

    Attributes:
        current: the content in use.
        revision: which change was looked at last.
        readable: whether that one could be read; if not, it is damaged or of another version.
    """

    def __init__(
        self,
        documents: Documents,
        name: str,
        empty: T,
        *,
        check: Callable[[T], object] | None = None,
        instead: Callable[[], T] | None = None,
        adopt: Callable[[T], Awaitable[None]] | None = None,
        poll: float = _POLL,
    ) -> None:
        self._documents = documents
        self._name = name
        self._decoder = msgspec.json.Decoder(type(empty))
        self._empty = empty
        self._check = check
        self._instead = instead
        self._adopt = adopt
        self._follower = Follower(name, self.reload, every=poll)
        self._lock = asyncio.Lock()
        self.current = empty
        self.revision = 0
        self.readable = True

    def running(self) -> AbstractAsyncContextManager[None]:
        """Take what is saved, and follow other replicas' changes until the end."""
        return self._follower.running()

    async def reload(self) -> None:
        """Take what is saved, if it is newer: a message said so, or it is time to look."""
        async with self._lock:
            if await self._documents.revision(self._name) == self.revision:
                return
            saved = await self._documents.load(self._name)
            if saved is not None:
                await self._take(saved)

    async def replace(self, content: T, *, agent_id: int, based_on: int | None = None) -> None:
        """Save a new content and use it here; the audit log says who did. See `update`."""
        await self.update(lambda _: content, agent_id=agent_id, based_on=based_on)

    async def update(self, change: Callable[[T], T], *, agent_id: int, based_on: int | None = None) -> None:
        """Change the saved content and use it here; changes on other replicas wait for their turn.

        Raises:
            StaleEditError: the content is not the one that the change was made from: `based_on` is another revision.
        """

        def changed(saved: str | None) -> str:
            before = self._empty if saved is None else self._read(saved)
            return msgspec.json.encode(change(self._without() if before is None else before)).decode()

        await self._documents.update(self._name, changed, agent_id=agent_id, based_on=based_on)
        await self.reload()
        log.info("settings changed", document=self._name, revision=self.revision)

    async def _take(self, saved: SavedDocument) -> None:
        content = self._read(saved.content)
        if content is None:
            log.error(
                "saved settings can't be read: save them again, or start the version that wrote them",
                document=self._name,
            )
            self.current = self._without()
        else:
            if self._adopt is not None:
                await self._adopt(content)
            self.current = content
        self.readable = content is not None
        self.revision = saved.revision

    def _read(self, saved: str) -> T | None:
        """Return a saved content; nothing when this version can't use it."""
        try:
            content = self._decoder.decode(saved)
            if self._check is not None:
                self._check(content)
        except (msgspec.DecodeError, InvalidRequestError):
            return None
        return content

    def _without(self) -> T:
        """Return what holds while the saved content can't be read."""
        return self.current if self._instead is None else self._instead()


def _as_shown(content: str | None) -> object:
    """Return a document for the audit log; one that is damaged is no reason not to replace it."""
    try:
        return None if content is None else msgspec.json.decode(content)
    except msgspec.DecodeError:
        return "unreadable"
