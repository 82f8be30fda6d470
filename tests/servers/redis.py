"""A Redis of the suite's own, empty at the start and kept nowhere."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.servers.errors import ServerError
from tests.servers.finding import program
from tests.servers.process import Command, answers, free_port, running

SOCKET_PATH_LIMIT = 100
"""Bytes of a unix socket's path that every system takes (Linux 107, macOS 103)."""


class RedisServer(msgspec.Struct, frozen=True, kw_only=True):
    """A running Redis: `url` over its unix socket, `tcp_url` over loopback, both for redis-py."""

    url: str
    tcp_url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """The process id, for tests that freeze or kill the server."""
        return self.process.pid


@contextlib.contextmanager
def redis_server(tmp: Path) -> Iterator[RedisServer]:
    """Run Redis on a socket in `tmp`, an existing folder, and on a free loopback port, without persistence.

    Raises:
        ServerError: it is not on this machine or does not start.
    """
    socket = tmp / "redis.sock"
    if len(bytes(socket)) > SOCKET_PATH_LIMIT:
        raise ServerError(f"{socket} is too long for a unix socket: set TMPDIR to a shorter path")
    port = free_port()
    command = Command(arguments=_arguments(socket, port), folder=tmp, log=tmp / "redis.log")
    with running(command, lambda: answers(port, b"PING\r\n", b"+PONG\r\n") and socket.exists()) as process:
        yield RedisServer(
            url=f"unix://{socket}",
            tcp_url=f"redis://127.0.0.1:{port}/0",
            process=process,
            log=command.log,
        )


def _arguments(socket: Path, port: int) -> list[str | Path]:
    listen: list[str | Path] = ["--unixsocket", socket, "--unixsocketperm", "700", "--bind", "127.0.0.1"]
    return [program("redis"), *listen, "--port", str(port), "--save", "", "--appendonly", "no"]
