"""The built-in desk in our own process and in another one: a client can't tell which."""

import hashlib

import httpx
import pytest

from tests.assistant.gateway.wire import ask
from tests.assistant.harness import ADMIN, error
from tests.assistant.serving import Served

AUTHORIZATION = list(ADMIN.items())


def test_unknown_path_is_not_found(anywhere: Served) -> None:
    """What no one has is the core's to refuse, in the envelope."""
    for path in ("/api/v1/nothing", "/api/v1/ai/nothing", "/api/v1/ai/nothing/", "/nothing"):
        answer = anywhere.client.get(path)
        assert error(answer) == (404, "NotFoundException", "not_found"), path


def test_head_of_an_operation(anywhere: Served) -> None:
    """The same answer as to GET, without its body."""
    got, head = (ask(anywhere.client.base_url, method, "/api/v1/statuses", AUTHORIZATION) for method in ("GET", "HEAD"))
    assert (head.body, head.whole) == (b"", True)
    assert head.status == got.status


def test_query_reaches_the_desk_as_it_is(anywhere: Served) -> None:
    """A search for text with signs, escaped by the client, finds what stands there."""
    made = anywhere.client.post(
        "/api/v1/conversations",
        json={
            "subject": "Rate 50% + 1 & more",
            "content": "Hello",
            "inbox_id": 1,
            "contact_email": "quota@example.com",
            "first_name": "Quota",
            "initiator": "contact",
        },
    )
    assert made.status_code == 200, made.text
    for written in ("Rate%2050%25%20%2B%201", "Rate+50%25+%2B+1"):
        found = anywhere.client.get(httpx.URL(f"/api/v1/conversations/search?query={written}"))
        assert found.status_code == 200, found.text
        assert any(each["uuid"] == made.json()["data"]["uuid"] for each in found.json()["data"]), found.text


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/api/v1/contacts?page_size=101", (400, "InputException", "invalid_request")),
        ("PUT", "/api/v1/conversations/all", (405, "InputException", "method_not_allowed")),
        ("GET", "/api/v1/teams/999999", (404, "NotFoundException", "not_found")),
        ("POST", "/api/v1/agents", (400, "InputException", "invalid_request")),
    ],
)
def test_errors_of_the_desk_come_in_the_envelope(
    anywhere: Served, method: str, path: str, told: tuple[int, str, str]
) -> None:
    """Programs read the code wherever the desk runs."""
    assert error(anywhere.client.request(method, path, json={} if method != "GET" else None)) == told


def test_stranger_stays_outside(anywhere: Served) -> None:
    """Without credentials, neither the core's operations nor ours answer."""
    for path in ("/api/v1/agents/me", "/api/v1/ai/prompts", "/api/v1/ai/provider"):
        answer = ask(anywhere.client.base_url, "GET", path)
        assert (answer.status, answer.code) == (401, "unauthorized"), path


def test_several_methods_on_one_object(anywhere: Served) -> None:
    """Made, changed, read and deleted: a client does not notice where the desk is."""
    client = anywhere.client
    made = client.post("/api/v1/teams", json={"name": "Gateway", "conversation_assignment_type": "Manual"}).json()
    team = f"/api/v1/teams/{made['data']['id']}"
    changed = client.put(team, json={"name": "Gate", "conversation_assignment_type": "Manual"})
    assert changed.status_code == 200, changed.text
    assert client.get(team).json()["data"]["name"] == "Gate"
    assert client.delete(team).status_code == 200
    assert client.get(team).status_code == 404


def test_upload_comes_back_as_it_was(anywhere: Served) -> None:
    """A file goes through in a form, and its bytes are the same when it is read."""
    content = bytes(range(256)) * 4096
    sent = anywhere.client.post("/api/v1/media", files={"files": ("data.log", content)})
    assert sent.status_code == 200, sent.text
    answer = anywhere.client.get(sent.json()["data"]["url"])
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(content).digest()


def test_browser_signs_in(anywhere: Served) -> None:
    """Both cookies arrive, each as a header of its own, and serve for the core's operations and for ours."""
    email, password = "eve@example.com", "correct horse battery"
    body = {"first_name": "Eve", "email": email, "roles": ["Agent"], "new_password": password}
    assert anywhere.client.post("/api/v1/agents", json=body).status_code == 200
    with httpx.Client(base_url=anywhere.client.base_url) as browser:
        signed_in = browser.post("/api/v1/auth/login", json={"email": email, "password": password})
        assert len(signed_in.headers.get_list("set-cookie")) == 2
        assert browser.get("/api/v1/agents/me").json()["data"]["email"] == email
        assert browser.get("/api/v1/ai/prompts").status_code == 200
        assert error(browser.get("/api/v1/ai/provider")) == (403, "PermissionException", "forbidden")
        refused = browser.post("/api/v1/ai/completion", json={})
        assert error(refused) == (403, "PermissionException", "csrf")
        browser.headers["X-CSRFTOKEN"] = browser.cookies["csrf_token"]
        assert browser.post("/api/v1/auth/logout").status_code == 200
