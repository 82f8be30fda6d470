"""Several providers in a row, as an administrator sets them up and an agent sees them."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from litestar.types import ASGIApp

from assistant.app import create_app
from providers.asking.slots import Slots
from tests.assistant.completion.asking import asked, click, click_streamed, deltas_of, done_of, events_of, using
from tests.assistant.harness import client_of, error, own_loop, service, settings_for
from tests.fakes import FakeProvider, steps
from tests.fakes.drip import Drip

DRAFT = "No, we can't refund it before Monday."
FIRST, SECOND = "Sorry, we can't refund it before Monday.", "I'm afraid we can't refund it before Monday."
PROVIDER, PROVIDERS = "/api/v1/ai/provider", "/api/v1/ai/providers"
MASK = "•" * 8
LONG = """---
title: With A Note
brief: answer politely
variables:
  note: {type: string, default: "", max_length: 2000}
  mood: {type: string, default: ""}
---
{% block system %}Answer politely. {{ mood }}{% endblock %}
{% block user %}{{ note }} {{ content }}{% endblock %}
"""


@pytest.fixture
def primary() -> Iterator[FakeProvider]:
    """The provider that is asked first."""
    with FakeProvider(key="sk-first") as fake:
        fake.reply(FIRST)
        yield fake


@pytest.fixture
def fallback() -> Iterator[FakeProvider]:
    """The one that is asked when the first can't answer."""
    with FakeProvider(key="sk-second") as fake:
        fake.reply(SECOND)
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A service for all tests here that set both; each takes `client`."""
    async with service(tmp_path_factory.mktemp("chain") / "var") as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def client(running_client: httpx.AsyncClient, primary: FakeProvider, fallback: FakeProvider) -> httpx.AsyncClient:
    """A service with both, that knows no answer yet."""
    answer = await running_client.put(PROVIDER, json=both(primary, fallback))
    assert answer.status_code == 200, answer.text
    assert (await running_client.delete("/api/v1/ai/cache")).status_code == 200
    return running_client


def both(primary: FakeProvider, fallback: FakeProvider, **more: object) -> dict[str, Any]:
    """Return the setting of a provider and its fallback."""
    second = {"provider": "vllm", "api_key": "sk-second", "model": "two", "base_url": fallback.url}
    first = {"provider": "custom", "api_key": "sk-first", "model": "one", "base_url": primary.url}
    return {**first, "fallbacks": [{**second, **more}]}


def who(answer: httpx.Response) -> tuple[str, str, str]:
    """Return how the cache took part, and who answered."""
    return tuple(answer.headers[f"x-assistant-{name}"] for name in ("cache", "provider", "model"))  # type: ignore[return-value] # three


def down(fake: FakeProvider, times: int = 3) -> None:
    """Let a provider refuse the next requests; each click tries it three times."""
    fake.script(*times * [steps.status(503)])


@own_loop
async def test_fallback_answers_and_says_so(
    client: httpx.AsyncClient, primary: FakeProvider, fallback: FakeProvider
) -> None:
    """The agent gets words, and the header names who wrote them; the setting shows both, without keys."""
    down(primary)
    answer = await click(client, DRAFT)
    shown = (await client.get(PROVIDER)).json()["data"]
    assert (answer.json()["data"], who(answer)) == (SECOND, ("miss", "vllm", "two"))
    assert asked(fallback)[-1].json["model"] == "two"
    assert asked(fallback)[-1].headers["authorization"] == "Bearer sk-second"
    assert [each["model"] for each in (shown, *shown["fallbacks"])] == ["one", "two"]
    assert [each["api_key"] for each in (shown, *shown["fallbacks"])] == [MASK, MASK]
    assert "sk-" not in str(shown)


@own_loop
async def test_fallback_streams_and_says_so(client: httpx.AsyncClient, primary: FakeProvider) -> None:
    """The same for a stream: the header that leaves with the first word names who writes it."""
    down(primary)
    answer = await click_streamed(client, DRAFT)
    events = events_of(answer.text)
    assert who(answer) == ("miss", "vllm", "two")
    assert deltas_of(events) == done_of(events)["text"] == SECOND
    assert (done_of(events)["provider"], done_of(events)["model"]) == ("vllm", "two")


@own_loop
async def test_stream_that_breaks_off_is_not_continued_by_another(
    client: httpx.AsyncClient, primary: FakeProvider, fallback: FakeProvider
) -> None:
    """Once words of one model left, no other one's follow."""
    calls = len(asked(fallback))
    primary.script(steps.cut())
    events = events_of((await click_streamed(client, DRAFT)).text)
    assert events[-1].name == "error"
    assert FIRST.startswith(deltas_of(events))
    assert len(asked(fallback)) == calls


