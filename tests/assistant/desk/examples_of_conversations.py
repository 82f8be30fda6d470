"""Examples of the operations on conversations, messages and views."""

from typing import Any

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import example

ROOT = "/api/v1/conversations"


def uuids(page: dict[str, Any]) -> list[str]:
    """Return the uuids of a page's conversations."""
    return [each["uuid"] for each in page["results"]]


@example("GET", "/api/v1/conversations/all", alone=True)
async def list_all(desk: DeskClient) -> None:
    """The newest activity first, whoever has it."""
    old = await desk.new_conversation(subject="Old")
    new = await desk.new_conversation(subject="New", agent_id=1)
    assert uuids(await desk.get(f"{ROOT}/all")) == [new["uuid"], old["uuid"]]
    await desk.reply(old, "Hello again")
    page = await desk.get(f"{ROOT}/all")
    assert uuids(page) == [old["uuid"], new["uuid"]]
    first = page["results"][0]
    assert (first["last_message"], first["last_message_sender"], first["subject"]) == ("Hello again", "agent", "Old")
    assert (first["status"], first["inbox_name"], first["contact"]["first_name"]) == ("Open", "Support", "Carla")


@example("GET", "/api/v1/conversations/unassigned", alone=True)
async def list_unassigned(desk: DeskClient) -> None:
    """Only what neither an agent nor a team has."""
    team = await desk.new_team("Team")
    free = await desk.new_conversation()
    await desk.new_conversation(team_id=team["id"])
    await desk.new_conversation(agent_id=1)
    page = await desk.get(f"{ROOT}/unassigned")
    assert (uuids(page), page["total"]) == ([free["uuid"]], 1)


@example("GET", "/api/v1/conversations/assigned")
async def list_assigned(desk: DeskClient) -> None:
    """Only what the calling agent has."""
    agent, theirs = await desk.new_agent(["Agent"])
    own = await desk.new_conversation(agent_id=agent["id"])
    await desk.new_conversation(agent_id=1)
    await desk.new_conversation()
    page = await theirs.get(f"{ROOT}/assigned")
    assert (uuids(page), page["total"]) == ([own["uuid"]], 1)


@example("GET", "/api/v1/conversations/search")
async def search(desk: DeskClient) -> None:
    """By reference number and address exactly, by the subject in words of any order and accent."""
    made = await desk.new_conversation(subject="Größe der Tasche falsch", contact_email="fay@example.com")
    await desk.new_conversation(subject="Something else")
    for query in (made["reference_number"], "FAY@example.com", "falsch grosse", "größe", "tasche"):
        found = await desk.get(f"{ROOT}/search", query=query)
        assert [each["uuid"] for each in found] == [made["uuid"]], query
    assert await desk.get(f"{ROOT}/search", query="fay@example") == []


@example("POST", "/api/v1/conversations")
async def create(desk: DeskClient) -> None:
    """An agent writes first; the contact is known from then on."""
    body = {
        "content": "Your parcel is late, sorry.",
        "subject": "LB-7",
        "inbox_id": 1,
        "contact_email": "gus@example.com",
        "first_name": "Gus",
        "initiator": "agent",
        "external_user_id": "crm-1",
    }
    made = await desk.post(ROOT, body)
    assert (made["last_message_sender"], made["contact"]["first_name"]) == ("agent", "Gus")
    assert made["first_reply_at"] is not None
    again = await desk.post(ROOT, {**body, "first_name": "Somebody"})
    assert (again["contact_id"], again["contact"]["first_name"]) == (made["contact_id"], "Gus")
    assert [each["uuid"] for each in again["previous_conversations"]] == [made["uuid"]]
    assert int(again["reference_number"]) == int(made["reference_number"]) + 1


@example("GET", "/api/v1/conversations/{uuid}")
async def show(desk: DeskClient) -> None:
    """A conversation as it was made, however its uuid is written."""
    made = await desk.new_conversation(subject="S", custom_attributes={"order": "LB-1", "n": [1, None]})
    assert await desk.get(f"{ROOT}/{made['uuid'].upper()}") == made


