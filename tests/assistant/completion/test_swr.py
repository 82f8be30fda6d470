"""Answers that are past their time, but not too old: given at once, and asked for anew behind the agent's back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant import services
from assistant.redis.link import RedisLink
from tests.assistant.completion.asking import asked, click, click_streamed, deltas_of, events_of, until, using
from tests.assistant.harness import service
from tests.fakes import FakeProvider, steps
from tests.fakes.drip import Drip
from tests.servers.redis import RedisServer
from tests.waiting import eventually

DRAFT = "it is on its way"
OLD, NEW = "It is on its way.", "It's on its way!"
KEPT = """---
title: {title}
brief: make it nicer
cache: {cache}
---
{{% block system %}}Make it nicer.{{% endblock %}}
{{% block user %}}{{{{ content }}}}{{% endblock %}}
"""
TTL = 2.0


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        fake.reply(OLD)
        yield fake


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """A prompt whose answers are fresh for two seconds, with and without a time after that."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "stale.j2").write_text(KEPT.format(title="Stale", cache="{ttl: 2s, stale: 1h}"))
    (folder / "gone.j2").write_text(KEPT.format(title="Gone", cache="{ttl: 2s}"))
    return folder


async def ask(client: httpx.AsyncClient, prompt: str = "stale") -> tuple[str, str]:
    """Click, and return the words and how the cache took part."""
    answer = await click(client, DRAFT, prompt_key=prompt)
    return answer.json()["data"], answer.headers["x-assistant-cache"]


async def paid(state: Path, fake: FakeProvider) -> int:
    """Return how many completions the usage has that were no hits; a restart has written all of it."""
    async with service(state, **using(fake)) as client:
        groups = (await client.get("/api/v1/ai/usage?by=prompt")).json()["data"]["groups"]
    [found] = [each for each in groups if each["key"] == "stale"]
    assert found["errors"] == 0
    return int(found["requests"] - found["hits"])


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services that wait for Redis for longer than a tenth of a second, as the machine may be busy."""
    monkeypatch.setattr(services, "RedisLink", lambda url: RedisLink(url, 2.0))


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("shared", [False, True])
async def test_stale_answer_is_given_and_refreshed(
    state: Path, fake: FakeProvider, prompts: Path, redis: RedisServer, *, shared: bool
) -> None:
    """No one waits: the old words come at once, one call is made for all who click, later clicks get the new words."""
    more = {"redis_url": redis.url} if shared else {}
    async with service(state, prompts_dir=prompts, **more, **using(fake)) as client:
        assert await ask(client) == (OLD, "miss")
        assert await ask(client) == (OLD, "hit")
        drip = Drip(NEW)
        fake.script(drip)
        await asyncio.sleep(TTL + 0.1)
        assert await asyncio.gather(*(ask(client) for _ in range(5))) == 5 * [(OLD, "hit")]
        await eventually(drip.begun.is_set)
        drip.finish()

        async def renewed() -> bool:
            return await ask(client) == (NEW, "hit")

        await until(renewed)
        assert len(asked(fake)) == 2


@pytest.mark.usefixtures("patient")
async def test_replicas_refresh_together(state: Path, fake: FakeProvider, prompts: Path, redis: RedisServer) -> None:
    """Both give the old words at once; one of them asks, and both have the new ones."""
    more = {"prompts_dir": prompts, "redis_url": redis.url, **using(fake)}
    async with service(state, **more) as one, service(state, **more) as other:
        assert await ask(one) == (OLD, "miss")
        assert await ask(other) == (OLD, "hit")
        drip = Drip(NEW)
        fake.script(drip)
        await asyncio.sleep(TTL + 0.1)
        assert list(await asyncio.gather(ask(one), ask(other))) == 2 * [(OLD, "hit")]
        await eventually(drip.begun.is_set)
        drip.finish()

        async def renewed() -> bool:
            return [await ask(one), await ask(other)] == 2 * [(NEW, "hit")]

        await until(renewed)
        assert len(asked(fake)) == 2
    assert await paid(state, fake) == 2, "the first click and the refresh"


async def test_refresh_is_written_down_once(state: Path, fake: FakeProvider, prompts: Path) -> None:
    """The usage has a row for each click and one for the call, however many click meanwhile."""
    async with service(state, prompts_dir=prompts, **using(fake)) as client:
        await ask(client)
        await asyncio.sleep(TTL + 0.1)
        drip = Drip(NEW)
        fake.script(drip)
        for _ in range(5):
            assert await ask(client) == (OLD, "hit")
        drip.finish()

        async def renewed() -> bool:
            return await ask(client) == (NEW, "hit")

        await until(renewed)
    assert await paid(state, fake) == 2, "the first click and the refresh"


async def test_stale_answer_is_streamed_too(state: Path, fake: FakeProvider, prompts: Path) -> None:
    """A stream gets the old words at once as well, and starts the refresh."""
    async with service(state, prompts_dir=prompts, **using(fake)) as client:
        await ask(client)
        fake.reply(NEW)
        await asyncio.sleep(TTL + 0.1)
        streamed = await click_streamed(client, DRAFT, prompt_key="stale")
        assert (deltas_of(events_of(streamed.text)), streamed.headers["x-assistant-cache"]) == (OLD, "hit")
        await eventually(lambda: len(asked(fake)) == 2)


async def test_refresh_that_fails_leaves_the_old_answer(state: Path, fake: FakeProvider, prompts: Path) -> None:
    """A provider in trouble costs no one an answer that is still good enough."""
    async with service(state, prompts_dir=prompts, **using(fake)) as client:
        await ask(client)
        await asyncio.sleep(TTL + 0.1)
        fake.script(steps.status(401))
        assert await ask(client) == (OLD, "hit")
        await eventually(lambda: len(asked(fake)) == 2)
        assert await ask(client) == (OLD, "hit")


async def test_answer_without_a_second_life_is_asked_anew(state: Path, fake: FakeProvider, prompts: Path) -> None:
    """Where the prompt doesn't say otherwise, what is past its time is gone."""
    async with service(state, prompts_dir=prompts, **using(fake)) as client:
        assert await ask(client, "gone") == (OLD, "miss")
        fake.reply(NEW)
        await asyncio.sleep(TTL + 0.1)
        assert await ask(client, "gone") == (NEW, "miss")
