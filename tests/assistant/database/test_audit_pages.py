"""Pages of the audit log: what is asked for, the newest first, on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from assistant.database.audit_log import AuditFilter, AuditLog
from assistant.database.database import Database
from assistant.database.tables import AuditRow
from tests.assistant.harness import error, service

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
CHANGES = [
    (1, "prompt.saved", "reply_friendly"),
    (2, "prompt.published", "reply_friendly"),
    (1, "prompt.rolled_back", "100%_Müde"),
    (0, "keys.rotated", "secret key"),
    (2**40, "provider.switched", "openai"),
]


@pytest.fixture
async def log(database: Database) -> AuditLog:
    """A log with one change an hour."""
    rows = [
        {"at": NOON + timedelta(hours=hour), "agent_id": agent, "action": action, "subject": subject}
        for hour, (agent, action, subject) in enumerate(CHANGES)
    ]
    async with database.writing() as session:
        await session.execute(insert(AuditRow), [{**row, "before": "null", "after": "{}"} for row in rows])
    return AuditLog(database)


WANTED = {
    "everything": (AuditFilter(), [4, 3, 2, 1, 0]),
    "a kind": (AuditFilter(kind="prompt"), [2, 1, 0]),
    "one action": (AuditFilter(kind="prompt.rolled_back"), [2]),
    "an underscore is one": (AuditFilter(kind="prompt.rolled.back"), []),
    "not the beginning of a word": (AuditFilter(kind="p"), []),
    "an agent": (AuditFilter(agent_id=1), [2, 0]),
    "the command line": (AuditFilter(agent_id=0), [3]),
    "an agent with a large id": (AuditFilter(agent_id=2**40), [4]),
    "a part of the subject": (AuditFilter(subject="FRIEND"), [1, 0]),
    "signs of a pattern": (AuditFilter(subject="0%_m"), [2]),
    "a backslash": (AuditFilter(subject="\\"), []),
    "since": (AuditFilter(since=NOON + timedelta(hours=3)), [4, 3]),
    "until": (AuditFilter(until=NOON + timedelta(hours=1)), [0]),
    "all of it": (AuditFilter(kind="prompt", agent_id=1, subject="reply", since=NOON), [0]),
}


@pytest.mark.parametrize(("wanted", "found"), WANTED.values(), ids=WANTED)
async def test_filter_lets_through_what_was_asked_for(log: AuditLog, wanted: AuditFilter, found: list[int]) -> None:
    """Those changes, the newest first, and their number."""
    entries, total = await log.page(wanted, size=10, offset=0)
    assert [(each.agent_id, each.action, each.subject) for each in entries] == [CHANGES[place] for place in found]
    assert total == len(found)


async def test_pages_follow_each_other(log: AuditLog) -> None:
    """Each change is on one page."""
    pages = [await log.page(AuditFilter(kind="prompt"), size=2, offset=offset) for offset in (0, 2, 4)]
    assert [([each.action for each in entries], total) for entries, total in pages] == [
        (["prompt.rolled_back", "prompt.published"], 3),
        (["prompt.saved"], 3),
        ([], 3),
    ]


async def test_page_is_found_without_reading_the_changes(sqlite: Database) -> None:
    """What is filtered and sorted by stands in the index: the changes themselves may be long, and there may be many."""
    log, told = AuditLog(sqlite), list[str]()
    sqlite.watch(told.append)
    await log.page(AuditFilter(subject="a"), size=10, offset=0)
    [count] = [statement for statement in told if "count" in statement.lower()]
    async with sqlite.engine.connect() as connection:
        plan = (await connection.execute(text("EXPLAIN QUERY PLAN " + count.replace(":", r"\:")))).all()
    assert "USING COVERING INDEX ix_assistant_audit_pages" in str(plan)


async def test_filters_over_http(state: Path) -> None:
    """A date is a whole day in UTC; a moment is one."""
    async with service(state) as client:

        async def found(**parameters: str) -> list[str]:
            answer = await client.get("/api/v1/ai/audit", params=parameters)
            assert answer.status_code == 200, answer.text
            return [each["action"] for each in answer.json()["data"]["results"]]

        await client.put("/api/v1/ai/masking", json={"private": ["email"]})
        await client.delete("/api/v1/ai/cache")
        both, today = ["cache.changed", "masking.changed"], datetime.now(UTC).date()
        tomorrow = today + timedelta(days=1)
        assert await found() == await found(who="1", kind="", subject="") == both
        assert await found(kind="masking") == await found(subject="MASK") == ["masking.changed"]
        assert await found(who="2") == []
        assert await found(**{"from": str(today), "to": str(tomorrow)}) == both
        assert await found(**{"from": f"{today - timedelta(days=1)}T00:00:00+14:00"}) == both
        assert await found(**{"from": str(tomorrow + timedelta(days=1))}) == []
        assert await found(to=f"{today}T00:00:00Z") == []


WRONG = [
    ("kind", "prompt.published.twice"),
    ("kind", "Prompt; drop table"),
    ("who", "ana"),
    ("who", "-1"),
    ("subject", "x" * 201),
    ("from", "yesterday"),
    ("from", "2026-11-30T08:00:00"),
    ("from", "0001-01-01T00:00:00+14:00"),
    ("to", "9999-12-31"),
    ("to", "2026-02-30"),
]


async def test_wrong_filter_is_named(state: Path) -> None:
    """400, and which parameter it is."""
    async with service(state) as client:
        for name, value in WRONG:
            answer = await client.get("/api/v1/ai/audit", params={name: value})
            assert error(answer)[0::2] == (400, "invalid_request"), name
            assert answer.json()["message"].startswith(f"{name}:")
