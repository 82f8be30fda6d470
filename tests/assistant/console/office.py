"""A service with its built-in desk, a scripted provider, and people who open the console."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect

from assistant.console.build import STATIC
from tests.assistant.serving import ROOT, Served, serving
from tests.browser import NOTHING, window
from tests.fakes import FakeProvider

MANAGER, AUTHOR, AGENT = "grace@example.com", "alan@example.com", "ada@example.com"
"""Someone who may do everything, someone who may write prompts, and someone who may only answer customers."""
PASSWORD = "correct horse battery"
REFUSED = "the server responded with a status of (4|5)"
"""The complaint of a browser about an answer that is an error."""
AXE = ROOT / "assistant" / "console" / "web" / "node_modules" / "axe-core" / "axe.min.js"
_NOT_SIGNED_IN = "the server responded with a status of 401"
_SERIOUS = """async scheme => {
  document.documentElement.dataset.theme = scheme;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations
    .filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => `${each.id}: ${each.nodes.map(node => `${node.target} ${node.failureSummary}`).join("; ")}`);
}"""


class Office(Struct, frozen=True):
    """The service and the provider that it asks."""

    provider: FakeProvider
    served: Served

    @property
    def client(self) -> httpx.Client:
        """A client that is signed in as an administrator."""
        return self.served.client

    @property
    def url(self) -> str:
        """Origin of the service, without a slash at the end."""
        return str(self.client.base_url).rstrip("/")

    def hire(self, email: str, name: str, *roles: str) -> int:
        """Add an agent with `PASSWORD`, and return their id."""
        first, last = name.split()
        body = {"first_name": first, "last_name": last, "email": email, "roles": [*roles]}
        answer = self.client.post("/api/v1/agents", json={**body, "new_password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["data"]["id"])

    def session(self, email: str) -> dict[str, str]:
        """Return the cookies of someone who has signed in."""
        with httpx.Client(base_url=self.url, timeout=self.client.timeout) as client:
            assert client.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD}).status_code == 200
            return dict(client.cookies)

    @contextlib.contextmanager
    def page(self, browser: Browser, at: str, *, as_: str = "", expected: str = NOTHING) -> Iterator[Page]:
        """Open a page of the console as someone, or as no one; complaints that match `expected` are in order."""
        cookies = self.session(as_) if as_ else {}
        expected = expected if as_ else f"{_NOT_SIGNED_IN}|{expected}"
        with window(browser, self.url, f"/assistant{at}", cookies=cookies, expected=expected) as page:
            page.emulate_media(reduced_motion="reduce")
            yield page


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the form for signing in, and send it."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def end_session(page: Page, office: Office) -> None:
    """End the session of a page from elsewhere."""
    cookies = {str(each.get("name")): str(each.get("value")) for each in page.context.cookies()}
    headers = {"X-CSRFTOKEN": cookies["csrf_token"]}
    with httpx.Client(base_url=office.url, cookies=cookies, headers=headers, timeout=office.client.timeout) as client:
        assert client.post("/api/v1/auth/logout").status_code == 200


def check_accessibility(page: Page) -> None:
    """See that axe finds nothing serious on a page as it stands, light and dark."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        found = page.evaluate(_SERIOUS, scheme)
        assert not found, f"{scheme}: {found}"


@contextlib.contextmanager
def office(folder: Path, **variables: str) -> Iterator[Office]:
    """Run a service where the people above work, each with `PASSWORD`."""
    if not (STATIC / "index.html").exists():
        pytest.fail("the console is not built: make console")
    with FakeProvider("chat") as provider:
        asked = {
            "PROVIDER": "custom",
            "BASE_URL": provider.url,
            "MODEL": "small",
            "API_KEY": "sk-first",
            "PROMPT_AUTHORS": "Team Agent",
        }
        with serving(folder, **{**asked, **variables}) as served:
            made = Office(provider, served)
            made.hire(MANAGER, "Grace Hopper", "Admin")
            made.hire(AUTHOR, "Alan Turing", "Team Agent")
            made.hire(AGENT, "Ada Lovelace", "Agent")
            yield made


__all__ = [
    "AGENT",
    "AUTHOR",
    "MANAGER",
    "PASSWORD",
    "REFUSED",
    "Office",
    "check_accessibility",
    "end_session",
    "expect",
    "office",
    "sign_in",
]
