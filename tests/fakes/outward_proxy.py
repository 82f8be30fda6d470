"""A proxy on the way out, on a loopback port, in a thread of its own: whatever host it is asked for is this machine."""

import asyncio
import base64
from contextlib import suppress

from tests.fakes.threaded import Threaded


class OutwardProxy(Threaded):
    """Makes tunnels, and passes plain requests on.

    Args:
        credentials: `user:password` that it wants; empty: it lets everybody through.
        refusal: status that it answers everything with, in place of a tunnel.

    Attributes:
        heads: what it was asked, each with its headers.
    """

    def __init__(self, credentials: str = "", refusal: int | None = None) -> None:
        super().__init__("outward-proxy")
        self._wanted = f"Basic {base64.b64encode(credentials.encode()).decode()}" if credentials else ""
        self._refusal = refusal
        self.heads: list[str] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._converse, "127.0.0.1", 0)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()  # TLS would wait for a farewell
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.heads.append(head)
        method, target, _ = head.split(" ", 2)
        status = self._refusal or (
            407 if self._wanted and f"Proxy-Authorization: {self._wanted}\r\n" not in head else 0
        )
        if status:
            writer.write(b"HTTP/1.1 %d Scripted\r\nContent-Length: 6\r\n\r\nno way" % status)
            await writer.drain()
            return
        authority = target if method == "CONNECT" else target.split("/")[2]
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", int(authority.rpartition(":")[2]))
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                path = "/" + target.split("/", 3)[3]
                far_writer.write(head.replace(target, path, 1).encode("latin-1"))
            await asyncio.gather(_relay(reader, far_writer), _relay(far_reader, writer))
        finally:
            far_writer.close()


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()
