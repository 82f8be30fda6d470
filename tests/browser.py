"""The browser of the suite: Debian's Chromium without a window, which reaches nothing but this machine."""

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.servers.finding import program

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
TIMEOUT_MILLISECONDS = 20_000  # for one step of a page on a busy machine


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium, with an empty profile of its own, until the end of the block.

    Its sandbox needs a user other than root or a helper program of root's, and the pages are ours: it runs without.

    Raises:
        ServerError: it is not on this machine.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program("chromium"), chromium_sandbox=False, args=FLAGS, timeout=60_000
        )
        with browser:
            yield browser


@contextlib.contextmanager
def window(browser: Browser, address: str) -> Iterator[Page]:
    """Open an address without cookies or cache; the page must not have complained by the end of the block."""
    complaints: list[str] = []
    with browser.new_context(base_url=address) as context:
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        expect.set_options(timeout=TIMEOUT_MILLISECONDS)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
        try:
            page.goto("/")
            yield page
        except Exception as error:
            error.add_note(f"The page's complaints: {complaints}")
            raise
        assert not complaints
