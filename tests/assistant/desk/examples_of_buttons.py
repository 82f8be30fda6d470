"""Examples of what a helpdesk's AI buttons do, on the built-in desk."""

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import example


@example("POST", "/api/v1/ai/generate-reply")
async def generate_reply(desk: DeskClient) -> None:
    """HTML for the composer."""
    made = await desk.new_conversation(content="Where is it?")
    body = {"conversation_uuid": made["uuid"], "instruction": ""}
    assert (await desk.post("/api/v1/ai/generate-reply", body)).startswith("<p>")
