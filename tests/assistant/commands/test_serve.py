"""The program as an operator runs it: a process of its own, the built-in model, restarts, several workers."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from tests.assistant.harness import ADMIN, error
from tests.assistant.serving import START, Served, environment, relay, run, serving, wait_until, wait_until_up
from tests.customers import messages
from tests.fakes import FakeProvider
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_port
from tests.servers.redis import RedisServer

ANEW = pytest.mark.usefixtures("code_read_anew")
FACTOR = int(os.environ.get("EXAMPLES_FACTOR", "1"))
DRAFT = {"prompt_key": "reply_friendly", "content": "Your refund was processed. It takes 5 days."}


@ANEW
def test_first_light(tmp_path: Path, redis: RedisServer) -> None:
    """From an empty folder to a completion of the built-in model, a hit, and a hit after a restart."""
    with serving(tmp_path, REDIS_URL=redis.url, REQUEST_TIMEOUT="60") as served:
        first = served.client.post("/api/v1/ai/completion", json=DRAFT)
        second = served.client.post("/api/v1/ai/completion", json=DRAFT)
        provider = served.client.get("/api/v1/ai/provider").json()["data"]
    assert first.status_code == 200
    assert first.json()["status"] == "success"
    assert first.json()["data"].strip()
    assert first.headers["x-assistant-provider"] == "local"
    assert first.headers["x-assistant-model"] == "SmolLM2-135M-Instruct"
    assert (first.headers["x-assistant-cache"], second.headers["x-assistant-cache"]) == ("miss", "hit")
    assert second.json() == first.json()
    assert (provider["provider"], provider["source"]) == ("local", "built-in")
    with serving(tmp_path, REDIS_URL=redis.url) as served:
        again = served.client.post("/api/v1/ai/completion", json=DRAFT)
    assert (again.headers["x-assistant-cache"], again.json()) == ("hit", first.json())


def test_customers_messages_through_the_built_in_model(tmp_path: Path) -> None:
    """Messages of customers, one at a time: each is answered, none with an error, however busy the machine is."""
    texts = messages()[: 4 * FACTOR]
    with serving(tmp_path, REQUEST_TIMEOUT="60") as served:
        for text in texts:
            body = {"prompt_key": "reply_friendly", "content": text, "detail": True}
            answer = served.client.post("/api/v1/ai/completion", json=body)
            assert answer.status_code == 200, answer.text
            assert answer.json()["data"]["text"]
            assert 0 < answer.json()["data"]["usage"]["output_tokens"] <= 160


def test_workers_share_the_model_and_the_setting(tmp_path: Path) -> None:
    """Two workers on one machine: one model process, and a switch that both follow."""
    with serving(tmp_path, WORKERS="2", REQUEST_TIMEOUT="60") as served, FakeProvider("chat") as fake:
        for number in range(6):
            with httpx.Client(base_url=served.client.base_url, headers=ADMIN, timeout=START) as other:
                body = {**DRAFT, "content": f"Please wait {number} days."}
                assert other.post("/api/v1/ai/completion", json=body).status_code == 200
        assert len(_model_processes(tmp_path)) == 1
        switched = served.client.put(
            "/api/v1/ai/provider", json={"provider": "custom", "api_key": "", "base_url": fake.url}
        )
        assert switched.status_code == 200
        wait_until(lambda: set(_providers(served, 10)) == {"custom"})
    deadline = time.monotonic() + 30
    while _model_processes(tmp_path):
        assert time.monotonic() < deadline, "the model's process ends with its last user"
        time.sleep(0.2)


def _providers(served: Served, requests: int) -> list[str]:
    """Ask on new connections, so that every worker has its turn; returns who answered."""
    answered = []
    for _ in range(requests):
        with httpx.Client(base_url=served.client.base_url, headers=ADMIN, timeout=START) as other:
            body = {**DRAFT, "content": "It is on its way."}
            answered.append(other.post("/api/v1/ai/completion", json=body).headers["x-assistant-provider"])
    return answered


def _model_processes(folder: Path) -> list[int]:
    """Return the ids of the model's processes that belong to a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"providers.local.server" in (path / "cmdline").read_bytes() and (path / "cwd").readlink() == folder:
                found.append(int(path.name))
    return found


