"""What an agent reads in Libredesk 2.5 and 2.7 when something is in the way; the draft is never harmed by it."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, expect

from tests.assistant.browser.composing import FOR_RETURNS, Composer, Office
from tests.assistant.serving import wait_until
from tests.fakes import FakeProvider
from tests.fakes.drip import Drip
from tests.fakes.helpdesk import PARCEL, RETURN, Version

SIGN_IN_AGAIN = "Your session has expired. Sign in again."
NO_ANSWER = "No response from server. Check if you are still connected to internet."
"""What the composer says by itself."""
GONE = "/api/v1/ai/completion: net::ERR_ABORTED"
"""The complaint of a browser about a request that its page gave up."""

Ending: TypeAlias = Callable[[Office, Composer], None]
VERSIONS = pytest.mark.parametrize("version", ["2.7", "2.5"])


@pytest.fixture
def picky(shared_office: Office) -> Iterator[FakeProvider]:
    """A provider that knows no key; afterwards the office's own is back in charge."""
    with FakeProvider("chat", key="nobody has this key") as provider:
        yield provider
    put_in_charge(shared_office, shared_office.provider, "custom")


def put_in_charge(office: Office, provider: FakeProvider, name: str) -> None:
    """Let a provider answer from now on, under the name of a host."""
    wanted = {"provider": name, "base_url": provider.url, "api_key": "sk-typed-wrong", "model": "m", "verify": False}
    answer = office.served.client.put("/api/v1/ai/provider", json=wanted)
    assert answer.status_code == 200, answer.text


def end_session_in_browser(office: Office, composer: Composer) -> None:
    """Let the cookie run out, which is how a browser learns of the end of a session."""
    assert composer.page.url.startswith(office.url)
    composer.page.context.clear_cookies(name="libredesk_session")


def end_session_in_helpdesk(office: Office, composer: Composer) -> None:
    """Let the browser show a session that the helpdesk has forgotten."""
    ended = office.helpdesk.sessions.begin(office.helpdesk.agents[0])
    office.helpdesk.sessions.expire()
    value = ended["libredesk_session"]
    composer.page.context.add_cookies([{"name": "libredesk_session", "value": value, "url": office.url}])


def sign_out_elsewhere(office: Office, composer: Composer) -> None:
    """Sign out in another window of the same browser."""
    elsewhere = composer.page.context.new_page()
    elsewhere.goto(f"{office.url}/logout")
    expect(elsewhere.get_by_role("heading")).to_have_text("Helpdesk")


@VERSIONS
@pytest.mark.parametrize("end_session", [end_session_in_browser, end_session_in_helpdesk, sign_out_elsewhere])
def test_expired_session(browser: Browser, shared_office: Office, version: Version, end_session: Ending) -> None:
    """However a session ended, the agent reads so, in words that are about the session."""
    with shared_office.composer(browser, version, "<p>Your parcel has left.</p>") as composer:
        before = composer.html
        end_session(shared_office, composer)
        assert composer.rewrite().status == 401
        assert composer.toast() == SIGN_IN_AGAIN
        assert composer.html == before
        expect(composer.key_dialog).to_be_hidden()


@VERSIONS
def test_key_refused_by_another_provider(
    browser: Browser, shared_office: Office, picky: FakeProvider, version: Version
) -> None:
    """A key that a provider other than OpenAI refuses is no reason to ask the agent for OpenAI's."""
    put_in_charge(shared_office, picky, "custom")
    with shared_office.composer(browser, version, "<p>Your parcel has left.</p>") as composer:
        before = composer.html
        answer = composer.rewrite()
        assert (answer.status, answer.json()["data"]["code"]) == (502, "provider_key")
        assert composer.toast()
        expect(composer.key_dialog).to_be_hidden()
        assert composer.html == before


