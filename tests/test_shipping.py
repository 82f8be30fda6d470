"""What is shipped for containers holds what it promises, as far as that can be seen without Docker."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from assistant.settings import VARIABLES, read_settings
from tests.assistant.harness import ADMIN
from tests.assistant.serving import environment, wait_until_up
from tests.processes import resident, threads
from tests.servers.finding import program
from tests.servers.process import Command, free_port, running

REDIS_CLI = shutil.which("redis-cli") or ""
ROOT = Path(__file__).parent.parent
PASSWORD = "hunter2-hunter2_HUNTER2="
SECRETS = {"REDIS_PASSWORD": PASSWORD, "ASSISTANT_SECRET_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}
_REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")


def _services(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


def _of_page() -> dict[str, Any]:
    page = (ROOT / "docs" / "libredesk.md").read_text(encoding="utf-8")
    return _services(page.partition("```yaml\n")[2].partition("```")[0])


OURS = _services((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
PAGES = _of_page()


def _filled(value: str) -> str:
    """Fill a value in as Compose does."""
    return _REQUIRED.sub(lambda match: SECRETS[match[1]], value).replace("$$", "$")


@pytest.mark.parametrize("name", OURS)
def test_containers_have_limits_and_no_privileges(name: str) -> None:
    """Neither memory nor processes without end, nothing to write to but what is named, and no way up."""
    service = OURS[name]
    assert service["read_only"] is True
    assert service["tmpfs"]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert 0 < service["pids_limit"] <= 512
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_assistant_in_front_of_libredesk_has_the_same() -> None:
    """The page's compose file is no weaker than ours."""
    for key in ("read_only", "tmpfs", "mem_limit", "pids_limit", "cap_drop", "security_opt", "stop_grace_period"):
        assert PAGES["assistant"][key] == OURS["assistant"][key], key


def test_images_of_others_are_named_with_a_minor_version() -> None:
    """What runs tomorrow is what was tried."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    images = [*re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE), OURS["redis"]["image"], PAGES["redis"]["image"]]
    assert len(images) == 4
    assert all(re.search(r":\d+\.\d+", image) for image in images), images


@pytest.mark.parametrize("services", [OURS, PAGES], ids=["ours", "in front of Libredesk"])
def test_no_secret_has_a_default(services: dict[str, Any]) -> None:
    """Each has to be set; Compose says so and starts nothing."""
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search("KEY|PASSWORD|AUTH|SECRET|REDIS_URL", name):
                assert _REQUIRED.search(value), name
        assert "hunter2" not in str(service)


def test_settings_of_the_compose_file_can_be_used() -> None:
    """Each variable exists, and what Compose makes of it is taken; .env brings nothing that the service warns of."""
    given = {name: _filled(value) for name, value in OURS["assistant"]["environment"].items()}
    assert all(name.removeprefix("ASSISTANT_") in VARIABLES for name in given)
    assert read_settings(given).redis_url == f"redis://:{PASSWORD}@redis:6379/0"
    required = set(_REQUIRED.findall((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert required == set(SECRETS)
    assert not {name for name in required if name.startswith("ASSISTANT_")} - {
        f"ASSISTANT_{each}" for each in VARIABLES
    }


@contextlib.contextmanager
def composed_redis(services: dict[str, Any], folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """Run the compose file's Redis as it is written there, but for its port; gives its process and its environment."""
    port = free_port()
    service = services["redis"]
    *shell, script = map(_filled, service["command"])
    arguments = [*shell, script.replace("\nEND", f"\nbind 127.0.0.1\nport {port}\nEND")]
    variables = {name: _filled(value) for name, value in service["environment"].items()}
    path = f"{program('redis').parent}{os.pathsep}{os.environ['PATH']}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**variables, "PATH": path}.items():
            patch.setenv(name, value)
        command = Command(arguments=arguments, folder=folder, log=folder / "redis.log")
        with running(command, lambda: _said(port, PASSWORD) == "PONG") as process:
            yield process, {**variables, "PATH": path, "PORT": str(port)}


