"""Secrets from files, as container platforms hand them over: `NAME_FILE` in place of `NAME`."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from assistant.errors import SettingsError

SUFFIX = "_FILE"
_LARGEST = 64 * 1024  # bytes: what is longer is another file than was meant


def read_secret_files(values: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return the variables with the contents of the files that stand in their place.

    Args:
        values: the variables.
        names: those whose value may come from a file.

    Raises:
        SettingsError: a file can't be read, or a variable is set beside its file; the text names the variable.
    """
    found = dict(values)
    for name in names:
        path = found.pop(name + SUFFIX, None)
        if path is None:
            continue
        if name in found:
            raise SettingsError(f"{name}, {name}{SUFFIX}: set one of them, not both")
        found[name] = _content(f"{name}{SUFFIX}", Path(path))
    return found


def _content(variable: str, path: Path) -> str:
    try:
        content = _read(path)
    except OSError as error:
        raise SettingsError(f"{variable}: the file can't be read: {error.strerror}") from None
    except ValueError:
        raise SettingsError(f"{variable}: must be the path of a file") from None
    if len(content) > _LARGEST:
        raise SettingsError(f"{variable}: the file must hold the secret alone, and this one is too large")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise SettingsError(f"{variable}: the file must be UTF-8") from None
    if not text:
        raise SettingsError(f"{variable}: the file is empty")
    if not text.isprintable():
        raise SettingsError(f"{variable}: the file must hold one line of printable characters")
    return text


def _read(path: Path) -> bytes:
    """Read a file, a little further than it may be long; raises ValueError for what is none, such as a pipe."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe that no one writes to would wait
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError
        return os.read(descriptor, _LARGEST + 1)
    finally:
        os.close(descriptor)
