"""Starts a server as a process of ours, waits until it answers, and stops it by its process id."""

import contextlib
import itertools
import os
import pwd
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from tests.servers.errors import ServerError

READY_SECONDS = 20.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.01
LOG_TAIL_LINES = 20

_FIRST_PORT = 12_000  # up to here and below 32,768 no system takes ports for connections that go out
_PORTS = 4_000  # for each process that runs tests beside others
_SUITE = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 5
_ROUND = itertools.cycle(random.sample(range(_PORTS), _PORTS))


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What is started: its output goes to `log`; `user` is another account to run under; `stop` asks it to end.

    It has `patience` seconds until it must be ready.
    """

    arguments: Sequence[str | Path]
    folder: Path
    log: Path
    user: str | None = None
    stop: signal.Signals = signal.SIGTERM
    patience: float = READY_SECONDS


@contextlib.contextmanager
def running(command: Command, ready: Callable[[], bool]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command from `ready()` on until the end of the block.

    Raises:
        ServerError: it cannot be executed, ended early, or was not ready in time; with the end of its log.
    """
    process = _start(command)
    try:
        _wait(process, command, ready)
        yield process
    finally:
        _stop(process, command.stop)


def free_port() -> int:
    """Return a loopback TCP port that no one listens on at the moment, and that no one else is given soon.

    It lies where the system takes no ports for connections that go out, and each process of the suite has its own part.
    """
    for offset in _ROUND:
        port = _FIRST_PORT + _SUITE * _PORTS + offset
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the ports go round for ever")


def answers(port: int, question: bytes = b"", reply: bytes = b"") -> bool:
    """Whether a loopback port can be connected to and, asked this question, answers with this reply."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
            connection.sendall(question)
            return connection.recv(len(reply), socket.MSG_WAITALL) == reply if reply else True
    except OSError:
        return False


def group_of(user: str | None) -> int | None:
    """Return the id of the user's own group; None, which changes nothing, for no user."""
    return pwd.getpwnam(user).pw_gid if user else None


def log_tail(log: Path) -> str:
    """Return the last lines of a server's log, or a word that there are none."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-LOG_TAIL_LINES:]) or "(its log is empty)"


def _start(command: Command) -> subprocess.Popen[bytes]:
    try:
        with command.log.open("wb") as output:
            return subprocess.Popen(
                [str(argument) for argument in command.arguments],
                cwd=command.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=command.user,
                group=group_of(command.user),
                extra_groups=[] if command.user else None,
                start_new_session=True,
            )
    except OSError as error:
        who = f" by the user {command.user}" if command.user else ""
        raise ServerError(f"{command.arguments[0]} cannot be executed{who}: {error}") from error


def _wait(process: subprocess.Popen[bytes], command: Command, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + command.patience
    while not ready():
        if process.poll() is not None:
            raise _not_ready(command, f"ended with status {process.returncode} before it was ready")
        if time.monotonic() > deadline:
            raise _not_ready(command, f"was not ready after {command.patience:.0f} s")
        time.sleep(POLL_SECONDS)


def _not_ready(command: Command, what: str) -> ServerError:
    return ServerError(f"{Path(command.arguments[0]).name} {what}. Its log ends with:\n{log_tail(command.log)}")


def _stop(process: subprocess.Popen[bytes], polite: signal.Signals) -> None:
    """Ask, then force. A process that a test has frozen is woken, so that it can hear the request."""
    for request in (polite, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.send_signal(request)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return
    raise ServerError(f"the process with id {process.pid} cannot be stopped: {process.args!r}")
