"""Takes pictures of every page, light, dark and narrow: `python -m tests.screenshots FOLDER`.

The service, its provider and its data are made for it and go when it ends; the browser is Debian's Chromium.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from assistant.console.page import not_started
from tests.assistant.console.office import MANAGER, Office, expect
from tests.assistant.console.stranger import Stranger, make_better_version, make_own_prompt
from tests.browser import chromium
from tests.fakes import FakeProvider
from tests.screenshots import shop, weeks
from tests.screenshots.comparing import differs

_WIDE, _NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
_SMALL = {"width": 1080, "height": 675}
_TALLEST = 2400  # pixels of a whole page
_PAGES = {
    "provider": "/provider",
    "prompts": "/prompts",
    "prompt": f"/prompts/{shop.REFUSAL}",
    "prompt-try": f"/prompts/{shop.REFUSAL}/try",
    "prompt-tests": f"/prompts/{shop.REFUSAL}/tests",
    "prompt-versions": f"/prompts/{shop.CALM}/versions",
    "prompt-results": f"/prompts/{shop.CALM}/results",
    "usage": "/usage",
    "settings": "/settings",
    "settings-masking": "/settings/masking",
    "settings-cache": "/settings/cache",
    "settings-audit": "/settings/audit",
    "settings-about": "/settings/about",
}


def main(folder: Path) -> None:
    """Make the shop, and look at all of its pages."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, FakeProvider("chat", models=("mistral-small",)) as provider:
        provider.reply(shop.answer)
        with shop.open_shop(Path(state), provider) as office:
            versions = shop.set_up(office)
        asyncio.run(weeks.fill(Path(state) / "var", versions))
        with shop.open_shop(Path(state), provider) as office, chromium() as browser:
            _look_at_pages(browser, office, folder)
            _look_at_paths(browser, office, folder)


def _look_at_pages(browser: Browser, office: Office, folder: Path) -> None:
    for look, size, scheme in (("light", _WIDE, "light"), ("dark", _WIDE, "dark"), ("narrow", _NARROW, "light")):
        with _window(browser, office, size, scheme) as page:
            page.goto("/assistant/")
            expect(page.get_by_label("Password")).to_be_visible()
            _take(page, folder / f"sign-in-{look}.png")
            page.route("**/assistant/usage", _building)
            page.goto("/assistant/usage")
            _take(page, folder / f"being-built-{look}.png")
        with _window(browser, office, size, scheme, as_=MANAGER) as page:
            for name, path in _PAGES.items():
                page.goto(f"/assistant{path}")
                _take(page, folder / f"{name}-{look}.png", whole=look != "light")


def _look_at_paths(browser: Browser, office: Office, folder: Path) -> None:
    with _window(browser, office, _SMALL, "light", as_=MANAGER) as page:
        page.goto("/assistant/")
        stranger = Stranger(page, lambda name: _take(page, folder / f"path-{name}.png"))
        make_better_version(
            stranger,
            title=shop.REFUSAL_TITLE,
            instruction="Say no kindly: first what is still possible, then the reason, in two sentences.",
            sample=shop.REFUSAL_SAMPLE,
            live="Version 2 is live",
        )
    with _window(browser, office, _SMALL, "light") as page:
        page.goto("/assistant/")
        stranger = Stranger(page, lambda name: _take(page, folder / f"path-{name}.png"))
        make_own_prompt(stranger, MANAGER, title="Goodwill Reply", instruction="Offer goodwill, without a promise.")


def _building(route: Route) -> None:
    shown = not_started("building", "en")
    route.fulfill(status=shown.status_code, headers={**shown.headers, "Content-Type": "text/html"}, body=shown.content)


@contextmanager
def _window(browser: Browser, office: Office, size: dict[str, int], scheme: str, *, as_: str = "") -> Iterator[Page]:
    cookies = office.session(as_) if as_ else {}
    with browser.new_context(
        base_url=office.url,
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    ) as context:
        context.add_cookies([{"name": name, "value": value, "url": office.url} for name, value in cookies.items()])
        yield context.new_page()


def _take(page: Page, file: Path, *, whole: bool = False) -> None:
    """Take a picture once nothing is on its way any more."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    size = page.viewport_size
    assert size
    if whole:
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": size["width"], "height": min(max(height, size["height"]), _TALLEST)})
        page.wait_for_load_state("networkidle")
    made = page.screenshot(animations="disabled", caret="hide")
    page.set_viewport_size(size)
    if not file.exists() or differs(page.context.browser, file.read_bytes(), made):
        file.write_bytes(made)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
