"""What was used, and what became of it."""

from datetime import UTC, date, datetime, timedelta

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from assistant.api.request import ApiRequest
from assistant.api.usage_csv import CSV, as_csv
from assistant.api.usage_query import QUERY, RANGE, read_filters, read_format, read_grouping, read_minutes, read_range
from assistant.auth.actor import AI_MANAGE, AI_PROMPTS
from assistant.envelope import Success, success
from assistant.usage.log import UsageLog
from assistant.usage.recent_errors import RecentErrors
from assistant.usage.reports import UsageReports
from assistant.usage.totals import UsageGroup, UsageTotals
from assistant.usage.verdicts import Verdicts, VersionVerdicts
from assistant.usage.views import Grouping
from assistant.web.language import language_of
from assistant.web.operation import Parameter, documented

_MINUTES = (Parameter(name="minutes", schema={"type": "integer", "minimum": 1, "maximum": 1440, "default": 60}),)


class EarlierUsage(Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """The usage of as many days right before those that were asked for."""

    first: date
    last: date
    total: UsageTotals


class UsageReport(Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """The usage of some days, both included, in the time zone `tz`."""

    first: date
    last: date
    by: Grouping
    tz: str
    total: UsageTotals
    before: EarlierUsage
    groups: list[UsageGroup]


class UsageController(Controller):
    """Operations on what was recorded."""

    path = "/api/v1/ai"
    tags = ("AI",)

    @get("/usage", opt=documented(permission=AI_MANAGE, answers=UsageReport, also=(CSV,), query=QUERY))
    async def show_usage(
        self, request: ApiRequest, usage_reports: NamedDependency[UsageReports], usage_log: NamedDependency[UsageLog]
    ) -> Success | Response[str]:
        """Add up the completions of some days, the last 30 unless asked otherwise: requests, tokens, cost, latency.

        Those of the days right before are added up, too, to compare with. With `format=csv` the groups are a table.
        """
        days = read_range(request)
        by, filters, csv = read_grouping(request, days), read_filters(request), read_format(request)
        await usage_log.flush()
        found = await usage_reports.report(by, days, filters)
        if csv:
            return as_csv(by, found.days, found.groups)
        earlier = found.days.before
        before = EarlierUsage(first=earlier.first, last=earlier.last, total=await usage_reports.total(earlier, filters))
        report = UsageReport(
            first=days.first,
            last=days.last,
            by=by,
            tz=str(found.days.zone),
            total=found.total,
            before=before,
            groups=found.groups,
        )
        return success(report)

    @get("/usage/errors", opt=documented(permission=AI_MANAGE, answers=RecentErrors, query=_MINUTES))
    async def show_errors(
        self, request: ApiRequest, usage_reports: NamedDependency[UsageReports], usage_log: NamedDependency[UsageLog]
    ) -> Success:
        """Show what went wrong in the last hour, or so many minutes: with which provider, how often, what helps."""
        minutes = read_minutes(request)
        since = datetime.now(UTC) - timedelta(minutes=minutes)
        await usage_log.flush()
        return success(await usage_reports.errors(since, minutes, language_of(request.scope)))

    @get("/usage/verdicts", opt=documented(permission=AI_PROMPTS, answers=list[VersionVerdicts], query=RANGE))
    async def show_verdicts(self, request: ApiRequest, verdicts: NamedDependency[Verdicts]) -> Success:
        """Show what became of answers, by the version of the prompt: whether a new wording is better."""
        days = read_range(request)
        return success(await verdicts.by_version(days.first, days.last))
