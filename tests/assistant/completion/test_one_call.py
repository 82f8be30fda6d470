"""One question, one call: over two replicas that share a Redis, whatever becomes of the one that asks."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import asked, deltas_of, done_of, echo, events_of
from tests.assistant.completion.replicas import Tabs, kill, many_tabs, replica
from tests.assistant.serving import Served
from tests.fakes import FakeProvider
from tests.fakes.drip import Drip
from tests.servers.redis import RedisServer

DRAFT = "No, we can't refund order #48213 before Monday."
ANSWER = "I'm sorry, we can't refund order #48213 before Monday."


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


@pytest.fixture
def replicas(fake: FakeProvider, redis: RedisServer, tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """Two replicas."""
    with ExitStack() as stack:
        yield (
            stack.enter_context(replica(tmp_path / "one", fake, redis)),
            stack.enter_context(replica(tmp_path / "two", fake, redis)),
        )


async def first_call(fake: FakeProvider, drip: Drip) -> None:
    """Wait until the provider is asked."""
    assert await asyncio.to_thread(drip.begun.wait, 30)
    assert len(asked(fake)) == 1


async def test_200_clicks_on_two_replicas_are_one_call(fake: FakeProvider, replicas: tuple[Served, Served]) -> None:
    """Everyone gets the same words, whichever replica they are on, streamed or not, and they are paid for once."""
    one, two = replicas
    drip = Drip(ANSWER)
    fake.script(drip)
    async with many_tabs() as tabs:
        for served in replicas:
            tabs.click(served, DRAFT, 80)
            tabs.click(served, DRAFT, 20, Accept="text/event-stream")
        await tabs.all_sent()
        await first_call(fake, drip)
        drip.finish()
        answers = await asyncio.gather(*tabs.tasks)
        after = await asyncio.gather(*tabs.click(one, DRAFT), *tabs.click(two, DRAFT))
    assert [said(each) for each in answers] == 200 * [ANSWER]
    assert len(asked(fake)) == 1
    caches = [each.headers["x-assistant-cache"] for each in answers]
    assert caches.count("miss") == 1
    assert caches.count("coalesced") >= 10, "many asked while the model was writing, all of them on a quick machine"
    assert [each.headers["x-assistant-cache"] for each in after] == ["hit", "hit"]


async def test_leaving_one_replica_costs_those_on_the_other_nothing(
    fake: FakeProvider, replicas: tuple[Served, Served]
) -> None:
    """The one who asked first leaves; the others are on another replica, and still get the whole answer."""
    one, two = replicas
    first, second = Drip(ANSWER), Drip(ANSWER)
    fake.script(first, second)
    second.finish()
    async with many_tabs() as tabs:
        [leaving] = tabs.click(one, DRAFT)
        await first_call(fake, first)
        staying = tabs.click(two, DRAFT, 10)
        await followed(tabs, two)
        leaving.cancel()
        answers = await asyncio.gather(*staying)
    assert [said(each) for each in answers] == 10 * [ANSWER]
    assert len(asked(fake)) <= 2


async def test_killing_the_replica_that_asks(fake: FakeProvider, redis: RedisServer, tmp_path: Path) -> None:
    """Those on the other one are answered, by two calls at most; those on the killed one succeed when they retry."""
    draft = DRAFT + " Please wait."
    drip = Drip(ANSWER)
    fake.script(drip)
    fake.reply(ANSWER + " Please wait.")
    with replica(tmp_path / "one", fake, redis) as dying, replica(tmp_path / "two", fake, redis) as other:
        async with many_tabs() as tabs:
            cut = tabs.click(dying, draft)
            await first_call(fake, drip)
            cut += tabs.click(dying, draft, 19)
            kept = tabs.click(other, draft, 100)
            await tabs.all_sent()
            await followed(tabs, other)
            kill(dying)
            answers = await asyncio.gather(*kept)
            lost = await asyncio.gather(*cut, return_exceptions=True)
            again = await asyncio.gather(*tabs.click(other, draft, len(cut)))
    assert [said(each) for each in (*answers, *again)] == 120 * [ANSWER + " Please wait."]
    assert all(isinstance(each, httpx.TransportError) for each in lost), "none got half an answer, or another one's"
    assert len(asked(fake)) <= 2
    assert asked(fake)[0].dropped.is_set(), "the first call died with its replica"


async def followed(tabs: Tabs, served: Served) -> None:
    """Wait until a replica has read what was sent to it before: it answers its requests in turn."""
    answer = await asyncio.gather(*tabs.click(served, " "))
    assert answer[0].status_code == 422


def said(answer: httpx.Response) -> str:
    """Return the words of an answer, whole or streamed."""
    assert answer.status_code == 200, answer.text
    if not answer.headers["content-type"].startswith("text/event-stream"):
        words: str = answer.json()["data"]
        return words
    events = events_of(answer.text)
    assert deltas_of(events) == done_of(events)["text"]
    return deltas_of(events)
