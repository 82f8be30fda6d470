"""Ids of requests that a client chose, behind a proxy that passes them on: they mix nothing up."""

import ipaddress
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import Connection, text

from assistant.database.database import Database
from assistant.database.tables import TABLES
from assistant.database.upgrading import bring_up_to_date
from assistant.front.trust import LONGEST_ID
from tests.assistant.authoring.test_feedback import FEEDBACK, verdicts
from tests.assistant.completion.asking import using
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import own_loop, service
from tests.assistant.serving import ROOT, serving
from tests.fakes import FakeProvider
from tests.servers.nginx import nginx_server
from tests.servers.postgres import PostgresServer

CHOSEN = "chosen-by-a-client"
ALL = (ipaddress.ip_network("0.0.0.0/0"),)


@pytest.fixture
async def client(state: Path, fake: FakeProvider) -> AsyncIterator[httpx.AsyncClient]:
    """A service that believes the proxy before it."""
    async with service(state, trusted_proxies=ALL, **using(fake)) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def believing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """Such a service for all tests that only ask whether it lives."""
    async with service(tmp_path_factory.mktemp("believing") / "var", trusted_proxies=ALL) as client:
        yield client


async def ask(client: httpx.AsyncClient, request_id: str, prompt: str = "make_friendly") -> httpx.Response:
    """Click on a prompt under an id."""
    body = {"prompt_key": prompt, "content": "Hi Ana, all is well."}
    return await client.post("/api/v1/ai/completion", json=body, headers={"X-Request-Id": request_id})


async def judge(client: httpx.AsyncClient, verdict: str, request_id: str = CHOSEN) -> int:
    """Tell what became of an answer."""
    answer = await client.post(FEEDBACK, json={"request_id": request_id, "verdict": verdict})
    return answer.status_code


async def test_a_colleagues_verdict_stays(client: httpx.AsyncClient) -> None:
    """Two agents under one id: each has a verdict, and may change it; neither touches the other's."""
    _, colleague = await DeskClient(client).new_agent([])
    for each in (client, colleague.http):
        assert (await ask(each, CHOSEN)).headers["x-request-id"] == CHOSEN
    assert (await judge(client, "kept"), await judge(colleague.http, "undone")) == (200, 200)
    [row] = await verdicts(client)
    assert (row["kept"], row["edited"], row["undone"]) == (1, 0, 1)
    assert await judge(colleague.http, "edited") == 200
    [row] = await verdicts(client)
    assert (row["kept"], row["edited"], row["undone"]) == (1, 1, 0)


async def test_a_flood_under_ones_id_hides_nothing(client: httpx.AsyncClient) -> None:
    """However often a colleague asks under an agent's id, the agent's own answer is found, and the last of several."""
    _, colleague = await DeskClient(client).new_agent([])
    for _ in range(12):
        await ask(colleague.http, CHOSEN)
    await ask(client, CHOSEN)
    await ask(client, CHOSEN, "reply_concise")
    assert (await ask(client, CHOSEN, "no_such")).status_code == 404
    assert await judge(client, "kept") == 200
    [row] = await verdicts(client)
    assert (row["prompt_key"], row["kept"]) == ("reply_concise", 1)


async def test_usage_is_of_who_asked(client: httpx.AsyncClient) -> None:
    """One id for two agents' requests: each agent's usage has its own."""
    agent, colleague = await DeskClient(client).new_agent([])
    for each in (client, colleague.http, colleague.http):
        await ask(each, CHOSEN)
    assert await judge(colleague.http, "kept") == 200  # the rows are written
    found = (await client.get("/api/v1/ai/usage", params={"by": "agent"})).json()["data"]
    counts = {group["key"]: group["requests"] for group in found["groups"]}
    assert counts[str(agent["id"])] == 2
    assert sorted(counts.values()) == [1, 2]


