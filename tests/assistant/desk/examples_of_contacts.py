"""Examples of the operations on contacts, files and sessions."""

from itertools import count

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import example

_NUMBERS = count(1)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


async def new_contact(desk: DeskClient, email: str = "") -> int:
    """Return the id of a contact that a conversation brought."""
    email = email or f"dora{next(_NUMBERS)}@example.com"
    conversation = await desk.new_conversation(contact_email=email, first_name="Dora", last_name="Müller")
    return int(conversation["contact_id"])


@example("GET", "/api/v1/contacts", alone=True)
async def list_contacts(desk: DeskClient) -> None:
    """The newest first, page by page."""
    for number in range(3):
        await desk.new_conversation(contact_email=f"c{number}@example.com")
    page = await desk.get("/api/v1/contacts", page=2, page_size=2)
    assert [contact["email"] for contact in page["results"]] == ["c0@example.com"]
    assert (page["total"], page["total_pages"], page["per_page"], page["page"]) == (3, 2, 2, 2)


@example("GET", "/api/v1/contacts/search", alone=True)
async def search_contacts(desk: DeskClient) -> None:
    """Part of a name or address is enough, with or without accents."""
    await new_contact(desk, "dora@example.com")
    for query in ("mull", "MÜLL", "dora mu", "ra@exam"):
        assert [each["first_name"] for each in await desk.get("/api/v1/contacts/search", query=query)] == ["Dora"]
    assert await desk.get("/api/v1/contacts/search", query="%%%") == []


@example("GET", "/api/v1/contacts/{id}")
async def show_contact(desk: DeskClient) -> None:
    """A contact, whole."""
    contact = await desk.get(f"/api/v1/contacts/{await new_contact(desk)}")
    assert (contact["last_name"], contact["type"], contact["enabled"]) == ("Müller", "contact", True)


@example("PUT", "/api/v1/contacts/{id}")
async def update_contact(desk: DeskClient) -> None:
    """A form with a picture; what it does not name stays."""
    contact_id = await new_contact(desk)
    fields = {"first_name": "Dorothea", "email": "Dora@Example.org", "country": "de", "phone_number": "030 23125 000"}
    answer = await desk.http.put(
        f"/api/v1/contacts/{contact_id}", data=fields, files={"files": ("me.png", PNG, "text/html")}
    )
    contact = answer.json()["data"]
    assert (contact["first_name"], contact["last_name"]) == ("Dorothea", "Müller")
    assert (contact["email"], contact["country"]) == ("dora@example.org", "DE")
    picture = await desk.http.get(contact["avatar_url"])
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")


@example("PUT", "/api/v1/contacts/{id}/block")
async def block_contact(desk: DeskClient) -> None:
    """Who is blocked can't write any more."""
    contact_id = await new_contact(desk)
    blocked = await desk.put(f"/api/v1/contacts/{contact_id}/block", {"enabled": False})
    assert blocked["enabled"] is False
    body = {"content": "Hi", "inbox_id": 1, "contact_email": blocked["email"], "first_name": "D"}
    answer = await desk.http.post("/api/v1/conversations", json={**body, "initiator": "contact"})
    assert answer.status_code == 403
    assert (await desk.put(f"/api/v1/contacts/{contact_id}/block", {"enabled": True}))["enabled"] is True


@example("GET", "/api/v1/contacts/{id}/notes")
async def list_notes(desk: DeskClient) -> None:
    """Notes with their writers, the newest first."""
    path = f"/api/v1/contacts/{await new_contact(desk)}/notes"
    await desk.post(path, {"note": "one"})
    await desk.post(path, {"note": "two"})
    assert [(note["note"], note["first_name"]) for note in await desk.get(path)] == [("two", "Admin"), ("one", "Admin")]


@example("POST", "/api/v1/contacts/{id}/notes")
async def add_note(desk: DeskClient) -> None:
    """A note is kept with who wrote it."""
    contact_id = await new_contact(desk)
    note = await desk.post(f"/api/v1/contacts/{contact_id}/notes", {"note": "  Prefers the telephone.\n"})
    assert (note["note"], note["contact_id"], note["user_id"]) == ("Prefers the telephone.", contact_id, 1)


@example("DELETE", "/api/v1/contacts/{id}/notes/{note_id}")
async def delete_note(desk: DeskClient) -> None:
    """A note goes; another contact's path does not reach it."""
    path = f"/api/v1/contacts/{await new_contact(desk)}/notes"
    note = await desk.post(path, {"note": "one"})
    other = (await desk.new_conversation(contact_email="e@example.com"))["contact_id"]
    assert (await desk.http.delete(f"/api/v1/contacts/{other}/notes/{note['id']}")).status_code == 404
    assert await desk.delete(f"{path}/{note['id']}") is True
    assert await desk.get(path) == []


@example("POST", "/api/v1/media")
async def upload(desk: DeskClient) -> None:
    """The type is told by the content, not by the name."""
    form = {"inline": "true", "linked_model": "messages"}
    answer = await desk.http.post("/api/v1/media", data=form, files={"files": ("page.txt", PNG, "text/html")})
    media = answer.json()["data"]
    assert (media["content_type"], media["disposition"], media["size"]) == ("image/png", "inline", len(PNG))
    assert (media["filename"], media["store"], media["model_type"]) == ("page.txt", "fs", "messages")


@example("GET", "/uploads/{uuid}")
async def download(desk: DeskClient) -> None:
    """A file comes back as it was, in a way that no browser runs."""
    page = b"<html><script>alert(1)</script></html>"
    answer = await desk.http.post("/api/v1/media", files={"files": ("päge.txt", page)})
    found = await desk.http.get(answer.json()["data"]["url"])
    assert found.content == page
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-disposition"].startswith("attachment")
    assert not found.headers["content-type"].startswith("text/html")


@example("POST", "/api/v1/auth/login")
async def sign_in(desk: DeskClient) -> None:
    """E-mail address and password give a browser its session."""
    await desk.new_agent(["Agent"], email="eve@example.com", new_password="correct horse")
    browser = desk.signed_in({})
    body = {"email": "Eve@example.com", "password": "correct horse"}
    assert (await browser.post("/api/v1/auth/login", body))["email"] == "eve@example.com"
    assert (await browser.get("/api/v1/agents/me"))["email"] == "eve@example.com"


@example("POST", "/api/v1/auth/logout")
async def sign_out(desk: DeskClient) -> None:
    """After signing out the session opens nothing."""
    await desk.new_agent(["Agent"], email="eva@example.com", new_password="correct horse")
    browser = desk.signed_in({})
    await browser.post("/api/v1/auth/login", {"email": "eva@example.com", "password": "correct horse"})
    kept = dict(browser.http.cookies)
    browser.http.headers["X-CSRFTOKEN"] = kept["csrf_token"]
    assert await browser.post("/api/v1/auth/logout") is True
    assert (await desk.signed_in({"Cookie": f"desk_session={kept['desk_session']}"}).http.get(
        "/api/v1/agents/me"
    )).status_code == 401  # fmt: skip