def test_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    """A killed worker costs the requests that it was serving, not the service."""
    with serving(tmp_path) as served, FakeProvider("chat") as fake:
        setting = {"provider": "custom", "api_key": "", "base_url": fake.url}
        assert served.client.put("/api/v1/ai/provider", json=setting).status_code == 200
        children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
        killed = children.read_text().split()[0]
        os.kill(int(killed), signal.SIGKILL)
        wait_until(lambda: killed not in children.read_text().split())
        with httpx.Client(base_url=served.client.base_url, headers=ADMIN, timeout=START) as other:
            wait_until_up(other, served.process, served.log)
            assert other.post("/api/v1/ai/completion", json=DRAFT).status_code == 200


def test_log_is_json_and_holds_no_text(tmp_path: Path) -> None:
    """Each line can be read by a machine, tells who asked what and how it ended, and quotes neither draft nor reply."""
    with (
        FakeProvider("chat") as fake,
        serving(tmp_path, PROVIDER="custom", BASE_URL=fake.url, LOG_LEVEL="debug") as served,
    ):
        fake.reply("A secret reply")
        served.client.post("/api/v1/ai/completion", json={**DRAFT, "content": "A secret draft"})
        served.client.post("/api/v1/ai/completion", json={"prompt_key": "nope", "content": "A secret draft"})
    lines = [json.loads(line) for line in served.log.read_text().splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request" and line["method"] == "POST"]
    assert [(line["status"], line["agent"], line.get("prompt"), line.get("error")) for line in requests] == [
        (200, 1, "reply_friendly", None),
        (404, 1, None, "unknown_prompt"),
    ]
    assert all(line["request_id"] for line in requests)
    assert "secret" not in served.log.read_text()


@ANEW
@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"PORT": "eighty"}, "ASSISTANT_PORT: "),
        ({"SECRET_KEY": "hunter2"}, "ASSISTANT_SECRET_KEY: "),
        ({"PROVIDER": "skynet"}, "ASSISTANT_PROVIDER: "),
        ({"PROVIDER": "openai"}, "ASSISTANT_API_KEY: "),
        ({"CORE_URL": "helpdesk:9000"}, "ASSISTANT_CORE_URL: "),
    ],
)
def test_bad_setting_stops_the_start_in_one_line(tmp_path: Path, variables: dict[str, str], named: str) -> None:
    """The operator reads which variable is wrong, not a traceback."""
    port = ("--port", str(free_port())) if "PORT" not in variables else ()
    done = run(tmp_path, "serve", *port, **variables)
    assert done.returncode != 0
    assert named in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_start_can_be_stopped_at_any_time(tmp_path: Path) -> None:
    """Told to stop while it still starts, the service stops, and doesn't wait to be killed."""
    for number in range(6):
        command = [sys.executable, "-m", "assistant", "serve", "--port", str(free_port())]
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        time.sleep(0.3 * (number + 1))
        process.terminate()
        output, _ = process.communicate(timeout=30)
        assert b"refused to gracefully stop" not in output, output


