"""Clicks through LiteLLM's own proxy: a gateway that an admin enters by its address, with a scripted model behind it.

Only in full length (`make check-long`): it takes half a minute of computing time to start.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import asked, click, click_streamed, deltas_of, done_of, events_of
from tests.assistant.harness import error, service
from tests.fakes import FakeProvider, steps
from tests.providers.adapters.playing import DONE, choice, chunk
from tests.providers.saying import error as says
from tests.providers.saying import events, said, unless
from tests.servers.litellm import KEY, LiteLLMServer, litellm_server

DRAFT = "ok. your parcel left our warehouse today. be patient."
REPLY = "Thank you for your patience. Your parcel left our warehouse today."
THOUGHTS = "They want it kinder."
HALF = [chunk(role="assistant", content=""), chunk(REPLY[:30])]
FILTERED = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
LONG = "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens."
LIMITED = {"error": {"message": "Rate limit reached for requests", "code": "rate_limit_exceeded"}}
WRONG = says(401, "Incorrect API key provided: sk-up.", type="invalid_request_error", code="invalid_api_key")

SOON = 3.0  # seconds: fewer than anything says to wait

ADMINS_KEY = (400, "InputException", "provider_key")
AGENTS_KEY = (502, "NetworkException", "provider_key")
REJECTED = (502, "NetworkException", "provider_rejected")
UNAVAILABLE = (502, "NetworkException", "provider_unavailable")
DECLINED = (422, "DataException", "content_filtered")
LIMIT = (429, "RateLimitException", "provider_rate_limited")


@pytest.fixture(scope="module")
def upstream() -> Iterator[FakeProvider]:
    """What is behind the gateway."""
    with FakeProvider() as fake:
        yield fake


@pytest.fixture(scope="module")
def litellm(upstream: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteLLMServer]:
    """The gateway."""
    names = [f"model-{number}" for number in range(40)]
    with litellm_server(tmp_path_factory.mktemp("litellm"), upstream.url, names) as server:
        yield server


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    """Give the names of its models: it leaves alone for a while what has failed."""
    return (f"model-{number}" for number in range(40))


@pytest.fixture
def fake(upstream: FakeProvider) -> FakeProvider:
    """What is behind the gateway, which has forgotten the tests before."""
    upstream.forget()
    upstream.reply(REPLY)
    return upstream


@pytest.fixture
def setting(litellm: LiteLLMServer, names: Iterator[str]) -> dict[str, object]:
    """Return what an admin enters."""
    return {"provider": "custom", "base_url": litellm.url, "api_key": KEY, "model": next(names)}


@asynccontextmanager
async def saved(state: Path, setting: dict[str, object], **more: float) -> AsyncIterator[httpx.AsyncClient]:
    """Give a service whose admin has saved this without a test."""
    async with service(state, **more) as client:
        answer = await client.put("/api/v1/ai/provider", json={**setting, "verify": False})
        assert answer.status_code == 200, answer.text
        yield client


async def both(state: Path, setting: dict[str, object]) -> list[httpx.Response]:
    """Return the answers of a whole and of a streamed click."""
    async with saved(state, setting) as client:
        return [await click(client, DRAFT), await click_streamed(client, f"{DRAFT} ")]


async def test_what_is_pasted_works(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """Test and Save pass, and clicks are answered, for one call each."""
    async with service(state) as client:
        tried = await client.post("/api/v1/ai/provider/test", json=setting)
        assert tried.status_code == 200, tried.text
        assert (await client.put("/api/v1/ai/provider", json=setting)).status_code == 200
        calls = len(asked(fake))
        whole = (await click(client, DRAFT, detail=True)).json()["data"]
        events = events_of((await click_streamed(client, f"{DRAFT} ")).text)
    assert (whole["text"], whole["model"], whole["usage"]["output_tokens"]) == (REPLY, setting["model"], 7)
    assert deltas_of(events) == done_of(events)["text"] == REPLY
    assert len(asked(fake)) == calls + 2


async def test_thoughts_stay_out_of_the_reply(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """Which LiteLLM puts into a member of their own, whatever the model calls it."""
    pieces = [chunk(role="assistant", reasoning_content=THOUGHTS[:9]), chunk(reasoning_content=THOUGHTS[9:])]
    fake.script(
        said(choice(REPLY, reasoning_content=THOUGHTS)), events(*pieces, chunk(REPLY), chunk(finish="stop"), DONE)
    )
    whole, streamed = await both(state, setting)
    assert whole.json()["data"] == REPLY
    assert deltas_of(events_of(streamed.text)) == REPLY


async def test_thoughts_alone_are_asked_once_more(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """With more room, whole and streamed."""
    fake.script(said(choice("", "length", reasoning_content=THOUGHTS)))
    async with saved(state, setting) as client:
        assert (await click(client, DRAFT)).json()["data"] == REPLY
        fake.script(events(chunk(reasoning_content=THOUGHTS), chunk(finish="length"), DONE))
        assert done_of(events_of((await click_streamed(client, f"{DRAFT} ")).text))["text"] == REPLY
    rooms = [each.json["max_tokens"] for each in asked(fake)]
    assert rooms == [rooms[0], rooms[0] + 2000, rooms[0] + 2000, rooms[0] + 8000]


@pytest.mark.parametrize(
    ("refusal", "streamed"),
    [
        (says(400, FILTERED, code="content_filter", param="prompt"), None),
        (says(400, "Your prompt was flagged as violating our usage policy.", code="invalid_prompt"), None),
        (
            said({"choices": [{"message": {"role": "assistant", "content": None, "refusal": "No."}}]}),
            events(chunk(role="assistant", content=None, refusal="No."), chunk(finish="stop"), DONE),
        ),
    ],
    ids=["filter", "policy", "in the answer"],
)
async def test_a_refusal_is_about_the_draft(
    state: Path, fake: FakeProvider, setting: dict[str, object], refusal: steps.Step, streamed: steps.Step | None
) -> None:
    """The agent words it differently; it is not asked again."""
    fake.script(refusal, streamed or refusal)
    assert {error(answer) for answer in await both(state, setting)} == {DECLINED}
    assert len(asked(fake)) == 2


async def test_a_limit_comes_with_its_wait(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """Which the host behind it named; a wait that is longer than the agent's is not waited for."""
    fake.script(said(LIMITED, 429, Retry_After="70"))
    async with saved(state, setting) as client:
        answer = await click(client, DRAFT)
    assert error(answer) == LIMIT
    assert answer.headers["retry-after"] == "70"
    assert len(asked(fake)) == 1


