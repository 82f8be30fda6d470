"""One request to a fake server and the means to answer it, well or badly."""

import asyncio
import threading
from contextlib import suppress
from typing import Any

import msgspec

from tests.fakes.bodies import Dialect, Finish

_PIECE = 8


class Received:
    """A request that arrived.

    Attributes:
        method: GET or POST.
        path: as sent, with its query.
        headers: names in lower case.
        body: as sent.
        peer: the client's port; the same for requests over one connection.
        dropped: set once the client closed the connection while it was waiting for the answer.
    """

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes, *, peer: int) -> None:
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.peer = peer
        self.dropped = threading.Event()

    @property
    def json(self) -> dict[str, Any]:
        """The body, read as a JSON object."""
        return msgspec.json.decode(self.body, type=dict[str, Any])

    @property
    def streamed(self) -> bool:
        """Whether a streamed answer is wanted."""
        return bool(self.body) and bool(self.json.get("stream"))


class Exchange:
    """What a step writes its answer with."""

    def __init__(
        self,
        dialect: Dialect,
        received: Received,
        text: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.dialect = dialect
        self.received = received
        self.text = text
        self._reader = reader
        self._writer = writer

    @property
    def model(self) -> str:
        """The model that was asked for."""
        return str(self.received.json.get("model", ""))

    def events(self, text: str, finish: Finish = "stop") -> list[bytes]:
        """Return the events of an answer, in pieces of a few characters."""
        pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
        return self.dialect.events(pieces, self.model, finish)

    def content(self, text: str, finish: Finish = "stop") -> bytes:
        """Return a whole answer."""
        return msgspec.json.encode(self.dialect.answer(text, self.model, finish))

    async def send_head(self, status: int, headers: dict[str, str]) -> None:
        """Send the status line and headers."""
        lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
        await self.send_raw("\r\n".join([*lines, "", ""]).encode())

    async def send_whole(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        """Send an answer with its length."""
        kind = {"Content-Type": "application/json"}
        await self.send_head(status, {**kind, **(headers or {}), "Content-Length": str(len(content))})
        await self.send_raw(content)

    async def start_stream(self, content_type: str = "text/event-stream") -> None:
        """Send the head of a streamed answer."""
        await self.send_head(200, {"Content-Type": content_type, "Transfer-Encoding": "chunked"})

    async def send_chunk(self, content: bytes) -> None:
        """Send one piece; an empty one ends the answer."""
        await self.send_raw(b"%x\r\n%b\r\n" % (len(content), content))

    async def send_raw(self, content: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(content)
        await self._writer.drain()

    async def wait_until_dropped(self) -> None:
        """Wait until the client closes the connection, and write it down."""
        with suppress(ConnectionError):
            await self._reader.read(1)
        self.received.dropped.set()
        self.close()

    def close(self) -> None:
        """Close the connection, cleanly as far as TCP goes."""
        self._writer.close()

    @property
    def closed(self) -> bool:
        """Whether nothing more can be sent."""
        return self._writer.is_closing()
