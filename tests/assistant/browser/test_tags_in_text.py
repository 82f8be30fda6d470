"""What a composer of texts makes of tags that a model wrote: it sets its reply box to the answer as HTML."""

import pytest
from playwright.sync_api import Browser, Page

from assistant.text.html.element_names import ELEMENTS
from tests.assistant.browser.composing import Office
from tests.assistant.text.html.test_brackets import ATTACKS
from tests.fakes.helpdesk import Version

DRAFT = "Hello Ms Brown,\n\nput <b> and <your-name> there ({})."
ANSWER = "Dear Ms Brown,\n\n{}\nput <b> and <your-name> there ({}). x > y"
OWN = {"br", "b"}
VERSIONS: list[Version] = ["2.5", "2.7"]

_RAN = "window.ran = 0; window.alert = () => { window.ran += 1; }; null"
_SET = """([text, breaks]) => {
  const box = document.createElement("div");
  document.body.append(box);
  box.innerHTML = breaks ? text.replace(/\\n/g, "<br>") : text;
  box.querySelectorAll("*").forEach(each => {
    for (const event of ["load", "error", "focus", "mouseover", "click", "toggle", "begin", "start"]) {
      each.dispatchEvent(new Event(event));
    }
  });
  const all = [...box.querySelectorAll("*")];
  return [all.map(each => each.localName), all.flatMap(each => [...each.attributes].map(one => one.name))];
}"""


def _made(page: Page, text: str, *, breaks: bool) -> tuple[list[str], list[str]]:
    """Put an answer into a page, and return the names of the elements and attributes that came of it."""
    elements, attributes = page.evaluate(_SET, [text, breaks])
    return elements, attributes


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_runs_and_no_element_appears(browser: Browser, shared_office: Office, version: Version) -> None:
    """Whatever the model writes in answer to a text, the box has the draft's own tags and no other that acts."""
    with shared_office.composer(browser, version) as composer:
        composer.page.evaluate(_RAN)
        for number, attack in enumerate(ATTACKS):
            label = f"{version}, {number}"
            shared_office.provider.reply(ANSWER.format(attack, label))
            answer = shared_office.served.client.post(
                "/api/v1/ai/completion",
                json={"prompt_key": "make_friendly", "content": DRAFT.format(label), "detail": True},
            )
            text = answer.json()["data"]["text"]
            elements, attributes = _made(composer.page, text, breaks=version == "2.5")
            assert OWN.issuperset(ELEMENTS.intersection(elements)), (attack, text)
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (attack, text)
            assert composer.page.evaluate("window.ran") == 0, (attack, text)
