"""What can't be used is told by field and changes nothing; nothing that is sent is ever a fault of ours."""

from typing import Any

import pytest

from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import error

CONVERSATIONS = "/api/v1/conversations"
NEW = {
    "content": "Hello",
    "inbox_id": 1,
    "contact_email": "carla@example.com",
    "first_name": "Carla",
    "initiator": "contact",
}
AGENT = {"first_name": "Ann", "email": "ann@example.com", "roles": ["Agent"]}
NOTE = {"message": "x", "sender_type": "agent", "private": True}
TEAM = {"name": "Team", "conversation_assignment_type": "Manual"}
MISSING = "00000000-0000-4000-8000-000000000000"

BODIES: list[tuple[str, str, Any, str]] = [
    ("POST", "/api/v1/agents", {**AGENT, "email": "no address"}, "email"),
    ("POST", "/api/v1/agents", {**AGENT, "email": "a@" + "b" * 300}, "email"),
    ("POST", "/api/v1/agents", {**AGENT, "first_name": " "}, "first_name"),
    ("POST", "/api/v1/agents", {**AGENT, "first_name": "x" * 141}, "first_name"),
    ("POST", "/api/v1/agents", {**AGENT, "first_name": "a\nb"}, "first_name"),
    ("POST", "/api/v1/agents", {**AGENT, "first_name": "a\0b"}, "first_name"),
    ("POST", "/api/v1/agents", {**AGENT, "roles": ["King"]}, "roles"),
    ("POST", "/api/v1/agents", {**AGENT, "roles": "Agent"}, "roles"),
    ("POST", "/api/v1/agents", {**AGENT, "teams": ["none"]}, "teams"),
    ("POST", "/api/v1/agents", {**AGENT, "new_password": "short"}, "new_password"),
    ("POST", "/api/v1/agents", {**AGENT, "enabled": 1}, "enabled"),
    ("POST", "/api/v1/agents", {**AGENT, "availability_status": "asleep"}, "availability_status"),
    ("POST", "/api/v1/agents", {**AGENT, "colour": "red"}, "colour"),
    ("POST", "/api/v1/agents", {"first_name": "Ann", "roles": []}, "email"),
    ("PUT", "/api/v1/agents/me/availability", {"status": "here"}, "status"),
    ("POST", "/api/v1/teams", {**TEAM, "max_auto_assigned_conversations": -1}, "max_auto_assigned_conversations"),
    ("POST", "/api/v1/teams", {**TEAM, "business_hours_id": 10**12}, "business_hours_id"),
    ("POST", "/api/v1/teams", {**TEAM, "name": ""}, "name"),
    ("POST", "/api/v1/statuses", {"name": "New", "category": "unknown"}, "category"),
    ("POST", "/api/v1/statuses", {"category": "open"}, "name"),
    ("POST", CONVERSATIONS, {**NEW, "inbox_id": 99}, "inbox_id"),
    ("POST", CONVERSATIONS, {**NEW, "inbox_id": 10**30}, "inbox_id"),
    ("POST", CONVERSATIONS, {**NEW, "inbox_id": "1"}, "inbox_id"),
    ("POST", CONVERSATIONS, {**NEW, "team_id": 99}, "team_id"),
    ("POST", CONVERSATIONS, {**NEW, "agent_id": 99}, "agent_id"),
    ("POST", CONVERSATIONS, {**NEW, "content": ""}, "content"),
    ("POST", CONVERSATIONS, {**NEW, "content": "x" * 200_001}, "content"),
    ("POST", CONVERSATIONS, {**NEW, "subject": "x" * 1001}, "subject"),
    ("POST", CONVERSATIONS, {**NEW, "attachments": [99]}, "attachments"),
    ("POST", CONVERSATIONS, {**NEW, "attachments": [10**30]}, "attachments"),
    ("POST", CONVERSATIONS, {**NEW, "initiator": "nobody"}, "initiator"),
    ("POST", CONVERSATIONS, {**NEW, "custom_attributes": {"a": {"b\0": 1}}}, "custom_attributes.a"),
    ("POST", CONVERSATIONS, {**NEW, "custom_attributes": {"a": "x" * 70_000}}, "custom_attributes"),
    ("POST", "{conversation}/messages", {"message": "", "sender_type": "agent"}, "message"),
    ("POST", "{conversation}/messages", {"message": "x", "sender_type": "robot"}, "sender_type"),
    ("POST", "{conversation}/messages", {"message": "x", "sender_type": "agent", "to": ["x"]}, "to"),
    ("POST", "{conversation}/messages", {"message": "x", "sender_type": "contact", "private": True}, "private"),
    ("POST", "{conversation}/messages", {**NOTE, "mentions": [{"id": "x"}]}, "mentions"),
    ("PUT", "{conversation}/assignee/user", {"assignee_id": 99}, "assignee_id"),
    ("PUT", "{conversation}/assignee/user", {"assignee_id": 0}, "assignee_id"),
    ("PUT", "{conversation}/assignee/team", {"assignee_id": 99}, "assignee_id"),
    ("PUT", "{conversation}/priority", {"priority": "Highest"}, "priority"),
    ("PUT", "{conversation}/status", {"status": "Unknown"}, "status"),
    ("PUT", "{conversation}/status", {"status": "Snoozed"}, "snoozed_until"),
    ("PUT", "{conversation}/status", {"status": "Snoozed", "snoozed_until": "999999d"}, "snoozed_until"),
    ("POST", "{conversation}/tags", {"tags": [""]}, "tags"),
    ("POST", "{conversation}/tags", {"tags": ["x"], "action": "swap_tags"}, "action"),
    ("POST", "{contact}/notes", {"note": ""}, "note"),
    ("POST", "{contact}/notes", {"note": 5}, "note"),
    ("PUT", "{contact}/block", {"enabled": "false"}, "enabled"),
    ("POST", "/api/v1/views/me", {"name": "V", "filters": [{"field": "uuid", "operator": "set"}]}, "filters"),
    ("POST", "/api/v1/views/me", {"name": "V", "filters": [{"field": "inbox_id", "operator": "equals", "value": "x"}]},
     "value"),
]  # fmt: skip


