"""One request to the scripted core, as the raw bytes that arrived, and the means to answer it, well or badly."""

import asyncio
import hashlib
import socket
import struct
import threading
from collections.abc import Sequence
from typing import Literal, TypeAlias

Then: TypeAlias = Literal["keep", "fin", "rst", "hang"]
"""What happens to the connection after some bytes: it stays, ends, breaks, or stays silent until the client leaves."""

_BLOCK = 64 * 1024
_POLL = 0.002


class Seen:
    """A request that arrived.

    Attributes:
        head: the bytes up to and including the empty line.
        raw_body: the bytes of the body with their framing, as far as they were kept.
        body: the bytes of the body.
        size: how many bytes of the body have arrived.
        digest: the body's SHA-256, also when the body itself was not kept.
        whole: whether the body arrived to its end.
        connection: the number of the connection, from 1 on.
        reused: whether the connection had served a request before.
        gone: set once the client has closed the connection.
    """

    def __init__(self, head: bytes, connection: int, gone: threading.Event, *, reused: bool) -> None:
        self.head = head
        self.raw_body = bytearray()
        self.body = bytearray()
        self.size = 0
        self.digest = hashlib.sha256()
        self.whole = False
        self.connection = connection
        self.reused = reused
        self.gone = gone
        first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        self.method, self.target, *_ = [*first.split(" "), "", ""]
        self.headers = [(name, value.strip(" \t")) for name, _, value in (line.partition(":") for line in lines)]

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def raw(self) -> bytes:
        """Everything that arrived."""
        return self.head + bytes(self.raw_body)

    @property
    def names(self) -> list[str]:
        """The headers' names in lower case, sorted."""
        return sorted(name.lower() for name, _ in self.headers)

    def values(self, name: str) -> list[str]:
        """Return the values of all headers of this name."""
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def __repr__(self) -> str:
        """Show the bytes: they are what a failed test is about."""
        return f"<request on connection {self.connection}: {self.raw[:4000]!r}>"


class Line:
    """A connection: its number, both ends of it, and whether the client has left."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.reader = reader
        self.writer = writer
        self.served = 0
        self.gone = threading.Event()

    def break_off(self) -> None:
        """Close with a reset instead of an end."""
        transport = self.writer.transport
        peer: socket.socket = transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


class CoreExchange:
    """What an act answers with.

    Attributes:
        request: the request.
        closed: whether this side has closed the connection.
    """

    def __init__(self, request: Seen, line: Line) -> None:
        self.request = request
        self._line = line
        self._rest: int | None = None  # bytes of the body, or of its chunk, that have not been read

    @property
    def closed(self) -> bool:
        """Whether this side has closed the connection."""
        return self._line.writer.is_closing()

    async def read_body(self, *, keep: bool = True) -> None:
        """Read the body to its end."""
        while await self.read_piece(keep=keep):
            pass

    async def read_piece(self, *, keep: bool = True) -> bytes:
        """Read some more of the body; nothing at its end.

        Raises:
            IncompleteReadError: the client left before the end.
        """
        request = self.request
        if request.whole:
            return b""
        chunked = any(value.lower() == "chunked" for value in request.values("transfer-encoding"))
        piece = await (self._chunk(keep=keep) if chunked else self._sized(keep=keep))
        request.size += len(piece)
        request.digest.update(piece)
        if keep:
            request.body += piece
        request.whole = not piece
        return piece

    async def _sized(self, *, keep: bool) -> bytes:
        if self._rest is None:
            self._rest = int(next(iter(self.request.values("content-length")), "0"))
        return await self._take(keep=keep)

    async def _chunk(self, *, keep: bool) -> bytes:
        if not self._rest:
            self._rest = int((await self._raw_line(keep=keep)).partition(b";")[0], 16)
            if not self._rest:
                while await self._raw_line(keep=keep) != b"\r\n":
                    pass
                return b""
        piece = await self._take(keep=keep)
        if not self._rest:
            await self._raw_line(keep=keep)
        return piece

    async def _raw_line(self, *, keep: bool) -> bytes:
        line = await self._line.reader.readuntil(b"\n")
        if keep:
            self.request.raw_body += line
        return line

    async def _take(self, *, keep: bool) -> bytes:
        rest = self._rest or 0
        piece = await self._line.reader.read(min(rest, _BLOCK)) if rest else b""
        if rest and not piece:
            raise asyncio.IncompleteReadError(b"", rest)
        self._rest = rest - len(piece)
        if keep:
            self.request.raw_body += piece
        return piece

    async def receive(self) -> bytes:
        """Return what has arrived after the request, such as a WebSocket's frames; nothing at the end."""
        return await self._line.reader.read(_BLOCK)

    async def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self._line.writer.write(content)
        await self._line.writer.drain()

    async def send_head(self, status: int, headers: Sequence[tuple[str, str]]) -> None:
        """Send a status line and headers."""
        lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers)]
        await self.send("\r\n".join([*lines, "", ""]).encode("latin-1"))

    async def send_chunk(self, content: bytes) -> None:
        """Send one piece of a chunked body; an empty one ends it."""
        await self.send(b"%x\r\n%b\r\n" % (len(content), content))

    async def end(self, then: Then) -> None:
        """Do with the connection what shall happen to it."""
        if then == "hang":
            await self.wait_until_gone()
        if then == "rst":
            self._line.break_off()
        elif then != "keep":
            self._line.writer.close()

    async def wait_until_gone(self) -> None:
        """Wait until the client has closed the connection."""
        await self.wait(self.request.gone)

    async def wait(self, event: threading.Event) -> None:
        """Wait until a test says so."""
        while not event.is_set():  # noqa: ASYNC110 - a test sets it from another thread
            await asyncio.sleep(_POLL)

    async def wait_for_gate(self, gate: threading.Semaphore) -> None:
        """Wait until a test opens the gate once more."""
        while not gate.acquire(blocking=False):  # noqa: ASYNC110 - likewise
            await asyncio.sleep(_POLL)
