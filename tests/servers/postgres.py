"""A PostgreSQL of the suite's own, in a folder that goes when it ends."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.servers.errors import ServerError
from tests.servers.finding import program
from tests.servers.process import Command, answers, free_port, group_of, running

STATUS_LINE = 7
"""Line of postmaster.pid, from 0, that says `ready` (LOCK_FILE_LINE_PM_STATUS in PostgreSQL's miscadmin.h)."""

UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB"}
INITDB_SECONDS = 60.0


class PostgresServer(msgspec.Struct, frozen=True, kw_only=True):
    """A running PostgreSQL: `url` is for SQLAlchemy with asyncpg and holds a random password."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """The process id of the postmaster, for tests that freeze or kill the server."""
        return self.process.pid


@contextlib.contextmanager
def postgres_server(tmp: Path) -> Iterator[PostgresServer]:
    """Run PostgreSQL on a free loopback port; its log is in `tmp`, an existing folder.

    PostgreSQL refuses to run as root: there it runs as `postgres`, else as `nobody`. Its data lie in a temporary folder
    of their own, since pytest's folders are closed to other users.

    Raises:
        ServerError: it is not on this machine or does not start.
    """
    user, password, port = unprivileged_user(), secrets.token_urlsafe(16), free_port()
    with _folder_of(user) as folder:
        data = folder / "data"
        _create(data, user, password)
        command = Command(
            arguments=_arguments(data, port),
            folder=folder,
            log=tmp / "postgresql.log",
            user=user,
            stop=signal.SIGINT,  # PostgreSQL's "fast" shutdown: open connections are cut
        )
        with running(command, lambda: _is_ready(data) and answers(port)) as process:
            url = f"postgresql+asyncpg://assistant:{password}@127.0.0.1:{port}/postgres"
            yield PostgresServer(url=url, process=process, log=command.log)


def unprivileged_user() -> str | None:
    """The account to run under: None for our own, which does unless it is root's."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ServerError("PostgreSQL does not run as root, and there is no user postgres or nobody: add one")


@contextlib.contextmanager
def _folder_of(user: str | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as name:
        if user:
            shutil.chown(name, user)
        yield Path(name)


def _create(data: Path, user: str | None, password: str) -> None:
    """Make an empty cluster whose one user is `assistant`; `initdb` reads the password from a file."""
    secret = data.with_name("password")
    secret.write_text(password)
    secret.chmod(0o600)
    if user:
        shutil.chown(secret, user)
    options = ["--username=assistant", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    initdb = program("postgresql").with_name("initdb")
    try:
        _run_as(user, [str(initdb), f"--pgdata={data}", "--no-sync", *options], data.parent)
    except subprocess.CalledProcessError as error:
        raise ServerError(f"initdb failed:\n{error.stdout}") from error
    except OSError as error:
        raise ServerError(f"{initdb} cannot be executed by the user {user or 'of this process'}: {error}") from error
    secret.unlink()


def _run_as(user: str | None, command: list[str], folder: Path) -> None:
    subprocess.run(
        command,
        cwd=folder,
        user=user,
        group=group_of(user),
        extra_groups=[] if user else None,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=INITDB_SECONDS,
    )


def _arguments(data: Path, port: int) -> list[str | Path]:
    settings = {**UNSAFE_BUT_FAST, "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
    return [program("postgresql"), "-D", data, *(f"--{name}={value}" for name, value in settings.items())]


def _is_ready(data: Path) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"
