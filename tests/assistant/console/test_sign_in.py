"""Who gets in, how, and what happens when a session ends in the middle of work."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.assistant.console.office import AGENT, MANAGER, REFUSED, Office, check_accessibility, sign_in
from tests.assistant.harness import ADMIN_KEY, ADMIN_SECRET


def _navigation(page: Page) -> list[str]:
    links = page.get_by_role("navigation").get_by_role("link")
    expect(links.first).to_be_visible()
    return links.all_inner_texts()


def test_email_and_password_open_what_the_rights_allow(browser: Browser, shared_office: Office) -> None:
    """An administrator begins with the provider, sees all pages, and leaves again."""
    with shared_office.page(browser, "/") as page:
        check_accessibility(page)
        sign_in(page, MANAGER)
        expect(page.get_by_role("heading", name="Provider", level=1)).to_be_focused()
        assert _navigation(page) == ["Provider", "Prompts", "Usage", "Settings"]
        assert page.url.endswith("/assistant/provider")
        check_accessibility(page)
        page.get_by_role("button", name="Grace Hopper").click()
        page.get_by_role("menuitem", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.reload()
        expect(page.get_by_label("Password")).to_be_visible()


def test_wrong_password_is_told_and_can_be_mended(browser: Browser, shared_office: Office) -> None:
    """In the service's own words; what was entered stays."""
    with shared_office.page(browser, "/usage") as page:
        sign_in(page, MANAGER, "wrong horse")
        expect(page.get_by_role("alert")).to_contain_text("The e-mail address or the password is wrong.")
        expect(page.get_by_label("E-mail")).to_have_value(MANAGER)
        sign_in(page, MANAGER)
        expect(page.get_by_role("heading", name="Usage", level=1)).to_be_visible()


def test_api_key_is_kept_in_memory_alone(browser: Browser, shared_office: Office) -> None:
    """A reload forgets it, and nothing of it is stored."""
    with shared_office.page(browser, "/settings") as page:
        page.get_by_role("button", name="Use an API key instead").click()
        page.get_by_label("API key").fill(ADMIN_KEY)
        page.get_by_label("API secret").fill("not the secret")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("The API key or secret is not valid.")
        page.get_by_label("API secret").fill(ADMIN_SECRET)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
        stored = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")
        assert ADMIN_SECRET not in stored
        page.reload()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/provider", "/prompts"])
def test_agent_without_rights_is_told_what_is_missing(browser: Browser, shared_office: Office, path: str) -> None:
    """There is nothing to click that would be refused."""
    with shared_office.page(browser, path, as_=AGENT) as page:
        expect(page.get_by_text("There is nothing here for you yet")).to_be_visible()
        expect(page.get_by_text("Ask an administrator for the permission")).to_be_visible()
        assert page.get_by_role("navigation").get_by_role("link").count() == 0


def test_page_that_is_not_there_says_so(browser: Browser, shared_office: Office) -> None:
    """With a way out."""
    with shared_office.page(browser, "/nothing", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("link", name="Go to the start").click()
        expect(page.get_by_role("heading", name="Provider", level=1)).to_be_visible()


def test_looks_and_language_are_chosen_by_keyboard_and_kept(browser: Browser, shared_office: Office) -> None:
    """Also on a narrow screen, where navigation opens from a button."""
    with shared_office.page(browser, "/provider", as_=MANAGER) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        page.get_by_role("button", name="Open navigation").press("Enter")
        page.get_by_role("button", name="Grace Hopper").press("Enter")
        page.get_by_role("menuitemradio", name="Dark").press("Enter")
        page.get_by_role("menuitemradio", name="Deutsch").press("Enter")
        expect(page.get_by_role("heading", name="Anbieter", level=1)).to_be_attached()
        page.reload()
        expect(page.get_by_role("heading", name="Anbieter", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
