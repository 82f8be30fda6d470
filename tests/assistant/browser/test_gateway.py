"""An agent works in a helpdesk that our gateway stands in front of, in a real browser."""

import hashlib
import os
import secrets
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.assistant.serving import serving
from tests.browser import window
from tests.fakes import FakeProvider
from tests.fakes.helpdesk import EMAIL, PARCEL, PASSWORD, Helpdesk, fake_helpdesk

SHORT = os.environ.get("EXAMPLES_FACTOR", "1") == "1"
OPEN_SECONDS = 12 if SHORT else 60
PATIENCE = {"CLIENT_TIMEOUT": "4s", "CORE_TIMEOUT": "5s"} if SHORT else {}
"""The service's with silent clients and cores, far shorter than the websocket stays; as shipped in full length."""
AT_LEAST = 2 * OPEN_SECONDS  # messages each way: one every half second
UNDER_WAY = 2  # notes that a page may leave unanswered when it goes
UPLOAD_BYTES = 8 * 1024 * 1024 + 1
REPLY = "Thank you! We have your parcel. Please allow 5 days."


def test_agent_notices_nothing_of_the_gateway(browser: Browser, tmp_path: Path) -> None:
    """Sign-in, an upload, the AI menu, a long websocket and sign-out work in a browser as they do without us."""
    with (
        fake_helpdesk() as helpdesk,
        FakeProvider("chat") as provider,
        serving(tmp_path, CORE_URL=helpdesk.url, PROVIDER="custom", BASE_URL=provider.url, **PATIENCE) as served,
        window(browser, str(served.client.base_url)) as page,
    ):
        provider.reply(REPLY)
        sign_in(page)
        assert ("GET", "/assets/desk.css", 304) in helpdesk.answers, "the sign-in page's style is still good"
        open_the_conversation(page)
        upload(page, tmp_path / "parcel.bin")
        rewrite_the_draft(page)
        stay_for_long(page, helpdesk)
        page.screenshot(path=tmp_path / "inbox.png")
        sign_out(page, helpdesk)


def sign_in(page: Page) -> None:
    """Fill in the form; its answer sets both cookies, and the inbox comes with its script and style."""
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/inboxes/assigned")
    expect(page.get_by_role("heading")).to_have_text("Inbox of Ada")
    expect(page.locator("main")).to_have_css("background-color", "rgb(255, 255, 255)")
    cookies = {cookie["name"]: cookie["httpOnly"] for cookie in page.context.cookies()}
    assert cookies == {"libredesk_session": True, "csrf_token": False}


def open_the_conversation(page: Page) -> None:
    """Follow a link that changes the address and loads no new page."""
    page.get_by_role("link", name="Parcel").click()
    expect(page).to_have_url(f"/inboxes/assigned/conversation/{PARCEL}")
    expect(page.get_by_role("heading", level=2)).to_have_text("Parcel: Erika Mustermann")


def upload(page: Page, file: Path) -> None:
    """Send a file through the form; the helpdesk receives every byte of it."""
    content = secrets.token_bytes(UPLOAD_BYTES)
    file.write_bytes(content)
    page.get_by_label("Attachment").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#uploaded")).to_have_text(f"{file.name} {len(content)} {hashlib.sha256(content).hexdigest()}")


def rewrite_the_draft(page: Page) -> None:
    """Open the AI menu, whose prompts are ours, and take one: the reply stands in the composer."""
    page.get_by_role("button", name="AI", exact=True).click()
    page.get_by_role("button", name="Friendly Reply").click()
    expect(page.get_by_role("textbox", name="Reply")).to_have_text(REPLY)


def stay_for_long(page: Page, helpdesk: Helpdesk) -> None:
    """Messages go both ways on the one websocket that the page opened, and pings are answered."""
    line = page.locator("#line")
    expect(line).to_have_text("open")
    page.wait_for_function(
        "seconds => Number(document.getElementById('age').textContent) >= seconds"
        " || document.getElementById('line').textContent != 'open'",
        arg=OPEN_SECONDS,
        timeout=2000 * OPEN_SECONDS,
    )
    expect(line).to_have_text("open")
    [talk] = helpdesk.talks
    assert not talk.ended.is_set()
    assert int(page.locator("#received").inner_text()) >= AT_LEAST
    assert min(len(talk.seen), len(talk.typing), len(talk.pongs)) >= AT_LEAST


def sign_out(page: Page, helpdesk: Helpdesk) -> None:
    """Follow the link: the cookie is gone, and at once no one gets in with the session that it named."""
    [session] = [cookie["value"] for cookie in page.context.cookies() if cookie["httpOnly"]]
    shown = {"Cookie": f"libredesk_session={session}"}
    assert page.request.get("/api/v1/ai/prompts", headers=shown).status == 200
    page.get_by_role("link", name="Sign out").click()
    expect(page).to_have_url("/")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["csrf_token"]
    assert page.request.get("/api/v1/ai/prompts", headers=shown).status == 401
    page.goto("/inboxes/assigned")
    expect(page.get_by_role("heading")).to_have_text("Helpdesk")
    nothing_was_lost(helpdesk)


def nothing_was_lost(helpdesk: Helpdesk) -> None:
    """The websocket ended as its page left, and everything had come over it, once and in order."""
    [talk] = helpdesk.talks
    assert talk.ended.wait(10)
    assert talk.close_code == 1001, "the browser says that it leaves the page (RFC 6455, 7.4.1)"
    for numbers in (talk.seen, talk.typing, talk.pongs):
        assert numbers == list(range(1, len(numbers) + 1))
    assert talk.notes - len(talk.seen) <= UNDER_WAY
