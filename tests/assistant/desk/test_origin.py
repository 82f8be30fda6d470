"""Signing in from our own pages alone, and the session's cookie over TLS: no other site can sign a browser in."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import httpx
import pytest
import pytest_asyncio
from litestar.types import ASGIApp

from assistant.app import create_app, create_desk
from assistant.settings.values import networks
from tests.assistant.harness import client_of, error, settings_for

PASSWORD, EMAIL = "correct horse battery", "eve@example.com"
LOGIN, LOGOUT, ME, PROMPTS = "/api/v1/auth/login", "/api/v1/auth/logout", "/api/v1/agents/me", "/api/v1/ai/prompts"
BODY = {"email": EMAIL, "password": PASSWORD}
PLAIN, SECURE = "desk_session", "__Host-desk_session"
PROXY = "10.0.0.1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory, cheap_passwords: None) -> AsyncIterator[ASGIApp]:  # noqa: ARG001 - is on
    """For all tests here: a service on the built-in desk, with an agent who has a password, that trusts one proxy."""
    tmp_path = tmp_path_factory.mktemp("origin")
    settings = settings_for(
        tmp_path / "var",
        trusted_proxies=networks(f"{PROXY}/32"),
        provider="custom",
        base_url="http://127.0.0.1:9",
    )
    front = create_app(settings)
    async with client_of(cast("ASGIApp", front), front.ready) as client:
        agent = {"first_name": "Eve", "email": EMAIL, "roles": ["Admin"], "new_password": PASSWORD}
        assert (await client.post("/api/v1/agents", json=agent)).status_code == 200
        yield cast("ASGIApp", front)


def browser(app: ASGIApp, address: str = "http://desk.example.com", peer: str = "192.0.2.7") -> httpx.AsyncClient:
    """Return a browser that has the desk's address in its line."""
    transport = httpx.ASGITransport(app=app, client=(peer, 4711))  # type: ignore[arg-type] # one is as good as the other
    return httpx.AsyncClient(transport=transport, base_url=address)


async def sign_in(client: httpx.AsyncClient, **headers: str) -> int:
    """Sign in with these headers, and return the status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (await client.post(LOGIN, json=BODY, headers=named)).status_code


OWN = [
    ("http://desk.example.com", "desk.example.com", "http://desk.example.com"),
    ("https://desk.example.com", "desk.example.com", "https://desk.example.com"),
    ("http://desk.example.com", "desk.example.com:80", "http://desk.example.com"),
    ("http://desk.example.com", "desk.example.com", "http://desk.example.com:80"),
    ("https://desk.example.com", "desk.example.com:443", "https://desk.example.com"),
    ("https://desk.example.com", "desk.example.com", "https://desk.example.com:443"),
    ("http://desk.example.com", "Desk.Example.COM", "HTTP://desk.example.com"),
    ("http://desk.example.com", "desk.example.com.", "http://desk.example.com"),
    ("http://desk.example.com", "desk.example.com", "http://desk.example.com."),
    ("http://desk.example.com:8080", "desk.example.com:8080", "http://desk.example.com:8080"),
    ("http://[::1]:8080", "[::1]:8080", "http://[::1]:8080"),
    ("http://[2001:db8::1]", "[2001:DB8:0:0::1]", "http://[2001:db8::1]:80"),
    ("http://xn--mller-kva.example", "xn--mller-kva.example", "http://xn--mller-kva.example"),
]
FOREIGN = [
    "null",
    "",
    "https://desk.example.com",
    "http://desk.example.com:8080",
    "http://desk.example.com:443",
    "http://evil.example",
    "http://app.desk.example.com",
    "http://example.com",
    "http://desk.example.com.evil.example",
    "http://desk.example.com@evil.example",
    "http://evil.example#desk.example.com",
    "http://evil.example/desk.example.com",
    "http://evil.example\\desk.example.com",
    "http://evil.example http://desk.example.com",
    "http://desk.example.com, http://evil.example",
    "http://desk.example.com/",
    "http://desk.example.com..",
    "http://desk.example.com:080x",
    "//desk.example.com",
    "desk.example.com",
    "ftp://desk.example.com",
    "file://",
    "chrome-extension://desk.example.com",
    "http://[::1]",
    "http://[::1",
    "http://[1::2::3]",
    "http://192.0.2.1",
]


@pytest.mark.asyncio(loop_scope="module")
async def test_own_page_signs_in(app: ASGIApp) -> None:
    """However the address is written."""
    for address, host, origin in OWN:
        async with browser(app, address) as client:
            status = await sign_in(client, Host=host, Origin=origin, Sec_Fetch_Site="same-origin")
            assert status == 200, (address, host, origin)


@pytest.mark.asyncio(loop_scope="module")
async def test_page_elsewhere_does_not(app: ASGIApp, caplog: pytest.LogCaptureFixture) -> None:
    """Another host, port or scheme, a page without an address, or what is none."""
    async with browser(app) as client:
        for origin in FOREIGN:
            answer = await client.post(LOGIN, json=BODY, headers={"Origin": origin})
            assert answer.status_code == 403, origin
            assert error(answer) == (403, "PermissionException", "forbidden"), origin
            assert "tell your administrator" in answer.json()["message"]
            assert "set-cookie" not in answer.headers
    assert "a sign-in from another page is refused" in caplog.messages


@pytest.mark.asyncio(loop_scope="module")
async def test_two_origins_and_two_hosts_are_refused(app: ASGIApp) -> None:
    """Which of them counts would be anybody's guess."""
    async with browser(app) as client:
        own = ("Origin", "http://desk.example.com")
        for headers in ([own, ("Origin", "http://evil.example")], [own, own], [own, ("Host", "a"), ("Host", "b")]):
            assert (await client.post(LOGIN, json=BODY, headers=headers)).status_code == 403


