"""Asks a desk over HTTP from a process of its own: callers that ask on and on, or each at its own fixed rate."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Self

import msgspec
import uvloop

_HEAD_END = b"\r\n\r\n"
_OK = b"HTTP/1.1 200 "
_LENGTH = b"content-length:"
_WARM_UP_SECONDS = 0.5
_ANSWER_LIMIT = 1024 * 1024


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How a case is measured: seconds of each part, callers at once, and the requests a second of all in the last."""

    alone_seconds: float
    together_seconds: float
    paced_seconds: float
    callers: int
    rate: float


class Latencies(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that each request took: of one caller, of many at once, and of many at a fixed rate.

    `asked` counts all requests, those that warm up too.
    """

    alone: list[float]
    together: list[float]
    paced: list[float]
    asked: int


def measure(port: int, authorization: str, paths: Sequence[str], plan: Plan) -> Latencies:
    """Ask for these paths, each in its turn."""
    return uvloop.run(_measure(port, [_request(path, authorization) for path in paths], plan))


async def _measure(port: int, requests: Sequence[bytes], plan: Plan) -> Latencies:
    callers = [await Caller.connected(port, requests, place) for place in range(plan.callers)]
    first = await _all(callers, lambda caller: caller.ask_until(time.perf_counter() + _WARM_UP_SECONDS))
    alone = await _all(callers[:1], lambda caller: caller.ask_until(time.perf_counter() + plan.alone_seconds))
    together = await _all(callers, lambda caller: caller.ask_until(time.perf_counter() + plan.together_seconds))
    period, start = plan.callers / plan.rate, time.perf_counter()
    rounds = int(plan.paced_seconds / period)
    paced = await _all(callers, lambda caller: caller.ask_paced(start, period, rounds))
    for caller in callers:
        caller.close()
    asked = sum(map(len, (first, alone, together, paced)))
    return Latencies(alone=alone, together=together, paced=paced, asked=asked)


async def _all(callers: Sequence["Caller"], asking: Callable[["Caller"], Awaitable[list[float]]]) -> list[float]:
    return [each for latencies in await asyncio.gather(*map(asking, callers)) for each in latencies]


class Caller:
    """One keep-alive connection that asks one thing at a time.

    Args:
        reader: of the connection.
        writer: likewise.
        requests: what is asked, one after the other.
        place: the caller's number; each begins at another request.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: Sequence[bytes], place: int
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._requests = requests
        self._next = place * 37
        self._random = random.Random(place)  # noqa: S311 - moments, not secrets

    @classmethod
    async def connected(cls, port: int, requests: Sequence[bytes], place: int) -> Self:
        """Connect to a port of this machine."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_ANSWER_LIMIT)
        return cls(reader, writer, requests, place)

    async def ask_until(self, deadline: float) -> list[float]:
        """Ask again as soon as there is an answer; return the seconds of each."""
        latencies = []
        while (start := time.perf_counter()) < deadline:
            await self._ask()
            latencies.append(time.perf_counter() - start)
        return latencies

    async def ask_paced(self, start: float, period: float, rounds: int) -> list[float]:
        """Ask once at a random moment of each period; a request that is late counts from when it was due."""
        latencies = []
        for number in range(rounds):
            due = start + (number + self._random.random()) * period
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            await self._ask()
            latencies.append(time.perf_counter() - due)
        return latencies

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def _ask(self) -> None:
        self._writer.write(self._requests[self._next % len(self._requests)])
        self._next += 1
        head = await self._reader.readuntil(_HEAD_END)
        length = int(head.lower().partition(_LENGTH)[2].split(b"\r\n", 1)[0])
        body = await self._reader.readexactly(length)
        assert head.startswith(_OK), (head, body)


def _request(path: str, authorization: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: desk\r\nAuthorization: {authorization}\r\n\r\n".encode()
