"""A hit is one object: row, line and figures that are made of it are those that the long way makes."""

from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import make_url

from assistant.metrics import Completed, Metrics
from assistant.usage.hits import Hit
from assistant.usage.rows import usage_insert

MOMENT = datetime(2026, 11, 30, 23, 59, 59, 123456, UTC)


def hit(**changes: object) -> Hit:
    """Return a stored answer that was given a moment before midnight."""
    made = Hit(
        MOMENT.timestamp(),
        "r1",
        "/api/v1/ai/completion",
        7,
        frozenset({3, 1}),
        "reply_friendly",
        "v1",
        "custom",
        "m",
        1000,
        100,
        0.0001234,
    )
    return msgspec.structs.replace(made, **changes)


HITS = (
    hit(),
    hit(request_id="r" * 100, seconds=61.0),
    hit(agent_id=8, teams=frozenset(), model="m\0" + "x" * 500),
    hit(prompt_key='said "so"\\', provider="über\n"),
    hit(at=MOMENT.timestamp() + 1, seconds=0.0),
)


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "postgresql+asyncpg://"])
def test_row_of_a_hit_is_that_of_any_completion(url: str) -> None:
    """Whether others of its kind were written before or not."""
    writer = usage_insert(make_url(url).get_dialect()())
    for each in (*HITS, *HITS):
        assert writer.values(each) == writer.values(each.row())


@pytest.mark.parametrize("each", HITS)
def test_line_of_a_hit_is_what_it_says(each: Hit) -> None:
    """Member by member, in their order, and quoted where that is needed."""
    line = each.json()
    assert msgspec.json.decode(line) == each.members()
    assert line == msgspec.json.encode(each.members()).decode()


def test_figures_of_a_hit_are_those_of_any_completion() -> None:
    """Whether hits are counted one by one or together, before someone looks or after."""
    short, long = Metrics(), Metrics()
    for seconds in (0.0, 0.001, 0.005, 0.0051, 61.0):
        short.hit("/api/v1/ai/completion", "p", seconds)
        long.request("/api/v1/ai/completion", 200)
        long.completion(Completed(prompt="p", cache="hit", outcome="ok", seconds=seconds))
        assert figures(short) == figures(long)
    assert 'assistant_completion_seconds_bucket{cache="hit",le="0.005"} 3.0' in figures(short)


def figures(metrics: Metrics) -> list[str]:
    """Return what was counted, without since when."""
    return [line for line in metrics.text().decode().splitlines() if "_created" not in line]
