"""Conversations: starting, changing, listing."""

from tests.assistant.desk.client import DeskClient


async def test_conversation_is_shown_as_it_was_started(desk: DeskClient) -> None:
    """What an agent or a form sends is there afterwards, the contact too."""
    sent = {"subject": "Wrong size", "content": "<p>The <b>bag</b> is too small</p>", "custom_attributes": {"n": 1}}
    made = await desk.new_conversation(**sent)
    found = await desk.get(f"/api/v1/conversations/{made['uuid']}")
    assert found == made
    assert (found["subject"], found["status"], found["custom_attributes"]) == ("Wrong size", "Open", {"n": 1})
    assert (found["last_message"], found["last_message_sender"]) == ("The bag is too small", "contact")
    assert found["contact"]["email"] == "carla@example.com"
    [message] = (await desk.get(f"/api/v1/conversations/{made['uuid']}/messages"))["results"]
    assert (message["content"], message["content_type"]) == (sent["content"], "html")
