"""The scripted Libredesk itself: what its composers send and show, and whom its operations let in."""

import base64
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.assistant.browser.composing import FRIENDLY, REFUSED, Composer
from tests.browser import window
from tests.fakes.helpdesk import PARCEL, RETURN, Helpdesk, Version, fake_helpdesk

DRAFT = "<p>Hello  Ms Brown,</p>\n<div>all is <b>well</b>.<br>Really.</div>\n<ul><li>A</li><li>B</li></ul>"
FOLDED = (
    "<p>Hello Ms Brown,</p><p>all is <strong>well</strong>.<br>Really.</p><ul><li><p>A</p></li><li><p>B</p></li></ul>"
)
TEXT = "Hello Ms Brown,\n\nall is well.\nReally.\n\n\n\n\n\nA\n\n\n\nB"
SENT = {"2.7": DRAFT, "2.5": TEXT}
TYPED = {"2.7": "<p>Hi <strong>there</strong></p><p></p>", "2.5": "Hi there\n\n"}
LINK = '<p><a target="_blank" rel="noopener noreferrer nofollow" href="https://a.example/">here</a></p>'
SHOWN = {
    "2.7": [
        ("one\n\ntwo", "<p>one two</p>"),
        ("<p>one</p>\n\ntwo <b>three</b>\n", "<p>one</p><p>two <strong>three</strong></p>"),
        ("<p>one</p><p></p>", "<p>one</p><p><br></p>"),
        ("<section><h2> one </h2>two</section>", "<h2>one</h2><p>two</p>"),
        ("<think>one</think><script>two</script>", "<p>one</p>"),
        ('<a href="https://a.example/"><u>here</u></a>', LINK),
        ("", "<p><br></p>"),
    ],
    "2.5": [
        ("one\n\ntwo", "<p>one<br><br>two</p>"),
        ("one\ntwo\n", "<p>one<br>two<br></p>"),
        ("<p>one</p>\n<p>two</p>", "<p>one</p><p><br></p><p>two</p>"),
        ("&lt;b&gt; & <i>two</i>", "<p>&lt;b&gt; &amp; <em>two</em></p>"),
    ],
}
"""What an answer looks like in the reply box."""

ME, READ, UPLOAD = "/api/v1/agents/me", f"/api/v1/conversations/{PARCEL}", "/api/v1/media"
KEY = "ak_ada:as_ada"
BASIC = {"Authorization": f"Basic {base64.b64encode(KEY.encode()).decode()}"}
TOKEN = {"Authorization": f"token {KEY}"}
BEARER = {"Authorization": f"Bearer {KEY}"}
EXPIRED = (401, "Invalid or expired session", "GeneralException")
VERSIONS = pytest.mark.parametrize("version", ["2.7", "2.5"])


@pytest.fixture(scope="module")
def helpdesk() -> Iterator[Helpdesk]:
    """A helpdesk whose Ada has an API key."""
    with fake_helpdesk() as helpdesk:
        helpdesk.agents[0].key = KEY
        yield helpdesk


class Service:
    """A service that is played inside of the browser.

    Attributes:
        asked: the requests for completions: their bodies and headers.
        listed: how often the prompts were read.
        waiting: requests that are not answered before the test does so.
    """

    def __init__(self, page: Page) -> None:
        self.asked: list[tuple[Any, dict[str, str]]] = []
        self.listed = 0
        self.waiting: list[Route] | None = None
        self._status = 200
        self._body: object = ""
        page.route("**/api/v1/ai/prompts", self._list)
        page.route("**/api/v1/ai/completion", self._complete)

    def answer(self, body: object, status: int = 200) -> None:
        """Answer completions like this from now on: with an envelope, or with text that is no JSON."""
        self._body, self._status = body, status

    def _list(self, route: Route) -> None:
        self.listed += 1
        route.fulfill(json={"status": "success", "data": [{"key": "friendly", "title": FRIENDLY}]})

    def _complete(self, route: Route) -> None:
        self.asked.append((route.request.post_data_json, route.request.headers))
        if self.waiting is not None:
            self.waiting.append(route)
        elif isinstance(self._body, str):
            route.fulfill(status=self._status, body=self._body, content_type="text/html")
        else:
            route.fulfill(status=self._status, json=self._body)


