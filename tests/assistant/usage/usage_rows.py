"""Completions as tests record them."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import structs

from assistant.database.tables import UsageRow
from assistant.usage.pieces import Range
from assistant.usage.reports import UsageReports
from assistant.usage.rollups import Rollups
from assistant.usage.rows import UsageRows
from assistant.usage.totals import UsageGroup, UsageTotals
from assistant.usage.views import Grouping

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
_TODAY = NOON.date()


def usage_row(**changes: Any) -> UsageRow:  # noqa: ANN401 - any member
    """Make a completion by agent 7 of team 3 at noon: 1000 tokens in, 100 out, of which no one knows the price."""
    made = UsageRow(
        at=NOON,
        request_id="r1",
        agent_id=7,
        teams=frozenset({3}),
        prompt_key="reply_friendly",
        prompt_version="v1",
        provider="custom",
        model="m",
        input_tokens=1000,
        output_tokens=100,
        latency_ms=800.0,
        cache="miss",
    )
    return structs.replace(made, **changes)


def range_of(first: date, last: date, zone: str = "UTC") -> Range:
    """Make a range of days."""
    return Range(first=first, last=last, zone=ZoneInfo(zone))


def reports_of(rows: UsageRows) -> UsageReports:
    """Return the reports of some rows' database."""
    database = rows._database  # noqa: SLF001 - the one that the test is about
    return UsageReports(database, Rollups(database))


async def total_of(rows: UsageRows, first: date = _TODAY, last: date = _TODAY) -> UsageTotals:
    """Add up the completions of some days."""
    return await reports_of(rows).total(range_of(first, last))


async def groups_of(rows: UsageRows, by: Grouping, first: date, last: date) -> list[UsageGroup]:
    """Add up the completions of some days in groups."""
    return (await reports_of(rows).report(by, range_of(first, last))).groups
