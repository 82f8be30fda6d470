"""A llama.cpp of our own: its HTTP server with the packaged model, as whoever runs one at home has it.

`python -m tests.servers.llama PORT KEY` is the process; the context manager below starts and stops it.
"""

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import msgspec

from providers.local.process import find_model
from tests.servers.finding import ROOT
from tests.servers.process import READY_SECONDS, Command, answers, free_port, running

KEY = "sk-llama"
"""The one key that it takes."""
READY = b"HTTP/1.1 200"
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
CONTEXT, SLOTS = 2048, 2
BATCH = 32  # tokens of a prompt that are read before it looks whether anyone waits for the answer


class LlamaServer(msgspec.Struct, frozen=True, kw_only=True):
    """A running llama.cpp and its port on loopback."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The base URL, as its README has it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def is_loaded(self) -> bool:
        """Tell whether its model is there."""
        return answers(self.port, HEALTH, READY)

    def is_idle(self) -> bool:
        """Tell whether it writes no answer."""
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=READY_SECONDS)) as connection:
            connection.request("GET", "/slots", headers={"Authorization": f"Bearer {KEY}"})
            return not any(slot["is_processing"] for slot in json.loads(connection.getresponse().read()))


@contextlib.contextmanager
def llama_server(tmp: Path) -> Iterator[LlamaServer]:
    """Run llama.cpp on a free loopback port from when it listens; it loads its model then.

    Args:
        tmp: an existing folder, into which alone it writes.

    Raises:
        ServerError: it does not start.
    """
    port = free_port()
    arguments = [sys.executable, "-m", "tests.servers.llama", str(port), KEY]
    command = Command(arguments=arguments, folder=ROOT, log=tmp / "llama.log", stop=signal.SIGKILL)
    with running(command, lambda: answers(port)) as process:
        yield LlamaServer(port=port, process=process)


def main(port: int, key: str) -> None:
    """Serve until the end of the process."""
    from xllamacpp import CommonParams, Server  # noqa: PLC0415 - only this process loads the model's runtime

    params = CommonParams()
    params.model.path = str(find_model(None))
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [key]
    params.n_parallel = SLOTS
    params.n_ctx = SLOTS * CONTEXT
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_batch = BATCH
    params.cache_ram_mib = 0
    params.ui = False
    server = Server(params)
    while server:
        time.sleep(60)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
