"""The editor of a prompt: one text as a form and as text, checked, kept, and shared with other authors."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.assistant.console.office import MANAGER, Office, check_accessibility
from tests.assistant.serving import ROOT

_COMMENTED = """---
title: 'Calm Reply'   # what agents see
brief: make it calm
# how it sounds
variables:
  tone: {type: choice, choices: [warm, cool], default: warm}  # of two
guards: [links,  numbers]
tests:
  # from a real case
  - content: "I told you already!!"
    assert: [{type: max-words, value: 20}]
---
{% extends "_rewrite.j2" %}
{% block instruction %}
Make the draft calm and {{ tone }}.
{% endblock %}
"""
_GIVEN_UP = "authoring/check: net::ERR_ABORTED"
_HOSTILE = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>'


def _save(office: Office, key: str, source: str) -> None:
    """Save a draft as the administrator."""
    path = f"/api/v1/ai/prompts/{key}"
    found = office.client.get(path)
    based_on = {"If-Match": found.headers["etag"]} if found.status_code == 200 else {}
    assert office.client.put(path, json={"source": source}, headers=based_on).status_code == 200


def _text(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text of the prompt")


@contextlib.contextmanager
def _editing(office: Office, browser: Browser, key: str, *, expected: str = _GIVEN_UP) -> Iterator[Page]:
    """Open a prompt with form and text beside each other; checks are given up while someone types."""
    with office.page(browser, f"/prompts/{key}", as_=MANAGER, expected=f"{_GIVEN_UP}|{expected}") as page:
        page.set_viewport_size({"width": 1400, "height": 1000})
        page.get_by_text("Both", exact=True).click()
        expect(_text(page)).to_be_visible()
        yield page


def _type_at_end_of(page: Page, line: str, text: str) -> None:
    page.locator(".cm-line", has_text=line).first.click()
    page.keyboard.press("End")
    page.keyboard.type(text)


def test_typing_offers_names_and_marks_what_is_wrong(browser: Browser, shared_office: Office) -> None:
    """Words come from the prompt and the service; a mistake is marked where it is, and gone once it is mended."""
    _save(shared_office, "typed", _COMMENTED)
    with _editing(shared_office, browser, "typed") as page:
        _type_at_end_of(page, "Make the draft calm", " Be {{ to")
        expect(page.get_by_role("option", name="tone")).to_be_visible()
        page.keyboard.press("Enter")
        page.keyboard.type(" | uppr }}")
        marked = page.locator(".cm-lintRange-error")
        expect(marked).to_be_visible()
        expect(page.get_by_role("button", name="there is no filter 'uppr'")).to_be_visible()
        page.keyboard.press("ControlOrMeta+z")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status").filter(has_text="No problems")).to_be_visible()


def test_form_changes_nothing_else_of_the_text_and_can_be_undone(browser: Browser, shared_office: Office) -> None:
    """Comments, quotes and order stay, both views show the same, and one history has the steps of both."""
    _save(shared_office, "formed", _COMMENTED)
    with _editing(shared_office, browser, "formed") as page:
        title = page.get_by_label("Title", exact=True)
        title.fill("Calm: #1")
        expect(_text(page)).to_contain_text("title: 'Calm: #1'   # what agents see")
        page.get_by_text("Checks of each answer").click()
        page.get_by_label("Language", exact=True).check()
        expect(_text(page)).to_contain_text("guards: [links,  numbers, language]")
        page.get_by_text("Tests", exact=True).last.click()
        page.get_by_label("The answer").first.select_option("contains")
        page.get_by_role("textbox", name="Text", exact=True).fill("calm")
        expect(_text(page)).to_contain_text('assert: [{type: contains, value: "calm"}]')
        expect(_text(page)).to_contain_text("# from a real case")
        title.click()
        page.keyboard.press("ControlOrMeta+z")
        for _ in range(6):
            page.get_by_role("button", name="Undo").click()
        expect(title).to_have_value("Calm Reply")
        expect(_text(page)).to_contain_text("guards: [links,  numbers]")


def test_unsaved_work_is_there_after_a_reload(browser: Browser, shared_office: Office) -> None:
    """It is said that it is, and it can be given up."""
    _save(shared_office, "kept", _COMMENTED)
    with _editing(shared_office, browser, "kept") as page:
        _type_at_end_of(page, "Make the draft calm", " And short.")
        page.reload()
        expect(page.get_by_text("This is what you had not saved yet.")).to_be_visible()
        expect(_text(page)).to_contain_text("And short.")
        page.get_by_role("button", name="Discard", exact=True).click()
        expect(_text(page)).not_to_contain_text("And short.")


def test_two_authors_see_each_others_text(browser: Browser, shared_office: Office) -> None:
    """Whoever saves second is shown the other's text by name, and chooses."""
    _save(shared_office, "shared", _COMMENTED)
    with _editing(shared_office, browser, "shared", expected="status of 412") as page:
        _type_at_end_of(page, "Make the draft calm", " Mine.")
        _save(shared_office, "shared", _COMMENTED.replace("Make the draft calm", "Keep the draft calm"))
        page.keyboard.press("ControlOrMeta+s")
        dialog = page.get_by_role("dialog")
        expect(dialog.locator("ins", has_text="Mine.").first).to_be_attached()
        expect(dialog.locator("del", has_text="Keep").first).to_be_attached()
        dialog.get_by_role("button", name="Take the text of").click()
        expect(_text(page)).to_contain_text("Keep the draft calm")
        expect(_text(page)).not_to_contain_text("Mine.")