def test_key_refused_by_openai(browser: Browser, shared_office: Office, picky: FakeProvider) -> None:
    """An administrator at the older composer is asked for OpenAI's key; the newer composer says what is wrong only."""
    put_in_charge(shared_office, picky, "openai")
    for version in ("2.7", "2.5"):
        with shared_office.composer(browser, version, "<p>Your parcel has left.</p>") as composer:
            answer = composer.rewrite()
            assert (answer.status, answer.json()["data"]["code"]) == (400, "provider_key")
            assert composer.toast()
            if version == "2.7":
                expect(composer.key_dialog).to_be_hidden()
            else:
                assert typed_key(composer) == {"api_key": "sk-new", "provider": "openai"}


def test_only_administrators_are_asked_for_a_key(browser: Browser, shared_office: Office, picky: FakeProvider) -> None:
    """An agent who may not set the key reads a sentence."""
    put_in_charge(shared_office, picky, "openai")
    with shared_office.composer(browser, "2.5", "<p>Your parcel has left.</p>", agent=1) as composer:
        assert composer.rewrite().status == 400
        assert composer.toast()
        expect(composer.key_dialog).to_be_hidden()


def typed_key(composer: Composer) -> object:
    """Type a key into the dialog, and return what the page wanted to save, which goes no further."""
    composer.page.route("**/api/v1/ai/provider", lambda route: route.fulfill(json={"status": "success", "data": True}))
    composer.key_dialog.get_by_label("API key").fill("sk-new")
    with composer.page.expect_request("**/api/v1/ai/provider") as saving:
        composer.key_dialog.get_by_role("button", name="Save").click()
    expect(composer.key_dialog).to_be_hidden()
    assert composer.toast() == "Changes saved"
    assert saving.value.method == "PUT"
    return saving.value.post_data_json


@pytest.mark.parametrize(("version", "patience"), [("2.5", 10), ("2.7", 120)])
def test_composer_gives_up(browser: Browser, shared_office: Office, version: Version, patience: int) -> None:
    """It waits for as long as its release does; then it says so, the draft stays, and the call to the provider ends."""
    with shared_office.composer(browser, version, f"<p>Patience of {version}.</p>", expected=GONE) as composer:
        before, answer = composer.html, Drip()
        shared_office.provider.script(answer)
        composer.page.clock.install(time=0)
        composer.page.clock.pause_at(1)
        composer.choose()
        assert answer.begun.wait(20)
        composer.page.clock.fast_forward(1000 * patience - 1)
        expect(composer.draft).to_have_attribute("aria-busy", "true")
        composer.page.clock.fast_forward(1)
        assert composer.toast() == NO_ANSWER
        assert composer.html == before
        assert shared_office.provider.requests[-1].dropped.wait(20)


@VERSIONS
def test_prompt_for_another_inbox(browser: Browser, shared_office: Office, version: Version) -> None:
    """A prompt for the inbox of returns works in its conversations; elsewhere a toast says why it does not."""
    shared_office.provider.reply("Please use the label.")
    draft = f"<p>Please use the label, says {version}.</p>"
    with shared_office.composer(browser, version, draft, of=RETURN) as composer:
        reads = len(shared_office.helpdesk.reads(RETURN))
        offered(composer)
        assert rewritten(composer, shared_office, reads)
        assert composer.paragraphs == [["Please use the label."]]
        composer.open("Parcel", PARCEL)
        composer.write(draft)
        before = composer.html
        assert composer.rewrite(FOR_RETURNS).status in (403, 404)
        assert composer.toast().endswith(".")
        assert composer.html == before
        expect(composer.key_dialog).to_be_hidden()


def offered(composer: Composer) -> None:
    """See that the menu has the prompt for returns; a page that was loaded before that was known is loaded again."""
    menu = composer.page.locator("#prompts li")
    for _ in range(5):
        expect(menu).not_to_have_count(0)
        if FOR_RETURNS in menu.all_text_contents():
            return
        composer.page.reload()
        composer.wait_for(RETURN)
    assert FOR_RETURNS in menu.all_text_contents()


def rewritten(composer: Composer, office: Office, reads: int) -> bool:
    """Click until the service has read the conversation in time, which a busy machine may need two clicks for."""
    for _ in range(5):
        if composer.rewrite(FOR_RETURNS).status == 200:
            return True
        composer.toast()
        wait_until(lambda: len(office.helpdesk.reads(RETURN)) > reads)
    return False
