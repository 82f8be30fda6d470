"""The folder with what the service makes itself: whether it can be written, told before anything depends on it.

All in it is for the user alone that runs the service: customers' texts, uploads, keys.
"""

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

from assistant.errors import SettingsError
from assistant.settings import Settings

_BUSY = 1.0  # seconds
_SQLITE = "sqlite+aiosqlite:///"
_TO_DO = "Give it to the user that runs the service, or start the service in another folder."


_OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The rights of group and others, which nothing of ours gives."""


def keep_private() -> None:
    """Have all files that this process and its children make be their owner's alone."""
    os.umask(_OTHERS)


def open_to_others(settings: Settings) -> str | None:
    """Say that everyone may look into the state folder, where we can't change that."""
    try:
        found = settings.state_dir.stat()
    except OSError:
        return None
    if not found.st_mode & stat.S_IRWXO or os.name != "posix":
        return None
    return f"the folder {settings.state_dir.absolute()} is open to all users of this machine: chmod o= it"


def check_state(settings: Settings) -> None:
    """See that what must be written can be: the state folder where it is needed, and SQLite's file.

    What group and others may do with them is taken away, as far as they are ours: an earlier version, or whoever made
    the folder, may have left them open.

    Raises:
        SettingsError: it can't; the text says which and why.
    """
    # What lies there: a key of our own, the desk's files, what workers share.
    if not settings.secret_key or not settings.core_url or settings.workers > 1:
        _check_folder(settings.state_dir)
        if os.path.lexists(settings.media_dir) and not (
            settings.media_dir.is_dir() and os.access(settings.media_dir, os.W_OK | os.X_OK)
        ):
            raise SettingsError(f"the folder {settings.media_dir.absolute()} can't be written. {_TO_DO}")
        _close(settings.state_dir, *settings.state_dir.iterdir())
    if settings.resolved_database_url.startswith(_SQLITE):
        path = settings.resolved_database_url.removeprefix(_SQLITE)
        if path not in {"", ":memory:"}:
            _check_database(Path(path))


def _check_folder(folder: Path) -> None:
    probe = folder / f".probe.{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with probe.open("wb") as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SettingsError(f"the folder {folder.absolute()} can't be written: {error.strerror}. {_TO_DO}") from None
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)


def _check_database(path: Path) -> None:
    """See that SQLite's file can be written, and what SQLite puts beside it: the log, and an index of that."""
    if not os.path.lexists(path):
        _check_folder(path.absolute().parent)
        return
    real = path.resolve()
    beside = (real.with_name(f"{real.name}-wal"), real.with_name(f"{real.name}-shm"))
    for file in (path, *beside):
        if os.path.lexists(file) and not os.access(file, os.R_OK | os.W_OK):
            raise SettingsError(f"the database {file.absolute()} can't be written. {_TO_DO}")
    _check_folder(real.parent)
    _close(real, *beside)
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_BUSY, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        if not is_busy(error):  # otherwise another process writes, so it can be written
            raise SettingsError(f"the database {path.absolute()} can't be written: {error}. {_TO_DO}") from None


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether SQLite only waits for someone else; its codes have a kind in their last byte, and details above."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _close(*paths: Path) -> None:
    """Take the rights of group and others from files and folders that are ours; links are left to who made them."""
    for path in paths:
        with contextlib.suppress(OSError):  # it is gone by now, or its file system knows no rights
            found = path.lstat()
            if found.st_uid == os.geteuid() and found.st_mode & _OTHERS and not stat.S_ISLNK(found.st_mode):
                path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
