"""Tries the built wheel as a user would get it: `python -m tests.wheel DIST`.

Installs the newest wheel of a folder with the locked requirements into an empty environment, then serves from another
folder with nothing of the source tree in reach, and asks for its health, its figures, its console and its prompts.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_START = 60.0  # seconds that the service may take on a busy machine


def main(dist: Path) -> None:
    """Install the wheel of `dist` and try it; exits with a message when something is missing."""
    wheel = max(dist.glob("*.whl"), key=lambda path: path.stat().st_mtime).absolute()
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        _install(wheel, environment)
        _try(environment / "bin" / "assistant", Path(folder))
    print(f"{wheel.name}: installs, lists its prompts and serves")  # noqa: T201 - what the command is for


def _install(wheel: Path, environment: Path) -> None:
    uv = str(Path(sys.executable).parent / "uv")
    _run([uv, "venv", "--quiet", "--python", sys.executable, str(environment)])
    python = str(environment / "bin" / "python")
    lock = str(_ROOT / "requirements" / "runtime.lock")
    _run([uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", lock])
    _run([uv, "pip", "install", "--quiet", "--python", python, "--no-deps", str(wheel)])


def _try(command: Path, folder: Path) -> None:
    shipped = _run([str(command), "prompts", "list"], folder)
    for key in ("reply_friendly", "translate", "fix_grammar"):
        assert key in shipped, f"the wheel lacks the prompt {key}"
    port = _free_port()
    server = subprocess.Popen([str(command), "serve", "--port", str(port)], cwd=folder, env=_environment())
    try:
        health = json.loads(_get(f"http://127.0.0.1:{port}/health"))
        assert health == {"status": "success", "data": True}, health
        figures = _get(f"http://127.0.0.1:{port}/metrics").decode()
        assert "assistant_flights 0.0" in figures, figures
        page = _get(f"http://127.0.0.1:{port}/assistant/").decode()
        [script] = re.findall(r'src="(/assistant/assets/index-[^"]+)"', page)
        assert _get(f"http://127.0.0.1:{port}{script}"), "the wheel lacks a part of the console"
        assert "Bitte melden Sie sich zuerst an" in _refusal(f"http://127.0.0.1:{port}/api/v1/ai/prompts", "de")
    finally:
        server.terminate()
        server.wait(20)


def _get(url: str) -> bytes:
    deadline = time.monotonic() + _START
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
                return bytes(answer.read())
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _refusal(url: str, language: str) -> str:
    request = urllib.request.Request(url, headers={"Accept-Language": language})  # noqa: S310 - as above
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
            raise AssertionError(f"{url} answers {answer.status}")
    except urllib.error.HTTPError as error:
        return error.read().decode()


def _run(arguments: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(arguments, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Pass on what reaches the package index and nothing that a developer set for the service."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "PYTHONPATH"))}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
