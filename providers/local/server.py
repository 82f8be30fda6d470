"""The built-in model's own process: `python -m providers.local.server`, started by `process`.

It serves one GGUF file through llama.cpp on a loopback port of the system's choice, behind a key that it makes up
itself and writes down for its users. It ends by itself when no process holds the users' lock any more.
"""

import fcntl
import hashlib
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

SLOTS = 2
"""Answers made at the same time."""
CONTEXT = 2048
"""Tokens of prompt and answer together, per slot."""
_POLL_SECONDS = 1.0
_POLLS_WITHOUT_USERS = 3


class Place(Struct, frozen=True, kw_only=True):
    """The files by which the processes of one machine find the built-in model and each other, per model file."""

    folder: Path
    model_file: str

    @property
    def state(self) -> Path:
        """Where the running server is written down; readable by its owner only, and locked while that runs."""
        return self._named("json")

    @property
    def start_lock(self) -> Path:
        """Held while someone looks for the server or starts it."""
        return self._named("lock")

    @property
    def users_lock(self) -> Path:
        """Held, shared, by every process that uses the server."""
        return self._named("users")

    @property
    def log(self) -> Path:
        """What the server says, mostly when it can't start."""
        return self._named("log")

    def _named(self, ending: str) -> Path:
        digest = hashlib.sha256(os.fsencode(self.model_file)).hexdigest()
        return self.folder / f"local-model-{digest[:8]}.{ending}"


class Running(Struct, frozen=True, kw_only=True):
    """A server that runs."""

    pid: int
    base_url: str
    key: str
    model_file: str


class Order(Struct, frozen=True, kw_only=True):
    """What the server is told on its standard input."""

    folder: str
    model_file: str


def open_lock(path: Path) -> int:
    """Open a lock file, readable by its owner only, and return its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def main() -> None:
    """Serve until the last user is gone."""
    # Ctrl-C in the terminal means the service; this process follows its users.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    place = Place(folder=Path(order.folder), model_file=order.model_file)
    key = secrets.token_urlsafe(32)
    server = _serve(order.model_file, key)
    _write_down(
        place.state,
        Running(pid=os.getpid(), base_url=f"{server.listening_address}/v1", key=key, model_file=order.model_file),
    )
    _wait_for_last_user(place)
    # At once: the lock is held until the end, so that no new user can find a server that is leaving.
    os._exit(0)


def _serve(model_file: str, key: str) -> Any:  # noqa: ANN401 - xllamacpp ships no types
    from xllamacpp import CommonParams, Server  # noqa: PLC0415 - only this process loads the model's runtime

    params = CommonParams()
    params.model.path = model_file
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_parallel = SLOTS
    params.n_ctx = SLOTS * CONTEXT
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _threads()
    params.cache_ram_mib = 0  # its default is a cache of 8 GiB
    params.ui = False
    params.verbosity = -1
    return Server(params)


def _threads() -> int:
    """Return half the cores.

    The runtime's threads spin while they wait for each other: with one on every core, anything else that runs on the
    machine slows it down several times over (two cores, two such servers: 14 tokens/s each; one thread: 68).
    """
    return max(1, len(os.sched_getaffinity(0)) // 2)


def _write_down(path: Path, running: Running) -> None:
    """Replace the file in one step, so that no one reads half of it.

    It stays locked until this process ends, however it ends: what stands in an unlocked file is about no server that
    runs, whoever has its number and port by now.
    """
    draft = path.with_suffix(f".{running.pid}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.write(descriptor, msgspec.json.encode(running))
    draft.replace(path)


def _wait_for_last_user(place: Place) -> None:
    """Return holding the users' lock alone, once no one else wanted it for a few polls in a row."""
    lock = open_lock(place.users_lock)
    alone = 0
    while True:
        time.sleep(_POLL_SECONDS)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            alone = 0
            continue
        alone += 1
        if alone == _POLLS_WITHOUT_USERS:
            place.state.unlink(missing_ok=True)
            return
        fcntl.flock(lock, fcntl.LOCK_UN)


if __name__ == "__main__":
    main()
