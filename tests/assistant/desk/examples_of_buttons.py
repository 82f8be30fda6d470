"""Examples of what a helpdesk's AI buttons do, on the built-in desk."""

from typing import Any

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import example


@example("POST", "/api/v1/ai/generate-reply")
async def generate_reply(desk: DeskClient) -> None:
    """HTML for the composer."""
    made = await desk.new_conversation(content="Where is it?")
    body = {"conversation_uuid": made["uuid"], "instruction": ""}
    assert (await desk.post("/api/v1/ai/generate-reply", body)).startswith("<p>")


@example("POST", "/api/v1/ai/summarize")
async def summarize(desk: DeskClient) -> None:
    """A private note in the conversation."""
    made = await desk.new_conversation(content="Where is it?")
    assert await desk.post("/api/v1/ai/summarize", {"conversation_uuid": made["uuid"]}) is True
    messages = (await desk.get(f"/api/v1/conversations/{made['uuid']}/messages"))["results"]
    assert messages[0]["private"] is True
    assert messages[0]["content"].startswith("<p><strong>AI summary</strong></p>")


@example("POST", "/api/v1/ai/suggest-tags")
async def suggest_tags(desk: DeskClient) -> None:
    """A list, empty for a model that does not answer with one."""
    made = await desk.new_conversation(content="Where is it?")
    change = {"action": "add_tags", "tags": ["late"]}
    await desk.post(f"/api/v1/conversations/{made['uuid']}/tags", change)
    assert await desk.post("/api/v1/ai/suggest-tags", {"conversation_uuid": made["uuid"]}) == []


@example("GET", "/api/v1/tags")
async def list_tags(desk: DeskClient) -> None:
    """Those that conversations have."""
    made = await desk.new_conversation(content="Where is it?")
    await desk.post(f"/api/v1/conversations/{made['uuid']}/tags", {"action": "add_tags", "tags": ["shipping"]})
    assert "shipping" in [tag["name"] for tag in await desk.get("/api/v1/tags")]


@example("POST", "/api/v1/ai/copilot")
async def ask_copilot(desk: DeskClient) -> None:
    """HTML for the bubble, kept with the question."""
    made = await desk.new_conversation(content="Where is it?")
    body = {"conversation_uuid": made["uuid"], "message": "What do they want?"}
    assert (await desk.post("/api/v1/ai/copilot", body)).startswith("<p>")
    assert [each["role"] for each in await _talk(desk, made)] == ["user", "assistant"]


@example("GET", "/api/v1/ai/copilot/messages")
async def list_copilot_messages(desk: DeskClient) -> None:
    """None before the first question."""
    assert await _talk(desk, await desk.new_conversation(content="Where is it?")) == []


@example("DELETE", "/api/v1/ai/copilot/messages")
async def clear_copilot_messages(desk: DeskClient) -> None:
    """The agent's own talk is gone."""
    made = await desk.new_conversation(content="Where is it?")
    await desk.post("/api/v1/ai/copilot", {"conversation_uuid": made["uuid"], "message": "Why?"})
    assert await desk.delete(f"/api/v1/ai/copilot/messages?conversation_uuid={made['uuid']}") is True
    assert await _talk(desk, made) == []


@example("GET", "/api/v1/ai/assistants/compact")
async def list_assistants(desk: DeskClient) -> None:
    """The one that there is."""
    assert await desk.get("/api/v1/ai/assistants/compact") == [{"id": 1, "name": "Assistant"}]


async def _talk(desk: DeskClient, made: dict[str, Any]) -> list[dict[str, str]]:
    talk: list[dict[str, str]] = await desk.get("/api/v1/ai/copilot/messages", conversation_uuid=made["uuid"])
    return talk
