"""Reports of a year's usage on SQLite and on PostgreSQL: a million completions, and what each report takes."""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

import httpx
from sqlalchemy import insert

from assistant.database.database import Database
from assistant.database.tables import TABLES, UsageRow, VerdictRow
from assistant.usage.rolling import Rolling
from assistant.usage.rollups import Rollups
from assistant.usage.rows import UsageRows
from assistant.usage.views import Grouping
from bench.measuring import number, percentile, table
from tests.assistant.harness import service
from tests.servers import postgres_server

_ROWS = 1_000_000
_DAYS = 365
_AT_ONCE = 10_000
_TIMES = 7
_AGENTS, _TEAMS, _PROMPTS = 60, 8, 15
_TOLD, _FAILED, _STREAMED = 0.3, 0.02, 0.8  # shares
_WEEKDAYS = 5
_KINDS: tuple[Literal["miss", "hit", "coalesced"], ...] = ("miss", "hit", "coalesced")
_PATH = "/api/v1/ai/usage"


def report() -> str:
    """A year's usage of 1,000,000 completions by 60 agents: reports of all of it, by all that it is told apart by."""
    parts = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        state = Path(folder)
        parts.append(asyncio.run(_part("SQLite", f"sqlite+aiosqlite:///{state}/assistant.db", state)))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, postgres_server(Path(folder)) as server:
        parts.append(asyncio.run(_part("PostgreSQL", server.url, Path(folder) / "var")))
    return "\n\n".join(parts)


async def _part(kind: str, url: str, state: Path) -> str:
    rows = 50_000 if os.environ.get("QUICK") == "1" else _ROWS
    database = Database(url)
    await database.upgrade(TABLES)
    await _fill(database, rows)
    start = time.perf_counter()
    await Rolling(Rollups(database), 0).roll()
    rolled = time.perf_counter() - start
    await database.aclose()
    async with service(state, database_url=url, log_level="warning") as client:
        measured = [(what, *await _measure(client, query)) for what, query in _questions()]
    head = (f"{kind}, {rows:,} rows; milliseconds", "median", "slowest")
    return f"{table(head, measured)}\n\nAdding up the year once took {rolled:.0f} s."


def _questions() -> Iterator[tuple[str, dict[str, str]]]:
    today = datetime.now(UTC).date()
    year = {"from": str(today - timedelta(days=_DAYS - 1)), "to": str(today)}
    for by in get_args(Grouping):
        if by != "hour":
            yield f"by {by}", {**year, "by": by}
    month = {**year, "from": str(today - timedelta(days=30))}
    yield "by hour, 31 days", {**month, "by": "hour"}
    berlin = {**year, "tz": "Europe/Berlin"}
    for by, filters in (
        ("day", {}),
        ("agent", {}),
        ("day", {"prompt": "prompt-0"}),
        ("agent", {"prompt": "prompt-0"}),
        ("prompt", {"team": "3"}),
        ("prompt", {"provider": "openai"}),
        ("day", {"provider": "openai", "prompt": "prompt-0"}),
        ("day", {"provider": "openai", "team": "3"}),
        ("day", {"agent": "1", "prompt": "prompt-0"}),
    ):
        yield f"by {by} in Berlin, {', '.join(filters) or 'all'}", {**berlin, "by": by, **filters}
    yield "by day, provider, prompt", {**year, "by": "day", "provider": "openai", "prompt": "prompt-0"}


async def _measure(client: httpx.AsyncClient, query: dict[str, str]) -> tuple[str, str]:
    taken = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        answer = await client.get(_PATH, params=query)
        taken.append((time.perf_counter() - start) * 1000)
        answer.raise_for_status()
    return number(percentile(taken, 50)), number(max(taken))


async def _fill(database: Database, rows: int) -> None:
    rng, table_of_usage = random.Random(3), UsageRows(database)  # noqa: S311 - no secrets
    times = sorted(_moment(rng) for _ in range(rows))
    for begin in range(0, rows, _AT_ONCE):
        some = [_row(rng, begin + place, at) for place, at in enumerate(times[begin : begin + _AT_ONCE])]
        await table_of_usage.add(some)
        verdicts = [_verdict(rng, row) for row in some if not row.error and rng.random() < _TOLD]
        async with database.writing() as session:
            await session.execute(insert(VerdictRow), verdicts)


def _moment(rng: random.Random) -> datetime:
    """Return a moment of the last year, most of them at work: hours around noon, and few at the weekend."""
    while True:
        at = datetime.now(UTC) - timedelta(seconds=rng.random() * _DAYS * 86_400)
        weight = 1 / (1 + ((at.hour - 12) / 4) ** 4) * (0.15 if at.weekday() >= _WEEKDAYS else 1)
        if rng.random() < weight:
            return at


def _row(rng: random.Random, count: int, at: datetime) -> UsageRow:
    agent = min(int(rng.paretovariate(0.7)), _AGENTS)
    prompt = min(int(rng.paretovariate(0.9)), _PROMPTS) - 1
    error = rng.choice(("provider_timeout", "provider_unavailable", "client_left")) if rng.random() < _FAILED else ""
    kind = rng.choices(_KINDS, (55, 43, 2))[0]
    cache: Literal["miss", "hit", "coalesced", ""] = "" if error else kind
    provider, model = rng.choices((("openai", "large"), ("openai", "small"), ("ollama", "own")), (70, 25, 5))[0]
    paid = cache == "miss"
    return UsageRow(
        at=at,
        request_id=f"r{count}",
        agent_id=agent,
        teams=frozenset({agent % _TEAMS} | ({_TEAMS} if agent % 5 == 0 else set())),
        prompt_key=f"prompt-{prompt}",
        prompt_version=f"{prompt}-{at.month // 3}",
        provider=provider,
        model=model,
        input_tokens=rng.randrange(200, 2000) if paid else 0,
        output_tokens=rng.randrange(20, 300) if paid else 0,
        cost=rng.randrange(100, 2000) if paid else 0,
        latency_ms=rng.lognormvariate(7.3, 0.6) if paid else 1.0,
        first_delta_ms=rng.lognormvariate(6.3, 0.5) if paid and rng.random() < _STREAMED else None,
        cache=cache,
        error=error,
    )


def _verdict(rng: random.Random, row: UsageRow) -> dict[str, object]:
    at = row.at + timedelta(minutes=rng.randrange(1, 30))
    return {
        "request_id": row.request_id,
        "at": at,
        "day": at.date().isoformat(),
        "agent_id": row.agent_id,
        "prompt_key": row.prompt_key,
        "prompt_version": row.prompt_version,
        "verdict": rng.choices(("kept", "edited", "undone"), (70, 20, 10))[0],
        "similarity": None,
    }