async def test_bodies_that_can_not_be_used(desk: DeskClient) -> None:
    """Each names its field, and afterwards everything is as it was."""
    conversation = await desk.new_conversation()
    places = {
        "conversation": f"{CONVERSATIONS}/{conversation['uuid']}",
        "contact": f"/api/v1/contacts/{conversation['contact_id']}",
    }
    before = await everything(desk, places)
    for method, path, body, field in BODIES:
        answer = await desk.http.request(method, path.format(**places), json=body)
        assert error(answer) == (400, "InputException", "invalid_request"), (path, body)
        assert answer.json()["message"].startswith(field), (path, answer.text)
    assert await everything(desk, places) == before


async def everything(desk: DeskClient, places: dict[str, str]) -> list[Any]:
    """Return what all reading operations show."""
    paths = ["/api/v1/agents", "/api/v1/teams", "/api/v1/statuses", "/api/v1/contacts", f"{CONVERSATIONS}/all"]
    paths += [places["conversation"], f"{places['conversation']}/messages", f"{places['contact']}/notes"]
    return [await desk.get(path) for path in [*paths, "/api/v1/views/me"]]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[1]", b'"x"', b"null", b"{", b"\xff\xfe{}", b'{"name": "\xff"}', b'{"name": "\\ud800"}',
     b"[" * 8_000, b'{"a":' * 1_600],
)  # fmt: skip
async def test_bodies_that_are_no_json_object(shared_desk: DeskClient, body: bytes) -> None:
    """Whatever the bytes are, they are refused as what they are."""
    for path in ("/api/v1/agents", CONVERSATIONS, "/api/v1/teams", "/api/v1/auth/login"):
        answer = await shared_desk.http.post(path, content=body)
        assert error(answer) == (400, "InputException", "invalid_request")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=1.5", "page"),
        ("page=", "page"),
        ("page=1&page=2", "page"),
        ("page=" + "9" * 5000, "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=%00", "page_size"),
    ],
)
async def test_page_out_of_range(shared_desk: DeskClient, query: str, field: str) -> None:
    """The parameter is named."""
    for path in (
        f"{CONVERSATIONS}/all",
        f"{CONVERSATIONS}/unassigned",
        f"{CONVERSATIONS}/assigned",
        "/api/v1/contacts",
    ):
        answer = await shared_desk.http.get(f"{path}?{query}")
        assert error(answer) == (400, "InputException", "invalid_request")
        assert answer.json()["message"].startswith(f"{field}: ")


