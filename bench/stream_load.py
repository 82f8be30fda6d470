"""Reads many streams at once from one thread; written to cost little itself."""

import asyncio
import time
from collections.abc import Sequence
from typing import cast

import msgspec
import uvloop

from bench.dialects import Stream
from bench.measuring import cpu_seconds, percentile

STUCK_SECONDS = 40.0
_AT_ONCE = 100  # connections that are opened at once
_TAIL = 300
_OK = b"HTTP/1.1 200 "
_END = b"0\r\n\r\n"


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """Streams that began at once: seconds to the end of the last one and to each first delta, and how many failed.

    `sample` tells how one of those ended, `cpu` the seconds that the server took for one.
    """

    count: int
    errors: int
    sample: str
    total: float
    first_p50: float
    first_p99: float
    cpu: float


def measure(port: int, measured: Sequence[int], kind: Stream, requests: Sequence[bytes]) -> Streams:
    """Ask for all streams at once, over connections that are open."""
    return uvloop.run(_measure(port, measured, kind, requests))


async def _measure(port: int, measured: Sequence[int], kind: Stream, requests: Sequence[bytes]) -> Streams:
    loop = asyncio.get_running_loop()
    streams: list[_Reading] = []
    for start in range(0, len(requests), _AT_ONCE):
        opening = (
            loop.create_connection(lambda: _Reading(kind), "127.0.0.1", port)
            for _ in requests[start : start + _AT_ONCE]
        )
        streams += [stream for _, stream in await asyncio.gather(*opening)]
    cpu, began = cpu_seconds(measured), time.perf_counter()
    for stream, request in zip(streams, requests, strict=True):
        stream.ask(request)
    await asyncio.wait([stream.ended for stream in streams], timeout=STUCK_SECONDS)
    total = time.perf_counter() - began
    used = cpu_seconds(measured) - cpu
    for stream in streams:
        stream.close()
    first = [stream.first for stream in streams if stream.first]
    failed = [stream for stream in streams if not stream.good()]
    return Streams(
        count=len(streams),
        errors=len(failed),
        sample=failed[-1].end() if failed else "",
        total=total,
        first_p50=percentile(first, 50),
        first_p99=percentile(first, 99),
        cpu=used / len(streams),
    )


class _Reading(asyncio.Protocol):
    """One connection with one stream.

    Args:
        kind: how it is known.

    Attributes:
        first: seconds until the first delta; 0 until then.
        ended: done at the stream's end, or when the connection is closed.
    """

    def __init__(self, kind: Stream) -> None:
        self._kind = kind
        self._data = bytearray()
        self._transport: asyncio.Transport
        self._asked = 0.0
        self.first = 0.0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, request: bytes) -> None:
        """Send the request."""
        self._asked = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Look for the first delta and for the end."""
        self._data += data
        if not self.first and self._kind.delta in self._data:
            self.first = time.perf_counter() - self._asked
        if self._data.endswith(_END):
            self._end()

    def connection_lost(self, _: Exception | None) -> None:
        """Take it for the end."""
        self._end()

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def good(self) -> bool:
        """Whether the stream came to its end, and holds what it should."""
        whole = self._data.startswith(_OK) and self._data.endswith(_END)
        return whole and self._kind.good(bytes(self._data))

    def end(self) -> str:
        """Return the last that came."""
        return self._data[-_TAIL:].decode(errors="replace")

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
