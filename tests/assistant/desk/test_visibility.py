"""Which conversations an agent may read: lists, searches and single ones agree."""

from typing import Any

from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import error

ROOT = "/api/v1/conversations"


async def test_team_agent_sees_their_own_their_teams_and_unassigned_ones_only(desk: DeskClient) -> None:
    """What belongs to others is nowhere: not shown, not found, not changed, not told apart from what is not there."""
    team, other = await desk.new_team("Mine"), await desk.new_team("Other")
    agent, theirs = await desk.new_agent(["Team Agent"], teams=["Mine"])
    readable = [
        await desk.new_conversation(subject="pink elephant", content="pink elephant", **fields)
        for fields in ({"agent_id": agent["id"]}, {"team_id": team["id"]}, {})
    ]
    hidden = [
        await desk.new_conversation(subject="pink elephant", content="pink elephant", **fields)
        for fields in ({"agent_id": 1}, {"team_id": other["id"]}, {"team_id": team["id"], "agent_id": 1})
    ]
    expected = {each["uuid"] for each in readable}
    found = await theirs.get(f"{ROOT}/search", query="elephant")
    assert {each["uuid"] for each in found} == expected
    found = await theirs.get(f"{ROOT}/search", query="carla@example.com")
    assert {each["uuid"] for each in found} == expected
    found = await theirs.get("/api/v1/messages/search", query="pink elephant")
    assert {each["conversation_uuid"] for each in found} == expected
    view = await theirs.post("/api/v1/views/me", {"name": "All"})
    page = await theirs.get(f"/api/v1/views/{view['id']}/conversations")
    assert ({each["uuid"] for each in page["results"]}, page["total"]) == (expected, 3)
    previous = (await theirs.get(f"{ROOT}/{readable[0]['uuid']}"))["previous_conversations"]
    assert {each["uuid"] for each in previous} == expected - {readable[0]["uuid"]}
    for conversation in hidden:
        await _is_hidden(theirs, conversation)
    assert error(await theirs.http.get(f"{ROOT}/all"))[0] == 403
    assert (await theirs.http.get(f"/api/v1/teams/{other['id']}/conversations/unassigned")).status_code in {403, 404}


async def _is_hidden(theirs: DeskClient, conversation: dict[str, Any]) -> None:
    path = f"{ROOT}/{conversation['uuid']}"
    attempts: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", "/messages", None),
        ("GET", "/participants", None),
        ("POST", "/messages", {"message": "Hi", "sender_type": "agent"}),
        ("POST", "/tags", {"tags": ["x"]}),
        ("PUT", "/assignee/user", {"assignee_id": 1}),
        ("PUT", "/assignee/team/remove", None),
        ("PUT", "/last-seen", None),
        ("PUT", "/priority", {"priority": "Low"}),
        ("PUT", "/status", {"status": "Closed"}),
    ]
    for method, rest, body in attempts:
        answer = await theirs.http.request(method, path + rest, json=body)
        assert error(answer) == (404, "NotFoundException", "not_found"), (method, rest)


async def test_files_are_given_to_who_may_read_their_message(desk: DeskClient) -> None:
    """A file is its uploader's until a message has it; then it is for the readers of the conversation."""
    agent, theirs = await desk.new_agent(["Team Agent"])
    _, others = await desk.new_agent(["Team Agent"])
    conversation = await desk.new_conversation(agent_id=agent["id"])
    media = (await theirs.http.post("/api/v1/media", files={"files": ("a.txt", b"secret")})).json()["data"]
    assert (await theirs.http.get(media["url"])).content == b"secret"
    assert (await desk.http.get(media["url"])).status_code == 404
    refused = await others.http.post(
        f"{ROOT}", json={"content": "x", "inbox_id": 1, "contact_email": "a@b.c", "first_name": "A",
                         "initiator": "agent", "attachments": [media["id"]]}
    )  # fmt: skip
    assert error(refused) == (400, "InputException", "invalid_request")
    await theirs.reply(conversation, "See the file", attachments=[media["id"]])
    assert (await desk.http.get(media["url"])).content == b"secret"
    assert (await others.http.get(media["url"])).status_code == 404
    assert (await others.signed_in({}).http.get(media["url"])).status_code == 401
