"""The helpdesk behind the proxies: an nginx with a small answer and large files, and a server that swallows uploads."""

import contextlib
import hashlib
import os
import random
import socket
import socketserver
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.measuring import cores, pin
from tests.servers import nginx_server
from tests.servers.finding import ROOT
from tests.servers.process import Command, answers, free_port, running

ANSWER_PATH = "/api/v1/conversations/42"
LARGE_PATH = "/uploads/large"
SAMPLE_PATH = "/uploads/sample"

ANSWER = msgspec.json.encode({"status": "success", "data": {"content": "x" * 4048}})
"""4 KiB of JSON."""
SAMPLE = random.Random(4).randbytes(8 * 1024 * 1024)  # noqa: S311 - bytes to compare, not secrets
"""What goes through every proxy, both ways, before it is measured: the 1 GiB itself is only counted."""
GIB = 1024**3
BLOCK = 1024 * 1024

_ME = '{"status":"success","data":{"id":1,"permissions":["ai:manage"],"teams":[]}}'
"""Who is calling, whoever it is."""

CONFIG = """\
root files;
open_file_cache max=16 inactive=1h;
open_file_cache_valid 1h;
location /api/ { default_type application/json; }
location = /api/v1/agents/me { default_type application/json; return 200 '$me'; }
location /uploads/ { sendfile on; }
"""

_NO_LENGTH = b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Core(msgspec.Struct, frozen=True, kw_only=True):
    """A running core: its port on loopback and its process id."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Its origin, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def nginx_core(tmp: Path) -> Iterator[Core]:
    """Run an nginx, on the core that is not measured, with the answer, the sample and a sparse file of 1 GiB."""
    for path, content in ((ANSWER_PATH, ANSWER), (SAMPLE_PATH, SAMPLE), (LARGE_PATH, b"")):
        file = tmp / "files" / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    os.truncate(tmp / "files" / LARGE_PATH[1:], GIB)
    with nginx_server(CONFIG.replace("$me", _ME), tmp) as nginx:
        pin(cores()[1], nginx.pid)
        yield Core(port=int(nginx.url.rpartition(":")[2]), pid=nginx.pid)


@contextlib.contextmanager
def upload_sink(tmp: Path) -> Iterator[Core]:
    """Run the server for uploads on the core that is not measured; nginx has none that reads a body to its end.

    Its `return` answers at once, and a proxy that hears an answer in the middle of an upload stops.
    """
    port = free_port()
    command = Command(arguments=[sys.executable, "-m", "bench.core", str(port)], folder=ROOT, log=tmp / "sink.log")
    with running(command, lambda: answers(port)) as process:
        for thread in Path(f"/proc/{process.pid}/task").iterdir():
            pin(cores()[1], int(thread.name))
        yield Core(port=port, pid=process.pid)


class _Sink(socketserver.BaseRequestHandler):
    """Answers each upload with how many bytes came, and their digest unless it was the large one."""

    request: socket.socket

    def handle(self) -> None:
        buffer = bytearray(BLOCK)
        while head := self._head():
            path, length, body = head
            digest = hashlib.sha256(body)
            count = len(body)
            while count < length and (size := self._read(buffer, large=path == LARGE_PATH)):
                count += size
                if path != LARGE_PATH:
                    digest.update(memoryview(buffer)[:size])
            answer = f"{count} {digest.hexdigest()}".encode()
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer))

    def _head(self) -> tuple[str, int, bytes] | None:
        """Return the path, the length and the beginning of the body of a request; None when there is no other."""
        head, end, body = b"", b"", b""
        while not end:
            if not (block := self.request.recv(65536)):
                return None
            head, end, body = (head + block).partition(b"\r\n\r\n")
        name, found, length = head.lower().partition(b"\r\ncontent-length:")
        if not found:
            self.request.sendall(_NO_LENGTH)
            return None
        return name.split(b" ", 2)[1].decode(), int(length.split(b"\r\n", 1)[0]), body

    def _read(self, buffer: bytearray, *, large: bool) -> int:
        """Read into the buffer; or, of the large upload, only count: by tcp(7), MSG_TRUNC spares the copy."""
        return self.request.recv_into(buffer, len(buffer), socket.MSG_TRUNC if large else 0)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    with _Server(("127.0.0.1", int(sys.argv[1])), _Sink) as server:
        server.serve_forever()
