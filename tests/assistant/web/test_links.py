"""Links to ourselves lead back to us, also below a path that a proxy serves us under; no one else can bend them."""

from pathlib import Path

import httpx
import pytest

from assistant.settings import read_settings
from assistant.web.links import prefix_of
from tests.assistant.harness import service

GOOD = {
    "/assistant": "/assistant",
    "/assistant/": "/assistant",
    "/": "",
    "/a/b/c": "/a/b/c",
    "/Help-Desk_1.0~x": "/Help-Desk_1.0~x",
    "/...": "/...",
    "/.hidden": "/.hidden",
    "/outer, /inner": "/outer/inner",
    "/outer/,/inner/": "/outer/inner",
    "/" + "x" * 199: "/" + "x" * 199,
}
ODD = [
    "",
    "assistant",
    "//evil.example",
    "/a//b",
    "///",
    "/..",
    "/a/../b",
    "/a/..",
    "/./a",
    "/.",
    "https://evil.example",
    "/\\evil.example",
    "/a b",
    "/a\tb",
    "/%2e%2e",
    "/a?b",
    "/a#b",
    "/a;b",
    "/a:b@c",
    '/"><script>alert(1)</script>',
    "/'onmouseover='alert(1)",
    "/a&lt;",
    "/é",
    "/a\x00",
    "/a\r\nSet-Cookie: x=1",
    "/good, evil",
    "/good, //evil.example",
    "/good,",
    "/" + "x" * 200,
    ",".join(["/" + "x" * 100] * 3),
    "/" * 200_000,
    "/a" * 100_000,
]


@pytest.mark.parametrize(("given", "wanted"), GOOD.items())
def test_prefix_is_taken(given: str, wanted: str) -> None:
    """Without a slash at its end; what several proxies took away stands together, the outermost first."""
    assert prefix_of([(b"host", b"x"), (b"x-forwarded-prefix", given.encode())]) == wanted
    each = [(b"x-forwarded-prefix", part.strip().encode()) for part in given.split(",")]
    assert prefix_of(each) == wanted


@pytest.mark.parametrize("given", ODD, ids=lambda given: given[:30].encode("unicode_escape").decode())
def test_odd_prefix_is_none(given: str) -> None:
    """What could lead elsewhere, or mean something where it lands, is left out as a whole."""
    assert prefix_of([(b"x-forwarded-prefix", given.encode())]) == ""
    assert prefix_of([(b"x-forwarded-prefix", b"/good"), (b"x-forwarded-prefix", given.encode())]) == ""


async def links(client: httpx.AsyncClient, prefix: str | None) -> list[str | None]:
    """Return the links of ours: in the page, in its document, and of an uploaded file."""
    headers = {} if prefix is None else {"X-Forwarded-Prefix": prefix}
    page = await client.get("/docs", headers=headers)
    document = (await client.get("/docs/openapi.json", headers=headers)).json()
    file = await client.post("/api/v1/media", files={"files": ("a.txt", b"x")}, headers=headers)
    servers = document.get("servers", [{"url": None}])
    [href] = [part.split("'")[0] for part in page.text.split("href='")[1:]]
    return [href, servers[0]["url"], file.json()["data"]["url"].rpartition("/")[0]]


PLAIN = ["/docs/openapi.json", None, "/uploads"]


async def test_links_lead_through_a_trusted_proxy(state: Path) -> None:
    """Only one that is trusted is believed, and only what is a path; without the header nothing is different."""
    trusted = read_settings({"ASSISTANT_TRUSTED_PROXIES": "127.0.0.1"}).trusted_proxies
    async with service(state, trusted_proxies=trusted, sample_data=True) as client:
        assert await links(client, "/help/ai/") == ["/help/ai/docs/openapi.json", "/help/ai", "/help/ai/uploads"]
        for other in (None, "//evil.example", '/"><script>', "/a/../.."):
            assert await links(client, other) == PLAIN
        assert await avatar(client, "/help") == "/uploads/00000000-0000-0000-0000-000000000000"
    async with service(state) as client:
        assert await links(client, "/help/ai") == PLAIN


async def avatar(client: httpx.AsyncClient, prefix: str) -> str:
    """Make a contact's picture of a link that we gave through a proxy; return how it is kept."""
    [contact, *_] = (await client.get("/api/v1/contacts")).json()["data"]["results"]
    path = f"/api/v1/contacts/{contact['id']}"
    url = f"{prefix}/uploads/00000000-0000-0000-0000-000000000000"
    form = {"first_name": (None, "Ann"), "email": (None, "ann@example.com"), "avatar_url": (None, url)}
    changed = await client.put(path, files=form, headers={"X-Forwarded-Prefix": prefix})
    assert changed.status_code == 200, changed.text
    kept: str = (await client.get(path)).json()["data"]["avatar_url"]
    return kept
