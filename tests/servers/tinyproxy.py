"""A tinyproxy of our own: a proxy on the way out, with CONNECT."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.servers.finding import program
from tests.servers.process import Command, answers, free_port, running


class TinyproxyServer(msgspec.Struct, frozen=True, kw_only=True):
    """A running tinyproxy: its port on loopback, and its log, which names every tunnel."""

    port: int
    log: Path


@contextlib.contextmanager
def tinyproxy_server(tmp: Path, credentials: str = "") -> Iterator[TinyproxyServer]:
    """Run tinyproxy on a free loopback port; it lets only this machine in.

    Args:
        tmp: an existing folder, into which alone it writes.
        credentials: user and password, with a space between them; empty: it wants none.

    Raises:
        ServerError: it is not on this machine or does not start.
    """
    port = free_port()
    lines = [f"Port {port}", "Listen 127.0.0.1", "Timeout 30", "Allow 127.0.0.1", "LogLevel Connect"]
    lines += [f"BasicAuth {credentials}"] if credentials else []
    (tmp / "tinyproxy.conf").write_text("\n".join([*lines, ""]))
    arguments: list[str | Path] = [program("tinyproxy"), "-d", "-c", tmp / "tinyproxy.conf"]
    command = Command(arguments=arguments, folder=tmp, log=tmp / "tinyproxy.log")
    with running(command, lambda: answers(port)):
        yield TinyproxyServer(port=port, log=command.log)
