"""Reports of usage: every figure is that of the rows, whichever sums it is read from."""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from assistant.database.database import Database
from assistant.database.tables import UsageRow, VerdictRow
from assistant.usage.pieces import Range
from assistant.usage.reports import UsageReports
from assistant.usage.rolling import Rolling
from assistant.usage.rollups import Rollups
from assistant.usage.rows import UsageRows
from assistant.usage.totals import UsageGroup, UsageTotals
from assistant.usage.views import Grouping
from tests.assistant.usage.fixtures import Clock
from tests.assistant.usage.usage_rows import NOON, groups_of, range_of, reports_of, total_of, usage_row

TODAY = NOON.date()
_COUNTS = (
    "requests",
    "hits",
    "coalesced",
    "errors",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "unpriced",
)
_KEYS: dict[str, Callable[[UsageRow, ZoneInfo], Iterable[str]]] = {
    "day": lambda row, zone: [row.at.astimezone(zone).date().isoformat()],
    "hour": lambda row, zone: [row.at.replace(minute=0, second=0).astimezone(zone).isoformat(timespec="minutes")],
    "prompt": lambda row, _: [row.prompt_key],
    "version": lambda row, _: [row.prompt_version],
    "agent": lambda row, _: [str(row.agent_id)],
    "team": lambda row, _: [str(team) for team in row.teams] or [""],
    "provider": lambda row, _: [row.provider],
    "model": lambda row, _: [row.model],
    "error": lambda row, _: [row.error] if row.error else [],
}
_FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"teams": 3},
    {"error": "provider_timeout"},
    {"prompt_key": "summary", "teams": 12},
    {"provider": "openai", "model": "large", "agent_id": 7},
)


def some_rows() -> list[UsageRow]:
    """Make completions of two days, agents, prompts and providers."""
    yesterday = NOON - timedelta(hours=12, seconds=1)
    return [
        usage_row(cost=150, latency_ms=100),
        usage_row(cost=350, latency_ms=200, cached_input_tokens=10),
        usage_row(cost=None, latency_ms=300, provider="ollama"),
        usage_row(cost=0, latency_ms=1, cache="hit", input_tokens=0, output_tokens=0, agent_id=8),
        usage_row(cost=0, latency_ms=9000, error="provider_timeout", cache="", provider="ollama", input_tokens=0),
        usage_row(cost=100, latency_ms=50, at=yesterday, prompt_key="summary"),
    ]


async def test_figures_are_right(rows: UsageRows) -> None:
    """Requests, hits, errors, tokens, money and latencies add up, for every grouping and in all."""
    await rows.add(some_rows())
    groupings: tuple[Grouping, ...] = ("day", "prompt", "agent", "provider")
    groups = {
        by: {each.key: each for each in await groups_of(rows, by, TODAY - timedelta(1), TODAY)} for by in groupings
    }
    assert {by: {key: each.requests for key, each in found.items()} for by, found in groups.items()} == {
        "day": {"2026-11-24": 1, "2026-11-25": 5},
        "prompt": {"reply_friendly": 5, "summary": 1},
        "agent": {"7": 5, "8": 1},
        "provider": {"custom": 4, "ollama": 2},
    }
    today = groups["day"]["2026-11-25"]
    assert today == UsageGroup(
        key="2026-11-25",
        requests=5,
        hits=1,
        coalesced=0,
        errors=1,
        input_tokens=3000,
        output_tokens=400,
        cached_input_tokens=10,
        cost=0.0005,
        unpriced=1,
        p50_ms=today.p50_ms,
        p95_ms=today.p95_ms,
        first_p50_ms=0,
        first_p95_ms=0,
        cache_share=0.2,
        error_codes={"provider_timeout": 1},
        kept=0,
        edited=0,
        undone=0,
        kept_rate=None,
    )
    assert today.p50_ms == pytest.approx(200, rel=0.05)
    assert today.p95_ms == pytest.approx(300, rel=0.05)
    total = await total_of(rows, TODAY - timedelta(1), TODAY)
    assert (total.requests, total.cost) == (6, 0.0006)


