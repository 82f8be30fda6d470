"""Who is measured: ours, the gateways that people would pick instead, and the limits."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TypeVar

import msgspec

from bench import dialects
from bench.chat import MODEL
from bench.core import Core
from bench.dialects import Dialect
from bench.measuring import cores, pin
from bench.peer_setup import MissingPeerError
from bench.peers import ferro, litellm, portkey, tensorzero
from bench.running import Backing, Running
from tests.assistant.serving import serving
from tests.servers import ServerError, nginx_server
from tests.servers.finding import ROOT
from tests.servers.process import Command, answers, free_port, running

T = TypeVar("T")

OURS, RAW, NGINX, PROVIDER = "ours", "raw ASGI POST", "nginx", "provider"
TENSORZERO, FERRO, LITELLM, PORTKEY = "TensorZero", "Ferro", "LiteLLM", "Portkey"
PEERS = (TENSORZERO, FERRO, LITELLM, PORTKEY)

_PROXY = """\
proxy_http_version 1.1;
proxy_set_header Connection "";
client_max_body_size 0;
proxy_buffer_size 64k;
proxy_buffers 8 64k;
proxy_busy_buffers_size 128k;
client_body_buffer_size 64k;
location / {{ proxy_pass http://core; }}
location /uploads/ {{ proxy_pass http://core; proxy_buffering off; proxy_request_buffering off; }}
}}
upstream core {{
server 127.0.0.1:{port};
keepalive 64;
"""
"""Ends the server block that it is put into, as that can hold no upstream; what would end the block ends the upstream.

Large bodies are not buffered, so that nginx passes them on as they come, instead of by way of files; with its default
buffers it would move them in pieces of 4 KiB.
"""


@contextlib.contextmanager
def ours(tmp: Path, backing: Backing) -> Iterator[Running]:
    """`assistant serve` as shipped: guards, masking, usage rows, metrics, and its log to a file."""
    shared = {"REDIS_URL": backing.redis} if backing.redis else {}
    core = {"CORE_URL": backing.core} if backing.core else {}
    workers = {"WORKERS": str(backing.workers)}
    asks = {"PROVIDER": "custom", "BASE_URL": f"{backing.provider}/v1", "MODEL": MODEL}
    with serving(tmp, **asks, **shared, **core, **workers) as served:
        yield Running(port=served.client.base_url.port or 0, pids=(served.process.pid,), dialect=dialects.OURS)


@contextlib.contextmanager
def raw_post(tmp: Path, backing: Backing) -> Iterator[Running]:
    """The least that takes a POST, under the same server."""
    port = free_port()
    arguments = [sys.executable, "-m", "bench.raw_post", str(port), str(backing.workers)]
    command = Command(arguments=arguments, folder=ROOT, log=tmp / "raw.log")
    with running(command, lambda: answers(port, dialects.RAW.request(""), b"HTTP/1.1 200 ")) as process:
        yield Running(port=port, pids=(process.pid,), dialect=dialects.RAW)


@contextlib.contextmanager
def proxy(tmp: Path, backing: Backing) -> Iterator[Running]:
    """Run nginx with `proxy_pass` in front of a core."""
    with nginx_server(_PROXY.format(port=backing.core.rpartition(":")[2]), tmp) as server:
        port = int(server.url.rpartition(":")[2])
        yield Running(port=port, pids=(server.pid,), dialect=dialects.PROVIDER)


_STARTS: dict[str, Callable[[Path, Backing], AbstractContextManager[Running]]] = {
    RAW: raw_post,
    NGINX: proxy,
    OURS: ours,
    TENSORZERO: tensorzero,
    FERRO: ferro,
    LITELLM: litellm,
    PORTKEY: portkey,
}


class LineUp(msgspec.Struct, frozen=True, kw_only=True):
    """Who runs, by name, and why the others don't."""

    running: dict[str, Running]
    missing: dict[str, str]


@contextlib.contextmanager
def started(name: str, tmp: Path, backing: Backing, *, pinned: bool = True) -> Iterator[Running]:
    """Start one, with all its processes and threads on the measured core unless told otherwise.

    Raises:
        MissingPeerError: it can't be had on this machine.
        ServerError: it does not start.
    """
    tmp.mkdir(parents=True, exist_ok=True)
    starting = _STARTS[name](tmp, backing)
    with on_measured_core(starting) if pinned else starting as found:
        yield found


@contextlib.contextmanager
def line_up(names: Sequence[str], tmp: Path, backing: Backing) -> Iterator[LineUp]:
    """Start all, so that they can be measured in turns; what waits uses next to no CPU."""
    found, missing = dict[str, Running](), dict[str, str]()
    with ExitStack() as stack:
        for name in names:
            try:
                found[name] = stack.enter_context(started(name, tmp / name, backing))
            except MissingPeerError as error:
                missing[name] = f"could not be had: {error}"
            except ServerError as error:
                missing[name] = f"did not start: {str(error).splitlines()[0]}"
        yield LineUp(running=found, missing=missing)


@contextlib.contextmanager
def on_measured_core(starting: AbstractContextManager[T]) -> Iterator[T]:
    """Start a server from the measured core, which all its processes and threads then inherit."""
    everywhere = os.sched_getaffinity(0)
    with ExitStack() as stack:
        pin(cores()[0])
        try:
            begun = stack.enter_context(starting)
        finally:
            os.sched_setaffinity(0, everywhere)
        yield begun


def direct(core: Core, dialect: Dialect = dialects.PROVIDER) -> Running:
    """Return what stands behind the others as one of them: what it can do by itself."""
    return Running(port=core.port, pids=(core.pid,), dialect=dialect)
