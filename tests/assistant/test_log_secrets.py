"""No secret stands in the log, whatever the level: libraries tell requests whole, and objects with all in them."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.sync.client import connect

from assistant import telemetry
from assistant.settings import read_settings
from assistant.telemetry import LineHandler, configure_logging
from tests.assistant.harness import ADMIN, ADMIN_SECRET, SECRET_KEY
from tests.assistant.serving import serving
from tests.fakes import FakeProvider
from tests.fakes import core_acts as acts
from tests.fakes import core_sockets as sockets
from tests.fakes.core import ScriptedCore
from tests.servers.postgres import PostgresServer
from tests.servers.redis import redis_server

SESSION, CSRF, PASSWORD = "s-7Qm2session", "c-9Xw4csrf", "p-5Tz8 horse battery"
PROVIDER_KEY, REDIS_PASSWORD, METRICS_TOKEN = "sk-3Kd6provider", "r-8Lf1redis", "m-2Vb7metrics-token"
SOCKET_KEY, API_SECRET, WORDS = "dGhlIHNhbXBsZSBub25jZQ==", "as-4Hn9secret", "w-6Gy3 words of a customer"
LOUD = {"LOG_LEVEL": "debug", "METRICS_TOKEN": METRICS_TOKEN}
LOUD_LIBRARIES = {
    "PYTHONASYNCIODEBUG": "1",
    "OPENAI_LOG": "debug",
    "ANTHROPIC_LOG": "debug",
    "PYTHONWARNINGS": "always",
}


@pytest.fixture(autouse=True)
def _loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the processes that are started tell all that they can."""
    for name, value in LOUD_LIBRARIES.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that asks for a password."""
    (tmp_path / "r").mkdir()
    with redis_server(tmp_path / "r") as server:
        address = urlsplit(server.tcp_url)

        async def lock() -> None:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(f"CONFIG SET requirepass {REDIS_PASSWORD}\r\n".encode())
            assert (await reader.readline()).startswith(b"+OK")
            writer.close()

        asyncio.run(lock())
        yield f"redis://:{REDIS_PASSWORD}@{address.netloc}{address.path}"


def found(log: Path, *secrets: str | None) -> list[str]:
    """Return the lines of a log that hold one of the secrets."""
    wanted = [secret for secret in secrets if secret]
    return [line for line in log.read_text().splitlines() if any(secret in line for secret in wanted)]


def test_gateway_logs_no_secret(tmp_path: Path, postgres: PostgresServer, locked: str) -> None:
    """A WebSocket with cookie and key, a switch, completions, a sign-in through it; two passwords in addresses."""
    database = urlsplit(postgres.url)
    with (
        ScriptedCore() as core,
        FakeProvider("chat", key=PROVIDER_KEY) as provider,
        serving(tmp_path, CORE_URL=core.url, REDIS_URL=locked, DATABASE_URL=postgres.url, **LOUD) as served,
    ):
        core.at("/ws", sockets.echo())
        core.at("/api/v1/agents/me", acts.me())
        cookies = {"Cookie": f"session={SESSION}; csrf_token={CSRF}"}
        address = str(served.client.base_url).replace("http", "ws", 1)
        authorization = {"Authorization": f"token ak_x:{API_SECRET}"}
        with connect(f"{address}/ws?token={SESSION}", additional_headers={**cookies, **authorization}) as socket:
            socket.send(WORDS)
            assert socket.recv(timeout=30) == WORDS
        served.client.headers.update({"Authorization": "", **cookies, "X-CSRFTOKEN": CSRF})
        setting = {"provider": "custom", "api_key": PROVIDER_KEY, "base_url": provider.url}
        assert served.client.put("/api/v1/ai/provider", json=setting).status_code == 200
        for headers in ({}, {"Accept": "text/event-stream"}, authorization):
            draft = {"prompt_key": "reply_friendly", "content": f"{WORDS} {headers}"}
            assert served.client.post("/api/v1/ai/completion", json=draft, headers=headers).status_code == 200
        sign_in = {"email": "a@example.com", "password": PASSWORD}
        assert served.client.post("/api/v1/auth/login", json=sign_in).status_code == 200
        ready = served.client.get("/health/ready").json()["data"]
        assert (ready["redis"], ready["database"]) == ("up", "up"), ready
    assert provider.requests
    assert '"event":"request"' in served.log.read_text()
    secrets = (SESSION, CSRF, PROVIDER_KEY, PASSWORD, REDIS_PASSWORD, API_SECRET, WORDS, METRICS_TOKEN, SECRET_KEY)
    assert found(served.log, *secrets, ADMIN_SECRET, database.password) == []


def test_desk_logs_no_secret(tmp_path: Path) -> None:
    """Making an agent, signing in with a right and with a wrong password, using the session, and an upload."""
    with serving(tmp_path, PROVIDER="custom", BASE_URL="http://127.0.0.1:9", API_KEY=PROVIDER_KEY, **LOUD) as served:
        agent = {"first_name": "Eve", "email": "e@example.com", "roles": ["Admin"], "new_password": PASSWORD}
        assert served.client.post("/api/v1/agents", json=agent).status_code == 200
        with httpx.Client(base_url=served.client.base_url) as browser:
            for password, status in ((f"{PASSWORD}!", 401), (PASSWORD, 200)):
                answer = browser.post("/api/v1/auth/login", json={"email": "e@example.com", "password": password})
                assert answer.status_code == status
            session, csrf = (browser.cookies[name] for name in ("desk_session", "csrf_token"))
            browser.headers["X-CSRFTOKEN"] = csrf
            upload = {"files": ("a.txt", WORDS.encode(), "text/plain")}
            assert browser.post("/api/v1/media", files=upload).status_code == 200
            draft = {"prompt_key": "reply_friendly", "content": WORDS}
            assert browser.post("/api/v1/ai/completion", json=draft).status_code >= 500
            trial = {
                "text": WORDS,
                "patterns": [{"name": "own", "pattern": WORDS}, {"name": "half", "pattern": f"({WORDS}"}],
            }
            assert browser.post("/api/v1/ai/masking/try", json=trial).status_code == 200
            assert browser.post("/api/v1/auth/logout").status_code == 200
    assert found(served.log, session, csrf, PASSWORD, PROVIDER_KEY, WORDS, METRICS_TOKEN, SECRET_KEY) == []
    assert found(served.log, *ADMIN["Authorization"].rpartition(":")[2:]) == []


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of this process at DEBUG; afterwards all is as it was."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configure_logging(read_settings({"ASSISTANT_LOG_LEVEL": "debug"}))
    cast("LineHandler", root.handlers[0]).setStream(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for ours in ("assistant", "prompts", "providers"):
        logging.getLogger(ours).setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    "name",
    ["websockets.client", "asyncio", "sqlalchemy.engine", "httpx", "httpx2", "httpcore2.http11", "openai._base_client",
     "anthropic", "aiohttp.client", "redis", "granian", "alembic", "aiosqlite", "h11", "something.new"],
)  # fmt: skip
@pytest.mark.parametrize("own_level", [logging.NOTSET, logging.DEBUG])
def test_libraries_tell_warnings_only(log: io.StringIO, name: str, own_level: int) -> None:
    """Our DEBUG is not theirs, not even where a library's own variable has set its logger to it."""
    library = logging.getLogger(name)
    before = library.level
    library.setLevel(own_level)
    library.debug("cookie: %s", SESSION)
    library.info("cookie: %s", SESSION)
    library.warning("worth a look")
    library.setLevel(before)
    for ours in ("assistant", "prompts", "providers"):
        logging.getLogger(ours).debug("a word of %s", ours)
    lines = [json.loads(line)["event"] for line in log.getvalue().splitlines()]
    assert lines == ["worth a look", "a word of assistant", "a word of prompts", "a word of providers"]


