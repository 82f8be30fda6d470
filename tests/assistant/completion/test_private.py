"""What is private stays in the house: the provider's side is recorded, and holds none of it."""

import html
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from sqlalchemy import update

from assistant.database.database import Database
from assistant.database.tables import DocumentRow
from assistant.text.masking.kinds import MASKED_KINDS
from tests.assistant.completion.asking import PATH, asked, click, deltas_of, done_of, echo, events_of, using, wanted
from tests.assistant.completion.personal import ADDRESS_PATTERN, Value, values
from tests.assistant.harness import service
from tests.fakes import FakeProvider, Received, steps

NUMBER = 500
_PLACES = 8
_SEPARATORS = re.compile(r"[\s()./-]")
_TOKEN = re.compile(r"ZQX\d+[A-Z]+")
PROMPT_WITH_VARIABLES = """---
title: Thank You
brief: thank the customer
guards: [links, numbers, length]
variables:
  note: {type: string, default: "", max_length: 2000}
  topics: {type: list, default: []}
---
{% block system %}Thank the customer. Know this: {{ note }} {{ topics | join(', ') }}{% endblock %}
{% block user %}{{ content }}{% endblock %}
"""


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """A folder with a prompt that takes a text and a list from the request."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "thank_you.j2").write_text(PROMPT_WITH_VARIABLES)
    return folder


def guarded(fake: FakeProvider, prompts: Path) -> dict[str, Any]:
    """Return the settings of a service that shows nothing private to its provider."""
    return {**using(fake), "prompts_dir": prompts, "mask_private": frozenset(MASKED_KINDS)}


async def add_addresses(client: httpx.AsyncClient) -> None:
    """Tell the service what street addresses look like."""
    document = {"patterns": [{"name": "address", "pattern": ADDRESS_PATTERN}], "private": ["address"]}
    assert (await client.put("/api/v1/ai/masking", json=document)).status_code == 200


def body_with(found: Sequence[Value], *, as_html: bool) -> dict[str, Any]:
    """Return a request with a value in each place that takes text."""
    content, second, before, passage, after, wish, note, topic = (each.text for each in found)
    if as_html:
        content, passage = (
            f"<p>Dear customer, we wrote to <b>{content}</b>.</p>",
            f"<p>We have <em>{passage}</em> here.</p>",
        )
    body = wanted(
        f"{content} And also {second}, as you said.",
        prompt_key="thank_you",
        instruction=f"Mention that {wish} is on file.",
        variables={"note": f"They gave us {note} once.", "topics": [topic, f"about {topic}"]},
    )
    if len(content) % 2:
        body["selection"] = {"text": f"{passage} Do tell us.", "before": f"See {before}. ", "after": f" Or {after}!"}
    else:
        body["content"] = f"{body['content']} {passage} {before}; {after}."
    return body


def expected(body: dict[str, Any]) -> str:
    """Return what is rewritten."""
    text: str = body["selection"]["text"] if "selection" in body else body["content"]
    return text


def batches() -> list[list[Value]]:
    """Return all values, in groups of one for each place."""
    made = values(seed=7, number=NUMBER + (-NUMBER % _PLACES))
    return [made[start : start + _PLACES] for start in range(0, len(made), _PLACES)]


def leaked(found: Sequence[Value], received: Sequence[Received]) -> list[Value]:
    """Return the values that a provider can read, however they are written."""
    texts = [text for each in received for text in readings(each.body)]
    everything = "\n".join(texts)
    compact = _SEPARATORS.sub("", everything)
    return [
        each
        for each in found
        if each.text in everything or (len(bare := _SEPARATORS.sub("", each.text)) > 8 and bare in compact)
    ]


def readings(body: bytes) -> list[str]:
    """Return a body as it came, and as whoever reads it may see it: without JSON's, HTML's or a URL's escapes."""
    raw = body.decode()
    plain = "\n".join(str(message["content"]) for message in json.loads(raw)["messages"])
    return [raw, plain, html.unescape(plain), unquote(plain), unquote(html.unescape(plain))]


