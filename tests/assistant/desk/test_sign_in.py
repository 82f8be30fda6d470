"""Signing in with a browser: sessions, proof of origin, lock-out."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import select, update

from assistant.app import create_desk
from assistant.database.database import Database
from assistant.desk.sign_in import SESSION
from assistant.desk.tables import AgentRow, SessionRow, SignInFailureRow, now
from assistant.settings import Settings
from assistant.settings.values import networks
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import client_of, error, service, settings_for

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD = "correct horse battery"
EVE = "eve@example.com"
LOGIN = "/api/v1/auth/login"
ME = "/api/v1/agents/me"


async def browser_of(desk: DeskClient, email: str = "eve@example.com") -> DeskClient:
    """Return a browser that is signed in as a new agent."""
    await desk.new_agent(["Agent"], email=email, new_password=PASSWORD)
    browser = desk.signed_in({})
    await browser.post(LOGIN, {"email": email, "password": PASSWORD})
    return browser


async def test_session_cookie_is_out_of_reach_of_scripts_and_stored_as_a_hash(
    desk: DeskClient, settings: Settings
) -> None:
    """A page's script can't read the session, and neither can who reads the database."""
    await desk.new_agent(["Agent"], email="eve@example.com", new_password=PASSWORD)
    answer = await desk.signed_in({}).http.post(LOGIN, json={"email": "eve@example.com", "password": PASSWORD})
    session, csrf = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "HttpOnly" not in csrf
    [token] = re.findall(r"desk_session=([^;]+)", session)
    database = Database(settings.resolved_database_url)
    async with database.reading() as connection:
        [row] = (await connection.scalars(select(SessionRow))).all()
        agent = (await connection.scalars(select(AgentRow).where(AgentRow.email == "eve@example.com"))).one()
    await database.aclose()
    assert token not in row.token_hash
    assert agent.password_hash is not None
    assert agent.password_hash.startswith("$argon2id$")


async def test_browser_needs_its_proof_of_origin_to_change_anything(desk: DeskClient) -> None:
    """Without cookie and header, or with different ones, nothing is changed, whoever the session is."""
    browser = await browser_of(desk)
    token = browser.http.cookies["csrf_token"]
    availability = "/api/v1/agents/me/availability"
    for headers in ({}, {"X-CSRFTOKEN": "x"}, {"X-CSRFTOKEN": ""}):
        answer = await browser.http.put(availability, json={"status": "away"}, headers=headers)
        assert error(answer) == (403, "PermissionException", "csrf")
        assert answer.json()["message"] == "CSRF token mismatch"
    answer = await browser.http.put(availability, json={"status": "away"}, headers={"X-CSRFTOKEN": token})
    assert answer.json()["data"]["availability_status"] == "away"
    stranger = desk.signed_in({"Cookie": "desk_session=nobody; csrf_token=a", "X-CSRFTOKEN": "b"})
    assert error(await stranger.http.put(availability, json={})) == (403, "PermissionException", "csrf")


async def test_browser_may_ask_with_head(desk: DeskClient) -> None:
    """It changes nothing, and so needs no proof of origin: here, and for the AI operations."""
    browser = await browser_of(desk)
    assert (await browser.http.head("/api/v1/agents/me")).status_code == 200


async def test_other_authorization_beside_a_session_is_ignored(desk: DeskClient) -> None:
    """A header that a proxy or an extension adds neither turns an agent away nor replaces the proof of origin."""
    browser = await browser_of(desk)
    csrf = {"X-CSRFTOKEN": browser.http.cookies["csrf_token"]}
    availability = "/api/v1/agents/me/availability"
    for value in ("Bearer x.y.z", "bearer", "", "Digest a=b", "Basic !!!", "token x"):
        strange = {"Authorization": value}
        assert (await browser.http.get(ME, headers=strange)).status_code == 200, value
        answer = await browser.http.put(availability, json={"status": "away"}, headers={**strange, **csrf})
        assert answer.status_code == 200, value
        answer = await browser.http.put(availability, json={"status": "away"}, headers=strange)
        assert error(answer) == (403, "PermissionException", "csrf"), value
        assert error(await desk.signed_in(strange).http.get(ME))[0] == 401


async def test_session_works_for_the_ai_operations_too(settings: Settings) -> None:
    """The console signs in once for everything; the proof of origin counts there as well."""
    changes = {"database_url": settings.database_url, "provider": "custom", "base_url": "http://127.0.0.1:9"}
    async with service(settings.state_dir, **changes) as client:
        desk = DeskClient(client)
        browser = await browser_of(desk)
        assert await browser.get("/api/v1/ai/prompts")
        answer = await browser.http.post("/api/v1/ai/completion", json={})
        assert error(answer) == (403, "PermissionException", "csrf")
        browser.http.headers["X-CSRFTOKEN"] = browser.http.cookies["csrf_token"]
        answer = await browser.http.post("/api/v1/ai/completion", json={})
        assert error(answer) == (400, "InputException", "invalid_request")
        cookie = f"desk_session={browser.http.cookies['desk_session']}"
        await browser.post("/api/v1/auth/logout")
        assert (await desk.signed_in({"Cookie": cookie}).http.get("/api/v1/ai/prompts")).status_code == 401


async def test_wrong_passwords_lock_the_address_for_a_while(desk: DeskClient, settings: Settings) -> None:
    """After five the address is locked, known or not, and says for how long; then the right password works again."""
    await desk.new_agent(["Agent"], email="eve@example.com", new_password=PASSWORD)
    browser = desk.signed_in({})
    for email in ("eve@example.com", "nobody@example.com"):
        for _ in range(5):
            answer = await browser.http.post(LOGIN, json={"email": email, "password": "wrong"})
            assert error(answer) == (401, "UnauthorizedException", "unauthorized")
        answer = await browser.http.post(LOGIN, json={"email": email, "password": PASSWORD})
        assert error(answer) == (429, "RateLimitException", "too_many_attempts")
        assert 1 <= int(answer.headers["Retry-After"]) <= 30
    database = Database(settings.resolved_database_url)
    async with database.writing() as session:
        await session.execute(update(SignInFailureRow).values(locked_until=now()))
    await database.aclose()
    await browser.post(LOGIN, {"email": "eve@example.com", "password": PASSWORD})
    assert (await browser.get(ME))["email"] == "eve@example.com"


def at(desk: DeskClient, address: str) -> httpx.AsyncClient:
    """Return a browser at an address."""
    app = desk.http._transport.app  # type: ignore[attr-defined] # noqa: SLF001 - httpx has no way to copy a client
    transport = httpx.ASGITransport(app=app, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url=desk.http.base_url)


async def try_in(desk: DeskClient, address: str, password: str, **headers: str) -> int:
    """Sign in as Eve from an address, and return the status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await at(desk, address).post(LOGIN, json={"email": EVE, "password": password}, headers=named)
    return answer.status_code