@ANEW
def test_port_in_use_is_told(tmp_path: Path) -> None:
    """Two services never share a port in silence; the second one says what to set."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "ASSISTANT_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_database_that_is_not_there_yet_is_waited_for(tmp_path: Path, postgres: PostgresServer) -> None:
    """Started before its database, the service says what it waits for, without the password, and then serves."""
    relay_port = free_port()
    url = make_url(postgres.url)
    address = url.set(port=relay_port, drivername="postgresql").render_as_string(hide_password=False)
    with FakeProvider("chat") as fake, contextlib.ExitStack() as stack:
        setting = {"PROVIDER": "custom", "BASE_URL": fake.url, "DATABASE_URL": address}
        with serving(tmp_path, **setting) as served:
            assert served.client.get("/health").status_code == 200, "the process lives"
            unready = served.client.get("/health/ready")
            assert (unready.status_code, unready.json()["data"]["database"]) == (503, "down")
            assert unready.json()["data"]["service"] == "starting"
            early = served.client.post("/api/v1/ai/completion", json=DRAFT)
            assert error(early) == (503, "NetworkException", "core_unavailable")
            assert early.headers["retry-after"] == "1"
            stack.enter_context(relay(relay_port, ("127.0.0.1", url.port or 0)))
            wait_until(lambda: served.client.get("/health/ready").status_code == 200)
            assert served.client.post("/api/v1/ai/completion", json=DRAFT).status_code == 200
            assert "ASSISTANT_DATABASE_URL" in served.log.read_text()
            assert str(url.password) not in served.log.read_text()


@ANEW
def test_misspelt_variable_is_named_at_the_start(tmp_path: Path) -> None:
    """A typing error in a variable's name is a warning, since it changes nothing."""
    with FakeProvider("chat") as fake, serving(tmp_path, PROVIDER="custom", BASE_URL=fake.url, PROT="1") as served:
        assert "ASSISTANT_PROT" in served.log.read_text()


def test_prompt_commands(tmp_path: Path) -> None:
    """An author lists, checks and renders prompts without a service; a broken one is told with file and line."""
    assert "reply_friendly" in run(tmp_path, "prompts", "list").stdout
    assert run(tmp_path, "prompts", "lint").returncode == 0
    rendered = run(
        tmp_path, "prompts", "render", "translate", "--content", "Hello {{ you }}", "--var", "language=Welsh"
    )
    assert rendered.returncode == 0
    assert "Welsh" in rendered.stdout
    assert rendered.stdout.rstrip().endswith("Hello {{ you }}")
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "mine.j2").write_text(
        "---\ntitle: Mine\nbrief: mine\nsurprise: 1\n---\n{% block system %}x{% endblock %}"
    )
    broken = run(tmp_path, "prompts", "lint", PROMPTS_DIR=str(folder))
    assert broken.returncode == 1
    assert "mine.j2:4:1: surprise: " in broken.stderr
    for arguments in (("nope", "--content", "x"), ("translate", "--content", "x", "--var", "mood=good")):
        refused = run(tmp_path, "prompts", "render", *arguments)
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr


def test_provider_and_database_commands(tmp_path: Path) -> None:
    """An operator tries the provider from the shell, and upgrades the tables before a start."""
    listed = run(tmp_path, "providers", "list").stdout
    assert "openai" in listed
    assert "local" in listed
    with FakeProvider("chat", key="right") as fake:
        setting = {"PROVIDER": "custom", "BASE_URL": fake.url}
        assert run(tmp_path, "providers", "test", API_KEY="right", **setting).returncode == 0
        refused = run(tmp_path, "providers", "test", API_KEY="wrong", **setting)
    assert refused.returncode == 1
    assert "refused the API key" in refused.stderr
    unknown = run(tmp_path, "providers", "test", PROVIDER="sk-live-secret")
    assert unknown.returncode == 1
    assert "Traceback" not in unknown.stderr
    assert "sk-live-secret" not in unknown.stderr
    nowhere = run(tmp_path, "database", "upgrade", DATABASE_URL=f"postgresql://u:hunter2@127.0.0.1:{free_port()}/x")
    assert nowhere.returncode == 1
    assert "ASSISTANT_DATABASE_URL" in nowhere.stderr
    assert "hunter2" not in nowhere.stderr
    assert run(tmp_path, "database", "upgrade").stdout.strip() == "the database is up to date"
