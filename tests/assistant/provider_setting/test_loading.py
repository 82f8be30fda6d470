"""Test and Save of servers that load their model first: the load goes on, and the next press finds it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from providers.dialects import Dialect
from tests.assistant.harness import error, own_loop, service
from tests.assistant.provider_setting.setting import KEY, OTHER, ask, show
from tests.clock import LoopClock
from tests.fakes import FakeProvider, steps
from tests.fakes.deaf import deaf
from tests.fakes.loading import Loading
from tests.waiting import eventually

pytestmark = own_loop

WAIT = 4.0  # seconds of a test here, which pass by the clock
SHORT = 1.5  # the same where they pass by themselves
LOADING = (503, "NetworkException", "model_loading")
TIMEOUT = (504, "NetworkException", "provider_timeout")
LIMITS = f"A test waits for {WAIT:g} seconds, and a model may load for up to 120 seconds."
SAID = {
    "test": "The model is being loaded; test again in a moment.",
    "save": "The model is being loaded, so nothing was saved; save again in a moment, "
    "or without the test (verify: false).",
    "page test": "The model is being loaded; test again in a moment.",
    "page save": "The model is being loaded, so nothing was saved; save again in a moment.",
}
AGAIN = [
    ("test", "test"),
    ("test", "save"),
    ("save", "test"),
    ("save", "save"),
    ("page test", "page save"),
    ("page save", "page save"),
]


def large(fake: FakeProvider, **more: object) -> dict[str, Any]:
    """Return a setting with a model that is loaded when it is first asked."""
    return {"provider": "custom", "base_url": f"{fake.url}/v1", "api_key": KEY, "model": "large", **more}


async def press(client: httpx.AsyncClient, button: str, setting: dict[str, Any]) -> httpx.Response:
    """Press Test or Save, ours or those of Libredesk's page, which knows three fields."""
    page = {name: setting[name] for name in ("api_key", "model", "base_url")}
    if button.startswith("page"):
        path, body = "/api/v1/ai/config/completion", page
    else:
        path, body = "/api/v1/ai/provider", setting
    return await (client.post(f"{path}/test", json=body) if "test" in button else client.put(path, json=body))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clock() -> LoopClock:
    """The clock of the services, the admins and the tests."""
    return LoopClock()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_client(
    clock: LoopClock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A service for the tests here; each takes `client` of the conftest."""
    clock.forward(0.0)  # theirs from the start
    async with service(tmp_path_factory.mktemp("loading") / "var", request_timeout=WAIT) as client:
        yield client


class Impatient:
    """Presses a button, lets the time of a test pass once the server has been asked, and hears what is said.

    Args:
        fake: the server.
        clock: of the service.
    """

    def __init__(self, fake: FakeProvider, clock: LoopClock) -> None:
        self._fake = fake
        self._clock = clock

    async def press(
        self, client: httpx.AsyncClient, button: str, setting: dict[str, Any], *, requests: int = 1, times: int = 1
    ) -> list[httpx.Response]:
        """Return what so many presses at once are answered, when the server has had so many requests in all."""
        pressing = asyncio.gather(*(press(client, button, setting) for _ in range(times)))
        await eventually(lambda: len(self._fake.requests) == requests)
        await asyncio.sleep(0.1)  # for those who wait for a request of before
        self._clock.forward(WAIT)
        return await pressing

    async def is_told(
        self, client: httpx.AsyncClient, button: str, setting: dict[str, Any], *, requests: int = 1
    ) -> tuple[int, str, str]:
        """Return what one press comes to."""
        [answer] = await self.press(client, button, setting, requests=requests)
        return error(answer)


def keys(fake: FakeProvider) -> Sequence[str | None]:
    """Return what was sent as key, call by call."""
    return [each.headers.get("authorization") for each in fake.requests]


@pytest.mark.parametrize(("first", "second"), AGAIN)
async def test_second_press_finds_the_model_loaded(
    client: httpx.AsyncClient, clock: LoopClock, capsys: pytest.CaptureFixture[str], first: str, second: str
) -> None:
    """The first one says so, and what to do, and changes nothing; one call is made for both."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        before = await show(client)
        [early] = await Impatient(fake, clock).press(client, first, large(fake))
        assert await show(client) == before
        load.finish()
        late = await press(client, second, large(fake))
        assert late.status_code == 200, late.text
        assert (await show(client) != before) == ("save" in second)
        assert (len(fake.requests), load.given_up) == (1, 0)
    assert error(early) == LOADING
    assert early.json()["message"] == f"{SAID[first]} {LIMITS}"
    assert int(early.headers["retry-after"]) >= 1
    assert KEY not in early.text + capsys.readouterr().out


async def test_press_during_the_load_waits_for_it(client: httpx.AsyncClient, clock: LoopClock) -> None:
    """It is told at once when the model is there."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        for _ in range(2):
            assert await Impatient(fake, clock).is_told(client, "save", large(fake)) == LOADING
        saving = asyncio.create_task(press(client, "save", large(fake)))
        load.finish()
        assert (await saving).status_code == 200
        assert (await show(client))["model"] == "large"
        assert (await ask(client)).status_code == 200
        assert len(fake.requests) == 2, "the test's and the click's"


async def test_save_without_the_test_is_not_held_up(client: httpx.AsyncClient, clock: LoopClock) -> None:
    """As its message said."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        assert await Impatient(fake, clock).is_told(client, "save", large(fake)) == LOADING
        assert (await press(client, "save", large(fake, verify=False))).status_code == 200
        assert (await show(client))["model"] == "large"


ENDS = [
    (steps.status(401), (400, "InputException", "provider_key"), "refused the API key"),
    (steps.status(404, kind="model_not_found"), (502, "NetworkException", "provider_rejected"), "no model 'large'"),
    (steps.whole(404, b"Not Found"), (502, "NetworkException", "provider_rejected"), "nothing at /v1/chat/completions"),
    (steps.status(500), (502, "NetworkException", "provider_unavailable"), "is not available"),
    (steps.close(), (502, "NetworkException", "provider_unavailable"), "closed the connection without an answer"),
    (steps.status(429, retry_after="7"), (429, "RateLimitException", "provider_rate_limited"), "is limiting requests"),
]


@pytest.mark.parametrize(("end", "expected", "said"), ENDS)
async def test_load_that_ends_in_an_error_tells_it(
    client: httpx.AsyncClient, clock: LoopClock, end: steps.Step, expected: tuple[int, str, str], said: str
) -> None:
    """Once, with the remedy; whoever has mended it is not told of it again."""
    load = Loading(end)
    with FakeProvider() as fake:
        fake.script(load)
        assert await Impatient(fake, clock).is_told(client, "test", large(fake)) == LOADING
        load.finish()
        failed = await press(client, "save", large(fake))
        assert error(failed) == expected
        assert said in failed.json()["message"]
        assert (await press(client, "save", large(fake))).status_code == 200


SAYINGS = [
    steps.whole(
        503, b'{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}', {"Retry-After": "1"}
    ),
    steps.whole(
        503, b'{"error": "Model org/large is currently loading", "estimated_time": 20.0}', {"Retry-After": "1"}
    ),
    steps.whole(503, b"loading the model", {"Retry-After": "0"}),
    steps.status(424, message="The model is not ready for inference yet.", retry_after="1"),
    steps.status(503, kind="model_loading", message="Please wait.", retry_after="1"),
]


@pytest.mark.parametrize("provider", ["custom", "openai"])
@pytest.mark.parametrize("saying", SAYINGS)
async def test_server_that_says_that_it_loads_is_asked_again(
    client: httpx.AsyncClient, saying: steps.Step, provider: str
) -> None:
    """As llama.cpp does: no one waits in vain the first time, and the next press is answered once it is done."""
    with FakeProvider() as fake:
        fake.script(saying, saying)
        early = await press(client, "save", large(fake, provider=provider))
        assert error(early) == LOADING
        assert early.headers["retry-after"] == "1"
        assert (await press(client, "save", large(fake, provider=provider))).status_code == 200
        assert len(fake.requests) == 3


async def test_server_that_first_refuses_and_then_loads(client: httpx.AsyncClient, clock: LoopClock) -> None:
    """It says that it is loading, and then keeps the next request until it is done."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(steps.status(503, message="Loading model", retry_after="1"), load)
        assert error(await press(client, "test", large(fake))) == LOADING
        assert await Impatient(fake, clock).is_told(client, "test", large(fake), requests=2) == LOADING
        load.finish()
        assert (await press(client, "test", large(fake))).status_code == 200
        assert (len(fake.requests), load.given_up) == (2, 0)


@pytest.mark.parametrize(
    ("provider", "api"),
    [("ollama", "chat"), ("lmstudio", "chat"), ("vllm", "chat"), ("custom", "responses"), ("custom", "messages")],
)
async def test_each_server_that_may_load_is_given_the_time(
    client: httpx.AsyncClient, clock: LoopClock, provider: str, api: Dialect
) -> None:
    """In each dialect."""
    load = Loading()
    with FakeProvider(api) as fake:
        fake.script(load)
        assert await Impatient(fake, clock).is_told(client, "test", large(fake, provider=provider, api=api)) == LOADING
        load.finish()
        assert (await press(client, "save", large(fake, provider=provider, api=api))).status_code == 200
        assert len(fake.requests) == 1


@pytest.mark.parametrize("provider", ["openai", "mistral", "anthropic", "groq", "openrouter"])
async def test_host_whose_models_are_always_there_times_out(
    client: httpx.AsyncClient, clock: LoopClock, provider: str
) -> None:
    """Its silence is broken off, and the message says after how long."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        [late] = await Impatient(fake, clock).press(client, "test", large(fake, provider=provider))
        await eventually(lambda: load.given_up == 1)
    assert error(late) == TIMEOUT
    assert f"no answer came within {WAIT:g} seconds" in late.json()["message"]


async def test_answer_that_has_begun_is_no_load(state: Path) -> None:
    """It is too slow."""
    with FakeProvider() as fake:
        fake.script(steps.hang("body"))
        async with service(state, request_timeout=SHORT) as client:
            assert error(await press(client, "test", large(fake))) == TIMEOUT
        await eventually(fake.requests[0].dropped.is_set)


async def test_server_that_takes_no_connection_is_told_at_once(state: Path) -> None:
    """Nothing was asked for a model."""
    with deaf("127.0.0.2") as port:
        setting = {"provider": "ollama", "base_url": f"http://127.0.0.2:{port}/v1", "api_key": "", "model": "large"}
        async with service(state, request_timeout=SHORT) as client:
            assert error(await press(client, "save", setting)) == TIMEOUT


async def test_server_that_finishes_no_handshake_is_told_at_once(state: Path) -> None:
    """It has taken the connection, and not the request."""
    with FakeProvider() as fake:  # it waits for a request in plain HTTP
        setting = large(fake, base_url=f"{fake.url.replace('http', 'https')}/v1")
        async with service(state, request_timeout=SHORT) as client:
            assert error(await press(client, "save", setting)) == TIMEOUT
        assert not fake.requests


async def test_two_admins_at_once_ask_once(client: httpx.AsyncClient, clock: LoopClock) -> None:
    """They read the same, and both find the model loaded."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        early = await Impatient(fake, clock).press(client, "test", large(fake), times=2)
        both = asyncio.gather(*(press(client, "test", large(fake)) for _ in range(2)))
        await asyncio.sleep(SHORT / 3)
        load.finish()
        assert [each.status_code for each in await both] == [200, 200]
        assert (len(fake.requests), load.given_up) == (1, 0)
    assert [error(each) for each in early] == [LOADING] * 2


@pytest.mark.parametrize(
    "other", [{"api_key": OTHER}, {"model": "larger"}, {"headers": {"X-Team": "b"}}, {"api": "messages"}]
)
async def test_changed_setting_is_asked_by_itself(
    client: httpx.AsyncClient, clock: LoopClock, other: dict[str, Any]
) -> None:
    """Whatever is known of another one."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load, steps.status(400, message="Not this one."))
        assert await Impatient(fake, clock).is_told(client, "test", large(fake)) == LOADING
        refused = await press(client, "test", large(fake, **other))
        assert error(refused) == (502, "NetworkException", "provider_rejected")
        load.finish()
        assert (await press(client, "test", large(fake))).status_code == 200
        assert len(fake.requests) == 2
        assert keys(fake)[1] == f"Bearer {other.get('api_key', KEY)}"


async def test_admin_who_leaves_does_not_end_the_load(state: Path) -> None:
    """Nor one who closes the page before the first answer."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        async with service(state, request_timeout=30.0) as client:
            for _ in range(2):
                leaving = asyncio.create_task(press(client, "test", large(fake)))
                await eventually(lambda: len(fake.requests) == 1)
                await asyncio.sleep(SHORT / 3)
                leaving.cancel()
                with suppress(asyncio.CancelledError):
                    await leaving
            assert (len(fake.requests), load.given_up) == (1, 0)
            load.finish()
            assert (await press(client, "save", large(fake))).status_code == 200
        assert len(fake.requests) == 1


async def test_load_ends_with_the_service(state: Path, clock: LoopClock) -> None:
    """A service that stops waits for none."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        async with service(state, request_timeout=WAIT) as client:
            assert await Impatient(fake, clock).is_told(client, "test", large(fake)) == LOADING
        await eventually(lambda: load.given_up == 1)


async def test_provider_and_fallback_are_loaded_one_after_the_other(
    client: httpx.AsyncClient, clock: LoopClock
) -> None:
    """On a machine with room for one of them: what was loaded counts until all are."""
    first, second = Loading(), Loading()
    with FakeProvider() as fake, FakeProvider() as spare:
        fake.script(first)
        spare.script(second)
        setting = large(fake, fallbacks=[large(spare, name="spare")])
        [told] = await Impatient(fake, clock).press(client, "save", setting)
        assert told.json()["message"] == f"{SAID['save']} {LIMITS}"
        first.finish()
        [told] = await Impatient(spare, clock).press(client, "save", setting)
        assert told.json()["message"] == f"fallbacks[0] (spare): {SAID['save']} {LIMITS}"
        second.finish()
        assert (await press(client, "save", setting)).status_code == 200
        assert [each["name"] for each in (await show(client))["fallbacks"]] == ["spare"]
        assert (len(fake.requests), len(spare.requests)) == (1, 1)


async def test_load_is_found_where_the_api_is(client: httpx.AsyncClient, clock: LoopClock) -> None:
    """A base URL that leaves open where the API is: the place that loads the model is it."""
    load = Loading()
    with FakeProvider() as fake:
        elsewhere = steps.whole(404, b"Not Found")
        fake.script(elsewhere, load, elsewhere)
        there = large(fake, base_url=f"{fake.url}/x")
        assert await Impatient(fake, clock).is_told(client, "save", there, requests=2) == LOADING
        load.finish()
        assert (await press(client, "save", there)).status_code == 200
        assert (await show(client))["base_url"] == f"{fake.url}/x/chat/completions"
        assert (len(fake.requests), load.given_up) == (3, 0)


async def test_answer_of_a_load_counts_once(client: httpx.AsyncClient, clock: LoopClock) -> None:
    """After that, Test is about what the server does now."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load, steps.status(500))
        assert await Impatient(fake, clock).is_told(client, "test", large(fake)) == LOADING
        load.finish()
        assert (await press(client, "test", large(fake))).status_code == 200
        now = await press(client, "test", large(fake))
    assert error(now) == (502, "NetworkException", "provider_unavailable")


async def test_list_of_models_that_must_wait_says_why(state: Path) -> None:
    """Where no model is named, the host is asked for its first one."""
    with FakeProvider() as fake:
        fake.script(steps.whole(503, b'{"error":{"code":503,"message":"Loading model"}}'))
        async with service(state, request_timeout=30.0) as client:
            setting = {"provider": "vllm", "base_url": fake.url, "api_key": ""}
            told = await client.post("/api/v1/ai/provider/test", json=setting)
            assert error(told) == (400, "InputException", "invalid_request")
            assert "The model is being loaded" in told.json()["message"]
            assert (await client.post("/api/v1/ai/provider/test", json=setting)).status_code == 200
