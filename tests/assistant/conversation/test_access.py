"""No answer, and nothing of a conversation, reaches an agent who may not read it."""

import asyncio
import json
import os
import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from msgspec import Struct

from tests.assistant.completion.asking import using
from tests.assistant.conversation.drafting import COMPLETION, STREAM, draft
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider
from tests.servers.redis import RedisServer

PROMPTS = ("suggest_reply", "ask_more_info", "summarize", "handover_note")
AGENTS, CONVERSATIONS = 20, 50
REQUESTS = 5_000 if int(os.environ.get("EXAMPLES_FACTOR", "1")) > 1 else 1_000
SECRET = re.compile(r"secret[a-z]{8}")


def _secret_of(body: dict[str, Any]) -> str:
    """Answer with the secret of the conversation, as a model may."""
    return f"Hello, it is about {SECRET.findall(body['messages'][-1]['content'])[0]}."


def _secrets() -> list[str]:
    letters = random.Random(16)  # noqa: S311 - any will do
    return ["secret" + "".join(letters.choices("abcdefghijklmnop", k=8)) for _ in range(CONVERSATIONS)]


class _Case(Struct, frozen=True):
    """A conversation, the one thing that only those may know who read it, and which agent that is."""

    uuid: str
    secret: str
    owner: int


@pytest_asyncio.fixture
async def replicas(provider: FakeProvider, redis: RedisServer, tmp_path: Path) -> AsyncIterator[list[DeskClient]]:
    """Two replicas with one database and one Redis."""
    provider.reply(_secret_of)
    async with AsyncExitStack() as stack:
        more = {**using(provider), "redis_url": redis.url}
        yield [DeskClient(await stack.enter_async_context(service(tmp_path / "var", **more))) for _ in range(2)]


async def _agents(replicas: Sequence[DeskClient]) -> list[tuple[int, list[DeskClient]]]:
    """Make agents who read what is assigned to them; each has a client at each replica."""
    made = []
    for _ in range(AGENTS):
        agent, client = await replicas[0].new_agent(["Team Agent"])
        headers = {"Authorization": client.http.headers["Authorization"]}
        made.append((agent["id"], [replica.signed_in(headers) for replica in replicas]))
    return made


async def test_mixed_requests_reach_no_one_else(replicas: list[DeskClient]) -> None:
    """Agents ask for all conversations at both replicas, whole and streamed, and for what was read for any answer."""
    agents, chance = await _agents(replicas), random.Random(7)  # noqa: S311 - any will do
    cases = []
    for number, secret in enumerate(_secrets()):
        made = await replicas[0].new_conversation(content=f"<p>It is about {secret}.</p>")
        owner = number % AGENTS
        await replicas[0].put(f"/api/v1/conversations/{made['uuid']}/assignee/user", {"assignee_id": agents[owner][0]})
        cases.append(_Case(made["uuid"], secret, owner))
    answered: list[tuple[str, _Case]] = []
    refused = reached = 0

    async def ask() -> None:
        nonlocal refused, reached
        asks, case = chance.randrange(AGENTS), chance.choice(cases)
        if chance.random() < 0.1:
            asks = case.owner
        client, own = chance.choice(agents[asks][1]).http, asks == case.owner
        if answered and chance.random() < 0.4:
            request_id, case = chance.choice(answered)
            answer = await client.get(f"/api/v1/ai/completions/{request_id}/context")
            own = asks == case.owner
        else:
            body = {"prompt_key": chance.choice(PROMPTS), "content": "", "conversation_uuid": case.uuid}
            answer = await client.post(COMPLETION, json=body, headers=chance.choice(({}, STREAM)))
            if own:
                answered.append((answer.headers["x-request-id"], case))
        found = set(SECRET.findall(_joined(answer)))
        if own and answer.status_code == 404:
            assert "/context" in str(answer.request.url)
            assert found == set()
        elif own:
            assert (answer.status_code, found) == (200, {case.secret})
            reached += 1
        else:
            assert answer.status_code in {403, 404}
            assert found == set()
            refused += 1

    for _ in range(REQUESTS // 50):
        await asyncio.gather(*(ask() for _ in range(50)))

    assert reached > REQUESTS // 10
    assert refused > REQUESTS // 2


def _joined(answer: httpx.Response) -> str:
    """Return an answer's text, that of a stream without what parts its pieces."""
    if not answer.headers["content-type"].startswith("text/event-stream"):
        return answer.text
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
    return "".join(event.get("text", "") if "warnings" not in event else f" {event['text']} " for event in events)


@own_loop
@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_refused_request_leaves_nothing_behind(
    helpdesk: DeskClient,
    provider: FakeProvider,
    capfd: pytest.CaptureFixture[str],
    prompt: str,
    streamed: bool,  # noqa: FBT001 - a parameter
) -> None:
    """The same request as the one before: in log, error, usage, context and cache there is nothing of it."""
    provider.reply(_secret_of)
    secret = _secrets()[0]
    made = await helpdesk.new_conversation(subject=secret, content=f"<p>It is about {secret}.</p>", first_name=secret)
    agent, other = await helpdesk.new_agent([])
    headers = STREAM if streamed else {}
    assert (await draft(helpdesk, made["uuid"], prompt, headers=headers)).status_code == 200
    asked = len(provider.requests)
    capfd.readouterr()

    refused = await draft(other, made["uuid"], prompt, headers=headers)

    assert error(refused) == (403, "PermissionException", "forbidden")
    assert secret not in refused.text + str(refused.headers)
    assert len(provider.requests) == asked
    context = await other.http.get(f"/api/v1/ai/completions/{refused.headers['x-request-id']}/context")
    assert context.status_code == 404
    out, err = capfd.readouterr()
    assert secret not in out + err
    usage = await helpdesk.get("/api/v1/ai/usage", by="agent")
    assert str(agent["id"]) not in {row["key"] for row in usage["groups"]}
    assert (await draft(helpdesk, made["uuid"], prompt, headers=headers)).headers["x-assistant-cache"] == "hit"
