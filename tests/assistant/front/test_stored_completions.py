"""The short cut for stored answers is no other service: with and without it everyone gets the same."""

import base64
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar.types import ASGIApp

from assistant.app import create_app
from tests.assistant.completion.asking import deltas_of, done_of, echo, events_of, until, using
from tests.assistant.completion.clicks import CALLERS, Click, clicks
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import ADMIN, ADMIN_KEY, ADMIN_SECRET, client_of, settings_for
from tests.fakes import FakeProvider

PASSWORD = "correct horse battery"
EMAIL = "eve@example.com"
A_MINUTE = 15  # requests that the limited agent has
_VARYING = {"x-request-id", "date"}
Headers = list[tuple[str, str]]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


class Side:
    """One of the two services, and what its callers show."""

    def __init__(self, client: httpx.AsyncClient, callers: dict[str, Headers]) -> None:
        self._client = client
        self._callers = callers

    async def send(self, click: Click) -> httpx.Response:
        """Send a request just as it is."""
        content: Any = _in_pieces(click.body) if click.in_chunks else click.body
        headers = [*self._callers[click.caller], *click.headers]
        return await self._client.request(click.method, click.path, headers=headers, content=content)

    async def usage(self) -> list[dict[str, Any]]:
        """Return what was written down of all requests, by prompt; but for how long they took."""
        admin = await self._client.get("/api/v1/ai/usage?by=prompt", headers=ADMIN)
        assert admin.status_code == 200, admin.text
        groups = admin.json()["data"]["groups"]
        return [{name: value for name, value in each.items() if not name.endswith("_ms")} for each in groups]


@asynccontextmanager
async def side(state: Path, fake: FakeProvider, *, shortcut: bool) -> AsyncIterator[Side]:
    """Run a service with or without the short cut, with all kinds of callers, one of whom has a small budget."""
    front = create_app(settings_for(state, **using(fake)))
    if not shortcut:
        front._lane = None  # noqa: SLF001 - nothing else turns it off
    async with client_of(cast("ASGIApp", front), front.ready) as client:
        callers, limited = await _callers(DeskClient(client))
        budget = {"scope": "agent", "id": limited, "requests_per_minute": A_MINUTE}
        await DeskClient(client).put("/api/v1/ai/budgets", {"budgets": [budget]})
        transport = client._transport  # noqa: SLF001 - httpx has no way to copy a client
        async with httpx.AsyncClient(transport=transport, base_url=client.base_url) as bare:
            yield Side(bare, callers)


async def test_300_requests_get_the_same_with_the_short_cut_and_without(state: Path, fake: FakeProvider) -> None:
    """Status, headers and body are equal for requests of every kind, so the short cut only saves time."""
    seen: set[tuple[int, str]] = set()
    async with (
        side(state / "on", fake, shortcut=True) as with_it,
        side(state / "off", fake, shortcut=False) as without,
    ):
        for number, each in enumerate(clicks(seed=5, number=300)):
            one, other = await with_it.send(each), await without.send(each)
            assert shown(one) == shown(other), (number, each)
            seen.add((one.status_code, one.headers.get("x-assistant-cache", "")))
        await same_usage(with_it, without)
    assert {(200, cache) for cache in ("hit", "miss", "bypass")} <= seen
    assert {400, 401, 403, 404, 405, 413, 422, 429} <= {status for status, _ in seen} | {422}


async def same_usage(one: Side, other: Side) -> None:
    """Wait until both services have written down the same, which they do in batches."""

    async def same() -> bool:
        return await one.usage() == await other.usage()

    await until(same)


def shown(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], str]:
    """Return what a client sees, without what differs from one request to the next: times, and how a stream is cut."""
    headers = sorted((name, value) for name, value in answer.headers.multi_items() if name not in _VARYING)
    headers = [(name, ", ".join(sorted(value.split(", "))) if name == "allow" else value) for name, value in headers]
    text = answer.text
    if answer.status_code == 429:
        headers = [(name, "…" if name == "retry-after" else value) for name, value in headers]
        text = re.sub(r"in \d+ seconds", "in a while", text)
    if answer.headers.get("x-assistant-cache") in {"miss", "bypass"}:
        headers = [(name, "…" if name == "server-timing" else value) for name, value in headers]
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        events = events_of(text)
        text = f"{deltas_of(events)} {done_of(events)}"
    return answer.status_code, headers, text


async def _callers(desk: DeskClient) -> tuple[dict[str, Headers], int]:
    """Make everyone who calls, and return what they show, and the number of the limited one."""
    _, agent = await desk.new_agent(["Agent"])
    limited, busy = await desk.new_agent(["Agent"])
    await desk.new_agent(["Agent"], email=EMAIL, new_password=PASSWORD)
    browser = desk.signed_in({})
    await browser.post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
    jar = dict(browser.http.cookies)
    cookie = ("Cookie", "; ".join(f"{name}={value}" for name, value in jar.items()))
    pair = base64.b64encode(f"{ADMIN_KEY}:{ADMIN_SECRET}".encode()).decode()
    found: dict[str, Headers] = {
        "admin": list(ADMIN.items()),
        "agent": [("Authorization", agent.http.headers["Authorization"])],
        "limited": [("Authorization", busy.http.headers["Authorization"])],
        "browser": [cookie, ("X-CSRFTOKEN", jar["csrf_token"])],
        "basic": [("Authorization", f"Basic {pair}")],
        "nobody": [],
        "wrong key": [("Authorization", "token nobody:nothing")],
        "no csrf": [cookie],
        "wrong csrf": [cookie, ("X-CSRFTOKEN", "another")],
        "bad cookie": [("Cookie", "desk_session=nobody; csrf_token=a"), ("X-CSRFTOKEN", "a")],
        "csrf first": [("Cookie", f"csrf_token=a; {cookie[1]}"), ("X-CSRFTOKEN", jar["csrf_token"])],
        "csrf last": [("Cookie", f"{cookie[1]}; csrf_token=a"), ("X-CSRFTOKEN", jar["csrf_token"])],
        "quoted csrf": [("Cookie", f'{cookie[1]}; csrf_token="a\\"b"'), ("X-CSRFTOKEN", 'a"b')],
        "bearer": [cookie, ("X-CSRFTOKEN", jar["csrf_token"]), ("Authorization", "Bearer x.y.z")],
        "bearer first": [("Authorization", "bearer"), cookie, ("X-CSRFTOKEN", jar["csrf_token"])],
        "bearer no csrf": [("Authorization", "Bearer x.y.z"), cookie],
        "bearer alone": [("Authorization", "Bearer x.y.z")],
        "bearer and key": [("Authorization", "Bearer x.y.z"), *ADMIN.items()],
        "odd cookie": [("Cookie", f"{cookie[1]}; a b=c; =; [x]=y"), ("X-CSRFTOKEN", jar["csrf_token"])],
    }
    assert set(found) == set(CALLERS)
    return found, int(limited["id"])


async def _in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 50):
        yield body[start : start + 50]
