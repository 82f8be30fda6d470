"""What holds for every page: in German, on a phone, by keyboard, in another time zone, while nothing answers."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.assistant.authoring.editing import PROMPTS, prompt
from tests.assistant.console.office import (
    MANAGER,
    REFUSED,
    Office,
    check_accessibility,
    end_session,
    sign_in,
)
from tests.assistant.serving import serving
from tests.fakes import FakeProvider
from tests.servers.process import free_port

KEY = "reply_everywhere"
PAGES = [
    "/provider",
    "/prompts",
    f"/prompts/{KEY}",
    f"/prompts/{KEY}/try",
    f"/prompts/{KEY}/tests",
    f"/prompts/{KEY}/versions",
    f"/prompts/{KEY}/results",
    "/usage",
    "/settings/budgets",
    "/settings/masking",
    "/settings/cache",
    "/settings/audit",
    "/settings/about",
]
NARROW, TALL = 360, 740
LEFT = "net::ERR_ABORTED"
"""What a page that is left complains of."""
AWAY = "net::ERR_|the server responded with a status of 503|dynamically imported module|Unable to preload"
MOST_TABS = 12
_FOCUS = """() => {
  const all = [];
  for (let each = document.activeElement; each && each !== document.body; each = each.parentElement) all.push(each);
  const seen = all.slice(0, 4).some(each => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  });
  const box = document.activeElement.getBoundingClientRect();
  const there = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return !all.length || (seen && there) ? "" : document.activeElement.outerHTML.slice(0, 200);
}"""


@pytest.fixture(scope="module")
def office(shared_office: Office) -> Office:
    """The office, with a prompt of two versions that was used."""
    client = shared_office.client
    for number, instruction in enumerate(("Be first.", "Be second.")):
        header = {"If-Match": client.get(f"{PROMPTS}/{KEY}").headers["etag"]} if number else {"If-None-Match": "*"}
        body = {"source": prompt(instruction, title="Reply from everywhere"), "message": "A better wording"}
        assert client.put(f"{PROMPTS}/{KEY}", json=body, headers=header).status_code == 200
        assert client.post(f"{PROMPTS}/{KEY}/publish", json={}).status_code == 200
        asked = {"prompt_key": KEY, "content": "Your parcel is late."}
        assert client.post("/api/v1/ai/completion", json=asked).status_code == 200
    return shared_office


@pytest.fixture(scope="module")
def phone(browser: Browser, office: Office) -> Iterator[Page]:
    """A phone that speaks German."""
    with office.page(browser, "/provider", as_=MANAGER, expected=LEFT) as page:
        page.set_viewport_size({"width": NARROW, "height": TALL})
        page.evaluate("localStorage.setItem('assistant.language', 'de')")
        yield page


def settled(page: Page, path: str) -> None:
    """Open a page, and wait until all of it is there."""
    page.goto(f"/assistant{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("path", PAGES)
def test_page_is_whole_on_a_phone_in_german(phone: Page, path: str) -> None:
    """Nothing is cut off or needs scrolling sideways, light and dark; axe finds nothing serious."""
    settled(phone, path)
    assert phone.evaluate("document.documentElement.lang") == "de"
    assert phone.evaluate("document.documentElement.scrollWidth") <= NARROW
    check_accessibility(phone)


@pytest.mark.parametrize("path", ["/provider", "/prompts", f"/prompts/{KEY}", "/usage", "/settings/budgets"])
def test_focus_is_always_seen(browser: Browser, office: Office, path: str) -> None:
    """From one press of Tab to the next, and back to the address bar at the end."""
    with office.page(browser, path, as_=MANAGER) as page:
        lost = []
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            lost.append(page.evaluate(_FOCUS))
        assert not any(lost), lost


def test_escape_closes_what_is_open(browser: Browser, office: Office) -> None:
    """Dialogs and menus; the focus goes back to what opened them."""
    with office.page(browser, "/prompts", as_=MANAGER) as page:
        page.get_by_role("button", name="New prompt").press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.get_by_role("button", name="New prompt")).to_be_focused()
        page.get_by_role("button", name="Grace Hopper").press("Enter")
        expect(page.get_by_role("menu")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("menu")).to_be_hidden()
        expect(page.get_by_role("button", name="Grace Hopper")).to_be_focused()


def test_edit_outlives_its_session(browser: Browser, office: Office) -> None:
    """Signing in again over the page saves what was written."""
    with office.page(browser, f"/prompts/{KEY}", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_label("Instruction for the model").fill("Be third.")
        end_session(page, office)
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_role("dialog", name="Sign in again")).to_be_visible()
        sign_in(page, MANAGER)
        expect(page.get_by_text("Draft saved.")).to_be_visible()
    assert "Be third." in office.client.get(f"{PROMPTS}/{KEY}").json()["data"]["source"]


def test_moments_are_told_in_the_browser_s_zone(browser: Browser, office: Office) -> None:
    """With the zone's name, and days that begin at its midnight."""
    with office.page(browser, "/", as_=MANAGER, expected=LEFT) as page:
        zone = {"timezoneId": "Pacific/Auckland"}
        page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", zone)
        with page.expect_request("**/api/v1/ai/usage?**") as asking:
            settled(page, "/usage")
        assert httpx.URL(asking.value.url).params["tz"] == "Pacific/Auckland"
        expect(page.get_by_text("Pacific/Auckland")).to_be_visible()
        settled(page, f"/prompts/{KEY}/versions")
        expect(page.locator("time").first).to_have_attribute("title", re.compile(r"\(GMT\+13\)$"))


def test_work_goes_on_after_no_connection(browser: Browser, office: Office) -> None:
    """A banner says so; what was entered is there, and is saved when there is one again."""
    with office.page(browser, f"/prompts/{KEY}", as_=MANAGER, expected=AWAY) as page:
        page.get_by_label("Instruction for the model").fill("Be fourth.")
        page.context.set_offline(offline=True)
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("The service can't be reached. What you have entered stays here")).to_be_visible()
        page.context.set_offline(offline=False)
        expect(page.get_by_text("What you have entered stays here")).to_be_hidden()
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("Draft saved.")).to_be_visible()


def test_page_outlives_a_restart(browser: Browser, tmp_path: Path) -> None:
    """It waits, and goes on by itself."""
    port = free_port()
    with FakeProvider("chat") as provider, contextlib.ExitStack() as looking:
        asked = {"PROVIDER": "custom", "BASE_URL": provider.url, "MODEL": "small", "API_KEY": "sk-first"}
        with serving(tmp_path, port, **asked) as served:
            office = Office(provider, served)
            office.hire(MANAGER, "Grace Hopper", "Admin")
            page = looking.enter_context(office.page(browser, "/provider", as_=MANAGER, expected=AWAY))
            expect(page.get_by_role("article")).to_have_count(1)
        page.get_by_role("link", name="Prompts").click()  # a page that was not loaded yet
        expect(page.get_by_text("What you have entered stays here")).to_be_visible()
        with serving(tmp_path, port, **asked):
            expect(page.get_by_text("What you have entered stays here")).to_be_hidden()
            expect(page.get_by_role("link", name="Friendly Reply")).to_be_visible()
