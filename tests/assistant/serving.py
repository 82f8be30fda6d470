"""Runs the service as an operator would: a process of its own, from a folder of its own."""

import contextlib
import os
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import httpx
import msgspec

from tests.assistant.harness import ADMIN, ADMIN_KEY, ADMIN_SECRET, SECRET_KEY
from tests.assistant.programs import Running, start
from tests.servers.process import free_port

ROOT = Path(__file__).parents[2]
START = 60.0  # seconds that a start, or an answer, may take on a busy machine


class Served(msgspec.Struct, frozen=True):
    """A running service: its process, a client, and the file that holds its log."""

    process: Running
    client: httpx.Client
    log: Path


def environment(**variables: str) -> dict[str, str]:
    """Return the variables of a service with an administrator, free of what the developer has set."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    given = {"ADMIN_API_KEY": ADMIN_KEY, "ADMIN_API_SECRET": ADMIN_SECRET, "SECRET_KEY": SECRET_KEY, **variables}
    return {**inherited, "PYTHONPATH": str(ROOT), **{f"ASSISTANT_{name}": value for name, value in given.items()}}


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the program to its end."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        program = start([*arguments], folder, environment(**variables), output, errors)
        try:
            status = program.wait(START)
        finally:
            program.kill()
        return subprocess.CompletedProcess(arguments, status, _content(output), _content(errors))


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@contextlib.contextmanager
def serving(folder: Path, port: int | None = None, /, **variables: str) -> Iterator[Served]:
    """Run `assistant serve` in a folder until the end of the block; it must stop by itself when asked to."""
    with started(folder, port, "serve", **variables) as served:
        yield served
    assert served.process.returncode == 0, served.log.read_text()


@contextlib.contextmanager
def serving_desk(folder: Path, **variables: str) -> Iterator[Served]:
    """Run `assistant desk serve` likewise."""
    with started(folder, None, "desk", "serve", **variables) as served:
        yield served
    assert served.process.returncode == 0, served.log.read_text()


@contextlib.contextmanager
def started(folder: Path, port: int | None, /, *command: str, **variables: str) -> Iterator[Served]:
    """Run a command that serves in a folder until the end of the block, or until a test kills it."""
    port, log = port or free_port(), folder / "service.log"
    with log.open("ab") as output:
        process = start([*command, "--port", str(port)], folder, environment(**variables), output, output)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=ADMIN, timeout=START) as client:
        try:
            wait_until_up(client, process, log)
            yield Served(process, client, log)
        finally:
            process.terminate()
            process.wait(30)


def wait_until_up(client: httpx.Client, process: Running, log: Path) -> None:
    """Return as soon as the service says that it lives; fails with its log when it ends or takes too long."""
    deadline = time.monotonic() + START
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        with contextlib.suppress(httpx.TransportError):
            if client.get("/health").status_code == 200:
                return
        time.sleep(0.05)


def wait_until(condition: Callable[[], bool]) -> None:
    """Return as soon as something holds; fails when that takes too long."""
    deadline = time.monotonic() + START
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextlib.contextmanager
def relay(port: int, target: tuple[str, int]) -> Iterator[None]:
    """Pass what comes to a port on to another one until the end of the block."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(target) as there:
                back = threading.Thread(target=_pump, args=(there, self.request), daemon=True)
                back.start()
                _pump(self.request, there)
                back.join(5)

    with socketserver.ThreadingTCPServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield
        server.shutdown()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)
