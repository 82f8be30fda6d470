"""Settings that are replaced as a whole, each one row: budgets, masking, purges of the cache."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from sqlalchemy import String, bindparam, select

from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.database.tables import DocumentRow

_NAME = DocumentRow.name == bindparam("name", type_=String)
_REVISION = Query(select(DocumentRow.revision).where(_NAME))
_DOCUMENT = Query(select(DocumentRow.revision, DocumentRow.content).where(_NAME))


class SavedDocument(Struct, frozen=True, kw_only=True):
    """A document as JSON, and which change it was; revision 0 is before the first."""

    content: str
    revision: int


class Documents:
    """Reads and replaces documents.

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
        """Return which change of a document is the latest; 0 before the first.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        rows = await self._database.rows(_REVISION, name=name)
        return int(rows[0]["revision"]) if rows else 0

    async def load(self, name: str) -> SavedDocument | None:
        """Return a document, or nothing before its first change.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        rows = await self._database.rows(_DOCUMENT, name=name)
        return SavedDocument(**rows[0]) if rows else None

    async def replace(self, name: str, content: str, *, agent_id: int) -> int:
        """Replace a document, whatever it was, and return its new revision.

        Args:
            name: of the document.
            content: the new one, as JSON.
            agent_id: who replaces it, for the audit log.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        return await self.update(name, lambda _: content, agent_id=agent_id)

    async def update(self, name: str, change: Callable[[str | None], str], *, agent_id: int) -> int:
        """Change a document, and return its new revision; nobody else changes it meanwhile, on no replica.

        Args:
            name: of the document.
            change: returns the new one for the one that is saved, both as JSON; None before the first change.
            agent_id: who changes it, for the audit log.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        async with self._database.writing(DocumentRow) as session:
            row = await session.get(DocumentRow, name)
            saved, revision = (None, 0) if row is None else (row.content, row.revision)
            content = change(saved)
            await session.merge(
                DocumentRow(name=name, revision=revision + 1, content=content, updated_at=datetime.now(UTC))
            )
            before, after = _read(saved), _read(content)
            self._audit.record_within(session, agent_id, f"{name}.changed", name, before=before, after=after)
        if self._tell is not None:
            self._tell(name)
        return revision + 1


def _read(content: str | None) -> object:
    """Return a document for the audit log; one that is damaged is no reason not to replace it."""
    try:
        return None if content is None else msgspec.json.decode(content)
    except msgspec.DecodeError:
        return "unreadable"