@example("GET", "/api/v1/conversations/{uuid}/participants")
async def participants(desk: DeskClient) -> None:
    """The agents who wrote, each once."""
    made = await desk.new_conversation()
    agent, theirs = await desk.new_agent(["Agent"])
    await desk.reply(made, "One")
    await desk.reply(made, "Two")
    await theirs.reply(made, "Three", private=True)
    found = await desk.get(f"{ROOT}/{made['uuid']}/participants")
    assert [(each["id"], each["first_name"]) for each in found] == [(1, "Admin"), (agent["id"], "Ada")]


@example("PUT", "/api/v1/conversations/{uuid}/assignee/user", alone=True)
async def assign_agent(desk: DeskClient) -> None:
    """An agent gets a conversation, and the lists follow."""
    made = await desk.new_conversation()
    assert await desk.put(f"{ROOT}/{made['uuid']}/assignee/user", {"assignee_id": 1}) is True
    assert (await desk.get(f"{ROOT}/assigned"))["total"] == 1
    assert (await desk.get(f"{ROOT}/unassigned"))["total"] == 0


@example("PUT", "/api/v1/conversations/{uuid}/assignee/user/remove", alone=True)
async def unassign_agent(desk: DeskClient) -> None:
    """No one has it any more."""
    made = await desk.new_conversation(agent_id=1)
    assert await desk.put(f"{ROOT}/{made['uuid']}/assignee/user/remove") is True
    assert (await desk.get(f"{ROOT}/assigned"))["total"] == 0
    assert (await desk.get(f"{ROOT}/unassigned"))["total"] == 1


@example("PUT", "/api/v1/conversations/{uuid}/assignee/team")
async def assign_team(desk: DeskClient) -> None:
    """A team gets a conversation."""
    made, team = await desk.new_conversation(), await desk.new_team("Getting")
    assert await desk.put(f"{ROOT}/{made['uuid']}/assignee/team", {"assignee_id": team["id"]}) is True
    assert (await desk.get(f"/api/v1/teams/{team['id']}/conversations/unassigned"))["total"] == 1


@example("PUT", "/api/v1/conversations/{uuid}/assignee/team/remove")
async def unassign_team(desk: DeskClient) -> None:
    """No team has it any more."""
    team = await desk.new_team("Losing")
    made = await desk.new_conversation(team_id=team["id"])
    assert await desk.put(f"{ROOT}/{made['uuid']}/assignee/team/remove") is True
    assert (await desk.get(f"{ROOT}/{made['uuid']}"))["assigned_team_id"] is None


@example("PUT", "/api/v1/conversations/{uuid}/last-seen")
async def see(desk: DeskClient) -> None:
    """The assignee has read everything."""
    agent, theirs = await desk.new_agent(["Agent"])
    made = await desk.new_conversation(agent_id=agent["id"])
    await desk.reply(made, "Are you there?", sender_type="contact")
    assert (await theirs.get(f"{ROOT}/assigned"))["results"][0]["unread_message_count"] == 2
    assert await theirs.put(f"{ROOT}/{made['uuid']}/last-seen") is True
    [item] = (await theirs.get(f"{ROOT}/assigned"))["results"]
    assert item["unread_message_count"] == 0
    assert item["assignee_last_seen_at"] > made["assignee_last_seen_at"]


@example("PUT", "/api/v1/conversations/{uuid}/priority")
async def set_priority(desk: DeskClient) -> None:
    """How urgent it is."""
    made = await desk.new_conversation()
    assert await desk.put(f"{ROOT}/{made['uuid']}/priority", {"priority": "High"}) is True
    assert (await desk.get(f"{ROOT}/{made['uuid']}"))["priority"] == "High"


@example("PUT", "/api/v1/conversations/{uuid}/status")
async def set_status(desk: DeskClient) -> None:
    """Resolved and closed have their times; a customer's answer opens it again."""
    made = await desk.new_conversation()
    path = f"{ROOT}/{made['uuid']}"
    assert await desk.put(f"{path}/status", {"status": "Closed"}) is True
    closed = await desk.get(path)
    assert closed["status"] == "Closed"
    assert closed["closed_at"]
    assert closed["resolved_at"]
    await desk.reply(made, "One more thing", sender_type="contact")
    opened = await desk.get(path)
    assert (opened["status"], opened["closed_at"], opened["resolved_at"]) == ("Open", None, None)


