"""Agents can see for an hour what the model read for their own answers, while they may read the conversation."""

from pathlib import Path

import httpx
import pytest

from assistant.auth.actor import Actor
from assistant.completion.key import Question
from assistant.completion.request import DraftRequest
from assistant.conversation.accounts import Accounts
from assistant.conversation.context import ConversationContext
from assistant.database.secret_keys import SealedBox, SecretKeys
from assistant.services import Services
from tests.assistant.conversation.drafting import STREAM, draft, last_told
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import SECRET_KEY, error, own_loop, settings_for
from tests.fakes import FakeProvider

HISTORY = "It is attached.<br><br>On Tue, 3 Nov 2026 at 10:15, Mia &lt;mia@shop.example&gt; wrote:<br>&gt; A photo?"


async def _context(desk: DeskClient, answer: httpx.Response) -> httpx.Response:
    return await desk.http.get(f"/api/v1/ai/completions/{answer.headers['x-request-id']}/context")


@own_loop
@pytest.mark.parametrize("headers", [{}, STREAM], ids=["whole", "streamed"])
async def test_agent_sees_what_was_read(helpdesk: DeskClient, provider: FakeProvider, headers: dict[str, str]) -> None:
    """To the byte, as the provider was told, and as a preview shows it; also where the answer was stored."""
    made = await helpdesk.new_conversation(content=HISTORY)
    await helpdesk.reply(made, "<p>For colleagues</p>", private=True)

    for cache in ("miss", "hit"):
        answer = await draft(helpdesk, made["uuid"], headers=headers)
        assert answer.headers["x-assistant-cache"] == cache

        data = (await _context(helpdesk, answer)).json()["data"]

        assert data["messages"] == last_told(provider)
        assert [(turn["role"], turn["tokens"] > 0) for turn in data["turns"]] == [("customer", True)]
        assert {cut["reason"] for cut in data["cuts"]} == {"quoted", "private"}
    body = {"content": "", "conversation_uuid": made["uuid"], "version": "published"}
    shown = await helpdesk.post("/api/v1/ai/prompts/suggest_reply/preview", body)
    assert {name: shown[name] for name in data if name != "prompt_key"} == {
        name: data[name] for name in data if name != "prompt_key"
    }


@own_loop
async def test_no_one_else_sees_it(helpdesk: DeskClient) -> None:
    """Not even an administrator, nor whoever guesses an id; a draft's answer has none."""
    _, agent = await helpdesk.new_agent(["Agent"])
    made = await helpdesk.new_conversation()
    answer = await draft(agent, made["uuid"])
    assert (await _context(agent, answer)).status_code == 200

    refused = await _context(helpdesk, answer)
    assert error(refused) == (404, "NotFoundException", "not_found")
    assert "no one else" in refused.json()["message"]
    rewritten = await helpdesk.http.post(
        "/api/v1/ai/completion", json={"prompt_key": "reply_friendly", "content": "It is on its way, I think."}
    )
    assert (await _context(helpdesk, rewritten)).status_code == 404
    assert (await helpdesk.http.get("/api/v1/ai/completions/nonsense/context")).status_code == 404


@own_loop
async def test_whoever_lost_access_sees_it_no_more(helpdesk: DeskClient) -> None:
    """The helpdesk is asked again each time."""
    _, agent = await helpdesk.new_agent(["Team Agent"])
    made = await helpdesk.new_conversation()
    answer = await draft(agent, made["uuid"])
    assert (await _context(agent, answer)).status_code == 200

    await helpdesk.put(f"/api/v1/conversations/{made['uuid']}/assignee/user", {"assignee_id": 1})

    refused = await _context(agent, answer)
    assert refused.status_code in {403, 404}  # as the helpdesk says it
    assert refused.json()["message"].startswith("There is no conversation")
    await helpdesk.put(f"/api/v1/conversations/{made['uuid']}/assignee/user/remove")
    assert (await _context(agent, answer)).status_code == 200


class _Shared:
    """A store that replicas share."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def put(self, key: str, value: bytes, milliseconds: int) -> None:
        assert milliseconds == 3_600_000
        self.values[key] = value


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def _question(folder: Path) -> Question:
    services = Services(settings_for(folder / "var"))
    async with services.running():
        request = DraftRequest(prompt_key="reply_friendly", content="It costs 48 euros, see https://shop.example/a")
        return await services.completions.question(request, Actor(id=7))


async def test_replicas_share_it_sealed(tmp_path: Path) -> None:
    """For an hour, and for the agent and the request that it was made for; whoever has another key reads nothing."""
    job, context, shared = (await _question(tmp_path)).prepared, ConversationContext(uuid="c"), _Shared()
    box = SecretKeys((SECRET_KEY,)).box("contexts")
    first, second, other = Accounts(box, shared), Accounts(box, shared), Accounts(_other_box(), shared)

    await first.keep(7, "r1", job, context)

    found = await second.find(7, "r1")
    assert found is not None
    assert found.uuid == "c"
    assert found == await first.find(7, "r1")
    assert [await second.find(*each) for each in ((8, "r1"), (7, "r2"))] == [None, None]
    assert await other.find(7, "r1") is None
    assert not any(b"shop.example" in value or b"r1" in key.encode() for key, value in shared.values.items())


def _other_box() -> SealedBox:
    return SecretKeys((SECRET_KEY[::-1].replace("=", "") + "A" * SECRET_KEY.count("="),)).box("contexts")


async def test_one_process_keeps_it_for_an_hour_and_so_many_bytes(tmp_path: Path) -> None:
    """The oldest makes room."""
    job, context, clock = (await _question(tmp_path)).prepared, ConversationContext(uuid="c"), _Clock()
    accounts = Accounts(SecretKeys((SECRET_KEY,)).box("contexts"), None, most_bytes=4000, clock=clock)

    for number in range(20):
        await accounts.keep(7, str(number), job, context)
    kept = [number for number in range(20) if await accounts.find(7, str(number))]
    assert 0 < len(kept) < 20
    assert kept == list(range(20 - len(kept), 20))
    clock.now = 3601

    assert await accounts.find(7, "19") is None
