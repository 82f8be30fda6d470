"""Settings: budgets, masking, cache, the audit log, and how the service is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.assistant.console.office import MANAGER, REFUSED, Office, check_accessibility

BUDGETS, MASKING = "/api/v1/ai/budgets", "/api/v1/ai/masking"
HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"


@pytest.fixture
def desk(shared_office: Office) -> Iterator[Office]:
    """The service without budgets and patterns, before and after."""
    for path in (BUDGETS, MASKING):
        assert shared_office.client.put(path, json={}).status_code == 200
    yield shared_office
    for path in (BUDGETS, MASKING):
        assert shared_office.client.put(path, json={}).status_code == 200


def saved(office: Office, path: str) -> dict[str, Any]:
    """Return a document as it is saved."""
    found: dict[str, Any] = office.client.get(path).json()["data"]
    return found


def forbid(page: Page, path: str) -> None:
    """Have the service refuse an operation, as if its right were taken away while the page is open."""

    def refuse(route: Route) -> None:
        data = {"code": "forbidden"}
        route.fulfill(status=403, json={"status": "error", "message": "Permission denied", "data": data})

    page.route(path, refuse)


def test_budget_is_added_kept_over_a_reload_and_saved(browser: Browser, desk: Office) -> None:
    """By keyboard too; what is used of it is told, and a mistake is told beside its row."""
    with desk.page(browser, "/settings", as_=MANAGER, expected=REFUSED) as page:
        expect(page.get_by_text("Nothing is limited")).to_be_visible()
        page.get_by_role("button", name="Add a budget").click()
        page.keyboard.press("Control+s")
        expect(page.get_by_role("listitem").get_by_text("must have at least one of")).to_be_visible()
        page.get_by_label("Tokens a day").fill("5000")
        expect(page.get_by_role("tab", name="Budgets · unsaved")).to_be_visible()
        page.get_by_role("tab", name="About").click()
        page.once("dialog", lambda dialog: dialog.accept())
        page.reload()
        page.get_by_role("tab", name="Budgets · unsaved").click()
        expect(page.get_by_label("Tokens a day")).to_have_value("5000")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Budgets saved")).to_be_visible()
        expect(page.get_by_text("of 5,000 tokens today")).to_be_visible()
        expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
        check_accessibility(page)
    [budget] = saved(desk, BUDGETS)["budgets"]
    assert (budget["scope"], budget["id"], budget["tokens_per_day"]) == ("agent", "*", 5000)


def test_someone_else_s_change_is_not_overwritten_unseen(browser: Browser, desk: Office) -> None:
    """What differs is shown, and one of the two is chosen."""
    with desk.page(browser, "/settings/budgets", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("button", name="Add a budget").click()
        page.get_by_label("Requests a minute").fill("9")
        theirs = {"budgets": [{"scope": "workspace", "cost_per_day": 7.5}]}
        assert desk.client.put(BUDGETS, json=theirs).status_code == 200
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Someone else has saved other settings")).to_be_visible()
        expect(page.get_by_text(re.compile(r"budgets .* workspace \* .* US dollars a day"))).to_be_visible()
        assert saved(desk, BUDGETS)["budgets"][0]["scope"] == "workspace"
        page.get_by_role("button", name="Keep mine, then save").click()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Budgets saved")).to_be_visible()
    assert [each["requests_per_minute"] for each in saved(desk, BUDGETS)["budgets"]] == [9]


def test_pattern_is_tried_while_it_is_typed(browser: Browser, desk: Office) -> None:
    """What would be hidden is marked, and what is wrong is told at once; hostile text stays text."""
    with desk.page(browser, "/settings/masking", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("button", name="Add a pattern").click()
        page.get_by_label("Name").fill("customer_number")
        page.get_by_label("Pattern (RE2)").fill(r"KD-(\d")
        expect(page.get_by_text("is not a pattern that can be used")).to_be_visible()
        page.get_by_label("Pattern (RE2)").fill(r"KD-\d{6}")
        page.get_by_label("Private: hidden from every provider").check()
        page.get_by_label("E-mail addresses").check()
        page.get_by_label("A text").fill(f"\U0001f642 {HOSTILE} KD-123456 and ana@example.org")
        marks = page.locator("mark")
        expect(marks).to_have_text(["KD-123456customer_number, private", "ana@example.orge-mail, private"])
        expect(page.get_by_text("ZQX2MAIL")).to_be_visible()
        expect(page.locator("main img, main b")).to_have_count(0)
        check_accessibility(page)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Masking saved")).to_be_visible()
    pattern = {"name": "customer_number", "pattern": r"KD-\d{6}"}
    assert saved(desk, MASKING) == {"patterns": [pattern], "private": ["customer_number", "email"]}


def test_cache_is_purged_after_a_question(browser: Browser, desk: Office) -> None:
    """Of one prompt, and of all; saying no does nothing."""

    def purges() -> int:
        answer = desk.client.get("/api/v1/ai/audit", params={"kind": "cache"})
        return int(answer.json()["data"]["total"])

    before = purges()
    with desk.page(browser, "/settings/cache", as_=MANAGER) as page:
        page.get_by_role("button", name="Purge everything").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        page.get_by_label("Answers of a prompt").select_option("reply_friendly")
        page.get_by_role("button", name="Purge prompt").click()
        dialog = page.get_by_role("dialog", name="Purge all answers of “Friendly Reply”?")
        dialog.get_by_role("button", name="Purge").click()
        expect(page.get_by_text("The answers of “Friendly Reply” are purged.")).to_be_visible()
        expect(page.get_by_text("Last purged by Grace Hopper")).to_be_visible()
        check_accessibility(page)
    assert purges() == before + 1


def test_audit_is_filtered_and_shows_what_changed(browser: Browser, desk: Office) -> None:
    """Before and after, as the text that they are; someone whose right was taken away is told so."""
    provider = desk.client.get("/api/v1/ai/provider").json()["data"]
    hostile = {"patterns": [{"name": "own", "pattern": HOSTILE}], "private": ["email"]}
    assert desk.client.put(MASKING, json=hostile).status_code == 200
    change = {"provider": "custom", "base_url": provider["base_url"], "model": "larger", "api_key": "sk-of-the-test"}
    assert desk.client.put("/api/v1/ai/provider", json={**change, "verify": False}).status_code == 200
    with desk.page(browser, "/settings/audit", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_text("Changed the provider").first.click()
        expect(page.locator("ins", has_text="larger")).to_be_visible()
        assert "sk-of-the-test" not in page.content()
        page.get_by_label("What").select_option("masking")
        expect(page.get_by_text("Changed the provider")).to_have_count(0)
        page.get_by_text("Changed masking").first.click()
        expect(page.locator("ins", has_text=HOSTILE)).to_be_visible()
        expect(page.locator("main img, main b")).to_have_count(0)
        check_accessibility(page)
        page.get_by_label("Subject contains").fill("nothing is called so")
        page.get_by_role("button", name="Clear filters").click()
        expect(page.get_by_text("Changed the provider").first).to_be_visible()
        forbid(page, "**/api/v1/ai/audit?*")
        page.get_by_label("What").select_option("keys")
        expect(page.get_by_text("You don't have the right to see or do this")).to_be_visible()
    back = {"provider": "custom", "base_url": provider["base_url"], "model": provider["model"], "api_key": "sk-first"}
    assert desk.client.put("/api/v1/ai/provider", json={**back, "verify": False}).status_code == 200


def test_about_tells_how_each_part_is(browser: Browser, desk: Office) -> None:
    """Also while one is down, which the service answers with an error; and the rest without one of the rights."""
    with desk.page(browser, "/settings/about", as_=MANAGER, expected=REFUSED) as page:
        expect(page.get_by_text("Built in")).to_be_visible()
        expect(page.get_by_role("definition").filter(has_text="Up")).to_have_count(3)
        check_accessibility(page)
        body = '{"status":"success","data":{"service":"up","database":"down"}}'
        page.route(
            "**/health/ready", lambda route: route.fulfill(status=503, content_type="application/json", body=body)
        )
        page.reload()
        expect(page.get_by_role("definition").filter(has_text="Down")).to_be_visible()
        forbid(page, "**/api/v1/agents")
        page.get_by_role("tab", name="Audit").click()
        expect(page.get_by_label("Agent's number")).to_be_visible()
