"""Examples of what a helpdesk's AI buttons do, on the built-in desk."""

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
