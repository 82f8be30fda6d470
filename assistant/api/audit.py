"""Who changed what."""

import re
from datetime import UTC, date, datetime, timedelta

from litestar import Controller, get
from litestar.di import NamedDependency
from msgspec import Struct

from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_MANAGE
from assistant.database.audit_log import AuditEntry, AuditFilter, AuditLog
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError
from assistant.web.operation import PAGING_OF_CONTACTS, Parameter, documented
from assistant.web.parameters import Connection, read_number, read_one, read_page

_KIND = re.compile(r"[a-z_]{1,40}(?:\.[a-z_]{1,40})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_SUBJECT = 200
_MOMENT = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
_QUERY = (
    Parameter(name="kind", schema={"type": "string", "pattern": f"^(?:{_KIND.pattern})?$"}),
    Parameter(name="who", schema={"type": "integer", "minimum": 0}),
    Parameter(name="subject", schema={"type": "string", "maxLength": _LONGEST_SUBJECT}),
    Parameter(name="from", schema=_MOMENT),
    Parameter(name="to", schema=_MOMENT),
    *PAGING_OF_CONTACTS,
)


class AuditPage(Struct, frozen=True, kw_only=True):
    """A page of the audit log, the newest first."""

    results: list[AuditEntry]
    total: int
    per_page: int
    total_pages: int
    page: int


class AuditController(Controller):
    """Operations on the audit log."""

    path = "/api/v1/ai/audit"
    tags = ("AI",)

    @get("/", opt=documented(permission=AI_MANAGE, answers=AuditPage, query=_QUERY))
    async def show_audit(self, request: ApiRequest, audit: NamedDependency[AuditLog]) -> Success:
        """List who changed what, the newest first: all of it, or by kind, agent, subject and time."""
        wanted = read_page(request)
        entries, total = await audit.page(_read_filter(request), size=wanted.size, offset=wanted.offset)
        page = AuditPage(
            results=entries, total=total, per_page=wanted.size, total_pages=-(-total // wanted.size), page=wanted.page
        )
        return success(page)


def _read_filter(connection: Connection) -> AuditFilter:
    kind, subject = read_one(connection, "kind"), read_one(connection, "subject")
    if kind and not _KIND.fullmatch(kind):
        raise InvalidRequestError("kind", "must be a kind of change, such as prompt or prompt.published")
    if subject and len(subject) > _LONGEST_SUBJECT:
        raise InvalidRequestError("subject", f"may have at most {_LONGEST_SUBJECT} characters")
    who = read_number(connection, "who")
    if who is not None and who < 0:
        raise InvalidRequestError("who", "must be the id of an agent, or 0 for commands on the server")
    since, until = _read_moment(connection, "from"), _read_moment(connection, "to", after=timedelta(days=1))
    if since and until and since >= until:
        raise InvalidRequestError("from", "must be before 'to'")
    return AuditFilter(kind=kind or "", agent_id=who, subject=subject or "", since=since, until=until)


def _read_moment(connection: Connection, name: str, *, after: timedelta = timedelta()) -> datetime | None:
    """Read a moment; a date alone is its beginning in UTC, and that much later."""
    value = read_one(connection, name)
    if value is None:
        return None
    try:
        if _DATE.fullmatch(value):
            return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC) + after
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidRequestError(name, "must be a date like 2026-11-30, or a moment like 2026-11-30T08:00:00Z")
