"""How fast the console opens: `python -m bench.console`.

Opens its first page several times, without a cache and with four times slower computing, and prints the script that a
browser fetches for it and when the page can be used: once the button that changes the provider is there, and the
browser's main thread has nothing long left to do.
"""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from msgspec import Struct
from playwright.sync_api import Browser

from tests.assistant.console.office import MANAGER, Office, office
from tests.browser import chromium

_SLOWER = 4
_TIMES = 7
_USABLE = """async () => {
  const there = () => document.querySelector("main .page-header button");
  while (!there()) await new Promise(requestAnimationFrame);
  const at = performance.now();
  await new Promise(done => requestIdleCallback(done));
  const resources = performance.getEntriesByType("resource").filter(each => /\\.js$/.test(each.name));
  return {
    there: at,
    idle: performance.now(),
    scripts: resources.length,
    bytes: resources.reduce((sum, each) => sum + each.encodedBodySize, 0),
  };
}"""


class Opened(Struct, frozen=True):
    """One opening of the page.

    Attributes:
        there: milliseconds until what is wanted is shown.
        idle: milliseconds until nothing more is computed.
        scripts: how many files of script were fetched.
        bytes: of them all, compressed.
    """

    there: float
    idle: float
    scripts: int
    bytes: int


def main() -> None:
    """Measure, and print a table."""
    with tempfile.TemporaryDirectory() as folder, office(Path(folder)) as served, chromium() as browser:
        for slower in (1, _SLOWER):
            opened = [_open(browser, served, slower) for _ in range(_TIMES)]
            there, idle = (statistics.median(getattr(each, name) for each in opened) for name in ("there", "idle"))
            print(
                f"{slower} times slower: shown after {there:.0f} ms, usable after {idle:.0f} ms (medians of {_TIMES}); "
                f"{opened[0].scripts} files of script, {opened[0].bytes / 1000:.1f} kB compressed"
            )


def _open(browser: Browser, served: Office, slower: int) -> Opened:
    cookies = served.session(MANAGER)
    with browser.new_context(base_url=served.url) as context:
        context.add_cookies([{"name": name, "value": value, "url": served.url} for name, value in cookies.items()])
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto("/assistant/provider", wait_until="commit")
        measured: dict[str, Any] = page.evaluate(_USABLE)
        return Opened(**measured)


if __name__ == "__main__":
    main()
