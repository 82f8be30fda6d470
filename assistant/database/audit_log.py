"""The audit log: who changed what, when, and from what to what; never a secret."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.database.moment import Moment
from assistant.database.queries import Query
from assistant.database.tables import AuditRow

COMMAND_LINE = 0
"""Stands for the agent where a change was made by a command on the server."""

_HIDDEN = frozenset({"api_key", "api_secret", "authorization", "cookie", "password", "secret", "secret_key"})
_MASK = "•" * 8
_LONGEST_SUBJECT = 200

_TOTAL = Query(lambda: select(func.count().label("total")).select_from(AuditRow), long=True)
_PAGE = Query(
    lambda: (
        select(*AuditRow.__table__.c)
        .order_by(AuditRow.id.desc())
        .limit(bindparam("size", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
    ),
    long=True,
)


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One change; `before` and `after` are what was changed, null where there was or is nothing."""

    id: int
    at: Moment
    agent_id: int
    action: str
    subject: str
    before: Any
    after: Any


class AuditLog:
    """Writes and reads the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, session: AsyncSession, agent_id: int, action: str, subject: str, *, before: object, after: object
    ) -> None:
        """Write down a change, in the transaction that makes it.

        Args:
            session: of that transaction.
            agent_id: who makes it.
            action: what it is, in lower case with a dot: `provider.switched`.
            subject: what is changed: a prompt's key, a provider's name.
            before: any JSON value or struct; None where there was nothing. Members named like a key are masked.
            after: likewise.
        """
        session.add(
            AuditRow(
                at=datetime.now(UTC),
                agent_id=agent_id,
                action=action,
                subject=subject[:_LONGEST_SUBJECT],
                before=_as_json(before),
                after=_as_json(after),
            )
        )

    async def page(self, *, size: int, offset: int) -> tuple[list[AuditEntry], int]:
        """Return some entries, the newest first, and how many there are in all; raises DatabaseUnavailableError."""
        [found] = await self._database.rows(_TOTAL)
        # Past the end nothing is asked: PostgreSQL takes no such number.
        rows = await self._database.rows(_PAGE, size=size, offset=offset) if offset < found["total"] else []
        return [_entry(row) for row in rows], found["total"]


def _entry(row: dict[str, Any]) -> AuditEntry:
    values = {name: msgspec.json.decode(row[name]) for name in ("before", "after")}
    return AuditEntry(**{**row, **values})


def _as_json(value: object) -> str:
    return msgspec.json.encode(_masked(msgspec.to_builtins(value))).decode()


def _masked(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Hide members that are named like a secret: a last line behind callers who should send none."""
    if isinstance(value, dict):
        return {name: _MASK if name in _HIDDEN and member else _masked(member) for name, member in value.items()}
    return [_masked(each) for each in value] if isinstance(value, list) else value