async def test_page_past_the_last_is_empty_and_the_total_stays_true(desk: DeskClient) -> None:
    """However far one turns the pages."""
    await desk.new_conversation()
    for path in (f"{CONVERSATIONS}/all", "/api/v1/contacts"):
        for page in (2, 2**31, 10**20):
            found = await desk.get(path, page=page)
            assert (found["results"], found["total"], found["total_pages"]) == ([], 1, 1)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "query", ["", "query=", "query=ab", "query=%20%20a%20%20", "query=a%00bc", "query=" + "x" * 1001]
)
async def test_search_for_too_little_or_too_much(shared_desk: DeskClient, query: str) -> None:
    """Three characters at least, after trimming."""
    for path in (f"{CONVERSATIONS}/search", "/api/v1/messages/search", "/api/v1/contacts/search"):
        answer = await shared_desk.http.get(f"{path}?{query}")
        assert error(answer) == (400, "InputException", "invalid_request")
        assert answer.json()["message"].startswith("query: ")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "query",
    ['"hello" OR *', "hello*", "NOT hello", "hel:lo", "(hello", "' OR 1=1 --", "hello & !x", "a:*b | c", "^hello",
     "-hello", "{hello}", "\\hello\\", "%hello_", "hello NEAR world", "ﬀ ß İ", "☃☃☃", "\u202ehello", "x" * 1000],
)  # fmt: skip
async def test_search_operators_are_words(shared_desk: DeskClient, query: str) -> None:
    """No query reaches the database's own language; it finds its words or nothing."""
    await shared_desk.new_conversation(subject="hello", content="hello world")
    for path in (f"{CONVERSATIONS}/search", "/api/v1/messages/search", "/api/v1/contacts/search"):
        found = await shared_desk.get(path, query=query)
        assert isinstance(found, list)


async def test_search_finds_words_between_signs(desk: DeskClient) -> None:
    """Whatever stands between them, and in any order."""
    await desk.reply(await desk.new_conversation(), "one two-three 4.5 six_seven")
    for found_by in ("three", "4 5", "seven SIX", "two"):
        assert len(await desk.get("/api/v1/messages/search", query=found_by)) == 1


