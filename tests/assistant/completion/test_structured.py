"""Prompts that want JSON: what a provider is asked for, and what becomes of answers that are none."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from providers.dialects import Dialect
from tests.assistant.completion.asking import STREAMED, done_of, events_of
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider, steps

RIGHT = '{"kind":"refund","words":["torn","late"]}'
PROMPT = """---
title: Sort
brief: sort it
output:
  format: json
  schema:
    type: object
    properties:
      kind: {type: string, enum: [refund, other]}
      words: {type: array, maxItems: 3, items: {type: string, maxLength: 60}}
---
{% block system %}Sort it.{% endblock %}
{% block user %}{{ content }}{% endblock %}
"""
DIALECTS: tuple[Dialect, ...] = ("chat", "responses", "messages")

pytestmark = own_loop


@pytest.fixture(scope="module", params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each dialect in turn."""
    found: Dialect = request.param
    return found


@pytest.fixture(scope="module")
def running_fake(dialect: Dialect) -> Iterator[FakeProvider]:
    """A provider that speaks it."""
    with FakeProvider(dialect) as fake:
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_client(
    running_fake: FakeProvider, dialect: Dialect, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A service with a prompt that wants JSON."""
    folder = tmp_path_factory.mktemp("prompts")
    (folder / "sort.j2").write_text(PROMPT)
    settings = {"provider": "custom", "base_url": running_fake.url, "model": "m", "api": dialect}
    async with service(tmp_path_factory.mktemp("state") / "var", prompts_dir=folder, **settings) as client:
        yield client


@pytest.fixture
def fake(shared_fake: FakeProvider) -> FakeProvider:
    """The provider, which answers as it should."""
    shared_fake.reply(RIGHT)
    return shared_fake


async def _ask(client: httpx.AsyncClient, content: str = "My mug came torn.", **headers: str) -> httpx.Response:
    return await client.post("/api/v1/ai/completion", json={"prompt_key": "sort", "content": content}, headers=headers)


def _posted(fake: FakeProvider) -> list[dict[str, Any]]:
    return [each.json for each in fake.requests if each.method == "POST"]


async def test_provider_is_asked_for_the_schema_in_its_own_way(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """And in words, for models behind it that know no better; bounds are told in words only."""
    answer = await _ask(client)

    assert answer.json()["data"] == RIGHT
    [body] = _posted(fake)
    places: list[Any] = [body.get("response_format"), body.get("text"), body.get("output_config")]
    [place] = [each for each in places if each is not None]
    inner = place.get("format") or place["json_schema"]
    schema = inner["schema"]
    assert schema["required"] == ["kind", "words"]
    assert schema["additionalProperties"] is False
    assert "maxItems" not in str(schema)
    assert "at most 3 items" in schema["properties"]["words"]["description"]
    assert "one JSON object that follows this JSON schema" in str(body)


@pytest.mark.parametrize(
    "written",
    [
        f"  \n{RIGHT}\n\n",
        f"```json\n{RIGHT}\n```",
        f"Here is what you asked for:\n\n{RIGHT}\n\nTell me if you need more.",
        "{'kind': 'refund', 'words': ['torn', 'late',],}",
        '{"kind": "refund", "words": ["torn", "late"',
        '{"kind": "refund", "words": ["torn", "late"]',
    ],
    ids=["padded", "fenced", "wrapped", "quotes", "cut", "unclosed"],
)
async def test_what_can_be_read_is_repaired(client: httpx.AsyncClient, fake: FakeProvider, written: str) -> None:
    """Without another call."""
    fake.reply(written)

    answer = await _ask(client)

    assert answer.json()["data"] == RIGHT
    assert len(_posted(fake)) == 1


@pytest.mark.parametrize(
    "written",
    [
        "I think that it is about a refund.",
        '{"kind": "complaint", "words": []}',
        '{"kind": "refund", "words": ["a", "b", "c", "d"]}',
        '{"kind": "refund", "words": "torn"}',
        '{"kind": "refund"}',
        '{"kind": "ref',
        f'{{"kind":"refund","words":["{"x" * 61}"]}}',
        '{"kind": "refund", "words": [], "more": 1}',
        "[" * 5000,
        '{"kind":' * 5000,
    ],
    ids=["prose", "enum", "many", "type", "lacks", "cut", "long", "more", "deep", "deeper"],
)
async def test_what_is_something_else_is_asked_for_again_and_refused(
    client: httpx.AsyncClient, fake: FakeProvider, written: str
) -> None:
    """Once; then it is an error, and is not passed on, nor kept."""
    fake.script(steps.reply(written))
    assert (await _ask(client)).json()["data"] == RIGHT
    assert len(_posted(fake)) == 2
    assert "does not follow the JSON schema" in str(_posted(fake)[1])

    fake.reply(written)
    refused = await _ask(client, "Another one.")
    assert error(refused) == (502, "NetworkException", "invalid_model_output")
    fake.reply(RIGHT)
    assert (await _ask(client, "Another one.")).headers["x-assistant-cache"] == "miss"


async def test_stream_has_one_event(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """No one can use half of an object; the stored answer comes in the same way."""
    for _ in range(2):
        events = events_of((await _ask(client, **STREAMED)).text)
        assert [each.name for each in events] == ["done"]
        assert done_of(events)["text"] == RIGHT

    fake.reply("no")
    assert error(await _ask(client, "Another one.", **STREAMED)) == (502, "NetworkException", "invalid_model_output")


async def test_what_was_hidden_is_put_back_as_json_has_it(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """A value is escaped in the answer whatever it holds, and no message to the provider names it."""
    content = 'Write to carla@home.example or see https://shop.example/a?b="c"'
    fake.script(steps.reply('{"kind":"none of these","words":["ZQX1MAIL"]}'))
    fake.reply('{"kind":"refund","words":["ZQX1MAIL"]}')

    answer = await _ask(client, content)

    assert "carla" not in str(_posted(fake))
    assert answer.json()["data"] == '{"kind":"refund","words":["carla@home.example"]}'


async def test_host_without_structured_output_is_asked_in_words(
    client: httpx.AsyncClient, fake: FakeProvider, dialect: Dialect
) -> None:
    """Whatever it says against the parameter; it is not sent again. The last test: it is remembered."""
    sent = {"chat": "response_format", "responses": "text.format", "messages": "output_config.format"}[dialect]
    fake.script(steps.status(400, message=f"Invalid value: '{sent}' must be of type 'json_object'."))

    answer = await _ask(client, "Again.")

    assert answer.json()["data"] == RIGHT
    place = sent.partition(".")[0]
    first, second = _posted(fake)
    assert "schema" in str(first[place])
    assert "schema" not in str(second.get(place))
    assert "one JSON object that follows this JSON schema" in str(second)