def _said(port: int | str, password: str) -> str:
    done = subprocess.run(
        [REDIS_CLI, "-p", str(port), "ping"],
        env={**os.environ, "REDISCLI_AUTH": password},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


@pytest.mark.skipif(not REDIS_CLI, reason="redis-cli is not on this machine")
@pytest.mark.parametrize("services", [OURS, PAGES], ids=["ours", "in front of Libredesk"])
def test_redis_wants_its_password_and_shows_it_nowhere(services: dict[str, Any], tmp_path: Path) -> None:
    """The command line of the file, run as it stands there; `ps`, the log and the folder never show the password."""
    with composed_redis(services, tmp_path) as (process, variables):
        assert "PONG" not in _said(variables["PORT"], "")
        assert "PONG" not in _said(variables["PORT"], "another")
        assert PASSWORD not in shown()
        assert Path(f"/proc/{process.pid}/comm").read_text().strip() == "redis-server", "it gets the signals itself"
        assert not any(PASSWORD in path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.skipif(not REDIS_CLI, reason="redis-cli is not on this machine")
def test_health_check_of_redis_tells_whether_it_answers(tmp_path: Path) -> None:
    """Healthy with the password, and neither without it nor without a server."""
    kind, line = OURS["redis"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    with composed_redis(OURS, tmp_path) as (_, variables):
        asked = line.replace("redis-cli", f"redis-cli -p {variables['PORT']}")
        results = [_shell(asked, password) for password in (PASSWORD, "", "another")]
        kept = _configured(variables)
    assert [each == 0 for each in (*results, _shell(asked, PASSWORD))] == [True, False, False, False]
    assert kept == {"save": "", "appendonly": "no", "maxmemory": str(128 * 2**20), "maxmemory-policy": "allkeys-lru"}
    assert int(OURS["redis"]["mem_limit"].removesuffix("m")) >= 2 * 128


def shown() -> str:
    """Return the command lines of all processes, as `ps` shows them."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_text(errors="replace").replace("\0", " "))
    return "\n".join(lines)


def _shell(line: str, password: str) -> int:
    variables = {**os.environ, "REDISCLI_AUTH": password}
    return subprocess.run(["/bin/sh", "-c", line], env=variables, capture_output=True, check=False).returncode


def _configured(variables: dict[str, str]) -> dict[str, str]:
    names = ["save", "appendonly", "maxmemory", "maxmemory-policy"]
    said = subprocess.run(
        [REDIS_CLI, "-p", variables["PORT"], "config", "get", *names],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return {name: said[said.index(name) + 1] for name in names}


def _without_privileges() -> list[str]:
    """Return what a command is begun with so that root's rights are those of any user, as in our containers."""
    if os.getuid() != 0:
        return []
    if (setpriv := shutil.which("setpriv")) is None:
        pytest.skip("setpriv, which takes root's privileges away, is not on this machine")
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


def _refuses_files(begin: list[str], folder: Path) -> bool:
    done = subprocess.run([*begin, "touch", str(folder / "file")], capture_output=True, check=False)
    return done.returncode != 0


def test_service_writes_into_its_state_folder_and_nowhere_else(tmp_path: Path) -> None:
    """With the built-in model and two workers, from a folder that can't be written but for `var`."""
    begin, port, log = _without_privileges(), free_port(), tmp_path / "service.log"
    folder = tmp_path / "app"
    (folder / "var").mkdir(parents=True)
    folder.chmod(0o555)
    assert _refuses_files(begin, folder)
    command = [*begin, sys.executable, "-m", "assistant", "serve", "--port", str(port), "--workers", "2"]
    variables = {**environment(REQUEST_TIMEOUT="60"), "HOME": str(folder)}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=output, stderr=output, process_group=0)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=ADMIN, timeout=90) as client:
            wait_until_up(client, process, log)
            asked = {"prompt_key": "reply_friendly", "content": "Your refund was processed. It takes 5 days."}
            assert client.post("/api/v1/ai/completion", json=asked).status_code == 200
            assert resident(process.pid) < _bytes(OURS["assistant"]["mem_limit"]) * 0.8
            assert threads(process.pid) < OURS["assistant"]["pids_limit"] / 2
    finally:
        process.terminate()
        assert process.wait(30) == 0, log.read_text()
        folder.chmod(0o755)
    assert [path.name for path in folder.iterdir()] == ["var"]


def _bytes(size: str) -> int:
    return int(size[:-1]) << {"m": 20, "g": 30}[size[-1]]
