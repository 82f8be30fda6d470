"""The service behind PgBouncer, which hands each transaction to another session of PostgreSQL."""

import asyncio
import contextlib
import gc
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url, text

from assistant.commands.storage import upgrade_tables
from assistant.database.database import Database
from tests.assistant.completion.asking import echo
from tests.assistant.databases import empty_database
from tests.assistant.harness import ADMIN, settings_for
from tests.assistant.serving import run, serving, wait_until
from tests.fakes import FakeProvider
from tests.servers.pgbouncer import PgBouncerServer, pgbouncer_server
from tests.servers.postgres import PostgresServer
from tests.waiting import turns

READS = (
    "/api/v1/agents",
    "/api/v1/conversations/all",
    "/api/v1/statuses",
    "/api/v1/priorities",
    "/api/v1/teams",
    "/api/v1/ai/prompts",
    "/api/v1/ai/usage",
    "/api/v1/ai/audit",
    "/api/v1/ai/provider",
    "/api/v1/ai/budgets",
    "/health/ready",
)
ROUNDS, CLIENTS = 3, 6


@pytest.fixture
def pgbouncer(postgres: PostgresServer, tmp_path: Path) -> Iterator[PgBouncerServer]:
    """A PgBouncer in transaction mode with two sessions for everyone."""
    with pgbouncer_server(postgres, tmp_path) as server:
        yield server


@pytest.fixture
async def pooled(postgres: PostgresServer, pgbouncer: PgBouncerServer) -> AsyncIterator[str]:
    """A database of the test's own, through PgBouncer."""
    async with empty_database(postgres) as direct:
        name = make_url(direct).database
        yield make_url(pgbouncer.url).set(database=name).render_as_string(hide_password=False)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_desk_and_completions_behind_a_pooler(tmp_path: Path, pooled: str, workers: str) -> None:
    """Many clients at once read and write through a pooler that mixes their sessions, and no call fails."""
    with FakeProvider("chat") as fake:
        fake.reply(echo)
        provider = {"PROVIDER": "custom", "BASE_URL": fake.url, "REQUEST_TIMEOUT": "60"}
        settings = {"DATABASE_URL": pooled, "WORKERS": workers, **provider}
        with serving(tmp_path, LOG_LEVEL="warning", SAMPLE_DATA="1", **settings) as served:
            seen: Counter[tuple[str, int]] = Counter()
            wait_until(lambda: every_worker_is_ready(str(served.client.base_url)))
            at_once(lambda number: use(str(served.client.base_url), number, seen))
            setting = {"provider": "custom", "api_key": "", "base_url": fake.url}
            switched = [served.client.put("/api/v1/ai/provider", json=setting).status_code for _ in range(3)]
            names = {status["name"] for status in served.client.get("/api/v1/statuses").json()["data"]}
        again = run(tmp_path, "database", "upgrade", **settings)
    assert {key: number for key, number in seen.items() if key[1] != HTTPStatus.OK} == {}
    assert switched == [200, 200, 200], "a table is locked for the length of a transaction"
    assert names >= {f"S{number}-{turn}" for number in range(CLIENTS) for turn in range(ROUNDS)}
    assert again.returncode == 0, again.stderr
    assert "PreparedStatement" not in served.log.read_text()


def every_worker_is_ready(origin: str) -> bool:
    """Ask on new connections, so that every worker has its turn."""
    return all(httpx.get(f"{origin}/health/ready", timeout=60).status_code == HTTPStatus.OK for _ in range(20))


def use(origin: str, number: int, seen: Counter[tuple[str, int]]) -> None:
    """Read all over the desk, write a status, and ask for a completion, each time on a new connection."""
    for turn in range(ROUNDS):
        with httpx.Client(base_url=origin, headers=ADMIN, timeout=60) as client:
            for path in READS:
                seen[path, client.get(path).status_code] += 1
            status = {"name": f"S{number}-{turn}", "category": "open"}
            seen["statuses", client.post("/api/v1/statuses", json=status).status_code] += 1
            draft = {"prompt_key": "reply_friendly", "content": f"Please wait {number} days, or {turn}."}
            seen["completion", client.post("/api/v1/ai/completion", json=draft).status_code] += 1


