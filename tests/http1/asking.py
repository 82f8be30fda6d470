"""A client as the tests want it, and a server that does what a test writes down."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from http1.connection import Connection
from http1.dialing import Route
from http1.origins import Origin
from http1.pool import ConnectionPool
from http1.proxies import Proxy
from http1.trust import Trust

Script: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Server:
    """Counts its connections.

    Attributes:
        origin: where it listens.
        heads: of the requests, as they came.
        opened: connections that were made to it.
        closed: how many of them are over.
        left: set once a client closed a connection.
    """

    def __init__(self, script: Script, *, headless: bool) -> None:
        self._script = script
        self._headless = headless
        self.heads: list[bytes] = []
        self.opened = self.closed = 0
        self._writers: list[asyncio.StreamWriter] = []
        self.left = asyncio.Event()
        self.origin = Origin(scheme="http", host="127.0.0.1", port=0)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer request after request."""
        self.opened += 1
        self._writers.append(writer)
        try:
            while not writer.is_closing():
                if not self._headless:
                    self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await self._script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left.set()
        except asyncio.CancelledError:  # the test is over
            return
        finally:
            self.closed += 1
            writer.close()

    async def close(self) -> None:
        """Close all connections, so that those that a pool still keeps are closed as well."""
        for writer in self._writers:
            with suppress(AttributeError):  # Python 3.11.2's TLS transport, once it was closed twice
                writer.transport.abort()
        await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(
    script: Script, tls: ssl.SSLContext | None = None, *, headless: bool = False
) -> AsyncIterator[Server]:
    """Run such a server on a loopback port; a headless one waits for no request."""
    server = Server(script, headless=headless)
    listening = await asyncio.start_server(server.converse, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    server.origin = Origin(scheme="https" if tls else "http", host="127.0.0.1", port=port)
    try:
        yield server
    finally:
        listening.close()
        await server.close()


def answering(*pieces: bytes, then_close: bool = False, pause: float = 0.005) -> Script:
    """Return a script that sends this to every request, piece by piece."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if then_close:
            writer.close()

    return script


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Say nothing, and wait until the client has gone."""
    if not await reader.read(1):
        raise ConnectionResetError


def pool_of(
    origin: Origin,
    *,
    patience: float | None = None,
    longest_idle: float = 30.0,
    trust: Trust | None = None,
    proxy: Proxy | None = None,
    addresses: Sequence[str] = ("127.0.0.1",),
    timeout: float = 5.0,
    lenient: bool = False,
) -> ConnectionPool:
    """Return a pool towards a server; whatever its host's name is, these are its addresses."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    route = Route(origin=origin, timeout=timeout, tls=trust.context() if trust else None, proxy=proxy, resolve=resolve)
    return ConnectionPool(route, patience=patience, longest_idle=longest_idle, lenient=lenient)


async def get(pool: ConnectionPool, path: str = "/", headers: bytes = b"") -> tuple[int, bytes]:
    """Ask for a path, read the answer to its end and give the connection back."""
    connection = await pool.connection()
    try:
        return await read(connection, path, headers)
    finally:
        pool.give_back(connection)


async def read(connection: Connection, path: str = "/", headers: bytes = b"") -> tuple[int, bytes]:
    """Ask over a connection, and return status and body."""
    connection.ask(b"GET %b HTTP/1.1\r\nHost: test\r\n%b\r\n" % (path.encode(), headers), bodiless=False)
    body = bytearray()
    while True:
        body += connection.take()
        if connection.complete:
            return connection.status, bytes(body)
        await connection.arrival()
