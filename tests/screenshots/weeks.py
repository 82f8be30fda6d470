"""Some weeks of the shop's usage, straight into its database: what a few thousand requests would have left there."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import insert, text

from assistant.database.database import Database
from assistant.database.tables import UsageRow, VerdictRow
from assistant.usage.rolling import Rolling
from assistant.usage.rollups import Rollups
from assistant.usage.rows import UsageRows
from tests.screenshots.shop import CALM, REFUSAL

_DAYS, _A_DAY = 75, 90
_WEEKEND, _QUIET = (2, 3), 0.2
_TOLD, _FAILED, _STREAMED = 0.5, 0.015, 0.8
_ERRORS = ("provider_timeout", "provider_unavailable", "budget_exceeded")
_USUAL, _DISLIKED = (72, 21, 7), (28, 24, 48)
_AGENTS = {2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 3}
"""The sample's agents, and the team of each."""
_MOVED = (
    ("assistant_audit", "at", 26.0),
    ("assistant_prompt_version", "at", 26.0),
    ("assistant_prompt_state", "changed_at", 26.0),
)
"""Tables of changes that all happened just now; they are spread over so many hours for each."""


async def fill(state: Path, versions: Mapping[str, str]) -> None:
    """Add usage and verdicts of weeks, and let changes have happened on different days.

    Args:
        state: the folder that holds the service's database; the service must not run.
        versions: the version of each prompt in use; that of no name is an earlier one of `CALM`.
    """
    rng, database = random.Random(7), Database(f"sqlite+aiosqlite:///{state / 'assistant.db'}")  # noqa: S311
    rows = [row for day in range(_DAYS) for row in _rows_of(rng, day, versions)]
    await UsageRows(database).add(sorted(rows, key=lambda row: row.at))
    verdicts = [_verdict(rng, row) for row in rows if not row.error and rng.random() < _TOLD]
    async with database.writing() as session:
        await session.execute(insert(VerdictRow), verdicts)
        for name, column, hours in _MOVED:
            latest = f"(SELECT count(*) FROM {name} AS later WHERE later.rowid > {name}.rowid)"  # noqa: S608 - own names
            moved = f"strftime('%Y-%m-%d %H:%M:%f000', {column}, '-' || ({latest} * {hours} + 1.3) || ' hours')"
            await session.execute(text(f"UPDATE {name} SET {column} = {moved}"))  # noqa: S608 - own names
    await Rolling(Rollups(database), 0).roll()
    await database.aclose()


def _rows_of(rng: random.Random, days_ago: int, versions: Mapping[str, str]) -> list[UsageRow]:
    """Return a day's rows: the same on whichever day and at whichever time they are made, so that pictures are too."""
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    length = timedelta(days=1) if days_ago else now - midnight
    weekend = _QUIET if days_ago % 7 in _WEEKEND else 1.0
    count = int(_A_DAY * weekend * rng.uniform(0.85, 1.15) * (1 - days_ago / 200))
    hours = (min(max(rng.gauss(12, 2.8), 5), 20) for _ in range(count))
    times = [midnight - timedelta(days=days_ago) + length * (hour / 24) for hour in hours]
    return [_row(rng, f"d{days_ago}-{place}", at, versions) for place, at in enumerate(times)]


def _row(rng: random.Random, request_id: str, at: datetime, versions: Mapping[str, str]) -> UsageRow:
    keys = sorted(key for key in versions if key)
    key = keys[min(int(rng.paretovariate(0.9)), len(keys)) - 1]
    earlier = key == CALM and at < datetime.now(UTC) - timedelta(days=12)
    agent = rng.choice(sorted(_AGENTS))
    error = rng.choice(_ERRORS) if rng.random() < _FAILED else ""
    kind: Literal["miss", "hit", "coalesced"] = rng.choices(("miss", "hit", "coalesced"), (68, 30, 2))[0]
    provider, model = rng.choices((("custom", "mistral-small"), ("openai", "gpt-6-luna")), (88, 12))[0]
    paid = not error and kind == "miss"
    whole = rng.lognormvariate(7.2, 0.45) if paid else 2.0
    return UsageRow(
        at=at,
        request_id=request_id,
        agent_id=agent,
        teams=frozenset({_AGENTS[agent]}),
        prompt_key=key,
        prompt_version=versions[""] if earlier else versions[key],
        provider=provider,
        model=model,
        input_tokens=rng.randrange(400, 1100) if paid else 0,
        output_tokens=rng.randrange(40, 220) if paid else 0,
        cost=rng.randrange(150, 900) if paid else 0,
        latency_ms=whole,
        first_delta_ms=whole * rng.uniform(0.2, 0.4) if paid and rng.random() < _STREAMED else None,
        cache="" if error else kind,
        error=error,
    )


def _verdict(rng: random.Random, row: UsageRow) -> dict[str, object]:
    at = row.at + timedelta(minutes=rng.randrange(1, 20))
    return {
        "request_id": row.request_id,
        "at": at,
        "day": at.date().isoformat(),
        "agent_id": row.agent_id,
        "prompt_key": row.prompt_key,
        "prompt_version": row.prompt_version,
        "verdict": rng.choices(("kept", "edited", "undone"), _DISLIKED if row.prompt_key == REFUSAL else _USUAL)[0],
        "similarity": None,
    }
