"""What was used, and what became of it."""

from datetime import UTC, date, datetime
from typing import cast, get_args

from litestar import Controller, get
from litestar.di import NamedDependency
from msgspec import Struct

from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_MANAGE, AI_PROMPTS
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError
from assistant.usage.log import UsageLog
from assistant.usage.reports import Grouping, UsageGroup, UsageTotals
from assistant.usage.rows import UsageRows
from assistant.usage.verdicts import Verdicts, VersionVerdicts
from assistant.web.operation import Parameter, documented
from assistant.web.parameters import Connection, read_one

_GROUPINGS = get_args(Grouping)
_DAYS = 30
_MOST_DAYS = 366
_DATE = {"type": "string", "format": "date"}
_QUERY = (
    Parameter(name="from", schema=_DATE),
    Parameter(name="to", schema=_DATE),
    Parameter(name="by", schema={"type": "string", "enum": list(_GROUPINGS), "default": "day"}),
)
_DATES = _QUERY[:2]


class UsageReport(Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """The usage of some days, both included, in UTC."""

    first: date
    last: date
    by: Grouping
    total: UsageTotals
    groups: list[UsageGroup]


class UsageController(Controller):
    """Operations on what was recorded."""

    path = "/api/v1/ai"
    tags = ("AI",)

    @get("/usage", opt=documented(permission=AI_MANAGE, answers=UsageReport, query=_QUERY))
    async def show_usage(
        self, request: ApiRequest, usage_rows: NamedDependency[UsageRows], usage_log: NamedDependency[UsageLog]
    ) -> Success:
        """Add up the completions of some days, the last 30 unless asked otherwise: requests, tokens, cost, latency."""
        first, last = _read_days(request, datetime.now(UTC).date())
        value = read_one(request, "by") or "day"
        if value not in _GROUPINGS:
            raise InvalidRequestError("by", f"must be one of {', '.join(_GROUPINGS)}")
        by = cast("Grouping", value)
        await usage_log.flush()
        report = UsageReport(
            first=first,
            last=last,
            by=by,
            total=await usage_rows.total(first, last),
            groups=await usage_rows.groups(by, first, last),
        )
        return success(report)

    @get("/usage/verdicts", opt=documented(permission=AI_PROMPTS, answers=list[VersionVerdicts], query=_DATES))
    async def show_verdicts(self, request: ApiRequest, verdicts: NamedDependency[Verdicts]) -> Success:
        """Show what became of answers, by the version of the prompt: whether a new wording is better."""
        first, last = _read_days(request, datetime.now(UTC).date())
        return success(await verdicts.by_version(first, last))


def _read_days(connection: Connection, today: date) -> tuple[date, date]:
    last = _read_date(connection, "to") or today
    first = _read_date(connection, "from") or date.fromordinal(max(1, last.toordinal() - _DAYS + 1))
    if first > last:
        raise InvalidRequestError("from", "must not be after 'to'")
    if (last - first).days >= _MOST_DAYS:
        raise InvalidRequestError("from", f"the period may have at most {_MOST_DAYS} days, both ends included")
    return first, last


def _read_date(connection: Connection, name: str) -> date | None:
    value = read_one(connection, name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidRequestError(name, "must be a date like 2026-11-30") from None