NEAR = [("192.0.2.7", "192.0.2.200"), ("2001:db8:1:2::7", "2001:db8:1:2:ffff::1"), ("::ffff:192.0.2.7", "192.0.2.9")]
FAR = ["192.0.3.7", "198.51.100.1", "2001:db8:1:3::7", "127.0.0.1"]


@pytest.mark.parametrize(("attacker", "neighbour"), NEAR)
async def test_nobody_locks_an_agent_out_from_elsewhere(desk: DeskClient, attacker: str, neighbour: str) -> None:
    """The lock holds for the network that the wrong passwords came from, whole, and for no other one."""
    await desk.new_agent(["Agent"], email=EVE, new_password=PASSWORD)
    assert [await try_in(desk, attacker, "wrong") for _ in range(6)] == [401] * 5 + [429]
    assert await try_in(desk, neighbour, PASSWORD) == 429
    for elsewhere in FAR:
        assert await try_in(desk, elsewhere, PASSWORD) == 200, elsewhere
    assert await try_in(desk, attacker, PASSWORD) == 429, "a sign-in elsewhere opens nothing here"


async def test_address_that_is_guessed_from_many_networks(desk: DeskClient, settings: Settings) -> None:
    """Each network then has three tries; the agent comes in from a network of their own, after a slip too."""
    await desk.new_agent(["Agent"], email=EVE, new_password=PASSWORD)
    database = Database(settings.resolved_database_url)
    assert await try_in(desk, "198.51.100.1", "wrong") == 401
    async with database.writing() as session:
        everywhere = SignInFailureRow.email_hash == hashlib.sha256(EVE.encode()).hexdigest()
        await session.execute(update(SignInFailureRow).where(everywhere).values(count=50))
    await database.aclose()
    for number in range(3):
        assert [await try_in(desk, f"203.0.{number}.1", "wrong") for _ in range(4)] == [401] * 3 + [429]
    assert [await try_in(desk, "192.0.2.7", each) for each in ("a slip", PASSWORD)] == [401, 200]
    assert await try_in(desk, "203.0.1.1", PASSWORD) == 429


