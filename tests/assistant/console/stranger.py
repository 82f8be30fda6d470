"""Someone who has never seen the console, and the two paths that they must find without help.

A path goes on by what a person sees, and is counted as a person would: a click, a field that is filled in, a choice.
"""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.assistant.console.office import PASSWORD

_YAML = ("title:", "brief:", "guards:", "{%")
"""What a prompt's file says where the console shows it as it is."""


def _nothing(_name: str) -> None:
    """Look at nothing."""


class Stranger:
    """Acts on a page, and counts.

    Args:
        page: a page of the console.
        look: is called with a name at the moments that are worth a picture.
    """

    def __init__(self, page: Page, look: Callable[[str], None] = _nothing) -> None:
        self.page = page
        self.look = look
        self.actions: list[str] = []
        self.saw_yaml = False
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._start

    def click(self, what: Locator) -> None:
        """Click on something, as soon as it can be clicked."""
        name = what.inner_text().splitlines()[0]
        what.click()
        self._count("click", name)

    def fill(self, field: str, text: str) -> None:
        """Write into the field of a name."""
        self.page.get_by_label(field).fill(text)
        self._count("fill", field)

    def choose(self, field: str, option: str) -> None:
        """Choose something from a list of a name."""
        self.page.get_by_label(field, exact=True).select_option(option)
        self._count("choose", field)

    def button(self, name: str) -> Locator:
        """Return the button of a name, in the dialog where one is open."""
        dialog = self.page.get_by_role("dialog")
        return (dialog if dialog.count() else self.page).get_by_role("button", name=name, exact=True)

    def told(self) -> str:
        """Say what was done, how often, and how long it took."""
        return f"{len(self.actions)} actions in {self.seconds:.1f} s: {', '.join(self.actions)}"

    def _count(self, kind: str, name: str) -> None:
        self.actions.append(f"{kind} {name}")
        text = self.page.locator("body").inner_text()
        self.saw_yaml = self.saw_yaml or any(word in text for word in _YAML)


def make_own_prompt(stranger: Stranger, email: str, *, title: str, instruction: str) -> None:
    """Go from the page for signing in to a prompt of one's own that agents have."""
    page = stranger.page
    stranger.fill("E-mail", email)
    stranger.fill("Password", PASSWORD)
    stranger.click(stranger.button("Sign in"))
    stranger.click(page.get_by_role("link", name="Prompts", exact=True))
    stranger.click(stranger.button("New prompt"))
    stranger.fill("Title", title)
    stranger.fill("What should happen to the agent's draft?", instruction)
    stranger.look("new-prompt")
    stranger.click(stranger.button("Create draft"))
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    stranger.look("own-draft")
    stranger.click(stranger.button("Publish"))
    expect(page.get_by_role("dialog")).to_be_visible()
    stranger.click(stranger.button("Publish"))
    expect(page.get_by_text("Version 1 is live", exact=True)).to_be_visible()
    stranger.look("own-live")


def make_better_version(stranger: Stranger, *, title: str, instruction: str, sample: str, live: str) -> None:
    """Go from the start to a better version of a prompt that agents undo a lot.

    Args:
        stranger: who does so, signed in.
        title: of the prompt, which no one tells them.
        instruction: what the better version asks for.
        sample: name of the draft that it is tried on.
        live: what the page says at the end.
    """
    page = stranger.page
    stranger.click(page.get_by_role("link", name="Prompts", exact=True))
    stranger.click(page.get_by_role("button", name="Agents undo this a lot"))
    expect(page.locator("tbody a")).to_have_text([title])
    stranger.look("often-undone")
    stranger.click(page.locator("tbody a"))
    stranger.click(page.get_by_role("tab", name="Results"))
    expect(page.get_by_role("columnheader", name="Undone")).to_be_visible()
    stranger.look("results")
    stranger.click(page.get_by_role("tab", name="Edit"))
    stranger.fill("Instruction for the model", instruction)
    stranger.look("edit")
    stranger.click(page.get_by_role("tab", name="Try"))
    stranger.choose("Sample", sample)
    stranger.click(stranger.button("Try it"))
    expect(page.get_by_role("main").locator("section.card")).to_have_count(2)
    expect(page.get_by_text("tokens")).to_have_count(2)
    stranger.look("try")
    stranger.click(page.get_by_role("tab", name="Tests"))
    stranger.click(stranger.button("Run tests"))
    expect(page.get_by_text("passed.")).to_be_visible()
    stranger.look("tests")
    stranger.click(stranger.button("Publish"))
    expect(page.get_by_role("dialog").locator("ins").first).to_be_visible()
    stranger.look("publish")
    stranger.click(stranger.button("Publish"))
    expect(page.get_by_text(live, exact=True)).to_be_visible()
    stranger.look("better-live")
