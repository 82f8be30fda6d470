"""An agent at the reply box of Libredesk 2.5 or 2.7, behind which our service stands."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from playwright.sync_api import Browser, Page, Response, expect

from tests.assistant.harness import ADMIN_KEY, ADMIN_SECRET
from tests.assistant.serving import Served, serving
from tests.browser import window
from tests.fakes import FakeProvider
from tests.fakes.helpdesk import PARCEL, Helpdesk, Version, fake_helpdesk

FRIENDLY = "Friendly Reply"
FOR_RETURNS = "Return Reply"
REFUSED = "the server responded with a status of (4|5)"
"""The complaint of a browser about an answer that is an error."""

_COMPLETION = "/api/v1/ai/completion"
_PROMPT = """---
title: Return Reply
brief: mention the return label
scope: {inboxes: [2]}
---
{% extends "_rewrite.j2" %}
{% block instruction %}Mention the return label.{% endblock %}
"""


class Office(Struct, frozen=True):
    """The helpdesk, the provider, and our service between them, with the variables that it was started with."""

    helpdesk: Helpdesk
    provider: FakeProvider
    served: Served
    variables: dict[str, str]

    @property
    def url(self) -> str:
        """Origin of our service, without a slash at the end."""
        return str(self.served.client.base_url).rstrip("/")

    @contextlib.contextmanager
    def composer(
        self,
        browser: Browser,
        version: Version,
        draft: str = "",
        *,
        of: str = PARCEL,
        agent: int = 0,
        expected: str = REFUSED,
    ) -> Iterator["Composer"]:
        """Open a conversation with a draft in it, as an agent who is signed in, Ada unless told.

        Complaints of the page that match `expected` are in order.
        """
        self.helpdesk.version = version
        self.helpdesk.conversations[of].draft = draft
        cookies = self.helpdesk.sessions.begin(self.helpdesk.agents[agent])
        path = f"/inboxes/assigned/conversation/{of}"
        with window(browser, self.url, path, cookies=cookies, expected=expected) as page:
            composer = Composer(page, version)
            composer.wait_for(of)
            yield composer


class Composer:
    """The reply box on a page.

    Attributes:
        page: the page.
        version: the Libredesk that it is of.
        draft: what is written in.
        toasts: what was said to the agent so far.
        key_dialog: in which an administrator is asked for OpenAI's key.
    """

    def __init__(self, page: Page, version: Version) -> None:
        self.page = page
        self.version = version
        self.draft = page.get_by_role("textbox", name="Reply")
        self.toasts = page.locator("#toasts li")
        self.key_dialog = page.get_by_role("dialog", name="Enter OpenAI API Key")

    def wait_for(self, conversation: str) -> None:
        """Return once a conversation is open."""
        expect(self.draft).to_have_attribute("data-of", conversation)

    def open(self, subject: str, conversation: str) -> None:
        """Move to another conversation, which loads no new page."""
        self.page.get_by_role("link", name=subject).click()
        self.wait_for(conversation)

    def write(self, html: str) -> None:
        """Put something else into the box, as typing or pasting does."""
        self.draft.evaluate(
            "(box, html) => { box.innerHTML = html; box.dispatchEvent(new InputEvent('input')); }", html
        )

    def rewrite(self, title: str = FRIENDLY) -> Response:
        """Choose a prompt from the menu, and return what the service answered once the page has it."""
        with self.page.expect_response(lambda answer: answer.url.endswith(_COMPLETION)) as answering:
            self.choose(title)
        answer = answering.value
        answer.finished()
        expect(self.draft).to_have_attribute("aria-busy", "false")
        return answer

    def choose(self, title: str = FRIENDLY) -> None:
        """Choose a prompt from the menu and wait for nothing."""
        self.page.get_by_role("button", name="AI", exact=True).click()
        self.page.get_by_role("button", name=title).click()

    @property
    def html(self) -> str:
        """What stands in the box."""
        return self.draft.inner_html()

    @property
    def paragraphs(self) -> list[list[str]]:
        """The paragraphs that the agent sees: their lines, each without white space around it."""
        blocks = re.split(r"\n[^\S\n]*\n\s*", self.draft.inner_text().strip("\n"))
        return [[line.strip() for line in block.split("\n")] for block in blocks]

    @property
    def ends_empty(self) -> bool:
        """Whether nothing but space stands in the last line or block of the box."""
        return bool(self.draft.evaluate(_ENDS_EMPTY))

    def toast(self) -> str:
        """Return the one thing that the page said, and take it away."""
        expect(self.toasts).to_have_count(1)
        said = self.toasts.inner_text()
        self.toasts.evaluate("toast => toast.remove()")
        return said


_ENDS_EMPTY = """box => {
  const last = box.lastElementChild;
  return !last || !last.textContent.trim() || last.lastChild.nodeName === "BR";
}"""


@contextlib.contextmanager
def office(folder: Path, **variables: str) -> Iterator[Office]:
    """Run a service in front of a helpdesk with a prompt that is for returns only."""
    prompts = folder / "prompts"
    prompts.mkdir()
    (prompts / "return_reply.j2").write_text(_PROMPT)
    with fake_helpdesk() as helpdesk, FakeProvider("chat") as provider:
        helpdesk.agents[0].key = f"{ADMIN_KEY}:{ADMIN_SECRET}"
        given = {"CORE_URL": helpdesk.url, "PROVIDER": "custom", "BASE_URL": provider.url, "PROMPTS_DIR": str(prompts)}
        with serving(folder, **given, **variables) as served:
            yield Office(helpdesk, provider, served, {**given, **variables})