@contextlib.contextmanager
def composing(
    browser: Browser, helpdesk: Helpdesk, version: Version, agent: int = 0
) -> Iterator[tuple[Composer, Service]]:
    """Open a conversation with a draft in it; gives the composer and the service that it asks."""
    helpdesk.version = version
    helpdesk.conversations[PARCEL].draft = DRAFT
    cookies = helpdesk.sessions.begin(helpdesk.agents[agent])
    with window(browser, helpdesk.url, "/assets/desk.css", cookies=cookies, expected=REFUSED) as page:
        service, composer = Service(page), Composer(page, version)
        page.goto(f"/inboxes/assigned/conversation/{PARCEL}")
        composer.wait_for(PARCEL)
        yield composer, service


@VERSIONS
def test_what_is_sent(browser: Browser, helpdesk: Helpdesk, version: Version) -> None:
    """The draft as its release sends it, with the page's address and the token; prompts are read once per page."""
    with composing(browser, helpdesk, version) as (composer, service):
        service.answer({"status": "success", "data": "fine"})
        assert composer.html == FOLDED
        composer.rewrite()
        for typed in ("<p>Hi <b>there</b></p><p><br></p>", "<p><br></p>"):
            composer.write(typed)
            composer.rewrite()
        composer.open("Return", RETURN)
        composer.rewrite()
        sent = [SENT[version], TYPED[version], "<p></p>" if version == "2.7" else "", ""]
        assert [body for body, _ in service.asked] == [{"prompt_key": "friendly", "content": each} for each in sent]
        address = f"{helpdesk.url}/inboxes/assigned/conversation"
        assert [headers["referer"] for _, headers in service.asked] == [
            *[f"{address}/{PARCEL}"] * 3,
            f"{address}/{RETURN}",
        ]
        [token] = [cookie["value"] for cookie in composer.page.context.cookies() if cookie["name"] == "csrf_token"]
        assert all(headers["x-csrftoken"] == token for _, headers in service.asked)
        assert service.listed == 1


@VERSIONS
def test_what_is_shown(browser: Browser, helpdesk: Helpdesk, version: Version) -> None:
    """White space folds, tags that the editor does not know go, and the older composer makes breaks of line ends."""
    with composing(browser, helpdesk, version) as (composer, service):
        for data, shown in SHOWN[version]:
            service.answer({"status": "success", "data": data})
            composer.rewrite()
            assert composer.html == shown
        expect(composer.toasts).to_have_count(0)


@VERSIONS
def test_agent_goes_on_while_it_waits(browser: Browser, helpdesk: Helpdesk, version: Version) -> None:
    """The older composer asks at each click and puts the answer into whatever is open; the newer one does neither."""
    with composing(browser, helpdesk, version) as (composer, service):
        service.waiting = []
        composer.choose()
        composer.choose()
        expect(composer.draft).to_have_attribute("aria-busy", "true")
        composer.open("Return", RETURN)
        assert len(service.asked) == (1 if version == "2.7" else 2)
        for route in service.waiting:
            route.fulfill(json={"status": "success", "data": "late"})
        expect(composer.draft).to_have_attribute("aria-busy", "false")
        expect(composer.draft).to_have_text("" if version == "2.7" else "late")


