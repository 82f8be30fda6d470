"""Drafts that were made to take long: what their agents are told, and that no one else waits for it."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import PATH, click, click_streamed, done_of, events_of, using, wanted
from tests.assistant.harness import ADMIN, error, own_loop, service
from tests.fakes import FakeProvider
from tests.ticking import ticking

SIZE = 63 * 1024
LOST = "All is well, thank you for your patience."
PREVIEW = "/api/v1/ai/prompts/reply_friendly/preview"


def many(one: Callable[[int], str], size: int = SIZE) -> str:
    """Return as many different things as there is room for."""
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        parts += [one(1000 + len(parts) + number) for number in range(200)]
    return "".join(parts)[:size].rpartition(" ")[0]


REFERENCES: dict[str, Callable[[int], str]] = {
    "orders": lambda number: f"#{100000 + number} ",
    "amounts": lambda number: f"€{number}.50 ",
    "links": lambda number: f"https://a.example/{number} ",
    "placeholders": lambda number: f"{{{{a{number}}}}} ",
}


@pytest.fixture(autouse=True)
def fake(shared_fake: FakeProvider) -> FakeProvider:
    """A provider that loses all facts."""
    shared_fake.reply(LOST)
    return shared_fake


@pytest.mark.parametrize("one", REFERENCES.values(), ids=list(REFERENCES))
@own_loop
async def test_many_are_told_in_a_few_words(client: httpx.AsyncClient, one: Callable[[int], str]) -> None:
    """Thousands of lost references make a few warnings, which say how many more there are."""
    draft = many(one, SIZE // 4)
    answer = (await click(client, draft, detail=True)).json()["data"]
    assert answer["text"] == LOST
    assert 0 < len(answer["warnings"]) <= 20, answer["warnings"][:30]
    assert " more " in " ".join(answer["warnings"])
    assert all(len(each) < 400 for each in answer["warnings"])


@own_loop
async def test_the_rest_is_counted(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Of fifty lost codes the first are named, and the others are counted: for the agent, and for the model."""
    draft = "Please check these: " + ", ".join(f"ORD-2024-{number}" for number in range(1000, 1050)) + "."
    warnings = (await click(client, draft, detail=True)).json()["data"]["warnings"]
    refused = await click(client, draft)
    assert warnings[0].endswith("and 47 more are missing.")
    assert warnings[-1] == "37 more references of the draft are missing."
    assert len(warnings) == 12
    assert error(refused) == (422, "DataException", "answer_refused")
    assert re.search(r"ORD-2024-1002 and \d+ more;", refused.json()["message"])
    told = fake.requests[1].json["messages"][-1]["content"]
    assert "- You lost 37 more references of the draft." in told
    assert len(told) < 2000


@own_loop
async def test_one_more_is_counted_too(client: httpx.AsyncClient) -> None:
    """The sentence is good for one."""
    draft = "Please check these: " + ", ".join(f"ORD-2024-{number}" for number in range(1000, 1014)) + "."
    warnings = (await click(client, draft, detail=True)).json()["data"]["warnings"]
    assert warnings[-1] == "1 more reference of the draft is missing."


AROUND = {
    "field signs": "@@" * (SIZE // 2),
    "marks": "a" + "\u0301\u0316" * (SIZE // 4),
}


@pytest.mark.parametrize("around", AROUND.values(), ids=list(AROUND))
async def test_what_surrounds_a_passage_stops_nobody(state: Path, fake: FakeProvider, around: str) -> None:
    """However short the passage: what stands before and after it is read too, and so is an instruction."""
    text = "This will take 3 days."
    more = {"selection": {"text": text, "before": around}, "instruction": around}
    async with service(state, **using(fake)) as client, ticking() as stall:
        assert (await click(client, text, detail=True, **more)).status_code == 200
        assert (await client.post(PREVIEW, json={"content": text, **more})).status_code == 200
        assert done_of(events_of((await click_streamed(client, f"Hello {around}")).text))
    assert stall.longest < 1


async def test_eight_at_once_stop_nobody(state: Path, fake: FakeProvider) -> None:
    """While eight such drafts are looked at, the service says that it lives, and lets people sign in."""
    async with service(state, request_timeout=60.0, **using(fake)) as client, ticking() as stall:
        drafts = [f"Hello {each}, {many(REFERENCES['orders'])}" for each in range(8)]
        clicks = [asyncio.create_task(click(client, draft, detail=True)) for draft in drafts]
        waited = 0
        while not all(each.done() for each in clicks):
            assert (await client.get("/health")).status_code == 200
            assert (await client.get("/api/v1/agents/me", headers=ADMIN)).status_code == 200
            waited += 1
            await asyncio.sleep(0.05)
        answers = [each.result() for each in clicks]
    assert waited
    assert [each.status_code for each in answers] == [200] * 8
    assert stall.longest < 1


@own_loop
async def test_a_stored_answer_stops_nobody(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Nor does showing what an answer changes in a long draft, each time that it is asked for."""
    draft = "word, " * (SIZE // 6)
    fake.reply(draft.replace("word", "term"))
    first = await client.post(PATH, json=wanted(draft, detail=True))
    async with ticking() as stall:
        again = await client.post(PATH, json=wanted(draft, detail=True))
    assert first.json()["data"]["text"] == again.json()["data"]["text"]
    assert stall.longest < 1
