"""Forgetting stored answers: those of a prompt, of a provider, or all; on every replica, and for good."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.tables import TABLES
from assistant.live_settings.documents import Documents
from assistant.live_settings.purges import Purges
from tests.assistant.completion.asking import asked, click, echo, until, using
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider
from tests.fakes.drip import Drip
from tests.servers.redis import RedisServer

DRAFT = "No, we can't refund it before Monday."
CACHE = "/api/v1/ai/cache"
PROMPTS = ("reply_friendly", "improve", "simplify")


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


@pytest.fixture
async def client(state: Path, fake: FakeProvider) -> AsyncIterator[httpx.AsyncClient]:
    """A service that asks it."""
    async with service(state, **using(fake)) as client:
        yield client


@pytest.fixture(scope="module")
def echoing() -> Iterator[FakeProvider]:
    """A provider that changes nothing, for the tests that give it nothing else to do."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_client(
    echoing: FakeProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A service that asks it; each test takes `empty_client`."""
    async with service(tmp_path_factory.mktemp("purges") / "var", **using(echoing)) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def empty_client(running_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same, which has forgotten all answers."""
    await purge(running_client)
    return running_client


async def outcomes(client: httpx.AsyncClient) -> list[str]:
    """Click on each prompt, and return how the cache took part."""
    return [(await click(client, DRAFT, prompt_key=each)).headers["x-assistant-cache"] for each in PROMPTS]


async def purge(client: httpx.AsyncClient, **what: str) -> None:
    """Forget answers."""
    answer = await client.delete(CACHE, params=what)
    assert (answer.status_code, answer.json()) == (200, {"status": "success", "data": True})


@pytest.mark.parametrize(
    ("what", "after"),
    [
        ({"prompt": "improve"}, ["hit", "miss", "hit"]),
        ({"prompt": "make_friendly"}, ["miss", "hit", "hit"]),
        ({"provider": "custom"}, ["miss", "miss", "miss"]),
        ({"provider": "openai"}, ["hit", "hit", "hit"]),
        ({"prompt": "improve", "provider": "openai"}, ["hit", "miss", "hit"]),
        ({}, ["miss", "miss", "miss"]),
    ],
)
@own_loop
async def test_what_was_purged_is_asked_anew_and_the_rest_stays(
    empty_client: httpx.AsyncClient, what: dict[str, str], after: list[str]
) -> None:
    """A prompt's answers go, or a provider's, or all; what is asked after that is stored as ever."""
    assert await outcomes(empty_client) == ["miss", "miss", "miss"]
    await purge(empty_client, **what)
    assert await outcomes(empty_client) == after
    assert await outcomes(empty_client) == ["hit", "hit", "hit"]


@own_loop
async def test_what_cannot_be_purged_is_named(empty_client: httpx.AsyncClient) -> None:
    """A name that is none forgets nothing, and says so."""
    await outcomes(empty_client)
    for what in ({"prompt": "nope"}, {"provider": "nope"}):
        answer = await empty_client.delete(CACHE, params=what)
        assert error(answer) == (400, "InputException", "invalid_request")
        assert answer.json()["message"].startswith(next(iter(what)))
    assert await outcomes(empty_client) == ["hit", "hit", "hit"]


@own_loop
async def test_purges_at_once_are_all_made(empty_client: httpx.AsyncClient) -> None:
    """Two administrators who purge two prompts in the same moment both get what they want."""
    for _ in range(5):
        await outcomes(empty_client)
        await asyncio.gather(*(purge(empty_client, prompt=each) for each in PROMPTS))
        assert await outcomes(empty_client) == ["miss", "miss", "miss"]


async def test_answer_that_was_on_its_way_is_purged_too(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """What was asked before the purge is given to whoever asked, and to no one after it."""
    drip = Drip("An old answer to the question.")
    fake.script(drip)
    waiting = asyncio.create_task(click(client, DRAFT))
    assert await asyncio.to_thread(drip.begun.wait, 30)
    await purge(client)
    drip.finish()
    assert (await waiting).json()["data"] == "An old answer to the question."
    after = await click(client, DRAFT)
    assert (after.json()["data"], after.headers["x-assistant-cache"]) == (DRAFT, "miss")


async def test_purge_holds_after_a_restart(state: Path, fake: FakeProvider, redis: RedisServer) -> None:
    """What Redis still has of before the purge is never found again."""
    async with service(state, redis_url=redis.url, **using(fake)) as client:
        await outcomes(client)
        await purge(client, prompt="improve")
    async with service(state, redis_url=redis.url, **using(fake)) as client:
        assert await outcomes(client) == ["hit", "miss", "hit"]


async def test_other_replica_hears_of_a_purge(state: Path, fake: FakeProvider, redis: RedisServer) -> None:
    """A purge on one replica holds on the other within a second."""
    async with (
        service(state, redis_url=redis.url, **using(fake)) as one,
        service(state, redis_url=redis.url, **using(fake)) as other,
    ):

        async def forgotten() -> bool:
            return (await click(other, DRAFT)).headers["x-assistant-cache"] == "miss"

        async def heard() -> bool:
            await purge(one)
            await asyncio.sleep(0.2)
            return await forgotten()

        await until(heard)  # the subscription takes a moment
        for _ in range(3):
            assert not await forgotten()
            calls = len(asked(fake))
            await purge(one)
            await until(forgotten, seconds=1.5)
            assert len(asked(fake)) == calls + 1


async def test_purge_is_for_administrators_and_audited(client: httpx.AsyncClient) -> None:
    """No one else may, and the audit log says who did."""
    anonymous = await client.delete(CACHE, headers={"Authorization": "token nobody:nothing"})
    assert anonymous.status_code == 401
    await purge(client, prompt="improve")
    rows = (await client.get("/api/v1/ai/audit")).json()["data"]
    assert "cache" in str(rows)


async def test_purges_at_the_same_moment_all_count(state: Path) -> None:
    """Each of many purges on two replicas forgets what was stored before it."""
    url = f"sqlite+aiosqlite:///{state}/purges.db"
    async with aclosing(Database(url)) as one, aclosing(Database(url)) as other:
        await one.upgrade(TABLES)
        replicas = [Purges(Documents(each, AuditLog(each))) for each in (one, other)]
        purges = [each.purge(prompt="p", provider=None, agent_id=1) for each in replicas for _ in range(20)]
        await asyncio.gather(*purges)
        for each in replicas:
            await each.reload()
            assert each.current.of("p", "openai") == (0, 40, 0)