async def test_nothing_private_arrives_and_the_answer_has_it_all(
    state: Path, fake: FakeProvider, prompts: Path
) -> None:
    """500 values in every place of a request: the provider sees none of them, the agent gets back what they wrote."""
    async with service(state, **guarded(fake, prompts)) as client:
        await add_addresses(client)
        for number, batch in enumerate(batches()):
            body = body_with(batch, as_html=number % 2 == 0)
            headers = {"Accept": "text/event-stream"} if number % 3 == 0 else {}
            answer = await client.post(PATH, json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            if headers:
                events = events_of(answer.text)
                assert deltas_of(events) == expected(body)
                assert done_of(events)["text"] == expected(body)
            else:
                assert answer.json()["data"] == expected(body)
    everything = [each for batch in batches() for each in batch]
    assert len(everything) >= NUMBER
    assert len(fake.requests) >= len(batches())
    assert leaked(everything, fake.requests) == []


async def test_telling_a_model_what_it_lost_tells_it_no_value(state: Path, fake: FakeProvider, prompts: Path) -> None:
    """The second try names what is missing by its token; the agent is told by its value."""
    fake.reply(lambda body: _TOKEN.sub("something", echo(body)))
    async with service(state, **guarded(fake, prompts)) as client:
        await add_addresses(client)
        for batch in batches()[:20]:
            body = body_with(batch, as_html=False)
            answer = await client.post(PATH, json={**body, "detail": True})
            data = answer.json()["data"]
            assert data["warnings"], "a loss is never silent"
            kept = [each.text for each in batch if each.text in expected(body)]
            assert all(any(value in warning for warning in data["warnings"]) for value in kept)
    assert len(fake.requests) == 40, "each was asked twice"
    assert leaked([each for batch in batches()[:20] for each in batch], fake.requests) == []


SPELLINGS = {
    "<p>Write to amara&#64;shop.example soon.</p>": "amara@shop.example",
    "<p>Write to amara&commat;shop&period;example soon.</p>": "amara@shop.example",
    '<p><a href="mailto:amara%40shop.example">Write</a> soon.</p>': "amara@shop.example",
    '<p><a href="https://shop.example/track?mail=amara%40shop.example">Track</a></p>': "amara@shop.example",
    '<p><a href="tel:+4930&#49;234567">Call</a> us.</p>': "+49301234567",
    "<p>Your card 4111 1111 1111 1111 was charged.</p>": "4111 1111 1111 1111",
    "<p>Your card 4111&nbsp;1111&nbsp;1111&nbsp;1111 was charged.</p>": "4111\u00a01111\u00a01111\u00a01111",
    "<p>Your card <b>4111</b> 1111 1111 1111 was charged.</p>": "1111 1111 1111",
    "See https://shop.example/orders/ORD-2024-00123?mail=amara@shop.example today": "ORD-2024-00123",
    "See https://shop.example/?mail=amara%40shop.example today": "amara@shop.example",
}
"""What is written, and what must not be read in it."""


PLACES = ("content", "instruction", "before", "variable")


async def test_no_spelling_is_a_way_out(state: Path, fake: FakeProvider, prompts: Path) -> None:
    """An entity, an escape in a link or a tag in the middle doesn't carry a value outside."""
    async with service(state, **guarded(fake, prompts)) as client:
        for place, (written, hidden) in itertools.product(PLACES, SPELLINGS.items()):
            content = written if place == "content" else "We wrote to you."
            assert (await click(client, content, **spelled(place, written))).status_code == 200
            read = readings(fake.requests[-1].body)
            assert not any(hidden in text for text in read), (place, written, read[1])


def spelled(place: str, written: str) -> dict[str, Any]:
    """Return what a request has besides its content, with a text in one place."""
    if place == "instruction":
        return {"instruction": written}
    if place == "before":
        return {"selection": {"text": "We wrote to you.", "before": written}}
    if place == "variable":
        return {"prompt_key": "thank_you", "variables": {"note": written, "topics": [written]}}
    return {}


async def test_cutting_a_text_that_is_too_long_shows_no_half_of_a_value(
    state: Path, fake: FakeProvider, prompts: Path
) -> None:
    """Half a card number is none for a finder, so what is private is hidden before the text is cut."""
    card = "4111 1111 1111 1111"
    too_long = steps.status(400, kind="context_length_exceeded", message="maximum context length")
    async with service(state, **guarded(fake, prompts)) as client:
        for shift in range(0, 20, 4):
            fake.script(too_long)
            note = "a" * (200 - shift) + f" {card} " + "b" * 200
            answer = await click(
                client, "We wrote to you.", prompt_key="thank_you", variables={"note": note}, detail=True
            )
            assert "too long" in answer.json()["data"]["warnings"][0]
    assert len(fake.requests) == 10
    assert not any("4111" in text for each in fake.requests for text in readings(each.body))


async def test_fallback_of_the_built_in_model_sees_nothing_private(
    state: Path, fake: FakeProvider, tmp_path: Path
) -> None:
    """Nothing is hidden from the model on this machine; from the one that answers in its place, everything is."""
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"no model")
    setting = {
        "provider": "local",
        "verify": False,
        "fallbacks": [{"provider": "custom", "api_key": "", "model": "m", "base_url": fake.url}],
    }
    draft = "We wrote to amara@shop.example today."
    async with service(state, local_model=broken, mask_private=frozenset(MASKED_KINDS)) as client:
        assert (await client.put("/api/v1/ai/provider", json=setting)).status_code == 200
        answer = await click(client, draft)
    assert (answer.headers["x-assistant-provider"], answer.json()["data"]) == ("custom", draft)
    assert not any("amara@shop.example" in text for each in asked(fake) for text in readings(each.body))


def test_this_test_would_see_a_leak() -> None:
    """Each value is found in a request that holds it in clear, or escaped in one of the ways above."""
    for number, each in enumerate(values(seed=7, number=60)):
        text = (each.text, html.escape(each.text).replace("@", "&#64;"), quote(each.text))[number % 3]
        body = json.dumps({"messages": [{"role": "user", "content": f"So: {text}."}]}).encode()
        assert leaked([each], [Received("POST", "/", {}, body, peer=1)]) == [each]


async def test_masking_that_can_not_be_read_lets_nothing_out(state: Path, fake: FakeProvider, prompts: Path) -> None:
    """No one knows what would have to be hidden, so no text leaves until an administrator has said so anew."""
    async with service(state, **guarded(fake, prompts)) as client:
        await add_addresses(client)
    async with aclosing(Database(f"sqlite+aiosqlite:///{state}/assistant.db")) as db, db.writing() as session:
        await session.execute(update(DocumentRow).values(content="{", revision=7))
    async with service(state, **guarded(fake, prompts)) as client:
        for refused in (await click(client, "Hello"), await click(client, "Hello", prompt_key="thank_you")):
            assert refused.status_code == 503
            assert "save the masking settings again" in refused.json()["message"]
        assert not asked(fake)
        await add_addresses(client)
        assert (await click(client, "Hello")).status_code == 200