@example("POST", "/api/v1/conversations/{uuid}/tags")
async def set_tags(desk: DeskClient) -> None:
    """Tags are set, added and removed by name."""
    made = await desk.new_conversation()
    path = f"{ROOT}/{made['uuid']}"
    for body, tags in (
        ({"tags": ["b", "a", "a"]}, ["a", "b"]),
        ({"tags": ["c", "a"], "action": "add_tags"}, ["a", "b", "c"]),
        ({"tags": ["a", "unknown"], "action": "remove_tags"}, ["b", "c"]),
        ({"tags": ["d"], "action": "set_tags"}, ["d"]),
        ({}, []),
    ):
        assert await desk.post(f"{path}/tags", body) is True
        assert (await desk.get(path))["tags"] == tags


@example("GET", "/api/v1/conversations/{uuid}/messages")
async def list_messages(desk: DeskClient) -> None:
    """The newest first; notes and directions can be chosen."""
    made = await desk.new_conversation(content="One")
    await desk.reply(made, "Two")
    await desk.reply(made, "Note", private=True)
    path = f"{ROOT}/{made['uuid']}/messages"
    page = await desk.get(path)
    assert [each["content"] for each in page["results"]] == ["Note", "Two", "One"]
    assert [each["content"] for each in (await desk.get(path, private="true"))["results"]] == ["Note"]
    assert [each["content"] for each in (await desk.get(path, type="incoming"))["results"]] == ["One"]
    last = await desk.get(path, page=2, page_size=2)
    assert ([each["content"] for each in last["results"]], last["total"]) == (["One"], 3)


@example("POST", "/api/v1/conversations/{cuuid}/messages")
async def send_message(desk: DeskClient) -> None:
    """A reply with its envelope and a file; sent again with the same echo_id it is there once."""
    made = await desk.new_conversation(subject="Size")
    media = (await desk.http.post("/api/v1/media", files={"files": ("a.txt", b"hello")})).json()["data"]
    fields = {"cc": ["Boss@example.com"], "attachments": [media["id"]], "echo_id": "e-1"}
    sent = await desk.reply(made, "<p>Use <a href='https://example.com/x?a=1&b=2'>this</a></p>", **fields)
    assert (sent["type"], sent["status"], sent["sender_type"]) == ("outgoing", "sent", "agent")
    assert sent["meta"]["to"] == ["carla@example.com"]
    assert (sent["meta"]["cc"], sent["meta"]["subject"]) == (["boss@example.com"], "Size")
    assert [each["url"] for each in sent["attachments"]] == [media["url"]]
    assert sent["text_content"] == "Use this"
    assert (await desk.reply(made, "again", echo_id="e-1"))["uuid"] == sent["uuid"]
    assert (await desk.get(f"{ROOT}/{made['uuid']}/messages"))["total"] == 2


@example("GET", "/api/v1/conversations/{cuuid}/messages/{uuid}")
async def show_message(desk: DeskClient) -> None:
    """A message as it was sent, in its own conversation only."""
    made, other = await desk.new_conversation(), await desk.new_conversation()
    sent = await desk.reply(made, "Hi")
    assert await desk.get(f"{ROOT}/{made['uuid']}/messages/{sent['uuid']}") == sent
    assert (await desk.http.get(f"{ROOT}/{other['uuid']}/messages/{sent['uuid']}")).status_code == 404


@example("PUT", "/api/v1/conversations/{cuuid}/messages/{uuid}/retry")
async def retry_message(desk: DeskClient) -> None:
    """What was sent is not sent twice."""
    made = await desk.new_conversation()
    sent = await desk.reply(made, "Hi")
    answer = await desk.http.put(f"{ROOT}/{made['uuid']}/messages/{sent['uuid']}/retry")
    assert (answer.status_code, answer.json()["data"]["code"]) == (409, "in_use")


