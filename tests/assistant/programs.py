"""Starts the program: as an operator does, or as a copy of a process that has read all code already.

The suite starts it hundreds of times, and reading its code is two thirds of a start. What serves is the same.
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from tests.assistant.preloaded import Order

_ROOT = Path(__file__).parents[2]
_STATUS_BYTES = 32


class Copy:
    """A copy that runs, with the members of `subprocess.Popen` that tests use.

    Args:
        pid: its process id.
        told: where its exit status comes.
    """

    def __init__(self, pid: int, told: IO[bytes]) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._told = told
        self._heard = select.poll()
        self._heard.register(told, select.POLLIN)

    def poll(self) -> int | None:
        """Return the exit status, or nothing while it runs; a signal that ended it is below zero."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, for so many seconds at most, and return its exit status.

        Raises:
            TimeoutExpired: it has not ended.
        """
        if (status := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and self._heard.poll(None if timeout is None else timeout * 1000):
            self.returncode = int(self._told.read(_STATUS_BYTES))
            self._told.close()
        return self.returncode


Running = Copy | subprocess.Popen[bytes]


class _Original:
    """The process that copies are made of; it starts with the first one, and ends when its socket is closed."""

    def __init__(self) -> None:
        self._orders: socket.socket | None = None
        self._one_at_a_time = threading.Lock()

    def copy(self, order: Order, given: IO[bytes], output: IO[bytes], errors: IO[bytes]) -> Copy:
        """Start a copy."""
        reading, writing = os.pipe()
        told = os.fdopen(reading, "rb", buffering=0)
        with contextlib.closing(os.fdopen(writing, "wb")), self._one_at_a_time:
            orders = self._orders = self._orders or _started()
            message = msgspec.json.encode(order) + b"\n"
            sent = socket.send_fds(orders, [message], [given.fileno(), output.fileno(), errors.fileno(), writing])
            orders.sendall(message[sent:])
        return Copy(int(told.readline()), told)

    def close(self) -> None:
        """Let it end."""
        if self._orders is not None:
            self._orders.close()


def _started() -> socket.socket:
    """Start the original, which is no child of ours for long, and return what takes its orders."""
    ours, theirs = socket.socketpair()
    with theirs:
        number, nothing = theirs.fileno(), subprocess.DEVNULL
        command = [sys.executable, "-m", "tests.assistant.preloaded", str(number)]
        subprocess.run(
            command, cwd=_ROOT, pass_fds=[number], process_group=0, stdin=nothing, stdout=nothing, check=True
        )
    return ours


_originals: list[_Original | None] = [None]
"""What programs are started from; the last one holds."""


@contextlib.contextmanager
def code_read_once() -> Iterator[None]:
    """Start programs as copies until the end of the block."""
    original = _Original()
    with contextlib.closing(original), _from(original):
        yield


@contextlib.contextmanager
def code_read_anew() -> Iterator[None]:
    """Start programs as an operator does until the end of the block."""
    with _from(None):
        yield


@contextlib.contextmanager
def _from(original: _Original | None) -> Iterator[None]:
    _originals.append(original)
    try:
        yield
    finally:
        _originals.pop()


def start(
    arguments: list[str],
    folder: Path,
    variables: dict[str, str],
    output: IO[bytes],
    errors: IO[bytes],
    *,
    given: IO[bytes] | None = None,
) -> Running:
    """Start the program in a process group of its own.

    Args:
        arguments: what stands behind `assistant`.
        folder: where it runs.
        variables: all of its environment.
        output: takes its standard output.
        errors: takes its standard error.
        given: its standard input; without one it reads nothing.
    """
    with Path(os.devnull).open("rb") as nothing:
        original, read = _originals[-1], given or nothing
        if original is not None:
            return original.copy(Order(arguments, str(folder), variables, _umask()), read, output, errors)
        return subprocess.Popen(
            [sys.executable, "-m", "assistant", *arguments],
            cwd=folder,
            env=variables,
            stdin=read,
            stdout=output,
            stderr=errors,
            process_group=0,
        )


def _umask() -> int:
    """Return which rights new files don't get; it can't be read without being set."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
