"""Asks over keep-alive connections, as fast as the answers come; written to cost little itself."""

import math
import select
import socket
import time
from collections.abc import Callable, Iterator, Sequence

import msgspec

from bench.measuring import cpu_seconds, percentile

CONNECTIONS = 32
MOST = 400_000
STUCK_SECONDS = 15.0
FULL = 0.95
"""A core that is busy for less of the time waited for something."""

_OK = b"HTTP/1.1 200 "
_LENGTH = b"\r\ncontent-length:"
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_SAMPLE = 300


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that each good answer took, and how many were not good; `sample` is the end of the first of those."""

    latencies: list[float]
    errors: int
    sample: str


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement: seconds of answers, seconds of CPU a request, and which part of the time a core was busy.

    `busy` is that of what is measured, `others_busy` that of the other core: load generator and what stands behind.
    """

    requests: int
    per_second: float
    p50: float
    p99: float
    longest: float
    cpu: float
    busy: float
    others_busy: float
    errors: int
    sample: str


def timed(callers: "Callers", measured: Sequence[int], others: Sequence[int], seconds: float) -> Load:
    """Ask for so long, and look at what the measured processes and the others, with this one, used meanwhile."""
    began, ours, theirs = time.perf_counter(), cpu_seconds(measured), _together(others)
    answers = callers.ask(seconds)
    wall = time.perf_counter() - began
    used = cpu_seconds(measured) - ours
    latencies, count = answers.latencies, len(answers.latencies)
    return Load(
        requests=count,
        per_second=count / wall,
        p50=percentile(latencies, 50),
        p99=percentile(latencies, 99),
        longest=max(latencies, default=math.nan),
        cpu=used / count if count else math.nan,
        busy=used / wall,
        others_busy=(_together(others) - theirs) / wall,
        errors=answers.errors,
        sample=answers.sample,
    )


def _together(others: Sequence[int]) -> float:
    return cpu_seconds(others) + time.process_time()


class Callers:
    """Connections, each of which asks again as soon as it has its answer.

    Args:
        port: on loopback.
        count: how many.
        requests: what is asked next; its end ends the asking.
        right: whether a whole answer, with its head, is the right one.
        pause: seconds between an answer and the next request.
    """

    def __init__(
        self,
        port: int,
        count: int,
        requests: Iterator[bytes],
        right: Callable[[bytes], bool],
        pause: float = 0,
    ) -> None:
        self._port = port
        self._requests = requests
        self._right = right
        self._pause = pause
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._errors, self._sample = 0, ""
        for _ in range(count):
            self._open()

    def ask(self, seconds: float) -> Answers:
        """Ask from all connections for so long, and wait for the last answers."""
        clock, poll = time.perf_counter, self._poll.poll
        latencies: list[float] = []
        until = clock() + seconds
        self._errors, self._sample = 0, ""
        started = {number: self._begin(number, first) for number, first in zip(list(self._sockets), self._requests)}  # noqa: B905 - as many as there are
        parts: dict[int, bytes] = {}
        while started:
            events = poll(STUCK_SECONDS)
            if not events:
                self._give_up(started)
                break
            for number, _ in events:
                data = parts.pop(number, b"") + self._received(number)
                verdict = self._verdict(data)
                if verdict is None:
                    parts[number] = data
                    continue
                now, begun = clock(), started.pop(number, math.nan)
                if verdict:
                    latencies.append(now - begun)
                again = number if verdict else self._replace(number, data)
                if now < until and len(latencies) < MOST and (request := next(self._requests, None)):
                    started[again] = self._begin(again, request)
        return Answers(latencies=latencies, errors=self._errors, sample=self._sample)

    def _begin(self, number: int, request: bytes) -> float:
        """Ask over a connection; returns the time when that began."""
        if self._pause:
            time.sleep(self._pause)
        begun = time.perf_counter()
        self._sockets[number].sendall(request)
        return begun

    def close(self) -> None:
        """Close all connections."""
        self._poll.close()
        for each in self._sockets.values():
            each.close()

    def _open(self) -> int:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=STUCK_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._poll.register(connection.fileno(), select.EPOLLIN)
        self._sockets[connection.fileno()] = connection
        return connection.fileno()

    def _received(self, number: int) -> bytes:
        try:
            return self._sockets[number].recv(65536)
        except OSError:
            return b""

    def _verdict(self, data: bytes) -> bool | None:
        """Whether an answer is the right one; None while it is not whole."""
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return None if data else False
        head = data[:end].lower()
        _, known, rest = head.partition(_LENGTH)
        if known:
            whole = end + 4 + int(rest.split(b"\r\n", 1)[0])
            if len(data) < whole:
                return None
            return len(data) == whole and data.startswith(_OK) and self._right(data)
        return (data.startswith(_OK) and self._right(data)) if data.endswith(_LAST_CHUNK) else None

    def _replace(self, number: int, data: bytes) -> int:
        """Count an error, and take a new connection in the place of the one that it came over."""
        self._errors += 1
        self._sample = self._sample or data[-_SAMPLE:].decode(errors="replace") or "the connection was closed"
        self._poll.unregister(number)
        self._sockets.pop(number).close()
        return self._open()

    def _give_up(self, started: dict[int, float]) -> None:
        for number in started:
            self._replace(number, f"no answer in {STUCK_SECONDS:.0f} s".encode())