async def test_days_outside_are_left_out(rows: UsageRows) -> None:
    """A report holds its days and no others; one of no completion is empty."""
    await rows.add(some_rows())
    assert (await total_of(rows)).requests == 5
    assert await groups_of(rows, "agent", date(2020, 1, 1), date(2020, 1, 2)) == []
    empty = await total_of(rows, date(2020, 1, 1), date(2020, 1, 2))
    assert (empty.requests, empty.cost, empty.p50_ms, empty.kept_rate, empty.error_codes) == (0, 0, 0, None, {})


async def test_days_stand_in_order_and_all_else_by_use(rows: UsageRows) -> None:
    """A chart reads days from left to right; a table shows the heaviest use first."""
    await rows.add(some_rows())
    first = TODAY - timedelta(1)
    assert [each.key for each in await groups_of(rows, "day", first, TODAY)] == ["2026-11-24", "2026-11-25"]
    assert [each.key for each in await groups_of(rows, "agent", first, TODAY)] == ["7", "8"]


def many_rows(number: int = 600, days: int = 60) -> list[UsageRow]:
    """Make completions of all kinds over some days up to noon of today."""
    rng, numbers, made = random.Random(7), count(), []  # noqa: S311 - no secrets
    for _ in range(number):
        error = rng.choice(["", "", "", "", "provider_timeout", "busy"])
        kind = "" if error else rng.choice(["miss", "miss", "hit", "coalesced", "bypass"])
        paid = kind in {"miss", "bypass"}
        made.append(
            usage_row(
                at=NOON - timedelta(seconds=rng.randrange(days * 86_400)),
                request_id=f"r{next(numbers)}",
                agent_id=rng.choice([7, 8, 9]),
                teams=rng.choice([frozenset(), frozenset({3}), frozenset({3, 12}), frozenset({13})]),
                prompt_key=(prompt := rng.choice(["reply_friendly", "summary"])),
                prompt_version=f"{prompt}-{rng.choice('ab')}",
                provider=(provider := rng.choice(["openai", "ollama"])),
                model=rng.choice(["large", "small"]) if provider == "openai" else "own",
                input_tokens=rng.randrange(1000) if paid else 0,
                output_tokens=rng.randrange(100) if paid else 0,
                cost=rng.choice([None, 0, rng.randrange(500)]) if paid else 0,
                latency_ms=rng.lognormvariate(7, 1),
                first_delta_ms=rng.lognormvariate(6, 1) if rng.random() < 0.5 else None,
                error=error,
                cache=kind,
            )
        )
    return made


