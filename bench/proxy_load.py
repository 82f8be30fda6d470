"""Asks for the small answer over keep-alive connections, as fast as it comes; written to cost little itself."""

import functools
import itertools
import math
import select
import socket
import time
from collections.abc import Callable, Iterator, Sequence

import msgspec

from bench.measuring import percentile
from bench.proxy_core import ANSWER, ANSWER_PATH, Core
from bench.proxy_processes import cpu_seconds

CONNECTIONS, FEW = 32, 8
SECONDS, WARM_UP_SECONDS = 3.0, 0.5
SLICES, SLICE_SECONDS = 4, 0.2
MOST = 200_000
STUCK_SECONDS = 10.0

REQUEST = (
    f"GET {ANSWER_PATH}?include=messages HTTP/1.1\r\nHost: helpdesk.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux)\r\n"
    "Accept: application/json, text/plain, */*\r\nAccept-Language: en\r\nAccept-Encoding: gzip, deflate, br\r\n"
    "Cookie: libredesk_session=0123456789abcdef0123456789abcdef; csrf_token=fedcba9876543210fedcba9876543210\r\n\r\n"
).encode()
_OK = b"HTTP/1.1 200 "
_LENGTH = b"\r\ncontent-length:"


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement: latencies in seconds, CPU in seconds a request, and which part of the time a core was busy."""

    requests: int
    per_second: float
    p50: float
    p99: float
    cpu: float
    busy: float
    others_busy: float
    added_p50: float = math.nan


def measure(proxy: Core, core: Core) -> Load:
    """Ask a proxy from many connections; then from few, in turns with the core itself."""
    callers = Callers(proxy.port, CONNECTIONS)
    callers.ask(WARM_UP_SECONDS)
    load = timed(callers, proxy.pid, [core.pid])
    callers.close()
    return msgspec.structs.replace(load, added_p50=_added_p50(proxy, core))


def timed(callers: "Callers", measured: int, others: Sequence[int], seconds: float = SECONDS) -> Load:
    """Ask for so long, and look at what the measured process and the others, with this one, used meanwhile."""
    began, ours, theirs = time.perf_counter(), cpu_seconds(measured), _together(others)
    latencies = callers.ask(seconds)
    wall = time.perf_counter() - began
    used = cpu_seconds(measured) - ours
    return Load(
        requests=len(latencies),
        per_second=len(latencies) / wall,
        p50=percentile(latencies, 50),
        p99=percentile(latencies, 99),
        cpu=used / len(latencies),
        busy=used / wall,
        others_busy=(_together(others) - theirs) / wall,
    )


def _together(others: Sequence[int]) -> float:
    return sum(map(cpu_seconds, others)) + time.process_time()


def _added_p50(proxy: Core, core: Core) -> float:
    through, direct = Callers(proxy.port, FEW), Callers(core.port, FEW)
    times: tuple[list[float], list[float]] = ([], [])
    for callers in (through, direct):
        callers.ask(SLICE_SECONDS)
    for _ in range(SLICES):
        for callers, latencies in zip((through, direct), times, strict=True):
            latencies.extend(callers.ask(SLICE_SECONDS))
    through.close()
    direct.close()
    return percentile(times[0], 50) - percentile(times[1], 50)


class Callers:
    """Keep-alive connections, each of which asks again as soon as it has its answer.

    Args:
        port: on loopback.
        count: how many.
        requests: what is asked next; its end ends the asking.
        right: whether a whole answer, with its head, is the right one.
    """

    def __init__(
        self,
        port: int,
        count: int,
        requests: Iterator[bytes] | None = None,
        right: Callable[[bytes], bool] | None = None,
    ) -> None:
        self._sockets = [socket.create_connection(("127.0.0.1", port), timeout=STUCK_SECONDS) for _ in range(count)]
        self._requests = itertools.repeat(REQUEST) if requests is None else requests
        self._right = right or _right
        self._poll = select.epoll()
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._poll.register(each.fileno(), select.EPOLLIN)

    def ask(self, seconds: float) -> list[float]:
        """Ask from all connections for so long, wait for the last answers, and return the seconds that each took."""
        clock, poll = time.perf_counter, self._poll.poll
        latencies: list[float] = []
        sockets = {each.fileno(): each for each in self._sockets}
        until = clock() + seconds
        started = {
            number: _begin(each, asked) for (number, each), asked in zip(sockets.items(), self._requests, strict=False)
        }
        parts: dict[int, bytes] = {}
        while started:
            events = poll(STUCK_SECONDS)
            assert events, f"{len(started)} requests had no answer in {STUCK_SECONDS:.0f} s"
            for number, _ in events:
                data = parts.pop(number, b"") + sockets[number].recv(65536)
                if not self._whole(data):
                    parts[number] = data
                    continue
                latencies.append((now := clock()) - started[number])
                more = now < until and len(latencies) < MOST
                if more and (request := next(self._requests, None)):
                    started[number] = now
                    sockets[number].send(request)
                else:
                    del started[number]
        return latencies

    def close(self) -> None:
        """Close all connections."""
        self._poll.close()
        for each in self._sockets:
            each.close()

    def _whole(self, data: bytes) -> bool:
        """Whether this is a whole answer; it must then be the right one."""
        assert data, "the connection was closed"
        head, end, _ = data.partition(b"\r\n\r\n")
        if not end:
            return False
        whole = len(head) + len(end) + _length(head)
        assert len(data) <= whole, "more came than one answer"
        if len(data) < whole:
            return False
        assert self._right(data), data
        return True


def _begin(connection: socket.socket, request: bytes) -> float:
    connection.send(request)
    return time.perf_counter()


@functools.lru_cache(64)
def _length(head: bytes) -> int:
    assert head.startswith(_OK), head
    return int(head.lower().partition(_LENGTH)[2].split(b"\r\n", 1)[0])


def _right(data: bytes) -> bool:
    return data.endswith(ANSWER)
