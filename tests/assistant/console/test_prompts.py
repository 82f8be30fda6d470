"""Prompts in a browser: found among thousands, written, tried, tested, published and taken back."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.assistant.authoring.editing import PROMPTS, prompt
from tests.assistant.console.office import AUTHOR, MANAGER, REFUSED, Office, check_accessibility
from tests.fakes import steps

HOSTILE = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script> {{ 7*7 }}"
TESTS = """tests:
  - content: "Wait for order 48213!"
    assert:
      - {type: keeps-numbers}
  - content: "Go away!"
    assert:
      - {type: contains, value: please}
"""


@pytest.fixture
def office(shared_office: Office) -> Iterator[Office]:
    """The office, whose provider says the draft."""
    shared_office.provider.forget()
    shared_office.provider.reply(lambda body: str(body["messages"][-1]["content"]))
    yield shared_office
    shared_office.provider.forget()


def save(client: httpx.Client, key: str, source: str, message: str = "") -> None:
    """Save a draft, whatever there is."""
    found = client.get(f"{PROMPTS}/{key}")
    header = {"If-Match": found.headers["etag"]} if found.status_code == 200 else {"If-None-Match": "*"}
    answer = client.put(f"{PROMPTS}/{key}", json={"source": source, "message": message}, headers=header)
    assert answer.status_code == 200, answer.text


def publish(client: httpx.Client, key: str, source: str, message: str = "") -> None:
    """Save a text and publish it, tests or no tests."""
    save(client, key, source, message)
    answer = client.post(f"{PROMPTS}/{key}/publish", json={"force": True, "reason": "for a test"})
    assert answer.status_code == 200, answer.text


def published(client: httpx.Client, key: str) -> str:
    """Return the text that agents get."""
    return str(client.get(f"{PROMPTS}/{key}").json()["data"]["published_source"])


def rows(page: Page) -> list[str]:
    """Return the titles in sight."""
    return page.locator("tbody a").all_inner_texts()


def test_a_prompt_of_ones_own_without_seeing_yaml(browser: Browser, office: Office) -> None:
    """From the list to agents: a title, what it should do, and two buttons."""
    with office.page(browser, "/prompts", as_=MANAGER) as page:
        check_accessibility(page)
        page.get_by_role("button", name="New prompt").click()
        page.get_by_label("Title").fill("Soothing Reply")
        page.get_by_label("What should happen").fill("Make it soothing, without promises.")
        expect(page.get_by_label("Key", exact=True)).to_have_value("soothing_reply")
        check_accessibility(page)
        page.get_by_role("button", name="Create draft").click()
        expect(page.get_by_role("heading", name="Soothing Reply", level=1)).to_be_visible()
        page.get_by_role("button", name="Publish", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
        expect(page.get_by_text("Version 1 is live")).to_be_visible()
    assert "Make it soothing, without promises." in published(office.client, "soothing_reply")


def test_two_thousand_prompts(browser: Browser, office: Office) -> None:
    """Only what is in sight is there; search, filters and the keyboard find the rest."""
    one = _listed(office.client, "reply_friendly")
    many = [{**one, "key": f"reply_{place:04}", "title": f"Reply number {place:04}"} for place in range(2000)]
    many[1234]["use"] = {**one["use"], "kept": 1, "undone": 9, "kept_rate": 0.1}
    with office.page(browser, "/", as_=MANAGER) as page:
        page.route(
            "**/api/v1/ai/authoring/prompts", lambda route: route.fulfill(json={"status": "success", "data": many})
        )
        page.get_by_role("link", name="Prompts").click()
        expect(page.get_by_role("link", name="Reply number 0000")).to_be_visible()
        assert len(rows(page)) < 100
        page.keyboard.press("/")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("link", name="Reply number 0000")).to_be_focused()
        page.keyboard.press("End")
        expect(page.get_by_role("link", name="Reply number 1999")).to_be_focused()
        expect(page.get_by_role("link", name="Reply number 1999")).to_be_in_viewport()
        assert len(rows(page)) < 100
        page.keyboard.press("/")
        page.keyboard.type("number 0077")
        expect(page.locator("tbody a")).to_have_text(["Reply number 0077"])
        page.get_by_label("Search prompts").fill("")
        page.get_by_role("button", name="Agents undo this a lot").click()
        expect(page.locator("tbody a")).to_have_text(["Reply number 1234"])


def _listed(client: httpx.Client, key: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = client.get("/api/v1/ai/authoring/prompts").json()["data"]
    return next(each for each in found if each["key"] == key)


def test_publish_by_keyboard_alone(browser: Browser, office: Office) -> None:
    """Typed, saved, published: no mouse; what changes for agents is shown before."""
    publish(office.client, "reply_typed", prompt("Be brief.", title="Typed Reply"))
    with office.page(browser, "/prompts/reply_typed", as_=MANAGER) as page:
        field = page.get_by_label("Instruction for the model")
        field.focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(" And polite.")
        page.keyboard.press("Control+s")
        expect(page.get_by_text("Draft saved.")).to_be_visible()
        page.keyboard.press("Control+Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog.locator("ins").last).to_contain_text("And polite")
        check_accessibility(page)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Published. Agents have it now.")).to_be_visible()
    assert "Be brief. And polite." in published(office.client, "reply_typed")


def test_tests_that_fail_hold_it_back(browser: Browser, office: Office) -> None:
    """They are shown one by one while they run; publishing needs a reason then."""
    save(office.client, "reply_tested", prompt("Be calm.", title="Tested Reply", more=TESTS))
    with office.page(browser, "/prompts/reply_tested/tests", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("button", name="Run tests").click()
        expect(page.get_by_text("1 of 2 failed.")).to_be_visible()
        expect(page.get_by_text("'please' is missing")).to_be_visible()
        check_accessibility(page)
        page.get_by_role("button", name="Publish", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Publish", exact=True).click()
        expect(dialog.get_by_role("alert")).to_contain_text("Test 2: contains: 'please' is missing")
        dialog.get_by_role("button", name="Publish anyway").click()
        expect(dialog).to_contain_text("Give a reason")
        dialog.get_by_label("Why publish anyway?").fill("It is right, the test is not")
        dialog.get_by_role("button", name="Publish anyway").click()
        expect(page.get_by_text("Version 1 is live")).to_be_visible()


def test_tests_can_be_stopped(browser: Browser, office: Office) -> None:
    """A slow provider keeps no one waiting."""
    save(office.client, "reply_slow", prompt("Be slow.", title="Slow Reply", more=TESTS))
    office.provider.script(steps.hang(), steps.hang())
    with office.page(browser, "/prompts/reply_slow/tests", as_=MANAGER, expected="net::ERR_ABORTED") as page:
        page.get_by_role("button", name="Run tests").click()
        expect(page.get_by_text("0 of 2")).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Stopped after 0 of 2.")).to_be_visible()


def test_hostile_sample_is_text(browser: Browser, office: Office) -> None:
    """Draft and published answer side by side; what a customer wrote stays letters."""
    publish(office.client, "reply_tried", prompt("Be loud.", title="Tried Reply"))
    save(office.client, "reply_tried", prompt("Be calm.", title="Tried Reply"))
    sample = {"name": "Hostile <b>sample</b>", "content": f"Order 48213: {HOSTILE}", "variables": {}}
    assert office.client.post(f"{PROMPTS}/reply_tried/samples", json=sample).status_code == 200
    with office.page(browser, "/prompts/reply_tried/try", as_=MANAGER) as page:
        page.get_by_label("Sample", exact=True).select_option("Hostile <b>sample</b>")
        expect(page.get_by_label("Draft", exact=True)).to_have_value(f"Order 48213: {HOSTILE}")
        page.get_by_role("button", name="Try it").click()
        answers = page.get_by_role("main").locator("section.card")
        expect(answers).to_have_count(2)
        for answer in answers.all():
            expect(answer).to_contain_text("Order 48213")
            expect(answer).to_contain_text("tokens")
        assert page.locator("main img, main script").count() == 0
        check_accessibility(page)
        assert "pwned" not in page.title()


def test_versions_differ_and_can_be_taken_back(browser: Browser, office: Office) -> None:
    """Who changed what; two versions side by side; one step back, and the results of each."""
    publish(office.client, "reply_back", prompt("Be first.", title="Back Reply"), "The first")
    publish(office.client, "reply_back", prompt("Be second.", title="Back Reply"), "The second")
    office.client.post("/api/v1/ai/completion", json={"prompt_key": "reply_back", "content": "Hi"})
    with office.page(browser, "/prompts/reply_back/versions", as_=MANAGER) as page:
        expect(page.get_by_role("row", name=re.compile("Version 2.*The second"))).to_be_visible()
        page.get_by_label("Compare from Version 1").check()
        expect(page.locator("del", has_text="first").last).to_be_visible()
        expect(page.locator("ins", has_text="second").last).to_be_visible()
        check_accessibility(page)
        page.get_by_role("button", name="Go back to it Version 1").click()
        page.get_by_role("dialog").get_by_role("button", name="Go back").click()
        expect(page.get_by_text("Version 1 is live", exact=True)).to_be_visible()
        page.get_by_role("tab", name="Results").click()
        expect(page.get_by_role("row", name=re.compile("Version 2"))).to_be_visible()
        check_accessibility(page)
    assert "Be first." in published(office.client, "reply_back")


def test_without_the_right_to_publish(browser: Browser, office: Office) -> None:
    """An author writes drafts; what they may not do is not there, and a sentence says who can."""
    publish(office.client, "reply_ours", prompt("Be ours.", title="Our Reply"), "first")
    save(office.client, "reply_ours", prompt("Be mine.", title="Our Reply"))
    # The desk does not show its teams to everyone, and Chromium says so of the form's question for them.
    with office.page(browser, "/prompts/reply_ours", as_=AUTHOR, expected=REFUSED) as page:
        expect(page.get_by_text("Publishing needs the permission ai:publish")).to_be_visible()
        expect(page.get_by_role("button", name="Publish")).to_have_count(0)
        page.get_by_role("button", name="More actions").click()
        expect(page.get_by_role("menuitem")).to_have_text(["Make a copy"])
        page.keyboard.press("Escape")
        page.get_by_label("Instruction for the model").fill("Be ours and mine.")
        page.keyboard.press("Control+s")
        expect(page.get_by_text("Draft saved.")).to_be_visible()
        page.get_by_role("tab", name="Versions").click()
        expect(page.get_by_role("row", name=re.compile("Version 3"))).to_be_visible()
        expect(page.get_by_role("button", name="Go back to it")).to_have_count(0)


def test_two_authors(browser: Browser, office: Office) -> None:
    """Whoever saves second sees the first one's text; unsaved work survives a reload."""
    save(office.client, "reply_both", prompt("Be ours.", title="Both Reply"))
    with office.page(browser, "/prompts/reply_both", as_=MANAGER, expected=f"{REFUSED}|net::ERR_ABORTED") as page:
        field = page.get_by_label("Instruction for the model")
        field.fill("Be hers.")
        expect(page.get_by_text("Unsaved changes")).to_be_visible()
        save(office.client, "reply_both", prompt("Be his.", title="Both Reply"))
        page.keyboard.press("Control+s")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Be his.")
        dialog.get_by_role("button", name=re.compile("Keep|mine|my", re.IGNORECASE)).click()
        expect(page.get_by_text("Draft saved.")).to_be_visible()
        field.fill("Be all of ours.")
        expect(page.get_by_text("Unsaved changes")).to_be_visible()
        page.reload()
        expect(page.get_by_label("Instruction for the model")).to_have_value("Be all of ours.")
        expect(page.get_by_text("This is what you had not saved yet.")).to_be_visible()
        page.get_by_role("button", name="Discard").click()
        expect(page.get_by_label("Instruction for the model")).to_have_value("Be hers.")


def test_switching_off_and_a_prompt_that_is_not_there(browser: Browser, office: Office) -> None:
    """Off, in the list of those that are off, and on again; a wrong address says so."""
    with office.page(browser, "/prompts/expand_draft", as_=MANAGER, expected=REFUSED) as page:
        page.get_by_role("button", name="More actions").click()
        page.get_by_role("menuitem", name="Switch off").click()
        page.get_by_role("dialog").get_by_role("button", name="Switch off").click()
        expect(page.get_by_text("This prompt is switched off")).to_be_visible()
        page.goto("/assistant/prompts?show=disabled")
        page.get_by_role("link", name="Expand Draft").click()
        page.get_by_role("button", name="More actions").click()
        page.get_by_role("menuitem", name="Switch on").click()
        expect(page.get_by_text("Agents see it again")).to_be_visible()
        page.goto("/assistant/prompts/no_such_prompt")
        expect(page.get_by_role("alert")).to_contain_text("There is no prompt 'no_such_prompt'")