@pytest.mark.asyncio(loop_scope="module")
async def test_what_the_browser_says_of_the_page_counts_too(app: ASGIApp) -> None:
    """Without an Origin; programs send neither, and sign in as before."""
    async with browser(app) as client:
        for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)):
            assert await sign_in(client, Sec_Fetch_Site=site) == status, site
        assert await sign_in(client) == 200


FORWARDED = {"X_Forwarded_Host": "desk.example.com", "X_Forwarded_Proto": "https"}


PROXIED = [
    (PROXY, FORWARDED, "https://desk.example.com", 200),
    (PROXY, {**FORWARDED, "X_Forwarded_Host": "desk.example.com, inner"}, "https://desk.example.com", 200),
    (PROXY, {**FORWARDED, "X_Forwarded_Host": "desk.example.com:8443"}, "https://desk.example.com:8443", 200),
    (PROXY, {"X_Forwarded_Proto": "https"}, "https://inner", 200),
    (PROXY, FORWARDED, "http://desk.example.com", 403),
    (PROXY, FORWARDED, "https://inner", 403),
    (PROXY, {**FORWARDED, "X_Forwarded_Host": ""}, "https://inner", 403),
    ("192.0.2.7", FORWARDED, "https://desk.example.com", 403),
    ("192.0.2.7", {"X_Forwarded_Host": "evil.example"}, "http://evil.example", 403),
    ("192.0.2.7", FORWARDED, "http://inner", 200),
]


@pytest.mark.asyncio(loop_scope="module")
async def test_only_a_trusted_proxy_tells_the_address(app: ASGIApp) -> None:
    """The address that the browser has in its line, as the proxy forwards it; from others it counts for nothing."""
    for peer, headers, origin, status in PROXIED:
        async with browser(app, "http://inner", peer) as client:
            assert await sign_in(client, **headers, Origin=origin) == status, (peer, headers, origin)


@pytest.mark.asyncio(loop_scope="module")
async def test_session_over_tls_has_a_name_that_no_other_site_can_set(app: ASGIApp) -> None:
    """`__Host-` needs Secure, Path=/ and no Domain; the proof of origin keeps the name that composers read."""
    async with browser(app, "https://desk.example.com") as client:
        session, csrf = (await client.post(LOGIN, json=BODY)).headers.get_list("set-cookie")
        assert session.startswith(f"{SECURE}=")
        for cookie in (session, csrf):
            assert "Secure" in cookie
            assert "Path=/;" in f"{cookie};"
            assert "omain" not in cookie
        assert "HttpOnly" in session
        assert csrf.startswith("csrf_token=")
        assert (await client.get(ME)).json()["data"]["email"] == EMAIL
        assert (await client.get(PROMPTS)).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
