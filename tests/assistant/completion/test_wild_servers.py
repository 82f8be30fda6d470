"""An agent's clicks at servers that keep to the wire format by and large."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import asked, click, click_streamed, deltas_of, done_of, events_of, using
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider, steps
from tests.providers.adapters.playing import DONE, EVENT_STREAM, choice, chunk, written
from tests.providers.saying import said, unless

DRAFT = "ok. your parcel left our warehouse today. be patient."
REPLY = "Thank you for your patience. Your parcel left our warehouse today."
HALF = len(REPLY) // 2
PIECES = [chunk(REPLY[:HALF]), chunk(None), chunk(REPLY[HALF:]), DONE]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        fake.reply(REPLY)
        yield fake


@pytest.mark.parametrize(
    "step",
    [
        steps.whole(200, written(PIECES), EVENT_STREAM),
        steps.whole(201, written([choice([{"type": "text", "text": REPLY}])])[len("data: ") :], {"Content-Type": ""}),
        steps.whole(200, b"\xef\xbb\xbf" + written(PIECES), {"Content-Type": "text/plain"}),
    ],
    ids=["events", "parts, created", "a byte order mark"],
)
@own_loop
async def test_a_draft_is_rewritten(client: httpx.AsyncClient, shared_fake: FakeProvider, step: steps.Step) -> None:
    """Whole and streamed, for one call each, and no warning."""
    shared_fake.script(step, step)
    whole = await click(client, DRAFT)
    done = done_of(events_of((await click_streamed(client, f"{DRAFT} ")).text))
    assert (whole.json()["data"], done["text"], done["warnings"]) == (REPLY, REPLY, [])
    assert len(asked(shared_fake)) == 2


async def test_a_model_without_system_messages_is_told_all_the_same(state: Path, fake: FakeProvider) -> None:
    """The first click costs a second call; what the prompt says arrives with the draft."""
    refusal = said({"error": {"message": "System role not supported", "code": 400}}, 400)
    fake.script(*[unless(lambda body: body["messages"][0]["role"] != "system", refusal)] * 9)
    async with service(state, **using(fake)) as client:
        first = await click(client, DRAFT)
        second = events_of((await click_streamed(client, f"{DRAFT} ")).text)
    assert first.status_code == 200
    assert deltas_of(second)
    assert len(asked(fake)) == 3
    told = asked(fake)[-1].json["messages"][0]["content"]
    assert str(asked(fake)[0].json["messages"][0]["content"]) in told


async def test_a_limit_per_minute_leads_to_the_reserve(state: Path, fake: FakeProvider) -> None:
    """And is not the draft's length, which an agent would be told to change."""
    groq = "Request too large on tokens per minute (TPM): Limit 6000, Requested 12328, please reduce your message size"
    limited = said({"error": {"message": groq, "type": "tokens", "code": "rate_limit_exceeded"}}, 413)
    with FakeProvider() as reserve:
        reserve.reply(REPLY)
        fake.script(limited, limited)
        rest = {"provider": "custom", "model": "m", "api_key": "", "verify": False}
        second = {"provider": "custom", "name": "reserve", "model": "m", "api_key": "", "base_url": reserve.url}
        async with service(state) as client:
            setting = {**rest, "base_url": fake.url, "fallbacks": [second]}
            assert (await client.put("/api/v1/ai/provider", json=setting)).status_code == 200
            answer = await click(client, DRAFT)
            assert (await client.put("/api/v1/ai/provider", json={**rest, "base_url": fake.url})).status_code == 200
            alone = await click(client, f"{DRAFT} ")
    assert answer.json()["data"] == REPLY
    assert error(alone) == (429, "RateLimitException", "provider_rate_limited")
    assert (len(asked(fake)), len(asked(reserve))) == (2, 1)


@own_loop
async def test_a_firewall_is_not_the_key(client: httpx.AsyncClient, shared_fake: FakeProvider) -> None:
    """Nobody types a new key because a page stands in the way."""
    page = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"
    shared_fake.script(steps.whole(403, page, {"Content-Type": "text/html", "cf-mitigated": "challenge"}))
    answer = await click(client, DRAFT)
    assert error(answer) == (502, "NetworkException", "provider_rejected")
    assert "not about the key" in answer.json()["message"]


@own_loop
async def test_a_policy_is_about_the_draft(client: httpx.AsyncClient, shared_fake: FakeProvider) -> None:
    """The agent words it differently; a server that closes as if all were well does not make half an answer whole."""
    policy = {"message": "Your prompt was flagged as violating our usage policy.", "code": "invalid_prompt"}
    half = [chunk(REPLY[:HALF]), {"error": {"message": "TimeoutError", "code": 504}}, DONE]
    shared_fake.script(said({"error": policy}, 400), steps.whole(200, written(half), EVENT_STREAM))
    declined = await click(client, DRAFT)
    events = events_of((await click_streamed(client, f"{DRAFT} ")).text)
    assert error(declined) == (422, "DataException", "content_filtered")
    assert events[-1].name == "error"
    assert len(asked(shared_fake)) == 2