@own_loop
@pytest.mark.parametrize(
    "good", ["a", "x" * LONGEST_ID, "Root=1-67891233-abcdef012345678912345678", "a.b_c:d/e+f=g@h~i"]
)
async def test_a_proxys_id_is_taken(believing: httpx.AsyncClient, good: str) -> None:
    """Those that proxies make."""
    assert (await believing.get("/health", headers={"X-Request-Id": good})).headers["x-request-id"] == good


@own_loop
@pytest.mark.parametrize(
    "bad",
    ["", "x" * (LONGEST_ID + 1), "a b", "a,b", "a;b", "<b>", '"', "a'b", "a\\b", "${jndi:x}", "a\tb", "a%0Ab", "ä"],
)
async def test_an_id_that_could_do_harm_is_made_anew(believing: httpx.AsyncClient, bad: str) -> None:
    """Too long, or of signs that a log viewer, a shell or a page could take for something else."""
    answer = await believing.get("/health", headers=[(b"X-Request-Id", bad.encode("latin-1"))])
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    twice = await believing.get("/health", headers=[("X-Request-Id", "one"), ("X-Request-Id", "two")])
    assert re.fullmatch("[0-9a-f]{32}", twice.headers["x-request-id"])


@pytest.mark.parametrize("page", ["libredesk.md", "gateway.md"])
def test_the_nginx_of_the_docs_makes_the_id(tmp_path: Path, page: str) -> None:
    """With the line for it as documented, what a client sends as an id reaches no one."""
    [line] = re.findall(r"proxy_set_header X-Request-Id \S+;", (ROOT / "docs" / page).read_text())
    with serving(tmp_path, TRUSTED_PROXIES="127.0.0.1") as served:
        config = f"location / {{ proxy_pass {str(served.client.base_url).rstrip('/')}; {line} }}"
        with nginx_server(config, tmp_path) as nginx:
            answers = [httpx.get(f"{nginx.url}/health", headers={"X-Request-Id": CHOSEN}) for _ in range(2)]
    found = {answer.headers["x-request-id"] for answer in answers}
    assert len(found) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in found)


OLD = """INSERT INTO assistant_verdict (request_id, at, day, agent_id, prompt_key, prompt_version, verdict, similarity)
    VALUES ('one', '2026-11-01 10:00:00+00:00', '2026-11-01', 7, 'calm', 'v1', 'kept', 0.5),
    ('two', '2026-11-02 10:00:00+00:00', '2026-11-02', 8, 'calm', 'v1', 'undone', NULL)"""
NEW = """INSERT INTO assistant_verdict (request_id, at, day, agent_id, prompt_key, prompt_version, verdict, similarity)
    VALUES ('one', '2026-11-03 10:00:00+00:00', '2026-11-03', 8, 'calm', 'v1', 'edited', NULL)"""
ROWS = text("SELECT request_id, agent_id, day, verdict, similarity FROM assistant_verdict ORDER BY day")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_verdicts_of_an_older_database_survive(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    """They are there after the upgrade, and a colleague's verdict under the same id finds its place."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    if kind == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url
    database = Database(url)

    def make_old(connection: Connection) -> None:
        from alembic import command  # noqa: PLC0415 - as the service has it
        from alembic.config import Config  # noqa: PLC0415

        TABLES.metadata.drop_all(connection)
        TABLES.versions.drop(connection, checkfirst=True)
        config = Config()
        config.set_main_option("script_location", str(TABLES.scripts))
        config.attributes.update(connection=connection, version_table=TABLES.version_table)
        command.upgrade(config, "0005")
        connection.execute(text(OLD))

    async with database.engine.begin() as connection:
        await connection.run_sync(make_old)
    async with database.engine.begin() as connection:
        await connection.run_sync(bring_up_to_date, TABLES)
        await connection.execute(text(NEW))
        found = [tuple(row) for row in await connection.execute(ROWS)]
    await database.aclose()
    assert found == [
        ("one", 7, "2026-11-01", "kept", 0.5),
        ("two", 8, "2026-11-02", "undone", None),
        ("one", 8, "2026-11-03", "edited", None),
    ]
