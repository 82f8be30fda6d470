"""Moves 1 GiB through a proxy in either direction, and looks at what memory the proxy needs for it."""

import hashlib
import socket
import time
from collections.abc import Callable

import httpx
import msgspec

from bench.core import BLOCK, GIB, LARGE_PATH, SAMPLE, SAMPLE_PATH, Core
from bench.measuring import cpu_seconds, peak, start_peak

MOST_SECONDS = 4.0
"""A slower transfer ends here: its rate is then known."""
STUCK_SECONDS = 10.0


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes moved, bytes a second, seconds of the proxy's CPU a GiB, and the most bytes of memory that it added."""

    moved: int
    rate: float
    cpu: float
    extra: int


def check_download(port: int) -> None:
    """Fetch the sample: it must come unchanged."""
    answer = httpx.get(f"http://127.0.0.1:{port}{SAMPLE_PATH}", timeout=STUCK_SECONDS, trust_env=False)
    assert answer.content == SAMPLE, answer


def check_upload(port: int) -> None:
    """Send the sample: it must arrive unchanged."""
    url = f"http://127.0.0.1:{port}{SAMPLE_PATH}"
    answer = httpx.put(url, content=SAMPLE, timeout=STUCK_SECONDS, trust_env=False)
    assert answer.text == f"{len(SAMPLE)} {hashlib.sha256(SAMPLE).hexdigest()}", answer


def download(proxy: Core) -> Transfer:
    """Receive 1 GiB; the bytes are counted, and by tcp(7) MSG_TRUNC spares copying them."""
    check_download(proxy.port)
    return _timed(proxy, _receive)


def upload(proxy: Core) -> Transfer:
    """Send 1 GiB of zeros; the server at the end must have counted them all."""
    check_upload(proxy.port)
    return _timed(proxy, _send)


def _timed(proxy: Core, move: Callable[[socket.socket, float], int]) -> Transfer:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=STUCK_SECONDS) as connection:
        before, cpu, began = start_peak([proxy.pid]), cpu_seconds([proxy.pid]), time.perf_counter()
        moved = move(connection, began + MOST_SECONDS)
        rate = moved / (time.perf_counter() - began)
        cpu = (cpu_seconds([proxy.pid]) - cpu) * GIB / moved
        return Transfer(moved=moved, rate=rate, cpu=cpu, extra=max(peak([proxy.pid]) - before, 0))


def _receive(connection: socket.socket, until: float) -> int:
    connection.sendall(f"GET {LARGE_PATH} HTTP/1.1\r\nHost: helpdesk.example\r\n\r\n".encode())
    head, moved = _head(connection)
    assert f"\r\ncontent-length: {GIB}\r\n" in f"{head}\r\n".lower(), head
    buffer = bytearray(BLOCK)
    while moved < GIB and time.perf_counter() < until:
        size = connection.recv_into(buffer, BLOCK, socket.MSG_TRUNC)
        assert size, f"cut after {moved} bytes"
        moved += size
    return moved


def _send(connection: socket.socket, until: float) -> int:
    head = f"PUT {LARGE_PATH} HTTP/1.1\r\nHost: helpdesk.example\r\nContent-Length: {GIB}\r\n\r\n"
    connection.sendall(head.encode())
    moved, block = 0, bytes(BLOCK)
    while moved < GIB and time.perf_counter() < until:
        connection.sendall(block)
        moved += BLOCK
    if moved == GIB:
        answer, _ = _head(connection)
        assert answer.rpartition("\r\n\r\n")[2].startswith(f"{GIB} "), answer
    return moved


def _head(connection: socket.socket) -> tuple[str, int]:
    """Read an answer's head; return all that came with it, and how much of that is body."""
    data = b""
    while b"\r\n\r\n" not in data:
        block = connection.recv(4096)
        assert block, data
        data += block
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), head
    return data.decode("latin-1"), len(body)
