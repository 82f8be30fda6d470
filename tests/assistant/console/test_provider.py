"""The provider page: who answers and how they do, and changing that."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.assistant.console.office import (
    AUTHOR,
    MANAGER,
    PASSWORD,
    REFUSED,
    Office,
    check_accessibility,
    end_session,
)
from tests.fakes import steps

_FARTHEST = 60  # presses of Tab


@pytest.fixture(autouse=True)
def _as_at_first(shared_office: Office) -> None:
    """Have one provider, with a key, that answers."""
    shared_office.provider.forget()
    first = {"provider": "custom", "base_url": shared_office.provider.url, "model": "small", "api_key": "sk-first"}
    answer = shared_office.client.put("/api/v1/ai/provider", json={**first, "verify": False})
    assert answer.status_code == 200, answer.text


def _tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Move the focus to something, as a keyboard does."""
    for _ in range(_FARTHEST):
        if wanted.count() and wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"no way to {wanted}")


def _entry(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=f"Provider {number}", exact=True)


def _shown(office: Office) -> dict[str, Any]:
    found: dict[str, Any] = office.client.get("/api/v1/ai/provider").json()["data"]
    return found


def test_provider_is_switched_by_keyboard_alone(browser: Browser, shared_office: Office) -> None:
    """Another model is added, tried, put first and saved; the key that is stored stays, and the switch is told of."""
    with shared_office.page(browser, "/provider", as_=MANAGER) as page:
        check_accessibility(page)
        _tab_to(page, page.get_by_role("button", name="Change provider"))
        page.keyboard.press("Enter")
        _tab_to(page, page.get_by_role("button", name="Add fallback"))
        page.keyboard.press("Enter")
        second = _entry(page, 2)
        expect(second.get_by_label("Provider", exact=True)).to_be_focused()
        page.keyboard.type("Any")
        _tab_to(page, second.get_by_label("Base URL"))
        page.keyboard.type(shared_office.provider.url)
        _tab_to(page, second.get_by_label("API key"))
        page.keyboard.type("sk-second")
        _tab_to(page, second.get_by_label("Model"))
        page.keyboard.type("large")
        _tab_to(page, page.get_by_role("button", name="Test only"))
        page.keyboard.press("Enter")
        expect(second.get_by_text("large answered in")).to_be_visible()
        expect(second.get_by_text("Thank you for waiting.")).to_be_visible()
        expect(second.get_by_text("2 models to choose from")).to_be_visible()
        check_accessibility(page)
        _tab_to(page, second.get_by_role("button", name="Move up"), "Shift+Tab")
        page.keyboard.press("Enter")
        expect(_entry(page, 1).get_by_label("Model")).to_have_value("large")
        _tab_to(page, page.get_by_role("button", name="Test and save"))
        page.keyboard.press("Enter")
        expect(page.get_by_text("Saved. Any compatible server answers now.")).to_be_visible()
        expect(page.get_by_role("button", name="Change provider")).to_be_focused()
        expect(page.get_by_role("article").first).to_contain_text("large")
        latest = page.get_by_role("row").nth(1)
        expect(latest).to_contain_text("Grace Hopper")
        expect(latest).to_contain_text("large, Any compatible server")
    setting = _shown(shared_office)
    assert (setting["model"], setting["has_api_key"]) == ("large", True)
    [fallback] = setting["fallbacks"]
    assert (fallback["model"], fallback["has_api_key"]) == ("small", True)