def at_once(work: Callable[[int], None]) -> None:
    """Do something with every client's number at the same time."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def test_replicas_that_start_together_behind_a_pooler(tmp_path: Path, pooled: str) -> None:
    """The tables are made once, although the lock that replicas take is a session's elsewhere."""
    settings = settings_for(tmp_path / "var", database_url=pooled)
    await asyncio.gather(*(upgrade_tables(settings) for _ in range(3)))


@pytest.mark.parametrize("mode", ["transaction", "session"])
async def test_statements_have_no_names_behind_a_pooler(postgres: PostgresServer, tmp_path: Path, mode: str) -> None:
    """Nothing is left behind in the sessions of a pooler, so nothing can be missed or in the way in the next one."""
    with pgbouncer_server(postgres, tmp_path, mode=mode, size=1) as server:
        assert await prepared(server.url) == []


async def test_statements_keep_their_names_without_a_pooler(postgres: PostgresServer) -> None:
    """A PostgreSQL of one's own prepares each statement once, which answers sooner."""
    assert "SELECT 41 + 1" in await prepared(postgres.url)


async def test_pooler_that_comes_later_is_noticed(postgres: PostgresServer, pgbouncer: PgBouncerServer) -> None:
    """An address that begins to lead to a pooler while the service runs goes on working."""
    direct, pooler = make_url(postgres.url), make_url(pgbouncer.url)
    async with leading(direct.port or 0) as way:
        database = Database(direct.set(port=way.port).render_as_string(hide_password=False))
        try:
            for target in (direct, direct, pooler):
                way.target = target.port or 0
                await database.engine.dispose()
                await asyncio.gather(*(database.check() for _ in range(10)))
            async with database.reading() as session:
                assert await session.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 0
        finally:
            await database.aclose()


class Way:
    """A port of this machine that leads to another one; new connections lead to where `target` is by then."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0

    async def lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what both sides say until one of them ends."""
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(_pass_on(reader, there_writer), _pass_on(there_reader, writer))


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await source.read(65536):
            sink.write(block)
    sink.close()


@asynccontextmanager
async def leading(target: int) -> AsyncIterator[Way]:
    """Open a way to a port of this machine until the end of the block."""
    way = Way(target)
    async with await asyncio.start_server(way.lead, "127.0.0.1", 0) as server:
        way.port = server.sockets[0].getsockname()[1]
        yield way


async def prepared(url: str) -> list[str]:
    """Return which statements are prepared in a session after some use of it by us."""
    database = Database(url)
    try:
        await database.check()
        await database.engine.dispose()  # the first connection is careful anyway
        for _ in range(3):
            async with database.reading() as session:
                await session.execute(text("SELECT 41 + 1"))
                rows = await session.execute(text("SELECT statement FROM pg_prepared_statements WHERE name <> ''"))
                found = [statement for (statement,) in rows if "pg_prepared_statements" not in statement]
        return found
    finally:
        await database.aclose()


async def test_connection_that_no_one_waits_for_any_more_is_closed(postgres: PostgresServer) -> None:
    """Whoever needed it leaves while it is being looked at: the server must not keep it until memory is cleared."""
    gc.disable()
    try:
        async with empty_database(postgres) as url, closing_database(postgres.url) as admin:
            for turns_until_then in range(60):
                async with closing_database(url) as database:
                    asking = asyncio.create_task(database.check())
                    await turns(turns_until_then)
                    await asyncio.sleep(turns_until_then / 6000)
                    asking.cancel()
                    await asyncio.gather(asking, return_exceptions=True)
            name = url.rpartition("/")[2]
            open_ones = 1
            for _ in range(100):  # the server notices a moment later
                open_ones = await _open_connections(admin, name)
                if not open_ones:
                    break
                await asyncio.sleep(0.05)
            assert open_ones == 0
    finally:
        gc.enable()


async def _open_connections(database: Database, name: str) -> int:
    async with database.reading() as session:
        found = await session.execute(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        return int(found.scalar_one())


def closing_database(url: str) -> contextlib.AbstractAsyncContextManager[Database]:
    """Open a database until the end of the block."""
    return contextlib.aclosing(Database(url))