async def give_verdicts(database: Database, rows: Iterable[UsageRow]) -> dict[str, str]:
    """Tell of every third answer what became of it."""
    given = {}
    async with database.writing() as session:
        for number, row in enumerate(each for each in rows if not each.error):
            if number % 3 == 0:
                given[row.request_id] = ("kept", "edited", "undone")[number % 9 // 3]
                session.add(
                    VerdictRow(
                        request_id=row.request_id,
                        at=row.at + timedelta(minutes=5),
                        day=(row.at + timedelta(minutes=5)).date().isoformat(),
                        agent_id=row.agent_id,
                        prompt_key=row.prompt_key,
                        prompt_version=row.prompt_version,
                        verdict=given[row.request_id],
                        similarity=None,
                    )
                )
    return given


def is_asked_for(row: UsageRow, filters: dict[str, Any]) -> bool:
    """Tell whether a row passes filters."""
    return all(
        value in row.teams if name == "teams" else getattr(row, name) == value for name, value in filters.items()
    )


def expected(rows: list[UsageRow], verdicts: dict[str, str]) -> dict[str, Any]:
    """Add rows up in the plainest way."""
    told = [verdicts[row.request_id] for row in rows if row.request_id in verdicts]
    codes = [row.error for row in rows if row.error]
    return {
        "requests": len(rows),
        "hits": sum(row.cache == "hit" for row in rows),
        "coalesced": sum(row.cache == "coalesced" for row in rows),
        "errors": len(codes),
        "input_tokens": sum(row.input_tokens for row in rows),
        "output_tokens": sum(row.output_tokens for row in rows),
        "cached_input_tokens": 0,
        "unpriced": sum(row.cost is None for row in rows),
        "cost": sum(row.cost or 0 for row in rows) / 1e6,
        "codes": {code: codes.count(code) for code in sorted(set(codes))},
        "told": {each: told.count(each) for each in ("kept", "edited", "undone")},
    }


def shown(total: UsageTotals) -> dict[str, Any]:
    """Return what a report says, in the same form."""
    told = {each: getattr(total, each) for each in ("kept", "edited", "undone")}
    return {
        **{name: getattr(total, name) for name in _COUNTS},
        "cost": total.cost,
        "codes": total.error_codes,
        "told": told,
    }


async def check(reports: UsageReports, rows: list[UsageRow], verdicts: dict[str, str], days: Range) -> None:
    """Compare all reports of a range with the rows; a report says in which zone it cut days."""
    for filters in _FILTERS:
        wanted = [row for row in inside(rows, days) if is_asked_for(row, filters)]
        assert shown(await reports.total(days, filters)) == expected(wanted, verdicts), filters
        for by in get_args(Grouping):
            report = await reports.report(by, days, filters)
            wanted = [row for row in inside(rows, report.days) if is_asked_for(row, filters)]
            assert shown(report.total) == expected(wanted, verdicts), (by, filters)
            keys: dict[str, list[UsageRow]] = {}
            for row in wanted:
                for key in _KEYS[by](row, report.days.zone):
                    if by != "team" or filters.get("teams", key) in {key, int(key or 0)}:
                        keys.setdefault(key, []).append(row)
            assert {each.key: shown(each) for each in report.groups} == {
                key: expected(found, verdicts) for key, found in keys.items()
            }, (by, filters, days)


def inside(rows: list[UsageRow], days: Range) -> list[UsageRow]:
    """Return the rows of a range."""
    return [row for row in rows if days.first <= row.at.astimezone(days.zone).date() <= days.last]


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns"])
async def test_sums_say_what_the_rows_say(database: Database, rows: UsageRows, clock: Clock, zone: str) -> None:
    """Before anything is added up, when some is, and when all is, for every grouping and filter."""
    made = many_rows()
    if zone == "America/St_Johns":  # its midnight is at half past three
        made = [row for row in made if row.at.minute < 30]
    await rows.add(made)
    verdicts = await give_verdicts(database, made)
    reports, rolling = reports_of(rows), Rolling(Rollups(database), 0, clock=clock)
    for now, first, last in ((None, 6, 0), (NOON - timedelta(days=3, hours=2), 30, 1), (NOON, 60, 0)):
        if now:
            clock.now = now
            assert await rolling.roll()
        days = range_of(TODAY - timedelta(first), TODAY - timedelta(last), zone)
        await check(reports, made, verdicts, days)


async def test_percentiles_are_within_five_percent(rows: UsageRows, clock: Clock, database: Database) -> None:
    """Of answers that a model was asked for, whole and to the first words, by rank."""
    made = many_rows()
    await rows.add(made)
    await Rolling(Rollups(database), 0, clock=clock).roll()
    total = await total_of(rows, TODAY - timedelta(60), TODAY)
    asked = [row for row in made if row.cache in {"miss", "bypass"}]
    for name, values in (
        ("p", [row.latency_ms for row in asked]),
        ("first_p", [row.first_delta_ms for row in asked if row.first_delta_ms is not None]),
    ):
        for percent in (50, 95):
            ranked = sorted(values)[-(-len(values) * percent // 100) - 1]
            assert getattr(total, f"{name}{percent}_ms") == pytest.approx(ranked, rel=0.05)


def test_the_range_before_ends_where_a_range_begins() -> None:
    """It has as many days."""
    before = range_of(date(2026, 11, 1), date(2026, 11, 30)).before
    assert (before.first, before.last) == (date(2026, 10, 2), date(2026, 10, 31))


def test_days_are_cut_where_they_begin() -> None:
    """Also when clocks change, and at the next full hour where midnight is at half past."""
    berlin = range_of(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
    assert berlin.end - berlin.start == timedelta(hours=23)
    kolkata = range_of(date(2026, 3, 29), date(2026, 3, 29), "Asia/Kolkata")
    assert kolkata.start == datetime(2026, 3, 28, 19, tzinfo=UTC)
