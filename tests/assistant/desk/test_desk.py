"""The built-in desk: who comes in, and API keys."""

import base64
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from assistant.auth.authorization import KeyPair
from assistant.database.database import Database
from assistant.desk.agents import Agents
from assistant.desk.credentials import hash_secret, new_key_pair
from assistant.desk.tables import AgentRow
from assistant.settings import Settings
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import ADMIN_KEY, ADMIN_SECRET, error, service, settings_for

PUBLISHED_AGENT = {
    "api_key",
    "api_key_last_used_at",
    "availability_status",
    "avatar_url",
    "created_at",
    "custom_attributes",
    "email",
    "enabled",
    "first_name",
    "id",
    "last_active_at",
    "last_login_at",
    "last_name",
    "permissions",
    "phone_number",
    "phone_number_country_code",
    "roles",
    "teams",
    "type",
    "updated_at",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A service for all tests that change nothing of it."""
    async with service(tmp_path_factory.mktemp("shared") / "var") as client:
        yield client


async def add_agent(settings: Settings, *, roles: list[str], enabled: bool = True) -> tuple[int, dict[str, str]]:
    """Put an agent into the database of a running service; returns the id and the headers to sign in with."""
    pair, database = new_key_pair(), Database(settings.resolved_database_url)
    async with database.writing(AgentRow) as session:
        row = AgentRow(
            first_name="Bea", email=f"{pair.key}@example.com", roles=roles, enabled=enabled,
            api_key=pair.key, api_secret_hash=hash_secret(pair.secret),
        )  # fmt: skip
        session.add(row)
        await session.flush()
        agent_id = row.id
    await database.aclose()
    return agent_id, {"Authorization": f"token {pair.key}:{pair.secret}"}


@pytest.mark.asyncio(loop_scope="module")
async def test_me_shows_the_calling_agent(shared: httpx.AsyncClient) -> None:
    """The administrator sees every field that the published API names, times in UTC, and no secret."""
    answer = await shared.get("/api/v1/agents/me")
    assert answer.status_code == 200
    assert answer.json()["status"] == "success"
    agent = answer.json()["data"]
    assert set(agent) == PUBLISHED_AGENT
    assert (agent["roles"], agent["type"], agent["api_key"]) == (["Admin"], "agent", ADMIN_KEY)
    assert {"ai:manage", "users:manage", "conversations:read"} <= set(agent["permissions"])
    assert agent["created_at"].endswith("Z")
    assert ADMIN_SECRET not in answer.text


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "header",
    [f"token {ADMIN_KEY}:{ADMIN_SECRET}", f"Token {ADMIN_KEY}:{ADMIN_SECRET}", _basic(f"{ADMIN_KEY}:{ADMIN_SECRET}")],
)
async def test_both_ways_to_sign_in(shared: httpx.AsyncClient, header: str) -> None:
    """Token and Basic credentials are the same to the desk and to the AI operations."""
    for path in ("/api/v1/agents/me", "/api/v1/ai/prompts"):
        assert (await shared.get(path, headers={"Authorization": header})).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "header",
    [
        "",
        "token",
        "token x",
        f"token {ADMIN_KEY}:wrong",
        f"token {ADMIN_KEY}:",
        f"token :{ADMIN_SECRET}",
        f"Bearer {ADMIN_KEY}:{ADMIN_SECRET}",
        "Basic !!!",
        "Basic /w==",
        _basic("no-colon"),
        f"token {ADMIN_SECRET}:{ADMIN_KEY}",
        "token \xff:\xff",
        _basic("nul\0:byte"),
    ],
)
async def test_wrong_credentials_are_refused_everywhere(shared: httpx.AsyncClient, header: str) -> None:
    """No one gets in with half a key, another scheme, or no header at all."""
    headers = {b"Authorization": header.encode("latin-1")} if header else {}
    nobody = DeskClient(shared).signed_in({}).http
    for method, path in (
        ("GET", "/api/v1/agents/me"),
        ("POST", "/api/v1/agents/1/api-key"),
        ("GET", "/api/v1/ai/prompts"),
        ("POST", "/api/v1/ai/completion"),
        ("GET", "/api/v1/ai/provider"),
        ("PUT", "/api/v1/ai/provider"),
    ):
        answer = await nobody.request(method, path, headers=headers)
        assert error(answer) == (401, "UnauthorizedException", "unauthorized"), (method, path)


async def test_disabled_agent_is_forbidden(state: Path) -> None:
    """A disabled agent's key is right and opens nothing."""
    async with service(state) as client:
        _, headers = await add_agent(settings_for(state), roles=["Admin"], enabled=False)
        for path in ("/api/v1/agents/me", "/api/v1/ai/prompts"):
            assert error(await client.get(path, headers=headers)) == (403, "PermissionException", "forbidden")


async def test_agent_without_the_right_can_neither_make_keys_nor_manage_providers(state: Path) -> None:
    """An agent may use prompts; keys and providers are the administrator's."""
    async with service(state) as client:
        agent_id, headers = await add_agent(settings_for(state), roles=["Agent"])
        assert (await client.get("/api/v1/ai/prompts", headers=headers)).status_code == 200
        for method, path in (
            ("POST", f"/api/v1/agents/{agent_id}/api-key"),
            ("GET", "/api/v1/ai/provider"),
            ("PUT", "/api/v1/ai/provider"),
        ):
            answer = await client.request(method, path, headers=headers)
            assert error(answer) == (403, "PermissionException", "forbidden")


async def test_new_key_replaces_the_old_one_at_once(state: Path) -> None:
    """The secret is shown once, works at once for every operation, and the old pair is dead for all of them."""
    async with service(state) as client:
        agent_id, old = await add_agent(settings_for(state), roles=["Agent"])
        assert (await client.get("/api/v1/ai/prompts", headers=old)).status_code == 200
        answer = await client.post(f"/api//v1/agents/{agent_id}/api-key")
        assert answer.status_code == 200, "however the path is written"
        pair = answer.json()["data"]
        assert pair["api_key"].startswith("ak_")
        assert pair["api_secret"].startswith("as_")
        new = {"Authorization": f"token {pair['api_key']}:{pair['api_secret']}"}
        for path in ("/api/v1/agents/me", "/api/v1/ai/prompts"):
            assert (await client.get(path, headers=new)).status_code == 200
            assert (await client.get(path, headers=old)).status_code == 401


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("agent_id", ["0", "-1", "x", "1.5", "2147483648", "9" * 5000, "²", "%00"])
async def test_id_that_is_none_is_named(shared: httpx.AsyncClient, agent_id: str) -> None:
    """An id that can't be one is a 400 that names it, never a crash."""
    answer = await shared.post(f"/api/v1/agents/{agent_id}/api-key")
    assert error(answer) == (400, "InputException", "invalid_request")
    assert answer.json()["message"].startswith("id: ")


@pytest.mark.asyncio(loop_scope="module")
async def test_unknown_agent_and_unknown_path_are_not_found(shared: httpx.AsyncClient) -> None:
    """What does not exist is a 404 in the envelope."""
    for method, path in (("POST", "/api/v1/agents/77/api-key"), ("GET", "/api/v1/ai/unknown"), ("GET", "/nothing")):
        assert error(await shared.request(method, path)) == (404, "NotFoundException", "not_found")


@pytest.mark.asyncio(loop_scope="module")
async def test_wrong_method_is_told(shared: httpx.AsyncClient) -> None:
    """A method that an operation does not have is a 405 in the envelope."""
    for method, path in (("DELETE", "/api/v1/ai/completion"), ("POST", "/api/v1/agents/me")):
        assert error(await shared.request(method, path)) == (405, "InputException", "method_not_allowed")


async def test_first_admin_is_made_once_and_the_key_is_private(state: Path) -> None:
    """Without a pair in the settings one is made up, written for its owner's eyes only, and kept at the next start."""
    made = {"admin_api_key": None, "admin_api_secret": None}
    path = state / "admin-key"
    async with service(state, **made) as client:
        written = path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        client.headers["Authorization"] = f"token {written.strip()}"
        assert (await client.get("/api/v1/agents/me")).status_code == 200
    async with service(state, **made):
        assert path.read_text() == written


async def test_no_admin_is_made_whose_key_nobody_holds(state: Path) -> None:
    """When the key can't be written the administrator is not made either, and the next start tries again."""
    async with service(state):
        pass
    database = Database(f"sqlite+aiosqlite:///{state / 'other.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(AgentRow.metadata.create_all)

    def fail() -> None:
        raise OSError("disk full")

    agents = Agents(database)
    pair = KeyPair(key="ak_one", secret="as_one")
    with pytest.raises(OSError, match="disk full"):
        await agents.add_first_admin(pair, keep=fail)
    assert await agents.add_first_admin(pair, keep=lambda: None)
    assert not await agents.add_first_admin(new_key_pair(), keep=lambda: None)
    await database.aclose()


@pytest.mark.asyncio(loop_scope="module")
async def test_head_is_get_without_a_body(shared: httpx.AsyncClient) -> None:
    """Uptime monitors ask with HEAD."""
    for path in ("/health", "/health/ready", "/api/v1/ai/prompts"):
        answer = await shared.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.asyncio(loop_scope="module")
async def test_parameter_that_is_none_is_named(shared: httpx.AsyncClient) -> None:
    """A bad query parameter is told by name."""
    answer = await shared.get("/api/v1/ai/prompts?all=maybe")
    assert error(answer) == (400, "InputException", "invalid_request")
    assert answer.json()["message"].startswith("all: ")


@pytest.mark.asyncio(loop_scope="module")
async def test_health_needs_no_credentials(shared: httpx.AsyncClient) -> None:
    """A load balancer asks without a key."""
    nobody = DeskClient(shared).signed_in({}).http
    alive = await nobody.get("/health")
    assert (alive.status_code, alive.json()) == (200, {"status": "success", "data": True})
    ready = await nobody.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["data"] == {
        "service": "up",
        "core": "built in",
        "database": "up",
        "redis": "not configured",
        "provider": "configured",
    }
