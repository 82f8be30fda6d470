"""Real conversations are drafted from: what the provider is told of them has the properties that it must have.

They are read from ../shared, and nothing of them is written down here.
"""

import json
import os
import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.conversation.drafting import draft, last_told
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import own_loop, service
from tests.fakes import FakeProvider

SUPPORT = Path(__file__).parents[4] / "shared" / "data" / "support_conversations.json"
INTENT = '{"topic":"an order","urgency":"normal","mood":"neutral","language":"English"}'
FACTOR = int(os.environ.get("EXAMPLES_FACTOR", "1"))
PROMPTS: dict[str, tuple[str, dict[str, str]]] = {
    "suggest_reply": ("Hello, which order is it?", {}),
    "summarize": ("They ask about an order.", {}),
    "suggest_tags": ('{"tags":["orders"]}', {"tags": "orders\nreturns"}),
    "detect_intent": (INTENT, {}),
}
"""What the provider says to each prompt, and the variables that it needs."""
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
CODE = re.compile(r"ZQX\d+[A-Z]+")
VOICES = {"customer": "contact", "agent": "agent"}

pytestmark = [own_loop, pytest.mark.skipif(not SUPPORT.exists(), reason="../shared is not there")]


def _conversations() -> Iterator[list[tuple[str, str]]]:
    for each in json.loads(SUPPORT.read_text(encoding="utf-8")):
        yield [(who, text) for who, text in each["original"]]


async def _imported(desk: DeskClient, said: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """Write a conversation into the desk, from its customer's first word on; return its uuid, and what was said."""
    first = next(place for place, (who, _) in enumerate(said) if who == "customer")
    spoken = said[first:]
    made = await desk.new_conversation(content=f"<p>{escape(spoken[0][1])}</p>", subject="Help")
    for who, text in spoken[1:]:
        more: dict[str, Any] = {"sender_type": VOICES.get(who, "agent"), "private": who == "action"}
        await desk.reply(made, f"<p>{escape(text)}</p>", **more)
    return str(made["uuid"]), spoken


@pytest.mark.parametrize("prompt", PROMPTS)
async def test_provider_is_told_turn_by_turn(helpdesk: DeskClient, provider: FakeProvider, prompt: str) -> None:
    """In their order, those in a row as one; notes for colleagues alone; addresses hidden, one code for each."""
    reply, variables = PROMPTS[prompt]
    provider.reply(reply)
    for said in _conversations():
        uuid, spoken = await _imported(helpdesk, said)

        answer = await draft(helpdesk, uuid, prompt, detail=True, variables=variables)

        assert answer.status_code == 200, answer.text
        assert answer.json()["data"]["text"] == reply
        told = last_told(provider)
        read = [each for each in spoken if each[0] != "action" or prompt == "summarize"]
        voices = [{"action": "note"}.get(who, who) for who, _ in groupby(read, key=lambda each: each[0])]
        assert re.findall(r"^\[(\w+)", told[-1]["content"], re.MULTILINE) == voices
        _check_hidden(told, [text for _, text in read])
        context = await helpdesk.get(f"/api/v1/ai/completions/{answer.headers['x-request-id']}/context")
        assert context["messages"] == told
        assert [turn["role"] for turn in context["turns"]] == voices
        notes = sum(who == "action" for who, _ in spoken)
        assert [cut["reason"] for cut in context["cuts"]].count("private") == (0 if prompt == "summarize" else notes)


def _check_hidden(told: list[dict[str, Any]], texts: list[str]) -> None:
    user = told[-1]["content"]
    addresses = [address for text in texts for address in EMAIL.findall(text)]
    assert not [address for address in addresses if address in user]
    if addresses:
        assert CODE.search(user)
    words = [text for text in texts if re.fullmatch(r"[A-Za-z ]{20,}", text)]
    places = [user.index(text) for text in words]
    assert places == sorted(places)
    assert not [text for text in words if text in told[0]["content"]]


async def test_built_in_model_answers(tmp_path: Path) -> None:
    """To each prompt (in long form of each conversation): it reads the last lines, and waits for no summary."""
    async with service(tmp_path / "var", long_timeout=60.0) as client:
        desk = DeskClient(client)
        conversations = sorted(_conversations(), key=len)
        chosen = conversations if FACTOR > 1 else conversations[:1]
        asked = [(await _imported(desk, said), prompt) for said in chosen for prompt in PROMPTS]
        for (uuid, _), prompt in asked:
            answer = await draft(desk, uuid, prompt, detail=True, variables=PROMPTS[prompt][1])
            assert answer.status_code == 200, answer.text
            assert answer.json()["data"]["text"].strip()
            assert answer.json()["data"]["provider"] == "local"