def test_asyncio_shows_no_objects(log: io.StringIO) -> None:
    """A slow callback, one that fails, a task that no one awaits, a session left open: none is shown with all in it."""

    class Client:
        def __repr__(self) -> str:
            return f"<Client {SESSION}>"

    def fail(_word: object) -> None:
        raise ValueError(SESSION)

    async def fail_late(_word: str) -> None:
        raise ValueError(SESSION)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.slow_callback_duration = 0.0
        loop.call_soon(str.upper, SESSION)
        loop.call_soon(fail, SESSION)
        loop.call_soon(fail, {"a": SESSION})
        loop.call_exception_handler({"message": "Unclosed client", "client": Client(), "word": SESSION})
        task = asyncio.ensure_future(fail_late(SESSION))
        await asyncio.sleep(0.01)
        del task

    asyncio.run(main(), debug=True)
    assert SESSION not in log.getvalue()
    events = [json.loads(line)["event"] for line in log.getvalue().splitlines()]
    assert "Unclosed client" in events
    assert "Task exception was never retrieved" in events
    assert any(event.startswith("Exception in callback") for event in events)
    assert any(event.startswith("Executing") for event in events)


def test_half_a_surrogate_pair_is_no_reason_to_lose_a_line(log: io.StringIO) -> None:
    """A path may hold it; the request has been answered, and its line has to be JSON all the same."""
    logging.getLogger("assistant").info("request", extra={"fields": {"path": "/\ud800"}})
    telemetry.log.info("request", path="/\ud800")
    logging.getLogger().handlers[0].flush()
    assert [json.loads(line)["path"] for line in log.getvalue().splitlines()] == ["/\ud800", "/\ud800"]
