"""A scripted provider of chat completions: `python -m bench.provider PORT`, on loopback.

What stands in front of `/v1` says how it answers. Streams have 20 deltas, one each 20 ms, on their own clock: a late
delta does not delay the next. `GET /asked` tells how many calls there were.
"""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec
import uvloop

from bench.chat import DELTA_SECONDS, DELTAS, answer, event
from bench.core import Core
from bench.measuring import cores, pin
from tests.servers import nginx_server
from tests.servers.finding import ROOT
from tests.servers.process import Command, answers, free_port, running

PLAIN, SLOW, ECHO, HASHES = "", "/slow", "/echo", "/hashes"
"""How it answers: the same to all at once, after a pause, with the last message, or long ones with 64 KiB of `#`."""

SLOW_SECONDS = 0.2
_HASHES = "#" * 65_536
_LONG = 8_192  # bytes of a request
_BACKLOG = 2048
_OK = b"HTTP/1.1 200 OK\r\n"
_STREAM = _OK + b"Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_STATIC = f"location / {{ default_type application/json; return 200 '{answer().decode()}'; }}"


@contextlib.contextmanager
def instant_provider(tmp: Path) -> Iterator[Core]:
    """Run one that answers the same to everything at once, an nginx on the core that is not measured."""
    with nginx_server(_STATIC, tmp) as server:
        pin(cores()[1], server.pid)
        yield Core(port=int(server.url.rpartition(":")[2]), pid=server.pid)


@contextlib.contextmanager
def scripted_provider(tmp: Path) -> Iterator[Core]:
    """Run the scripted one on the core that is not measured.

    Raises:
        ServerError: it does not start.
    """
    port = free_port()
    command = Command(
        arguments=[sys.executable, "-m", "bench.provider", str(port)], folder=ROOT, log=tmp / "provider.log"
    )
    with running(command, lambda: answers(port)) as process:
        pin(cores()[1], process.pid)
        yield Core(port=port, pid=process.pid)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


_CHUNKS = (*(_chunk(event(text)) for text in DELTAS), _chunk(event(None)) + b"0\r\n\r\n")


def _whole(body: bytes) -> bytes:
    return _OK + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


_PLAIN = _whole(answer())


def _last_message(body: bytes) -> str:
    return str(msgspec.json.decode(body)["messages"][-1]["content"])


class _Script(asyncio.Protocol):
    """One connection."""

    asked = 0  # of all connections

    def __init__(self) -> None:
        self._data = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._data += data
        while b"\r\n\r\n" in self._data:
            head, _, rest = self._data.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"\r\ncontent-length:")[2].split(b"\r\n", 1)[0] or 0)
            if len(rest) < length:
                return
            self._data = rest[length:]
            self._answer(head.split(b" ", 2)[1].decode(), rest[:length])

    def _answer(self, path: str, body: bytes) -> None:
        if path == "/asked":
            self._write(_whole(b"%d" % _Script.asked))
            return
        _Script.asked += 1
        script = path.partition("/v1")[0]
        if script == HASHES and len(body) < _LONG:
            script = PLAIN
        if b'"stream":true' in body or b'"stream": true' in body:
            self._stream((_chunk(event(_HASHES)), _CHUNKS[-1]) if script == HASHES else _CHUNKS)
        elif script == SLOW:
            asyncio.get_running_loop().call_later(SLOW_SECONDS, self._write, _PLAIN)
        elif script == ECHO:
            self._write(_whole(answer(_last_message(body))))
        else:
            self._write(_whole(answer(_HASHES)) if script == HASHES else _PLAIN)

    def _stream(self, chunks: tuple[bytes, ...]) -> None:
        self._write(_STREAM)
        loop = asyncio.get_running_loop()
        begun = loop.time()

        def go_on(place: int) -> None:
            self._write(chunks[place])
            if place + 2 < len(chunks):
                loop.call_at(begun + (place + 2) * DELTA_SECONDS, go_on, place + 1)
            else:
                self._write(chunks[-1])

        loop.call_at(begun + DELTA_SECONDS, go_on, 0)

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)


async def _main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Script, "127.0.0.1", port, backlog=_BACKLOG)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1])))