async def test_what_does_not_exist(desk: DeskClient) -> None:
    """Ids and uuids of nothing are not found, for every operation that takes one."""
    document = (await desk.http.get("/docs/openapi.json")).json()
    await desk.new_team("The first")
    tried = 0
    bodies: dict[str, Any] = {
        "/api/v1/agents/{id}": AGENT,
        "/api/v1/teams/{id}": TEAM,
        "/api/v1/statuses/{id}": {"name": "N", "category": "open"},
        "/api/v1/contacts/{id}/notes": {"note": "x"},
        "/api/v1/contacts/{id}/block": {"enabled": True},
        "/api/v1/views/me/{id}": {"name": "V"},
        f"{CONVERSATIONS}/{{uuid}}/assignee/user": {"assignee_id": 1},
        f"{CONVERSATIONS}/{{uuid}}/assignee/team": {"assignee_id": 1},
        f"{CONVERSATIONS}/{{uuid}}/priority": {"priority": "Low"},
        f"{CONVERSATIONS}/{{uuid}}/status": {"status": "Open"},
        f"{CONVERSATIONS}/{{uuid}}/tags": {"tags": []},
        f"{CONVERSATIONS}/{{cuuid}}/messages": {"message": "x", "sender_type": "agent"},
    }
    for path, operations in document["paths"].items():
        for method in operations if "{" in path else ():
            place = path.replace("{note_id}", "9").replace("{id}", "777")
            for uuid in (MISSING, "not-a-uuid"):
                request: dict[str, Any] = {"json": bodies.get(path)}
                if path == "/api/v1/contacts/{id}" and method == "put":
                    picture = {"files": ("a.png", b"\x89PNG\r\n\x1a\n")}
                    request = {"data": {"first_name": "A", "email": "a@b.c"}, "files": picture}
                url = place.replace("{cuuid}", uuid).replace("{uuid}", uuid)
                answer = await desk.http.request(method, url, **request)
                tried += 1
                assert error(answer) == (404, "NotFoundException", "not_found"), (method, path)
    assert tried > 60


async def test_what_is_taken_already(desk: DeskClient) -> None:
    """Addresses and names are there once; the field is named, and nothing is changed."""
    agent, _ = await desk.new_agent(["Agent"], email="ann@example.com")
    team = await desk.new_team("Team")
    contact = await desk.new_conversation(contact_email="one@example.com")
    await desk.new_conversation(contact_email="two@example.com")
    other = await desk.post("/api/v1/agents", {**AGENT, "email": "other@example.com"})
    attempts: list[tuple[str, str, dict[str, Any], str]] = [
        ("POST", "/api/v1/agents", {"json": {**AGENT, "email": "ANN@example.com"}}, "email"),
        ("PUT", f"/api/v1/agents/{other['id']}", {"json": {**AGENT, "email": agent["email"]}}, "email"),
        ("POST", "/api/v1/teams", {"json": TEAM}, "name"),
        ("PUT", f"/api/v1/teams/{(await desk.new_team('B'))['id']}", {"json": {**TEAM, "name": team["name"]}}, "name"),
        ("POST", "/api/v1/statuses", {"json": {"name": "Open", "category": "open"}}, "name"),
        ("PUT", f"/api/v1/contacts/{contact['contact_id']}",
         {"files": {"first_name": (None, "X"), "email": (None, "two@example.com")}}, "email"),
    ]  # fmt: skip
    for method, path, request, field in attempts:
        answer = await desk.http.request(method, path, **request)
        assert error(answer) == (409, "ConflictException", "duplicate"), (path, answer.text)
        assert answer.json()["message"].startswith(f"{field}: ")
    assert (await desk.get(f"/api/v1/contacts/{contact['contact_id']}"))["first_name"] == "Carla"


async def test_body_over_the_limit(desk: DeskClient) -> None:
    """The limit is named."""
    answer = await desk.http.post(CONVERSATIONS, content=b'{"content": "' + b"x" * (5 * 1024 * 1024) + b'"}')
    assert error(answer) == (413, "InputException", "too_large")
    assert "4 MiB" in answer.json()["message"]


async def test_input_that_would_take_for_ever(desk: DeskClient) -> None:
    """Tags that are never closed, letters that only some tables know, and deep nesting are taken or refused at once."""
    hostile = "<p>" + "".join(f"<b i={number}>" for number in range(8000)) + "<p>x" * 8000
    made = await desk.new_conversation(content=hostile, subject="ab\u19b0cd")
    assert made["last_message"].startswith("x")
    assert len(await desk.get(f"{CONVERSATIONS}/search", query="ab\u19b0cd")) == 1
    nested: Any = {}
    for _ in range(500):
        nested = {"a": nested}
    answer = await desk.http.post(CONVERSATIONS, json={**NEW, "custom_attributes": nested})
    assert error(answer) == (400, "InputException", "invalid_request")