@VERSIONS
@pytest.mark.parametrize("agent", [0, 1])
def test_errors(browser: Browser, helpdesk: Helpdesk, version: Version, agent: int) -> None:
    """Any error is a toast and no more; only the older composer asks an administrator for a key, at each 400."""
    with composing(browser, helpdesk, version, agent) as (composer, service):
        for status in (500, 422, 403, 502, 400):
            service.answer({"status": "error", "message": f"No: {status}", "error_type": "X", "data": None}, status)
            composer.rewrite()
            assert composer.toast() == f"No: {status}"
            assert composer.html == FOLDED
            expect(composer.key_dialog).to_be_visible(visible=(version, agent, status) == ("2.5", 0, 400))
            composer.page.keyboard.press("Escape")
        service.answer("<html>Bad gateway</html>", 502)
        composer.rewrite()
        assert composer.toast() == "Unknown error"


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({}, EXPIRED),
        (TOKEN, "Ada"),
        (BASIC, "Ada"),
        (BEARER, EXPIRED),
        ({"Authorization": "token ak_ada:wrong"}, (401, "Invalid credential", "GeneralException")),
        ({"Authorization": "token ak_ada"}, EXPIRED),
        ({"Cookie": "libredesk_session=BEN"}, "Ben"),
        ({"Cookie": "libredesk_session=BEN", **BEARER}, "Ben"),
        ({"Cookie": "libredesk_session=BEN", **TOKEN}, "Ada"),
        ({"Cookie": "libredesk_session=ended"}, EXPIRED),
    ],
)
def test_who_is_let_in(helpdesk: Helpdesk, headers: dict[str, str], outcome: object) -> None:
    """An API key in one of two schemes, else the session, whatever else stands in `Authorization`."""
    session = helpdesk.sessions.begin(helpdesk.agents[1])["libredesk_session"]
    shown = {name: value.replace("BEN", session) for name, value in headers.items()}
    answer = httpx.get(f"{helpdesk.url}{ME}", headers=shown)
    assert (answer.json()["data"]["first_name"] if answer.status_code == 200 else refusal(answer)) == outcome


def test_changes_need_the_token(helpdesk: Helpdesk) -> None:
    """A change by a session needs the cookie's value in a header; a sign-in that ended is told without."""
    cookies = helpdesk.sessions.begin(helpdesk.agents[0])
    with httpx.Client(base_url=helpdesk.url, cookies=cookies) as client:
        mismatch = (403, "CSRF token mismatch", "PermissionException")
        assert refusal(client.post(UPLOAD)) == mismatch
        assert refusal(client.post(UPLOAD, headers={"X-CSRFTOKEN": "x"})) == mismatch
        token = {"X-CSRFTOKEN": cookies["csrf_token"]}
        assert client.post(UPLOAD, headers=token, files={"files": b"x"}).status_code == 200
        helpdesk.sessions.expire()
        assert refusal(client.post(UPLOAD, headers=token, files={"files": b"x"})) == EXPIRED
        assert client.get("/inboxes/assigned").headers["location"] == "/?next=/inboxes/assigned"


def test_who_reads_a_conversation() -> None:
    """By the agent's rights; each read is written down, and can be held up or made to fail."""
    denied = (403, "Permission denied", "PermissionException")
    with fake_helpdesk() as helpdesk, httpx.Client(base_url=helpdesk.url, headers=TOKEN) as client:
        ada, conversation = helpdesk.agents[0], helpdesk.conversations[PARCEL]
        ada.key = KEY
        read = client.get(READ).json()["data"]
        assert (read["inbox_id"], read["contact"]["first_name"]) == (1, "Erika")
        assert refusal(client.get(READ + "0")) == (404, "Conversation not found", "NotFoundException")
        ada.permissions = ["conversations:read", "conversations:read_assigned"]
        assert refusal(client.get(READ)) == denied
        conversation.assigned_user_id = ada.id
        assert client.get(READ).status_code == 200
        ada.permissions = ["conversations:read_all"]
        assert refusal(client.get(READ)) == denied
        ada.permissions = ["conversations:read", "conversations:read_all"]
        with helpdesk.reading.failing(503):
            assert client.get(READ).status_code == 503
        ada.enabled = False
        assert [each.status for each in helpdesk.reads(PARCEL)] == [200, 403, 200, 403, 503]
        with ThreadPoolExecutor() as pool:
            with helpdesk.reading.held():
                reading = pool.submit(client.get, READ)
                with pytest.raises(TimeoutError):
                    reading.result(0.1)
            assert reading.result(10).status_code == 200


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    """Return status, message and type of an answer that has to be an error in the helpdesk's envelope."""
    body = answer.json()
    assert (body["status"], body["data"]) == ("error", None)
    return answer.status_code, body["message"], body["error_type"]