@example("GET", "/api/v1/messages/search")
async def search_messages(desk: DeskClient) -> None:
    """All words, in any order, accents folded, the newest first."""
    made = await desk.new_conversation(content="Die Tasche ist schön groß")
    await desk.reply(made, "<p>Schöne Taschen, <b>große</b> Taschen</p>")
    await desk.reply(made, "Tasche schon da?")
    found = await desk.get("/api/v1/messages/search", query="SCHON tasche")
    assert [each["text_content"] for each in found] == ["Tasche schon da?", "Die Tasche ist schön groß"]
    assert found[0]["conversation_reference_number"] == made["reference_number"]


@example("GET", "/api/v1/views/me")
async def list_views(desk: DeskClient) -> None:
    """One's own views only."""
    _, theirs = await desk.new_agent(["Agent"])
    _, others = await desk.new_agent(["Agent"])
    await others.post("/api/v1/views/me", {"name": "Others'"})
    made = await theirs.post("/api/v1/views/me", {"name": "Theirs"})
    assert await theirs.get("/api/v1/views/me") == [made]


@example("POST", "/api/v1/views/me")
async def create_view(desk: DeskClient) -> None:
    """A filter is saved as it was sent."""
    filters = [{"model": "conversations", "field": "status_id", "operator": "equals", "value": "1"}]
    made = await desk.post("/api/v1/views/me", {"name": "Open", "filters": filters})
    assert (made["name"], made["filters"], made["user_id"]) == ("Open", filters, 1)


@example("PUT", "/api/v1/views/me/{id}")
async def update_view(desk: DeskClient) -> None:
    """A view with another name and other filters; no one else's."""
    made = await desk.post("/api/v1/views/me", {"name": "Open"})
    path = f"/api/v1/views/me/{made['id']}"
    assert (await desk.put(path, {"name": "Shut"}))["name"] == "Shut"
    _, theirs = await desk.new_agent(["Agent"])
    assert (await theirs.http.put(path, json={"name": "Taken"})).status_code == 403


@example("DELETE", "/api/v1/views/me/{id}")
async def delete_view(desk: DeskClient) -> None:
    """A view goes."""
    _, theirs = await desk.new_agent(["Agent"])
    made = await theirs.post("/api/v1/views/me", {"name": "Open"})
    assert await theirs.delete(f"/api/v1/views/me/{made['id']}") is True
    assert await theirs.get("/api/v1/views/me") == []


@example("GET", "/api/v1/views/{id}/conversations", alone=True)
async def list_of_view(desk: DeskClient) -> None:
    """What all filters of one's own view let through."""
    closed, urgent = await desk.new_conversation(), await desk.new_conversation(agent_id=1)
    await desk.put(f"{ROOT}/{closed['uuid']}/status", {"status": "Closed"})
    await desk.put(f"{ROOT}/{urgent['uuid']}/priority", {"priority": "High"})
    for filters, expected in (
        ([("status_id", "equals", "1")], [urgent]),
        ([("status_id", "not equals", "1")], [closed]),
        ([("priority_id", "set", "")], [urgent]),
        ([("priority_id", "not set", "")], [closed]),
        ([("priority_id", "not equals", "3")], [closed]),
        ([("assigned_user_id", "equals", "1"), ("status_id", "equals", "1")], [urgent]),
        ([("assigned_user_id", "equals", "1"), ("status_id", "equals", "4")], []),
        ([], [urgent, closed]),
    ):
        body = [{"field": field, "operator": operator, "value": value} for field, operator, value in filters]
        view = await desk.post("/api/v1/views/me", {"name": "V", "filters": body})
        page = await desk.get(f"/api/v1/views/{view['id']}/conversations")
        assert (uuids(page), page["total"]) == ([each["uuid"] for each in expected], len(expected)), filters
    _, theirs = await desk.new_agent(["Agent"])
    assert (await theirs.http.get(f"/api/v1/views/{view['id']}/conversations")).status_code == 403
