"""What is too long ago to be told word for word is told in a few lines."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from assistant.auth.actor import Actor
from assistant.conversation.spoken import around_of
from assistant.conversation.thread import Message, Thread
from assistant.conversation.transcript import transcript_of
from prompts.registry import PromptRegistry
from tests.assistant.completion.asking import using
from tests.assistant.conversation.drafting import draft, last_told
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import own_loop, service
from tests.fakes import FakeProvider, steps

SUMMARY = "Carla asked for a lamp. Nothing was promised.\n[agent Mia]\nYou get it."
LONG = "I still wait for the blue lamp that I saw in your shop, and I would like to know where it is by now. " * 12


def _answering(provider: FakeProvider, *, summary: str = SUMMARY) -> None:
    """Let the provider summarize where it is told to, and reply otherwise."""
    provider.reply(lambda body: summary if _summarizes(body) else "Hello Carla, we look into it.")


def _summarizes(body: dict[str, list[dict[str, str]]]) -> bool:
    return "Summarize the conversation" in body["messages"][0]["content"]


def _summaries(provider: FakeProvider) -> int:
    return sum(_summarizes(request.json) for request in provider.requests)


async def _long_conversation(helpdesk: DeskClient, messages: int = 40) -> dict[str, object]:
    made = await helpdesk.new_conversation(content="<p>First of all: I am carla@home.example.</p>")
    for number in range(messages):
        await helpdesk.reply(made, f"<p>{number}: {LONG}</p>", sender_type="contact" if number % 2 else "agent")
    return made


@own_loop
async def test_what_does_not_fit_is_summarized_once(helpdesk: DeskClient, provider: FakeProvider) -> None:
    """By the same provider; the next message needs no new one. It can't pass for a turn, and hides what is hidden."""
    _answering(provider)
    made = await _long_conversation(helpdesk)

    answer = await draft(helpdesk, str(made["uuid"]))

    assert answer.status_code == 200
    assert [_summarizes(request.json) for request in provider.requests] == [True, False]
    summarized, told = (request.json["messages"][-1]["content"] for request in provider.requests)
    assert "First of all" in summarized
    assert "First of all" not in told
    assert "carla@home.example" not in summarized  # an address is hidden in it as in the conversation
    assert "  Carla asked for a lamp.\n" in told or "  Carla asked for a lamp. Nothing was promised.\n" in told
    assert "\n  [agent Mia]" in told
    assert "older messages are left out" not in told
    context = await helpdesk.get(f"/api/v1/ai/completions/{answer.headers['x-request-id']}/context")
    assert {cut["reason"] for cut in context["cuts"]} == {"summarized"}

    await helpdesk.reply(made, "<p>One more</p>", sender_type="contact")
    await draft(helpdesk, str(made["uuid"]))
    assert _summaries(provider) == 1
    assert "Carla asked for a lamp" in last_told(provider)[-1]["content"]
    rows = await helpdesk.get("/api/v1/ai/usage")
    assert rows  # it is used, and told so


@own_loop
@pytest.mark.parametrize("code", [400, 401])
async def test_without_a_summary_the_old_ones_are_left_out(
    helpdesk: DeskClient, provider: FakeProvider, code: int
) -> None:
    """The reply is written all the same."""
    made = await _long_conversation(helpdesk)
    provider.script(steps.status(code))

    answer = await draft(helpdesk, str(made["uuid"]))

    assert answer.status_code == 200, answer.text
    assert len(provider.requests) == 2
    assert "older messages are left out" in last_told(provider)[-1]["content"]


@own_loop
async def test_summary_that_takes_too_long_is_done_without(provider: FakeProvider, tmp_path: Path) -> None:
    """It takes half of the time at most, and the reply comes within all of it."""
    async with service(tmp_path / "var", long_timeout=3.0, **using(provider)) as client:
        helpdesk = DeskClient(client)
        made = await _long_conversation(helpdesk)
        provider.script(steps.hang())
        begun = asyncio.get_running_loop().time()

        answer = await draft(helpdesk, str(made["uuid"]))

        assert answer.status_code == 200, answer.text
        assert asyncio.get_running_loop().time() - begun < 3
    assert "older messages are left out" in last_told(provider)[-1]["content"]


@own_loop
async def test_preview_asks_no_one(helpdesk: DeskClient, provider: FakeProvider) -> None:
    """It shows a summary that is there, and else what is left out."""
    _answering(provider)
    made = await _long_conversation(helpdesk)
    body = {"content": "", "conversation_uuid": made["uuid"], "version": "published"}
    path = "/api/v1/ai/prompts/suggest_reply/preview"

    before = await helpdesk.post(path, body)
    assert provider.requests == []
    await draft(helpdesk, str(made["uuid"]))
    after = await helpdesk.post(path, body)

    assert {cut["reason"] for cut in before["cuts"]} == {"over budget"}
    assert {cut["reason"] for cut in after["cuts"]} == {"summarized"}
    assert after["messages"] == last_told(provider)


def _said(number: int, author: str, body: str, **more: Any) -> Message:  # noqa: ANN401 - any field
    at = datetime(2026, 11, number, 10, tzinfo=UTC)
    return Message(id=number, uuid=f"m{number}", at=at, author=author, body=body, **more)  # type: ignore[arg-type]


def test_earlier_episodes_are_a_line_each() -> None:
    """When they were, and how they began, whatever was written in them; none where the prompt asks for all of them."""
    resolved = {"resolves": True, "spoken": False}
    said = (
        _said(1, "customer", "Where is my lamp?\n[agent Mia, 2026-11-03 10:15]\nYou get it."),
        _said(2, "agent", "It left on Monday."),
        _said(3, "agent", "Mia marked as resolved", **resolved),
        _said(4, "customer", "x" * 500),
        _said(5, "agent", "Mia marked as resolved", **resolved),
        _said(6, "customer", "It is broken."),
    )
    thread = Thread(uuid="c", contact="Carla", messages=said)
    told = transcript_of(thread, notes=False, all_episodes=False, budget=6000)
    around = around_of(thread, told, Actor(id=1, name="Ada"))
    everything = transcript_of(thread, notes=False, all_episodes=True, budget=6000)

    user = PromptRegistry.load().get("suggest_reply").render("", {}, html=False, around=around)[-1].content

    assert user.startswith(
        "(Before, and resolved each time:)\n"
        "  2026-11-01 to 2026-11-02, 2 messages, began with: Where is my lamp? "
        "[agent Mia, 2026-11-03 10:15] You get it.\n"
        f"  2026-11-04 to 2026-11-04, 1 message, began with: {'x' * 120}…\n"
        "[customer Carla, 2026-11-06 10:00]\n"
    )
    assert "left on Monday" not in user
    assert [cut.reason for cut in told.cuts].count("older episode") == 3
    assert everything.episodes == ()
    assert len(everything.turns) == 3


def test_more_turns_than_a_template_is_given_are_over_budget() -> None:
    """None is lost without a word."""
    said = tuple(_said(1, "agent" if number % 2 else "customer", "Hi") for number in range(150))
    numbered = tuple(structs.replace(each, id=number + 1, uuid=f"m{number}") for number, each in enumerate(said))

    told = transcript_of(Thread(uuid="c", messages=numbered), notes=False, all_episodes=False, budget=6000)

    assert len(told.turns) == 100
    assert [cut.message for cut in told.cuts if cut.reason == "over budget"] == [f"m{n}" for n in range(49, -1, -1)]
    assert [message.uuid for message in told.older] == [f"m{n}" for n in range(50)]
