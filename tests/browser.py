"""The browser of the suite: Debian's Chromium without a window, which reaches nothing but this machine."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

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
EMPTY: Mapping[str, str] = MappingProxyType({})
NOTHING = r"(?!)"  # a pattern that nothing matches


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


def _failure(request: Request) -> list[str]:
    """Return a request's failure; what a page gives up itself, as when it is left, is none."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]


@contextlib.contextmanager
def window(
    browser: Browser, address: str, at: str = "/", *, cookies: Mapping[str, str] = EMPTY, expected: str = NOTHING
) -> Iterator[Page]:
    """Open an address without a cache; the page must not have complained by the end of the block.

    Args:
        browser: the browser.
        address: the origin.
        at: path of the page.
        cookies: what the browser has of this origin before it opens the page.
        expected: pattern of the complaints that are in order.
    """
    complaints: list[str] = []
    with browser.new_context(base_url=address) as context:
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        expect.set_options(timeout=TIMEOUT_MILLISECONDS)
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.extend(_failure(request)))
        try:
            page.goto(at)
            yield page
        except Exception as error:
            error.add_note(f"The page's complaints: {complaints}")
            raise
        unexpected = [said for said in complaints if not re.search(expected, said)]
        assert not unexpected, unexpected