@own_loop
async def test_answer_of_the_fallback_is_not_the_primarys(client: httpx.AsyncClient, primary: FakeProvider) -> None:
    """It is stored under its own name: once the primary is back, it is asked, and from then on its answer counts."""
    down(primary)
    answers = [await click(client, DRAFT) for _ in range(3)]
    assert [who(each) for each in answers] == [
        ("miss", "vllm", "two"),
        ("miss", "custom", "one"),
        ("hit", "custom", "one"),
    ]
    assert [each.json()["data"] for each in answers] == [SECOND, FIRST, FIRST]


@own_loop
async def test_while_the_primary_is_left_alone_the_fallbacks_answers_are_hits(
    client: httpx.AsyncClient, primary: FakeProvider, fallback: FakeProvider
) -> None:
    """After enough failures no one waits for the primary, the stored answers are the fallback's, and admins see why."""
    names = ("please", "really", "sorry", "thanks", "soon")
    before = (await client.get(PROVIDERS)).json()["data"]["configured"]
    down(primary, 30)
    for name in names:
        assert who(await click(client, f"{DRAFT} {name}"))[1] == "vllm"
    calls = len(asked(primary))
    again = [await click(client, f"{DRAFT} {name}") for name in names]
    after = (await client.get(PROVIDERS)).json()["data"]["configured"]
    assert {who(each) for each in again} == {("hit", "vllm", "two")}
    assert len(asked(primary)) == calls, "it is left alone"
    assert [(each["provider"], each["model"]) for each in before] == [("custom", "one"), ("vllm", "two")]
    assert [each["breaker"] for each in before] == ["closed", "closed"]
    assert [each["breaker"] for each in after] == ["open", "closed"]
    assert after[0]["recent_failures"] >= 10
    metrics = (await client.get("/metrics")).text
    assert 'assistant_breaker_open{model="one",provider="custom"} 1.0' in metrics
    other = {"provider": "custom", "base_url": fallback.url, "model": "two", "api_key": "sk-second"}
    switched = await client.put("/api/v1/ai/provider", json=other)
    assert switched.status_code == 200, switched.text
    metrics = (await client.get("/metrics")).text
    assert 'assistant_breaker_open{model="one",provider="custom"} 0.0' in metrics


@own_loop
async def test_key_of_a_fallback_goes_nowhere_else(
    client: httpx.AsyncClient, primary: FakeProvider, fallback: FakeProvider
) -> None:
    """Masked or left out, the stored key is kept for its address, and never sent to another one."""
    for kept in ({"api_key": MASK}, {"api_key": None}):
        setting = both(primary, fallback, **kept)
        assert (await client.put(PROVIDER, json=setting)).status_code == 200
        down(primary)
        assert (await click(client, f"{DRAFT} {kept}")).json()["data"] == SECOND
    with FakeProvider() as thief:
        for moved in ({"api_key": MASK}, {"api_key": None}, {"api_key": MASK, "provider": "ollama"}):
            setting = both(primary, fallback, base_url=thief.url, **moved)
            answer = await client.put(PROVIDER, json={**setting, "verify": False})
            assert error(answer) == (400, "InputException", "api_key_required")
            assert "fallbacks[0]" in answer.json()["message"]
        assert thief.requests == []


