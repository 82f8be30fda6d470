"""Two services that differ in the hit lane alone, who calls them, and what changes for them meanwhile."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast

import httpx
from litestar.types import ASGIApp

from assistant.app import create_app
from tests.assistant.authoring.editing import act, save, shown
from tests.assistant.completion.asking import PROMPT, using
from tests.assistant.completion.clicks import CALLERS, Click
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import ADMIN, ADMIN_KEY, ADMIN_SECRET, client_of, settings_for
from tests.fakes import FakeProvider

PASSWORD = "correct horse battery"
EMAIL = "eve@example.com"
A_MINUTE = 15  # requests that the limited agent has
PROXY = "127.0.0.1/32"  # from where httpx lets a client come
Headers = list[tuple[str, str]]


class Side:
    """One of the two services, and what its callers show."""

    def __init__(self, client: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        self._client = client
        self.desk = DeskClient(admin)
        self.callers: dict[str, Headers] = {}
        self.ids: dict[str, int] = {}

    async def send(self, click: Click) -> httpx.Response:
        """Send a request just as it is."""
        content: Any = _in_pieces(click.body) if click.in_chunks else click.body
        headers = [*self.callers[click.caller], *click.headers]
        return await self._client.request(click.method, click.path, headers=headers, content=content)

    async def usage(self) -> list[dict[str, Any]]:
        """Return what was written down of all requests, by prompt; but for how long they took."""
        groups = (await self.desk.get("/api/v1/ai/usage", by="prompt"))["groups"]
        return [{name: value for name, value in each.items() if not name.endswith("_ms")} for each in groups]

    async def figures(self) -> list[str]:
        """Return what was counted of all requests, but for how long they took."""
        names = ("assistant_requests_total{", "assistant_completions_total{", "assistant_completion_seconds_count{")
        text = (await self._client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).text
        return sorted(line for line in text.splitlines() if line.startswith(names) and "/metrics" not in line)


TOKEN = "0123456789abcdef"


@asynccontextmanager
async def side(state: Path, fake: FakeProvider, *, lane: bool) -> AsyncIterator[Side]:
    """Run a service with or without the hit lane, with all kinds of callers, one of whom has a small budget."""
    proxies = (ip_network(PROXY),)
    front = create_app(settings_for(state, trusted_proxies=proxies, metrics_token=TOKEN, **using(fake)))
    if not lane:
        front._lane = None  # noqa: SLF001 - nothing else turns it off
    async with client_of(cast("ASGIApp", front), front.ready) as admin:
        transport = admin._transport  # noqa: SLF001 - httpx has no way to copy a client
        async with httpx.AsyncClient(transport=transport, base_url=admin.base_url) as bare:
            found = Side(bare, admin)
            await _gather_callers(found)
            budget = {"scope": "agent", "id": found.ids["limited"], "requests_per_minute": A_MINUTE}
            await found.desk.put("/api/v1/ai/budgets", {"budgets": [budget]})
            source = (await shown(admin, PROMPT))["source"]
            await save(admin, PROMPT, source.replace("Make the draft friendly", "Make the draft very friendly"))
            await act(admin, PROMPT, "publish", force=True, reason="the fake provider passes no test")
            yield found


async def revoke_key(side: Side) -> None:
    """Give an agent another key: the one of before is good for nothing."""
    pair = await side.desk.post(f"/api/v1/agents/{side.ids['agent']}/api-key")
    side.callers["revoked"] = side.callers["agent"]
    side.callers["agent"] = [("Authorization", f"token {pair['api_key']}:{pair['api_secret']}")]


async def end_session(side: Side) -> None:
    """Sign out in a browser whose cookies someone may still have, and in again."""
    before = side.callers["browser"]
    await side.desk.signed_in(dict(before)).post("/api/v1/auth/logout")
    side.callers["signed out"] = before
    side.callers |= _browsers(await _sign_in(side.desk))


async def purge(side: Side) -> None:
    """Forget all answers."""
    await side.desk.delete("/api/v1/ai/cache")


async def change_masking(side: Side) -> None:
    """Hide something else."""
    patterns = (await side.desk.get("/api/v1/ai/masking"))["patterns"]
    others = [] if patterns else [{"name": "parcel", "pattern": r"PX\d{4}"}]
    await side.desk.put("/api/v1/ai/masking", {"patterns": others})


async def change_prompt(side: Side) -> None:
    """Put another version of a prompt in force."""
    published = (await shown(side.desk.http, PROMPT))["published"]
    await act(side.desk.http, PROMPT, "rollback", version=0 if published else 1)


async def disable_prompt(side: Side) -> None:
    """Take a prompt away, or give it back."""
    enabled = (await shown(side.desk.http, "translate"))["enabled"]
    await act(side.desk.http, "translate", "disable" if enabled else "enable")


async def limit_all(side: Side) -> None:
    """Give everyone a budget of requests beside the limited one, or take it away."""
    budgets = (await side.desk.get("/api/v1/ai/budgets"))["budgets"]
    own = {"scope": "agent", "id": side.ids["limited"], "requests_per_minute": A_MINUTE}
    all_of_them = [own] if len(budgets) > 1 else [own, {"scope": "agent", "id": "*", "requests_per_minute": 100_000}]
    await side.desk.put("/api/v1/ai/budgets", {"budgets": all_of_them})


ACTS: tuple[Callable[[Side], Awaitable[None]], ...] = (
    revoke_key,
    end_session,
    purge,
    change_masking,
    change_prompt,
    disable_prompt,
    limit_all,
)


async def _gather_callers(side: Side) -> None:
    """Make everyone who calls, and what they show."""
    desk = side.desk
    agent, colleague = await desk.new_agent(["Agent"])
    limited, busy = await desk.new_agent(["Agent"])
    await desk.new_agent(["Agent"], email=EMAIL, new_password=PASSWORD)
    side.ids = {"agent": int(agent["id"]), "limited": int(limited["id"])}
    pair = base64.b64encode(f"{ADMIN_KEY}:{ADMIN_SECRET}".encode()).decode()
    side.callers = {
        "admin": list(ADMIN.items()),
        "agent": [("Authorization", colleague.http.headers["Authorization"])],
        "revoked": [("Authorization", "token nobody:anything")],
        "limited": [("Authorization", busy.http.headers["Authorization"])],
        "basic": [("Authorization", f"Basic {pair}")],
        "nobody": [],
        "wrong key": [("Authorization", "token nobody:nothing")],
        "bad cookie": [("Cookie", "desk_session=nobody; csrf_token=a"), ("X-CSRFTOKEN", "a")],
        "bearer alone": [("Authorization", "Bearer x.y.z")],
        "bearer and key": [("Authorization", "Bearer x.y.z"), *ADMIN.items()],
        **_browsers(await _sign_in(desk)),
    }
    side.callers["signed out"] = side.callers["bad cookie"]
    assert set(side.callers) == set(CALLERS)


async def _sign_in(desk: DeskClient) -> dict[str, str]:
    browser = desk.signed_in({})
    await browser.post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
    return dict(browser.http.cookies)


def _browsers(jar: dict[str, str]) -> dict[str, Headers]:
    """Return what a browser with a session shows, in many ways."""
    cookie = ("Cookie", "; ".join(f"{name}={value}" for name, value in jar.items()))
    csrf = ("X-CSRFTOKEN", jar["csrf_token"])
    return {
        "browser": [cookie, csrf],
        "no csrf": [cookie],
        "wrong csrf": [cookie, ("X-CSRFTOKEN", "another")],
        "csrf first": [("Cookie", f"csrf_token=a; {cookie[1]}"), csrf],
        "csrf last": [("Cookie", f"{cookie[1]}; csrf_token=a"), csrf],
        "quoted csrf": [("Cookie", f'{cookie[1]}; csrf_token="a\\"b"'), ("X-CSRFTOKEN", 'a"b')],
        "bearer": [cookie, csrf, ("Authorization", "Bearer x.y.z")],
        "bearer first": [("Authorization", "bearer"), cookie, csrf],
        "bearer no csrf": [("Authorization", "Bearer x.y.z"), cookie],
        "odd cookie": [("Cookie", f"{cookie[1]}; a b=c; =; [x]=y"), csrf],
    }


async def _in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 50):
        yield body[start : start + 50]
