"""What is used, over time and by what, as an administrator reads it."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.assistant.console.office import AGENT, MANAGER, REFUSED, Office, check_accessibility
from tests.fakes import steps

_PROMPTS = {"reply_empathetic": 3, "reply_confident": 1}
_REPORTS = "**/api/v1/ai/usage?**"


@pytest.fixture(scope="module")
def used(shared_office: Office) -> Office:
    """An office that asked for a few replies, one of them a second time, and whose provider refused one."""
    for key, times in _PROMPTS.items():
        for _ in range(times):
            answer = shared_office.client.post(
                "/api/v1/ai/completion", json={"prompt_key": key, "content": f"Your parcel is late: {key}."}
            )
            assert answer.status_code == 200, answer.text
    shared_office.provider.script(steps.status(400, message="No such model."))
    refused = {"prompt_key": "reply_confident", "content": "No refund is possible."}
    assert shared_office.client.post("/api/v1/ai/completion", json=refused).status_code == 502
    return shared_office


def _figure(page: Page, name: str) -> str:
    return page.locator("dl > div", has_text=name).locator("dd").first.inner_text()


def test_figures_are_shown_narrowed_down_and_saved(browser: Browser, used: Office, tmp_path: Path) -> None:
    """Cards, chart with its table, and a breakdown, whose names filter the page; the address keeps all of it."""
    with used.page(browser, "/usage?prompt=reply_empathetic", as_=MANAGER) as page:
        expect(page.get_by_role("img", name="Requests over time")).to_be_visible()
        assert (_figure(page, "Requests"), _figure(page, "From cache")) == ("3", "67%")
        page.get_by_text("Show as a table").click()
        expect(page.get_by_role("region", name="Show as a table").get_by_role("row").nth(1)).to_contain_text("2")
        check_accessibility(page)
        page.get_by_role("button", name="Remove this filter").click()
        page.get_by_role("tab", name="Agent").click()
        expect(page.get_by_role("columnheader", name="Agent")).to_be_visible()
        page.get_by_role("tab", name="Prompt").click()
        rows = page.get_by_role("region", name="Prompt").get_by_role("rowheader")
        page.get_by_role("button", name="Requests", exact=True).last.click()
        expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
        rows.get_by_role("button", name="Confident").click()
        expect(page).to_have_url(f"{used.url}/assistant/usage?by=prompt&prompt=reply_confident")
        expect(page.get_by_role("button", name="Prompt:")).to_be_visible()
        with page.expect_download() as downloading:
            page.get_by_role("button", name="CSV by Prompt").click()
        downloading.value.save_as(tmp_path / "usage.csv")
    [row] = csv.DictReader((tmp_path / "usage.csv").read_text(encoding="utf-8").splitlines())
    assert (row["prompt"], row["requests"], row["errors"]) == ("reply_confident", "2", "1")


def test_errors_of_the_last_hour_say_what_helps(browser: Browser, used: Office) -> None:
    """By cause and provider, in the reader's language."""
    with used.page(browser, "/usage", as_=MANAGER) as page:
        errors = page.get_by_role("region", name="Errors of the last hour")
        expect(errors).to_contain_text("provider_rejected")
        expect(errors).to_contain_text("Check the model and the address")


def test_days_without_requests_say_what_to_do(browser: Browser, used: Office) -> None:
    """And days that can't be asked for say why."""
    with used.page(browser, "/usage?range=custom&from=2024-02-01&to=2024-02-03", as_=MANAGER) as page:
        expect(page.get_by_text("Nothing was asked for in this period")).to_be_visible()
        check_accessibility(page)
        page.get_by_label("From").fill("2024-03-01")
        page.get_by_label("From").blur()
        expect(page.get_by_text("Choose a day that is not after the last one.")).to_be_visible()
        page.get_by_role("button", name="Show the last year").click()
        expect(page.get_by_role("img", name="Requests over time")).to_be_visible()


def test_report_that_fails_says_why_and_comes_again(browser: Browser, used: Office) -> None:
    """The rest of the page stays."""

    def refuse(route: Route) -> None:
        body = {"status": "error", "message": "tz: must be a time zone", "error_type": "x", "data": {"code": "x"}}
        route.fulfill(status=400, json=body)

    with used.page(browser, "/settings", as_=MANAGER, expected=REFUSED) as page:
        page.route(_REPORTS, refuse)
        page.get_by_role("link", name="Usage").click()
        expect(page.get_by_role("alert").first).to_contain_text("tz: must be a time zone")
        expect(page.get_by_role("region", name="Errors of the last hour")).to_be_visible()
        page.unroute(_REPORTS)
        page.get_by_role("button", name="Try again").first.click()
        expect(page.get_by_role("img", name="Requests over time")).to_be_visible()


def test_page_needs_the_right_to_manage(browser: Browser, used: Office) -> None:
    """An agent is told so, and nothing is asked for."""
    with used.page(browser, "/usage", as_=AGENT) as page:
        expect(page.get_by_text("There is nothing here for you yet")).to_be_visible()
