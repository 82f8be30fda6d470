"""Ending for good: a worker that can never start says why, and the process that looks after it ends with it."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from typing import TypeVar

from assistant.errors import SettingsError
from assistant.telemetry import log

T = TypeVar("T")

_SERVER = "REPLY_ASSISTANT_SERVER"  # the id of the process that looks after the workers
_SIGNAL = getattr(signal, "SIGUSR1", None)
_FOR_GOOD = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ENOSPC, errno.EDQUOT}


def look_after(end: Callable[[], None]) -> None:
    """Call a function when a worker gives up: this process looks after them."""
    os.environ[_SERVER] = str(os.getpid())
    if _SIGNAL is not None:
        signal.signal(_SIGNAL, lambda *_: end())


def give_up(reason: str) -> None:
    """Say why the service can't start, and have all of it end; a worker of another server's is left alone."""
    sys.stderr.write(f"Error: {reason}\n")
    sys.stderr.flush()
    if _SIGNAL is not None and os.environ.get(_SERVER) == str(os.getppid()):
        os.kill(os.getppid(), _SIGNAL)


def built(build: Callable[[], T]) -> T:
    """Build what a worker serves; what can't be built today can't be built at the next attempt either."""
    try:
        return build()
    except Exception as error:  # noqa: BLE001 - a traceback at every attempt does not help
        give_up(reason_of(error) or unexpected(error))
        raise SystemExit(1) from None


def reason_of(error: Exception) -> str | None:
    """Say in one sentence why a start fails for good; nothing where another attempt may help."""
    if isinstance(error, SettingsError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _FOR_GOOD and error.filename:
        return unwritable(error)
    return None


def unexpected(error: Exception) -> str:
    """Log an unexpected error, and say so in one sentence."""
    log.error("the service can't start", exception=error)
    return f"the service can't start ({type(error).__name__}); the log says where it failed"


def unwritable(error: OSError) -> str:
    """Say which file can't be used."""
    where = error.filename or "a file of the service"
    return f"{where} can't be used: {error.strerror}; let the user that runs the service read and write it"
