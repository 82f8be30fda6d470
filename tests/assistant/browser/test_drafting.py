"""A reply is drafted by the browser's own fetch: streamed, cancelled, and told of a message that came meanwhile."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.assistant.completion.asking import serving_with
from tests.assistant.harness import ADMIN
from tests.assistant.serving import Served, serving, wait_until
from tests.browser import window
from tests.fakes import FakeProvider
from tests.fakes.loading import Loading

REPLY = "Hello Carla, we have found your parcel. It is at the post office in your street, and waits there for you."
_FETCH = """async ([headers, body]) => {
    window.leaving = new AbortController();
    window.told = [];
    window.ended = "";
    const answer = await fetch("/api/v1/ai/completion", {
        method: "POST", headers, body: JSON.stringify(body), signal: window.leaving.signal,
    });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        text += value;
        const events = text.split("\\n\\n");
        text = events.pop();
        for (const event of events) {
            const name = /^event: (.*)$/m.exec(event), data = /^data: (.*)$/m.exec(event);
            if (name && data) window.told.push([name[1], JSON.parse(data[1])]);
        }
    }
    return window.told;
}"""
_PARCELS = count(4471)
_BEGIN = f"([headers, body]) => {{ ({_FETCH})([headers, body]).catch(error => {{ window.ended = error.name; }}); }}"


class _Page:
    """A page of the service, and a conversation in its desk."""

    def __init__(self, page: Page, client: httpx.Client) -> None:
        self.page = page
        self.client = client
        said = f"<p>Where is parcel {next(_PARCELS)}?</p>"  # else the same answer would do
        body = {"content": said, "inbox_id": 1, "contact_email": "carla@example.com"}
        made = self.client.post("/api/v1/conversations", json={**body, "first_name": "Carla", "initiator": "contact"})
        self.uuid = made.json()["data"]["uuid"]
        self.headers = {**ADMIN, "Accept": "text/event-stream", "Content-Type": "application/json"}

    def wanted(self) -> list[Any]:
        """Return what the page asks for."""
        return [self.headers, {"prompt_key": "suggest_reply", "content": "", "conversation_uuid": self.uuid}]

    def write(self, text: str) -> None:
        """Write something as the customer."""
        path = f"/api/v1/conversations/{self.uuid}/messages"
        answer = self.client.post(path, json={"message": text, "sender_type": "contact"})
        assert answer.status_code == 200


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        yield fake


@pytest.fixture(scope="module")
def served(provider: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with its own desk, which asks it."""
    with serving(tmp_path_factory.mktemp("drafting"), **serving_with(provider)) as served:
        yield served


@pytest.fixture
def opened(browser: Browser, provider: FakeProvider, served: Served) -> Iterator[_Page]:
    """A page of that service."""
    provider.forget()
    provider.reply(REPLY)
    with (
        window(browser, str(served.client.base_url).rstrip("/"), "/health", expected="favicon|404|ERR_ABORTED") as page,
        httpx.Client(base_url=served.client.base_url, headers=ADMIN) as client,
    ):
        yield _Page(page, client)


def test_reply_is_streamed(opened: _Page) -> None:
    """The pieces are the reply, and `done` has all of it."""
    told = opened.page.evaluate(_FETCH, opened.wanted())
    assert "".join(data["text"] for name, data in told if name == "delta") == REPLY
    [done] = [data for name, data in told if name == "done"]
    assert (done["text"], done["stale"], done["missing"]) == (REPLY, False, [])


def test_message_that_comes_meanwhile_is_told(opened: _Page, provider: FakeProvider) -> None:
    """And the next request gets a new reply."""
    provider.script(load := Loading())
    opened.page.evaluate(_BEGIN, opened.wanted())
    wait_until(lambda: len(provider.requests) == 1)
    opened.write("<p>Never mind, it is here.</p>")
    load.finish()
    opened.page.wait_for_function("window.told.some(([name]) => name === 'done')")

    [done] = [data for name, data in opened.page.evaluate("window.told") if name == "done"]

    assert done["stale"] is True
    assert any("meanwhile" in warning for warning in done["warnings"])
    again = opened.page.evaluate(_FETCH, opened.wanted())[-1][1]
    assert (again["stale"], again["cached"]) == (False, False)


def test_cancelled_reply_ends_at_the_provider(opened: _Page, provider: FakeProvider) -> None:
    """Nothing is told any more, and whoever asks next gets a reply."""
    provider.script(load := Loading())
    opened.page.evaluate(_BEGIN, opened.wanted())
    wait_until(lambda: len(provider.requests) == 1)

    opened.page.evaluate("window.leaving.abort()")

    opened.page.wait_for_function("window.ended === 'AbortError'")
    wait_until(lambda: load.given_up == 1)
    assert opened.page.evaluate("window.told") == []
    assert opened.page.evaluate(_FETCH, opened.wanted())[-1][1]["text"] == REPLY