def test_provider_that_fails_its_test_is_not_used(browser: Browser, shared_office: Office) -> None:
    """The page says why and what helps, keeps what was entered also when it is opened anew, and never shows a key."""
    with shared_office.page(browser, "/provider", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("button", name="Change provider").click()
        entry = _entry(page, 1)
        entry.get_by_label("Model").fill("another")
        entry.get_by_label("API key").fill("sk-wrong")
        shared_office.provider.script(*[steps.status(401, message="Incorrect API key provided: sk-wrong")] * 2)
        page.get_by_role("button", name="Test and save").click()
        expect(page.get_by_role("alert")).to_contain_text("key")
        expect(page.get_by_role("button", name="Save without the test")).to_be_visible()
        assert _shown(shared_office)["model"] == "small"
        page.reload()
        expect(entry.get_by_label("Model")).to_have_value("another")
        expect(entry.get_by_label("API key")).to_have_value("")
        assert not re.search("sk-(first|wrong)", page.content())
        page.get_by_role("button", name="Cancel").click()
        expect(entry).to_be_hidden()


def test_field_at_fault_is_pointed_at(browser: Browser, shared_office: Office) -> None:
    """The one that the service names has the focus; only what a provider needs is asked for."""
    with shared_office.page(browser, "/provider", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("button", name="Change provider").click()
        page.get_by_role("button", name="Add fallback").click()
        entry = _entry(page, 2)
        expect(entry.get_by_label("Base URL")).to_be_hidden()
        page.get_by_role("button", name="Test only").click()
        expect(entry.get_by_label("API key")).to_be_focused()
        expect(entry.get_by_text("OpenAI needs an API key.")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("Fallback 1")


def test_model_that_is_loaded_first_is_waited_for(browser: Browser, shared_office: Office) -> None:
    """With progress that can be left, and without another click."""
    with shared_office.page(browser, "/provider", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("button", name="Change provider").click()
        shared_office.provider.script(steps.whole(503, b"loading the model", {"Retry-After": "1"}))
        _entry(page, 1).get_by_label("Model").fill("huge")
        page.get_by_role("button", name="Test and save").click()
        expect(page.get_by_role("progressbar", name="Loading the model")).to_be_visible()
        expect(page.get_by_text("Saved.")).to_be_visible()
    assert _shown(shared_office)["model"] == "huge"


def test_switch_by_someone_else_is_noticed(browser: Browser, shared_office: Office) -> None:
    """It is told before anything is replaced; what was entered is still there."""
    with shared_office.page(browser, "/provider", as_=MANAGER) as page:
        page.get_by_role("button", name="Change provider").click()
        model = _entry(page, 1).get_by_label("Model")
        model.fill("mine")
        theirs = {"provider": "custom", "base_url": shared_office.provider.url, "model": "theirs", "verify": False}
        assert shared_office.client.put("/api/v1/ai/provider", json=theirs).status_code == 200
        page.get_by_role("button", name="Test and save").click()
        expect(page.get_by_text("Someone else has changed the provider meanwhile")).to_contain_text("theirs")
        expect(model).to_have_value("mine")
        page.get_by_role("button", name="Test and save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
    assert _shown(shared_office)["model"] == "mine"


def test_providers_last_words_are_shown(browser: Browser, shared_office: Office) -> None:
    """With the status that it answered, and how many requests of the last hour failed."""
    shared_office.provider.script(*[steps.status(400, message="Scripted.")] * 3)
    body = {"prompt_key": "reply_friendly", "content": "no refund, for a reason of its own"}
    assert shared_office.client.post("/api/v1/ai/completion", json=body).status_code >= 400
    with shared_office.page(browser, "/provider", as_=MANAGER) as page:
        card = page.get_by_role("article").first
        expect(card).to_contain_text("Last error")
        expect(card).to_contain_text("HTTP 400")


def test_author_sees_what_is_missing(browser: Browser, shared_office: Office) -> None:
    """The page names the permission, and is not among those to choose from."""
    with shared_office.page(browser, "/provider", as_=AUTHOR) as page:
        expect(page.get_by_text("This page isn't open to you")).to_be_visible()
        expect(page.get_by_text("ai:manage")).to_be_visible()
        assert page.get_by_role("navigation").get_by_role("link").all_inner_texts() == ["Prompts"]


def test_session_that_ends_in_the_middle_is_taken_up_again(browser: Browser, shared_office: Office) -> None:
    """The dialog stands over the page; what waited for the session goes on by itself, and nothing is lost."""
    with shared_office.page(browser, "/provider", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("button", name="Change provider").click()
        _entry(page, 1).get_by_label("Model").fill("later")
        end_session(page, shared_office)
        page.get_by_role("button", name="Test and save").click()
        dialog = page.get_by_role("dialog", name="Sign in again")
        check_accessibility(page)
        dialog.get_by_label("E-mail").fill(MANAGER)
        dialog.get_by_label("Password").fill(PASSWORD)
        dialog.get_by_role("button", name="Sign in", exact=True).click()
        expect(dialog).to_be_hidden()
        expect(page.get_by_text("Saved.")).to_be_visible()
    assert _shown(shared_office)["model"] == "later"