async def test_lock_grows_and_other_addresses_are_free(desk: DeskClient) -> None:
    """Who guesses one agent's password can still sign in as another one."""
    await desk.new_agent(["Agent"], email=EVE, new_password=PASSWORD)
    await desk.new_agent(["Agent"], email="ann@example.com", new_password=PASSWORD)
    for _ in range(5):
        await try_in(desk, "192.0.2.7", "wrong")
    answer = await at(desk, "192.0.2.7").post(LOGIN, json={"email": "ann@example.com", "password": PASSWORD})
    assert answer.status_code == 200


async def test_client_behind_a_proxy_is_told_apart(state: Path) -> None:
    """Behind a trusted proxy the client's own network counts, and what an untrusted one says does not."""
    front = create_desk(settings_for(state, trusted_proxies=networks("10.0.0.0/8")))
    async with client_of(cast("ASGIApp", front), front.ready) as client:
        desk = DeskClient(client)
        await desk.new_agent(["Agent"], email=EVE, new_password=PASSWORD)
        for number in range(6):
            said = f"1.2.3.{number}, 192.0.2.7, 10.0.0.2"
            assert await try_in(desk, "10.0.0.1", "wrong", x_forwarded_for=said) == (401 if number < 5 else 429)
        assert await try_in(desk, "10.0.0.1", PASSWORD, x_forwarded_for="192.0.3.7") == 200
        assert await try_in(desk, "10.0.0.1", PASSWORD, x_forwarded_for="192.0.2.8") == 429
        for number in range(6):
            said = f"1.2.{number}.4"
            status = await try_in(desk, "198.51.100.1", "wrong", x_forwarded_for=said)
            assert status == (401 if number < 5 else 429)


async def test_session_ends_by_itself(desk: DeskClient, settings: Settings) -> None:
    """A browser that was not used for a week has to sign in again."""
    browser = await browser_of(desk)
    database = Database(settings.resolved_database_url)
    async with database.writing() as session:
        await session.execute(update(SessionRow).values(expires_at=SessionRow.expires_at))
        row = (await session.scalars(select(SessionRow))).one()
        row.expires_at -= SESSION + timedelta(seconds=1)
    await database.aclose()
    answer = await browser.http.get(ME)
    assert error(answer) == (401, "UnauthorizedException", "unauthorized")
    assert answer.json()["message"] == "Your session has expired. Sign in again."


async def test_new_password_ends_the_old_sessions(desk: DeskClient) -> None:
    """Who had the old password is outside at once."""
    browser = await browser_of(desk)
    agent = await browser.get(ME)
    body = {"first_name": "Eve", "email": "eve@example.com", "roles": ["Agent"], "new_password": "another one here"}
    await desk.put(f"/api/v1/agents/{agent['id']}", body)
    assert (await browser.http.get(ME)).status_code == 401
    answer = await browser.http.post(LOGIN, json={"email": "eve@example.com", "password": PASSWORD})
    assert answer.status_code == 401


async def test_disabled_agent_and_page_of_another_site_are_kept_out(desk: DeskClient) -> None:
    """The right password is not enough."""
    await desk.new_agent(["Agent"], email="eve@example.com", new_password=PASSWORD, enabled=False)
    browser = desk.signed_in({})
    body = {"email": "eve@example.com", "password": PASSWORD}
    assert error(await browser.http.post(LOGIN, json=body))[0] == 403
    answer = await browser.http.post(LOGIN, json=body, headers={"Sec-Fetch-Site": "cross-site"})
    assert error(answer)[0] == 403


async def test_somebody_is_left_who_can_administrate(desk: DeskClient) -> None:
    """No one deletes or disables themselves, and the last administrator keeps the role."""
    body = {"first_name": "Admin", "email": "admin@example.com", "roles": ["Admin"], "enabled": False}
    assert error(await desk.http.delete("/api/v1/agents/1"))[2] == "in_use"
    assert error(await desk.http.put("/api/v1/agents/1", json=body))[2] == "in_use"
    answer = await desk.http.put("/api/v1/agents/1", json={**body, "roles": ["Agent"], "enabled": True})
    assert error(answer)[2] == "in_use"
    assert (await desk.get(ME))["roles"] == ["Admin"]


async def test_only_way_in_is_not_taken_away(desk: DeskClient) -> None:
    """An administrator without a password keeps their key until they have one."""
    path = "/api/v1/agents/1/api-key"
    assert error(await desk.http.delete(path)) == (409, "ConflictException", "in_use")
    body = {"first_name": "Admin", "email": "admin@example.com", "roles": ["Admin"], "new_password": PASSWORD}
    await desk.put("/api/v1/agents/1", body)
    assert await desk.delete(path) is True
    await desk.signed_in({}).post(LOGIN, {"email": "admin@example.com", "password": PASSWORD})
