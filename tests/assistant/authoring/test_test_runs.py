"""A prompt's own tests, run by its author, each outcome as it comes."""

import asyncio
import json
from typing import Any

import httpx

from tests.assistant.authoring.editing import PROMPTS, prompt, refused, save
from tests.assistant.completion.asking import STREAMED, asked, events_of, until
from tests.fakes import FakeProvider, steps

TESTS = """tests:
  - content: "Wait for order 48213!"
    assert:
      - {type: keeps-numbers}
      - {type: max-words, value: 10}
  - content: "Go away!"
    assert:
      - {type: contains, value: please}
"""


def answering(body: dict[str, Any]) -> str:
    """Keep what is there of one draft, and be rude about the other."""
    draft = str(body["messages"][-1]["content"])
    return draft if draft.startswith("Wait") else "Go."


async def run(client: httpx.AsyncClient, **body: object) -> dict[str, Any]:
    """Run the tests, and return how they went."""
    answer = await client.post(f"{PROMPTS}/reply_calm/tests", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def test_each_assertion_is_told(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """The answer stands beside what had to hold of it, and why it does not."""
    fake.reply(answering)
    await save(client, "reply_calm", prompt(more=TESTS))
    found = await run(client)
    assert (found["passed"], found["failed"]) == (1, 1)
    good, bad = found["tests"]
    assert (good["number"], good["content"], good["failures"]) == (1, "Wait for order 48213!", [])
    assert [(each["type"], each["value"], each["failure"]) for each in good["checks"]] == [
        ("keeps-numbers", None, None),
        ("max-words", 10, None),
    ]
    assert (bad["answer"], bad["checks"][0]["failure"]) == ("Go.", "'please' is missing")
    assert bad["milliseconds"] > 0


async def test_outcomes_are_streamed(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """How many there are, each as it comes, and how many passed."""
    fake.reply(answering)
    body = {"source": prompt(more=TESTS)}
    answer = await client.post(f"{PROMPTS}/reply_unsaved/tests", json=body, headers=STREAMED)
    events = events_of(answer.text)
    assert [each.name for each in events] == ["start", "test", "test", "end"]
    assert events[0].data == {"tests": 2}
    assert sorted(each.data["number"] for each in events[1:3]) == [1, 2]
    assert events[3].data == {"passed": 1, "failed": 1}


async def test_who_leaves_ends_the_calls(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """A tab that is closed costs nothing more: no test is begun that was not yet."""
    fake.script(*[steps.hang()] * 20)
    many = "tests:\n" + "".join(f'  - {{content: "Wait {each}!", assert: [{{type: html}}]}}\n' for each in range(12))
    await save(client, "reply_calm", prompt(more=many))
    reading = asyncio.create_task(client.post(f"{PROMPTS}/reply_calm/tests", json={}, headers=STREAMED))

    async def begun() -> bool:
        return len(asked(fake)) == 4

    await until(begun)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    fake.reply(answering)
    assert len((await run(client))["tests"]) == 12
    assert len(asked(fake)) == 4 + 12


async def test_what_can_not_be_run(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """A broken text, an unknown provider and a shared part are refused; a provider in trouble fails the test."""
    await save(client, "reply_calm", prompt(more=TESTS))
    path = f"{PROMPTS}/reply_calm/tests"
    assert refused(await client.post(path, json={"source": "no"}), 400) == "broken_prompt"
    assert refused(await client.post(path, json={"provider": "groq"}), 400) == "invalid_request"
    assert refused(await client.post(path, json={"version": 9}), 404) == "not_found"
    assert refused(await client.post(path.replace("reply_calm", "_style"), content=json.dumps({})), 400)
    fake.script(*[steps.status(401)] * 8)
    assert all("could not be run" in each["failures"][0] for each in (await run(client))["tests"])
    assert await run(client, source=prompt()) == {"tests": [], "passed": 0, "failed": 0}