def test_hostile_text_stays_text_and_everything_can_be_reached(browser: Browser, shared_office: Office) -> None:
    """Markup in a prompt is shown as it is written, in both views, and axe finds nothing serious in any part."""
    _save(shared_office, "hostile", _COMMENTED.replace("I told you already!!", _HOSTILE.replace('"', '\\"')))
    with _editing(shared_office, browser, "hostile") as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
        expect(page.get_by_label("Draft", exact=True).first).to_have_value(_HOSTILE)
        expect(_text(page)).to_contain_text("<script>window.hacked = true</script>")
        check_accessibility(page)
        assert page.evaluate("[window.hacked, document.querySelectorAll('[onerror]').length]") == [None, 0]


def test_front_matter_that_cannot_be_read_leaves_the_text(browser: Browser, shared_office: Office) -> None:
    """The form says where, and is there again once it is mended."""
    _save(shared_office, "broken", _COMMENTED)
    with _editing(shared_office, browser, "broken") as page:
        _type_at_end_of(page, "guards:", " ]")
        expect(page.get_by_text("The fields can't be read")).to_be_visible()
        page.keyboard.press("Backspace")
        expect(page.get_by_label("Title", exact=True)).to_have_value("Calm Reply")


def test_sixty_kilobytes_open(browser: Browser, shared_office: Office) -> None:
    """The longest text that is allowed is shown, and a change at its end arrives."""
    shipped = Path(ROOT / "prompts/templates/translate.j2").read_text(encoding="utf-8")
    rules = "".join(f"- Rule {number}: say it as a person would, and not as a form.\n" for number in range(1000))
    _save(shared_office, "long", shipped.replace("Translate the draft", f"{rules}Translate the draft"))
    with _editing(shared_office, browser, "long") as page:
        _text(page).click()
        page.keyboard.press("ControlOrMeta+End")
        page.keyboard.press("ArrowUp")
        page.keyboard.type("{# the end #}")
        expect(_text(page)).to_contain_text("{# the end #}")
        expect(page.get_by_role("status").filter(has_text="No problems")).to_be_visible()


def test_preview_shows_what_would_be_sent(browser: Browser, shared_office: Office) -> None:
    """For a draft and for a stored sample; what is hidden is marked, and markup of a customer is text."""
    _save(shared_office, "previewed", _COMMENTED)
    sample = {"name": "Hostile", "content": f"Order 5530: {_HOSTILE} see https://example.com/track"}
    assert shared_office.client.post("/api/v1/ai/prompts/previewed/samples", json=sample).status_code == 200
    with _editing(shared_office, browser, "previewed") as page:
        page.locator("summary", has_text="Preview").click()
        preview = page.get_by_role("region", name="Preview")
        expect(preview.get_by_text("Make the draft calm and warm.")).to_be_visible()
        expect(preview.get_by_title("Stands for link: https://example.com/track", exact=True)).to_have_text("ZQX2LINK")
        preview.get_by_label("Preview with").select_option("sample")
        expect(preview.get_by_text("<script>window.hacked = true</script>")).to_be_visible()
        expect(preview.get_by_title("https://example.com/track")).to_be_visible()
        preview.get_by_label("tone").select_option("cool")
        expect(preview.get_by_text("Make the draft calm and cool.")).to_be_visible()
        assert page.evaluate("[window.hacked, document.querySelectorAll('[onerror]').length]") == [None, 0]
