"""Servers that load their model when they are first asked, and for longer than agents wait."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from providers.dialects import Dialect
from tests.assistant.completion.asking import PATH, asked, click, until, wanted
from tests.assistant.harness import error, service
from tests.clock import LoopClock
from tests.fakes import FakeProvider, steps
from tests.fakes.deaf import deaf
from tests.fakes.loading import Loading
from tests.waiting import eventually

DRAFT = "your parcel is on its way"
LOADING = (503, "NetworkException", "model_loading")
MESSAGE = "The model is being loaded; try again in a moment."
WAIT = 9.0

LOADERS: list[tuple[str, Dialect]] = [
    ("ollama", "chat"),
    ("lmstudio", "chat"),
    ("vllm", "chat"),
    ("custom", "chat"),
    ("custom", "responses"),
    ("custom", "messages"),
]
ALWAYS_LOADED = ["openai", "mistral", "anthropic", "groq", "openrouter"]


def setting(fake: FakeProvider, provider: str = "ollama", api: Dialect = "chat") -> dict[str, Any]:
    """Return the settings that put a fake active provider."""
    return {"provider": provider, "base_url": fake.url, "api": api, "api_key": "k", "model": "large"}


@pytest.fixture
async def clock() -> LoopClock:
    """The clock of the service, the agents and the test."""
    return LoopClock()


async def in_vain(
    clock: LoopClock, fake: FakeProvider, *clicks: Coroutine[Any, Any, httpx.Response], seconds: float = WAIT
) -> list[httpx.Response]:
    """Click, let the time of an answer pass once the server has been asked, and return what the agents get."""
    there = len(fake.requests) + len(clicks)
    asking = asyncio.gather(*clicks)
    await eventually(lambda: len(fake.requests) >= there)
    clock.forward(seconds)
    return await asking


async def used(client: httpx.AsyncClient, rows: int) -> dict[str, Any]:
    """Return the day's totals once so many rows are written."""
    totals: dict[str, Any] = {}

    async def written() -> bool:
        totals.update((await client.get("/api/v1/ai/usage")).json()["data"]["total"])
        return bool(totals["requests"] >= rows)

    await until(written)
    assert totals["requests"] == rows
    return totals


@pytest.mark.parametrize(("provider", "api"), LOADERS)
@pytest.mark.parametrize("accepts", ["application/json", "text/event-stream"])
async def test_next_click_finds_the_answer(
    state: Path, clock: LoopClock, provider: str, api: Dialect, accepts: str
) -> None:
    """The first one is told to come back; the call goes on, and what it says is there for the next one, paid once."""
    load, headers = Loading(), {"Accept": accepts}
    with FakeProvider(api) as fake:
        fake.script(load)
        async with service(state, request_timeout=WAIT, **setting(fake, provider, api)) as client:
            [first] = await in_vain(clock, fake, client.post(PATH, json=wanted(DRAFT), headers=headers))
            load.finish()
            assert (await used(client, 2))["input_tokens"] > 0
            second = await client.post(PATH, json=wanted(DRAFT), headers=headers)
            other = await client.post(PATH, json=wanted("another draft"), headers=headers)
            totals = await used(client, 4)
        assert len(fake.requests) == 2
    assert error(first) == LOADING
    assert (first.json()["message"], load.given_up) == (MESSAGE, 0)
    assert int(first.headers["retry-after"]) >= 1
    assert (second.status_code, second.headers["x-assistant-cache"]) == (200, "hit")
    assert (other.status_code, other.headers["x-assistant-cache"]) == (200, "miss")
    assert (totals["errors"], totals["hits"]) == (1, 1)


@pytest.mark.parametrize("provider", ALWAYS_LOADED)
async def test_hosts_whose_models_are_always_there_time_out(state: Path, clock: LoopClock, provider: str) -> None:
    """Their silence is a time-out, and what costs money is broken off."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        async with service(state, request_timeout=WAIT, **setting(fake, provider)) as client:
            [answer] = await in_vain(clock, fake, click(client, DRAFT))
            await eventually(lambda: load.given_up == 1)
    assert error(answer) == (504, "NetworkException", "provider_timeout")


async def test_server_that_takes_no_connection_loads_nothing(state: Path, clock: LoopClock) -> None:
    """What the request has not reached was not asked for a model: that is a time-out."""
    with deaf("127.0.0.2") as port:
        there = {"provider": "ollama", "base_url": f"http://127.0.0.2:{port}", "model": "large"}
        async with service(state, request_timeout=1.5, **there) as client:  # less than a connection may take
            asking = asyncio.create_task(click(client, DRAFT))
            await clock.reach(asking.done)
    assert error(asking.result()) == (504, "NetworkException", "provider_timeout")


async def test_load_behind_a_refused_parameter_goes_on(state: Path, clock: LoopClock) -> None:
    """The server checks what it is asked before it loads the model; only its answer to the last request counts."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(steps.status(400, param="temperature", message="Unsupported parameter: temperature"), load)
        async with service(state, request_timeout=WAIT, **setting(fake)) as client:
            asking = asyncio.create_task(click(client, DRAFT))
            await eventually(lambda: len(asked(fake)) == 2)
            clock.forward(WAIT)
            assert error(await asking) == LOADING
            load.finish()
            await used(client, 2)
            again = await click(client, DRAFT)
        assert len(asked(fake)) == 2
    assert (again.status_code, again.headers["x-assistant-cache"]) == (200, "hit")