async def test_an_empty_account_is_no_refused_key(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """The agent reads that there is no credit left."""
    quota = "You exceeded your current quota, please check your plan and billing details."
    fake.script(*[says(429, quota, type="insufficient_quota", code="insufficient_quota")] * 3)
    async with saved(state, setting) as client:
        answer = await click(client, DRAFT)
    assert error(answer) == LIMIT
    assert "no credit left" in answer.json()["message"]


async def test_a_text_that_is_too_long_is_said_to_be(
    state: Path, fake: FakeProvider, setting: dict[str, object]
) -> None:
    """The agent shortens it."""
    fake.script(*[says(400, LONG, code="context_length_exceeded", param="messages")] * 2)
    answers = await both(state, setting)
    assert {error(answer) for answer in answers} == {(422, "DataException", "context_too_long")}


@pytest.mark.parametrize(
    ("failed", "code"),
    [({"message": "Overloaded", "code": 503}, UNAVAILABLE[2]), (LIMITED["error"], LIMIT[2])],
    ids=["overloaded", "limited"],
)
async def test_an_error_in_mid_stream_is_one(
    state: Path, fake: FakeProvider, setting: dict[str, object], failed: object, code: str
) -> None:
    """Half an answer is none."""
    fake.script(events(*HALF, {"error": failed}))
    async with saved(state, setting) as client:
        found = events_of((await click_streamed(client, DRAFT)).text)
    assert deltas_of(found)
    assert (found[-1].name, found[-1].data["data"]["code"]) == ("error", code)


async def test_a_stream_that_is_cut_is_an_error(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """As without the gateway."""
    fake.script(steps.cut())
    async with saved(state, setting) as client:
        found = events_of((await click_streamed(client, DRAFT)).text)
    assert found[-1].name == "error"


async def test_a_wrong_key_is_said_to_be_one(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """Without a database it answers one with 400 and speaks of that; admins and agents read that it is the key."""
    wrong = {**setting, "api_key": "sk-wrong"}
    async with service(state) as client:
        for answer in (
            await client.post("/api/v1/ai/provider/test", json=wrong),
            await client.put("/api/v1/ai/provider", json=wrong),
        ):
            assert error(answer) == ADMINS_KEY
            assert "Enter a key" in answer.json()["message"]
        assert (await client.put("/api/v1/ai/provider", json={**wrong, "verify": False})).status_code == 200
        assert error(await click(client, DRAFT)) == AGENTS_KEY
    assert asked(fake) == []


async def test_an_unknown_model_is_said_to_be_one(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """The admin reads which ones it has."""
    unknown = {**setting, "model": "model-x"}
    async with service(state) as client:
        tried = await client.post("/api/v1/ai/provider/test", json=unknown)
        assert error(tried) == REJECTED
        assert "it has no model 'model-x'" in tried.json()["message"]
        assert "one that it has as model: model-" in tried.json()["message"]
    answers = await both(state.with_name("other"), unknown)
    assert {error(answer) for answer in answers} == {REJECTED}
    assert asked(fake) == []


async def test_the_gateways_own_key_is_told_apart(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """Nobody types ours anew; then it leaves that model alone for a while, and says for how long."""
    fake.script(WRONG, WRONG)
    async with service(state) as client:
        tried = await client.post("/api/v1/ai/provider/test", json=setting)
    assert error(tried) == ADMINS_KEY
    assert "for the model behind it" in tried.json()["message"]
    assert "Enter a key" not in tried.json()["message"]
    fake.script(*[WRONG] * 3)
    async with saved(state.with_name("other"), setting, request_timeout=SOON) as client:
        assert error(await click(client, DRAFT)) in {AGENTS_KEY, LIMIT}
        answer = await click(client, f"{DRAFT} ")
    assert error(answer) == LIMIT
    assert 1 <= int(answer.headers["retry-after"]) <= 5


async def test_a_model_that_loads_is_waited_for(state: Path, fake: FakeProvider, setting: dict[str, object]) -> None:
    """The gateway passes on that it does."""
    fake.script(*[says(503, "Loading model", type="unavailable_error")] * 3)
    async with saved(state, setting, request_timeout=SOON) as client:
        answer = await click(client, DRAFT)
    assert error(answer) == (503, "NetworkException", "model_loading")


@pytest.mark.parametrize(
    "refusal",
    [
        unless(
            lambda body: all(each["role"] != "system" for each in body["messages"]),
            says(400, "System role not supported"),
        ),
        unless(
            lambda body: "temperature" not in body,
            says(400, "Unsupported value: 'temperature' does not support 0.3 with this model.", param="temperature"),
        ),
        unless(
            lambda body: body["max_tokens"] <= 200,
            says(400, "max_tokens is too large: 400. This model supports at most 200 completion tokens."),
        ),
    ],
    ids=["system messages", "temperature", "limit of tokens"],
)
async def test_what_the_model_does_not_take_is_left_out(
    state: Path, fake: FakeProvider, setting: dict[str, object], refusal: steps.Step
) -> None:
    """Once refused, it is remembered."""
    fake.script(*[refusal] * 3)
    whole, _ = await both(state, setting)
    assert whole.status_code == 200, whole.text
    assert len(asked(fake)) == 3
