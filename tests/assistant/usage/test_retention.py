"""Old usage is deleted, in small steps and beside everything else; the rest stays, and so does the audit log."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.usage.retention import Retention
from assistant.usage.rows import UsageRows
from tests.assistant.completion.asking import until
from tests.assistant.harness import service
from tests.assistant.usage.fixtures import Clock
from tests.assistant.usage.usage_rows import NOON, groups_of, usage_row
from tests.waiting import eventually

TODAY = NOON.date()
LONG_AGO = TODAY - timedelta(days=3000)


async def add(rows: UsageRows, number: int, days: int) -> None:
    """Write completions of some days ago."""
    await rows.add([usage_row(at=NOON - timedelta(days=days)) for _ in range(number)])


async def kept(rows: UsageRows) -> dict[str, int]:
    """Count the completions that are there, by the day."""
    return {each.key: each.requests for each in await groups_of(rows, "day", LONG_AGO, TODAY)}


async def test_only_what_is_too_old_is_deleted(rows: UsageRows, clock: Clock) -> None:
    """With 2 days, today's and the two days' before it stay, whatever the size of a step."""
    for number, days in ((7, 0), (5, 2), (25, 3), (1, 400)):
        await add(rows, number, days)
    retention = Retention(rows, 2, clock=clock, step=10)
    assert await retention.sweep() == 26
    assert await kept(rows) == {"2026-11-23": 5, "2026-11-25": 7}
    assert await retention.sweep() == 0


async def test_sweep_comes_again(rows: UsageRows, clock: Clock) -> None:
    """A service that runs for weeks deletes what grows too old meanwhile."""
    await add(rows, 3, 0)
    retention = Retention(rows, 1, clock=clock, every=0.02)
    async with retention.running():
        await add(rows, 2, 5)
        await until(lambda: _is_kept(rows, {"2026-11-25": 3}))
        clock.now += timedelta(days=2)
        await until(lambda: _is_kept(rows, {}))


async def _is_kept(rows: UsageRows, wanted: dict[str, int]) -> bool:
    return await kept(rows) == wanted


class Sweeps:
    """Rows of which none is old, and how often someone looked for old ones."""

    def __init__(self) -> None:
        self.number = 0

    async def forget(self, _before: date, _most: int) -> int:
        """Delete nothing."""
        self.number += 1
        return 0


async def test_everything_is_kept_for_ever_on_demand(rows: UsageRows, clock: Clock) -> None:
    """With 0 days nothing is ever deleted, however often others that look as often find something to do."""
    await add(rows, 3, 2000)
    others = Sweeps()
    async with (
        Retention(rows, 0, clock=clock, every=0.001).running(),
        Retention(others, 1, clock=clock, every=0.001).running(),
    ):
        await eventually(lambda: others.number > 20)
    assert sum((await kept(rows)).values()) == 3


async def test_two_replicas_sweep_at_once(database: Database, rows: UsageRows, clock: Clock) -> None:
    """Neither fails for the other's work, and together they delete each row once."""
    await add(rows, 60, 30)
    other = Database(database.url)
    sweeps = [Retention(UsageRows(each), 2, clock=clock, step=10).sweep() for each in (database, other)]
    deleted = await asyncio.gather(*sweeps)
    await other.aclose()
    assert sum(deleted) == 60
    assert await kept(rows) == {}


async def test_service_deletes_old_usage_and_keeps_the_audit_log(state: Path) -> None:
    """The setting counts from the start of the service; who changed what is there for ever."""
    async with service(state) as client:
        assert (await client.put("/api/v1/ai/masking", json={})).status_code == 200
    database = Database(f"sqlite+aiosqlite:///{state}/assistant.db")
    rows = UsageRows(database)
    await add(rows, 5, 1500)
    async with service(state, usage_days=1000):
        await until(lambda: _is_kept(rows, {}))
    [entry], _ = await AuditLog(database).page(size=10, offset=0)
    await database.aclose()
    assert entry.action == "masking.changed"
