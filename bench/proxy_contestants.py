"""The proxies that are compared, each started in front of a core and kept to the measured CPU with all its threads."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.measuring import cores, pin
from bench.proxy_core import Core
from bench.proxy_forwarders import CLIENTS
from bench.proxy_processes import worker_of
from tests.assistant.serving import serving
from tests.servers import nginx_server
from tests.servers.finding import ROOT
from tests.servers.process import Command, answers, free_port, running

T = TypeVar("T")

NGINX, TUNED, OURS, ALONE, DIRECT = "nginx", "nginx, 64 KiB", "ours", "none", "direct"

NGINX_CONFIG = """\
proxy_http_version 1.1;
proxy_set_header Connection "";
client_max_body_size 0;
location / {{ proxy_pass http://core; }}
location /uploads/ {{ proxy_pass http://core; proxy_buffering off; proxy_request_buffering off; {more} }}
}}
upstream core {{
server 127.0.0.1:{port};
keepalive 64;
"""
"""Ends the server block that it is put into, as that can hold no upstream; what would end the block ends the upstream.

Large bodies are not buffered, so that nginx passes them on as they come, instead of by way of files.
"""

LARGER_BUFFERS = """\
proxy_buffer_size 64k;
proxy_buffers 8 64k;
proxy_busy_buffers_size 128k;
client_body_buffer_size 64k;
"""
"""Without these, nginx moves an unbuffered body in pieces of 4 (down) and 16 KiB (up)."""

_QUESTION = b"GET /api/v1/conversations/42 HTTP/1.1\r\nHost: helpdesk.example\r\nConnection: close\r\n\r\n"
_ANSWERED = b"HTTP/1.1 "


@contextlib.contextmanager
def direct(core: Core, tmp: Path) -> Iterator[Core]:
    """Nothing in between: what the core and the load generator can do on the other CPU."""
    assert tmp.is_dir()
    yield core


@contextlib.contextmanager
def nginx(core: Core, tmp: Path, more: str = "") -> Iterator[Core]:
    """The yardstick: nginx with `proxy_pass`, and with `more` directives for large bodies."""
    with nginx_server(NGINX_CONFIG.format(port=core.port, more=more), tmp) as server:
        pin(cores()[0], server.pid)
        yield Core(port=int(server.url.rpartition(":")[2]), pid=server.pid)


@contextlib.contextmanager
def ours(core: Core, tmp: Path) -> Iterator[Core]:
    """`assistant serve` with a core."""
    service = serving(tmp, CORE_URL=core.url, PROVIDER="custom", BASE_URL="http://127.0.0.1:9")
    with on_measured_cpu(service) as served:
        yield Core(port=served.client.base_url.port or 0, pid=worker_of(served.process.pid))


@contextlib.contextmanager
def forwarder(client: str, core: Core, tmp: Path) -> Iterator[Core]:
    """A plain ASGI forwarder on one of the client libraries."""
    port = free_port()
    arguments = [sys.executable, "-m", "bench.proxy_forwarders", client, str(port), core.url]
    command = Command(arguments=arguments, folder=ROOT, log=tmp / "forwarder.log")
    with on_measured_cpu(running(command, lambda: answers(port, _QUESTION, _ANSWERED))) as process:
        yield Core(port=port, pid=worker_of(process.pid))


CONTESTANTS: dict[str, Callable[[Core, Path], AbstractContextManager[Core]]] = {
    NGINX: nginx,
    TUNED: partial(nginx, more=LARGER_BUFFERS),
    OURS: ours,
    **{client: partial(forwarder, client) for client in CLIENTS},
    DIRECT: direct,
}
"""Each starts a proxy in front of a core, with a folder of its own; the first is what the others are compared with."""


@contextlib.contextmanager
def on_measured_cpu(starting: AbstractContextManager[T]) -> Iterator[T]:
    """Start a server from the measured CPU, which all its processes and threads then inherit."""
    everywhere = os.sched_getaffinity(0)
    with contextlib.ExitStack() as stack:
        pin(cores()[0])
        try:
            started = stack.enter_context(starting)
        finally:
            os.sched_setaffinity(0, everywhere)
        yield started