async def test_click_during_the_load_is_answered_after_it(state: Path, clock: LoopClock) -> None:
    """It waits for as long as any click, and has its answer if the model is there before that; each call is billed."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(*[load] * 3)
        async with service(state, request_timeout=WAIT, **setting(fake)) as client:
            assert error((await in_vain(clock, fake, click(client, DRAFT)))[0]) == LOADING
            assert error((await in_vain(clock, fake, click(client, DRAFT)))[0]) == LOADING
            again = asyncio.create_task(click(client, DRAFT))
            await eventually(lambda: len(asked(fake)) == 3)
            load.finish()
            answer = await again
            totals = await used(client, 4)
    assert (answer.status_code, load.given_up) == (200, 1)
    assert (totals["input_tokens"], totals["output_tokens"], totals["errors"]) == (40, 14, 2)


async def test_crowd_during_a_load_finds_the_model_warm(state: Path, clock: LoopClock) -> None:
    """Twelve agents with twelve drafts are all told the same, no breaker opens, and one call goes on."""
    load, drafts = Loading(), [f"your parcel {number} is on its way" for number in "abcdefghijkl"]
    with FakeProvider() as fake:
        fake.script(*[load] * len(drafts))
        async with service(state, request_timeout=WAIT, **setting(fake)) as client:
            first = await in_vain(clock, fake, *(click(client, draft) for draft in drafts))
            await eventually(lambda: load.given_up == len(drafts) - 1)
            load.finish()
            second = await asyncio.gather(*(click(client, draft) for draft in drafts))
    assert {error(each) for each in first} == {LOADING}
    assert {each.status_code for each in second} == {200}


async def test_load_ends_with_a_switch_of_the_setting(state: Path, clock: LoopClock) -> None:
    """Nothing is loaded for a setting that is no longer used."""
    load = Loading()
    with FakeProvider() as fake, FakeProvider() as other:
        fake.script(load)
        async with service(state, request_timeout=WAIT, **setting(fake)) as client:
            assert error((await in_vain(clock, fake, click(client, DRAFT)))[0]) == LOADING
            change = {"provider": "custom", "base_url": other.url, "model": "m", "api_key": "", "verify": False}
            assert (await client.put("/api/v1/ai/provider", json=change)).status_code == 200
            await eventually(lambda: load.given_up == 1)
            assert (await click(client, DRAFT)).status_code == 200
            assert (await used(client, 2))["errors"] == 1


async def test_load_ends_with_the_service(state: Path, clock: LoopClock) -> None:
    """A service that stops waits for no load."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        async with service(state, request_timeout=WAIT, **setting(fake)) as client:
            assert error((await in_vain(clock, fake, click(client, DRAFT)))[0]) == LOADING
        await eventually(lambda: load.given_up == 1)


async def test_fallback_answers_during_the_load(state: Path, clock: LoopClock) -> None:
    """The agent has its answer; the first provider's comes later, and is the next one's."""
    load = Loading()
    with FakeProvider() as fake, FakeProvider() as second:
        fake.script(load)
        fake.reply("The first one's answer.")
        reserve = {**setting(second, "custom"), "name": "reserve"}
        async with service(state, request_timeout=WAIT) as client:
            whole = {**setting(fake), "verify": False, "fallbacks": [reserve]}
            assert (await client.put("/api/v1/ai/provider", json=whole)).status_code == 200
            [first] = await in_vain(clock, fake, click(client, DRAFT), seconds=0.7 * WAIT)
            load.finish()
            await used(client, 2)
            again = await click(client, DRAFT)
        assert len(asked(fake)) == 1
    assert (first.status_code, first.headers["x-assistant-provider"]) == (200, "custom")
    assert (again.json()["data"], again.headers["x-assistant-cache"]) == ("The first one's answer.", "hit")


async def test_answer_that_never_comes_is_no_second_error(state: Path, clock: LoopClock) -> None:
    """The load fails: the click was counted once, and the next one asks again."""
    with FakeProvider() as fake:
        load = Loading()
        fake.script(load, steps.reply("It is there."))
        fake.reply("")  # what a server says that could not load it
        async with service(state, request_timeout=WAIT, **setting(fake)) as client:
            assert error((await in_vain(clock, fake, click(client, DRAFT)))[0]) == LOADING
            load.finish()
            again = await click(client, "another draft")
            totals = await used(client, 2)
    assert (again.status_code, totals["errors"]) == (200, 1)


async def test_trial_of_a_prompt_says_so_too(state: Path, clock: LoopClock) -> None:
    """Whoever tries a prompt is told the same, and the model is warm for the next trial."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        async with service(state, request_timeout=WAIT, **setting(fake)) as client:
            body = {"content": DRAFT}
            [first] = await in_vain(clock, fake, client.post("/api/v1/ai/prompts/reply_friendly/test", json=body))
            load.finish()
            second = await client.post("/api/v1/ai/prompts/reply_friendly/test", json=body)
        assert load.given_up == 0
    assert MESSAGE in first.text
    assert second.status_code == 200
    assert "Thank you for waiting." in second.text