async def test_too_long_for_the_model_is_asked_once_more_with_less(state: Path, tmp_path: Path) -> None:
    """The longest text that may be cut is halved, the agent is told, and the answer isn't kept for others."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "with_note.j2").write_text(LONG)
    variables = {"note": "They called us. " * 40, "mood": "Be calm."}
    too_long = steps.status(400, kind="context_length_exceeded", message="maximum context length")
    with FakeProvider() as fake:
        fake.reply(FIRST)
        fake.script(too_long)
        async with service(state, prompts_dir=folder, **using(fake)) as client:
            body = {"prompt_key": "with_note", "variables": variables}
            answer = await click(client, DRAFT, detail=True, **body)
            assert len(asked(fake)) == 2, answer.text
            first, second = (str(each.json["messages"]) for each in asked(fake))
            after = await click(client, DRAFT, **body)
            fake.script(too_long, too_long)
            refused = await click(client, DRAFT + " Soon.", **body)
            streamed = await asyncio.wait_for(_too_long_streamed(client, fake, body), 30)
    [warning] = answer.json()["data"]["warnings"]
    assert "too long" in warning
    assert (first.count("They called us."), second.count("They called us.")) == (40, 20)
    assert "Be calm." in second
    assert DRAFT in second
    assert after.headers["x-assistant-cache"] == "miss"
    assert error(refused) == (422, "DataException", "context_too_long")
    assert streamed["warnings"] == [warning]


async def _too_long_streamed(client: httpx.AsyncClient, fake: FakeProvider, body: dict[str, Any]) -> dict[str, Any]:
    """Return what a stream ends with whose first question was too long."""
    fake.script(steps.status(400, kind="context_length_exceeded", message="maximum context length"))
    return done_of(events_of((await click_streamed(client, DRAFT + " Now.", **body)).text))


async def test_too_long_is_understood_from_a_compressed_answer(state: Path, tmp_path: Path) -> None:
    """Some gateways compress errors, asked or not: the text is cut and asked again all the same."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "with_note.j2").write_text(LONG)
    said = {"error": {"message": "maximum context length", "code": "context_length_exceeded"}}
    packed = gzip.compress(json.dumps(said).encode())
    with FakeProvider() as fake:
        fake.reply(FIRST)
        fake.script(steps.whole(400, packed, {"Content-Encoding": "gzip"}))
        async with service(state, prompts_dir=folder, **using(fake)) as client:
            variables = {"note": "They called us. " * 40, "mood": "Be calm."}
            answer = await click(client, DRAFT, prompt_key="with_note", variables=variables)
    assert answer.json()["data"] == FIRST
    assert len(asked(fake)) == 2


async def test_what_cannot_be_cut_is_told_at_once(state: Path) -> None:
    """Half of a language's name helps no one: the agent hears that the draft is too long."""
    with FakeProvider() as fake:
        fake.script(steps.status(400, kind="context_length_exceeded", message="maximum context length"))
        async with service(state, **using(fake)) as client:
            answer = await click(client, DRAFT, prompt_key="translate", variables={"language": "German"})
    assert error(answer) == (422, "DataException", "context_too_long")
    assert len(asked(fake)) == 1


@asynccontextmanager
async def with_places(state: Path, fake: FakeProvider, most: int) -> AsyncIterator[httpx.AsyncClient]:
    """Run a service that asks its provider so many things at once, and lets no one wait."""
    front = create_app(settings_for(state, **using(fake)))
    async with client_of(cast("ASGIApp", front), front.ready) as client:
        [upstream] = (await _active(front)).upstreams
        upstream.slots = Slots(most, 0, 1.0)
        yield client


async def _active(front: Any) -> Any:  # noqa: ANN401 - the composition root keeps it to itself
    return (await front._ours.operations.dependencies["active"]()).current  # noqa: SLF001 - likewise


async def test_busy_provider_is_a_503_that_says_when_to_try_again(state: Path) -> None:
    """More than a provider takes at once are not piled up: they hear of it, and the first one is answered."""
    drip = Drip(FIRST)
    with FakeProvider() as fake:
        fake.script(drip)
        async with with_places(state, fake, most=1) as client:
            first = asyncio.create_task(click(client, DRAFT))
            assert await asyncio.to_thread(drip.begun.wait, 30)
            refused = await click(client, DRAFT + " Soon.")
            streamed = await click_streamed(client, DRAFT + " Now.")
            drip.finish()
            answered = await first
    for each in (refused, streamed):
        assert error(each) == (503, "NetworkException", "busy")
        assert int(each.headers["retry-after"]) >= 1
    assert answered.json()["data"] == FIRST
