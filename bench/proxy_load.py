"""Asks for the small answer over keep-alive connections, as fast as it comes; written to cost little itself."""

import select
import socket
import time

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
    added_p50: float
    cpu: float
    busy: float
    others_busy: float


def measure(proxy: Core, core: Core) -> Load:
    """Ask a proxy from many connections; then from few, in turns with the core itself."""
    callers = Callers(proxy.port, CONNECTIONS)
    callers.ask(WARM_UP_SECONDS)
    began, ours, others = time.perf_counter(), cpu_seconds(proxy.pid), cpu_seconds(core.pid) + time.process_time()
    latencies = callers.ask(SECONDS)
    wall = time.perf_counter() - began
    used = cpu_seconds(proxy.pid) - ours
    others = cpu_seconds(core.pid) + time.process_time() - others
    callers.close()
    return Load(
        requests=len(latencies),
        per_second=len(latencies) / wall,
        p50=percentile(latencies, 50),
        p99=percentile(latencies, 99),
        added_p50=_added_p50(proxy, core),
        cpu=used / len(latencies),
        busy=used / wall,
        others_busy=others / wall,
    )


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
    """

    def __init__(self, port: int, count: int) -> None:
        self._sockets = [socket.create_connection(("127.0.0.1", port), timeout=STUCK_SECONDS) for _ in range(count)]
        self._lengths: dict[bytes, int] = {}
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
        started = {number: self._begin(each) for number, each in sockets.items()}
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
                if now < until and len(latencies) < MOST:
                    started[number] = now
                    sockets[number].send(REQUEST)
                else:
                    del started[number]
        return latencies

    def close(self) -> None:
        """Close all connections."""
        self._poll.close()
        for each in self._sockets:
            each.close()

    def _begin(self, connection: socket.socket) -> float:
        connection.send(REQUEST)
        return time.perf_counter()

    def _whole(self, data: bytes) -> bool:
        """Whether this is a whole answer; it must then be the right one."""
        assert data, "the connection was closed"
        head, end, _ = data.partition(b"\r\n\r\n")
        if not end:
            return False
        if head not in self._lengths:
            self._lengths[head] = _length(head)
        whole = len(head) + len(end) + self._lengths[head]
        assert len(data) <= whole, "more came than one answer"
        return len(data) == whole and _right(data)


def _length(head: bytes) -> int:
    assert head.startswith(_OK), head
    return int(head.lower().partition(_LENGTH)[2].split(b"\r\n", 1)[0])


def _right(data: bytes) -> bool:
    assert data.endswith(ANSWER), "the body is not that of the core"
    return True