async def test_session_without_tls_keeps_its_name(app: ASGIApp) -> None:
    """A browser would not take `__Host-` there; who is signed in stays so over an upgrade."""
    async with browser(app) as client:
        session, csrf = (await client.post(LOGIN, json=BODY)).headers.get_list("set-cookie")
        assert session.startswith(f"{PLAIN}=")
        assert "Secure" not in session + csrf
        assert (await client.get(ME)).status_code == 200
        assert (await client.get(PROMPTS)).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("path", [ME, PROMPTS])
async def test_cookie_that_others_can_set_does_not_count_over_tls(app: ASGIApp, path: str) -> None:
    """A page of a neighbouring host puts its own session into the browser: it is no one's."""
    async with browser(app, "https://desk.example.com") as client, browser(app, "https://desk.example.com") as bare:
        await client.post(LOGIN, json=BODY)
        token = client.cookies[SECURE]
        for cookie, status in (
            (f"{PLAIN}={token}", 401),
            (f"{SECURE}={token}", 200),
            (f"{PLAIN}=evil; {SECURE}={token}", 200),
            (f"{SECURE}={token}; {PLAIN}=evil", 200),
            (f"{PLAIN}={token}; {SECURE}=evil", 401),
            (f"__host-desk_session={token}", 401),
            (f"{SECURE.removeprefix('_')}={token}", 401),
        ):
            assert (await bare.get(path, headers={"Cookie": cookie})).status_code == status, cookie
        async with browser(app) as plain:
            assert (await plain.get(path, headers={"Cookie": f"{PLAIN}={token}"})).status_code == 200
            assert (await plain.get(path, headers={"Cookie": f"{SECURE}={token}"})).status_code == 200
        assert (await bare.get(path, headers={"Cookie": f"{PLAIN}={token}"})).status_code == 401, "nor from memory"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_signing_out_removes_every_cookie(app: ASGIApp, scheme: str) -> None:
    """Both names over TLS, each as its browser wants it; the session is over."""
    async with browser(app, f"{scheme}://desk.example.com") as client:
        await client.post(LOGIN, json=BODY)
        kept = dict(client.cookies)
        client.headers["X-CSRFTOKEN"] = kept["csrf_token"]
        answer = await client.post(LOGOUT)
        gone = answer.headers.get_list("set-cookie")
        wanted = {PLAIN, "csrf_token", *([SECURE] if scheme == "https" else [])}
        assert {each.partition("=")[0] for each in gone} == wanted
        assert all("Max-Age=0" in each and "Path=/" in each for each in gone)
        assert all(("Secure" in each) == (scheme == "https") for each in gone)
        assert not client.cookies
        client.cookies.update(kept)
        assert (await client.get(ME)).status_code == 401


@pytest.mark.asyncio(loop_scope="module")
async def test_signing_out_needs_the_proof_of_origin(app: ASGIApp) -> None:
    """No page elsewhere signs an agent out."""
    async with browser(app, "https://desk.example.com") as client:
        await client.post(LOGIN, json=BODY)
        assert error(await client.post(LOGOUT))[2] == "csrf"
        assert (await client.get(ME)).status_code == 200


def test_everything_else_that_needs_no_session_only_reads(tmp_path: Path) -> None:
    """What anybody may change without a session would need the same rule; signing in is the only one."""
    desk = create_desk(settings_for(tmp_path / "var"))
    core = desk._core._app  # type: ignore[attr-defined] # noqa: SLF001 - its operations
    anybody = {
        f"{method} {route.path}"
        for route in core.routes
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items()
        if method not in {"GET", "HEAD", "OPTIONS"} and handler.opt["operation"].permission is None
    }
    assert anybody == {f"POST {LOGIN}"}
