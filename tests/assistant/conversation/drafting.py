"""Clicks on prompts that read the conversation, and what the provider was told."""

from typing import Any

import httpx

from tests.assistant.desk.client import DeskClient
from tests.fakes import FakeProvider

COMPLETION = "/api/v1/ai/completion"
STREAM = {"Accept": "text/event-stream"}


async def draft(
    desk: DeskClient, uuid: str, prompt: str = "suggest_reply", headers: dict[str, str] | None = None, **body: object
) -> httpx.Response:
    """Click on a prompt in a conversation."""
    wanted = {"prompt_key": prompt, "content": "", "conversation_uuid": uuid, **body}
    return await desk.http.post(COMPLETION, json=wanted, headers=headers)


def last_told(fake: FakeProvider) -> list[dict[str, Any]]:
    """Return the messages of the last call."""
    messages: list[dict[str, Any]] = fake.requests[-1].json["messages"]
    return messages
