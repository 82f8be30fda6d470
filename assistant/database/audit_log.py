"""The audit log: who changed what, when, and from what to what; never a secret."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import BigInteger, Integer, Select, String, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.database.moment import Moment
from assistant.database.queries import Query
from assistant.database.tables import AuditRow, UtcDateTime

COMMAND_LINE = 0
"""Stands for the agent where a change was made by a command on the server."""

_HIDDEN = frozenset({"api_key", "api_secret", "authorization", "cookie", "password", "secret", "secret_key"})
_MASK = "•" * 8
_LONGEST_SUBJECT = 200
_ESCAPE = "\\"

_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_ANYONE = (0, 2**63 - 1)


def _wanted(selected: Select[Any]) -> Select[Any]:
    """Narrow down to what a filter lets through; all of it stands in the index, so that no change is read for it."""
    row = AuditRow
    return selected.where(
        row.at >= bindparam("since", type_=UtcDateTime),
        row.at < bindparam("until", type_=UtcDateTime),
        row.agent_id.between(bindparam("least", type_=BigInteger), bindparam("most", type_=BigInteger)),
        row.action.like(bindparam("action", type_=String), escape=_ESCAPE),
        func.lower(row.subject).like(bindparam("subject", type_=String), escape=_ESCAPE),
    )


def _page() -> Select[Any]:
    newest = AuditRow.at.desc(), AuditRow.id.desc()
    limited = _wanted(select(AuditRow.id)).order_by(*newest)
    ids = limited.limit(bindparam("size", type_=Integer)).offset(bindparam("offset", type_=Integer))
    return select(*AuditRow.__table__.c).where(AuditRow.id.in_(ids)).order_by(*newest)


_TOTAL = Query(lambda: _wanted(select(func.count().label("total")).select_from(AuditRow)), long=True)
_PAGE = Query(_page, long=True)


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One change; `before` and `after` are what was changed, null where there was or is nothing."""

    id: int
    at: Moment
    agent_id: int
    action: str
    subject: str
    before: Any
    after: Any


class AuditFilter(Struct, frozen=True, kw_only=True):
    """Which changes are wanted; all of them unless it says otherwise.

    Attributes:
        kind: an action, or its first word: `prompt.published`, `prompt`.
        agent_id: who made them.
        subject: a part of what was changed, in any case.
        since: the first moment.
        until: the first moment after them.
    """

    kind: str = ""
    agent_id: int | None = None
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


_ALL = AuditFilter()


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

    async def page(self, wanted: AuditFilter = _ALL, *, size: int, offset: int) -> tuple[list[AuditEntry], int]:
        """Return some entries, the newest first, and how many there are in all.

        Args:
            wanted: which of them.
            size: how many at most.
            offset: how many newer ones are left out.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        sought = _parameters(wanted)
        [found] = await self._database.rows(_TOTAL, **sought)
        # Past the end nothing is asked: PostgreSQL takes no such number.
        rows = await self._database.rows(_PAGE, **sought, size=size, offset=offset) if offset < found["total"] else []
        return [_entry(row) for row in rows], found["total"]


def _parameters(wanted: AuditFilter) -> dict[str, Any]:
    least, most = _ANYONE if wanted.agent_id is None else (wanted.agent_id, wanted.agent_id)
    kind, subject = _literally(wanted.kind), _literally(wanted.subject.lower())
    return {
        "since": wanted.since or _BEGINNING,
        "until": wanted.until or _END,
        "least": least,
        "most": most,
        "action": kind if "." in kind else f"{kind}.%" if kind else "%",
        "subject": f"%{subject}%",
    }


def _literally(text: str) -> str:
    """Return a pattern for LIKE that matches a text alone."""
    return re.sub(r"[\\%_]", r"\\\g<0>", text)


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
