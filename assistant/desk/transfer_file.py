"""The file that a desk is exported into or imported from."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from assistant.errors import InvalidRequestError

STANDARD = Path("-")
"""Stands for standard output or input."""


@contextlib.contextmanager
def export_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that only its owner may read and that appears when the block ends: whole, or not at all.

    Raises:
        InvalidRequestError: it can't be written.
    """
    if path == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise InvalidRequestError(str(path), "is no file. Name one, or - for standard output")
    if not target.parent.is_dir():
        raise InvalidRequestError(str(path), "its folder does not exist. Make it first")
    with _told(path):
        descriptor, draft = mkstemp(prefix=f".{target.name}.", dir=target.parent)  # made with mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(target)
        finally:
            Path(draft).unlink(missing_ok=True)


@contextlib.contextmanager
def import_file(path: Path) -> Iterator[BinaryIO]:
    """Open an exported file for reading; raises InvalidRequestError if it can't be read."""
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    with _told(path), path.open("rb") as file:
        yield file


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into an error that a person can be told."""
    try:
        yield
    except OSError as error:
        raise InvalidRequestError(str(error.filename or path), f"{error.strerror or error}") from error
