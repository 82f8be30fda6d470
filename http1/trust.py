"""Whose certificates are trusted: one TLS context for each choice of authorities, made once."""

import functools
import ssl
from pathlib import Path

from msgspec import Struct


class Trust(Struct, frozen=True, kw_only=True):
    """The authorities that may vouch for a server.

    Attributes:
        system: file with authorities that take the place of the system's (`SSL_CERT_FILE`); None: the system's.
        more: file with authorities that are trusted besides.
    """

    system: Path | None = None
    more: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return the TLS context; the first call reads the files, which takes some 20 ms.

        Raises:
            OSError: a file can't be read, or holds no certificate.
        """
        return _context(self)


@functools.lru_cache(maxsize=8)
def _context(trust: Trust) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=trust.system)
    if trust.more is not None:
        context.load_verify_locations(cafile=trust.more)
    return context


def check_authorities(file: Path) -> None:
    """Pass a file that holds certificates in PEM.

    Raises:
        ValueError: it does not; the text says what it must be.
    """
    try:
        state = file.stat()
        _load(file, (state.st_ino, state.st_size, state.st_mtime_ns))
    except ssl.SSLError:
        raise ValueError("must be a file with certificates in PEM, which this one is not") from None
    except FileNotFoundError:
        raise ValueError("must be a file that exists") from None
    except OSError as error:
        raise ValueError(f"must be a file that can be read: {error.strerror}") from None


@functools.lru_cache(maxsize=8)
def _load(file: Path, _state: tuple[int, int, int]) -> None:
    """Read a file of certificates; a process that is forked off has it from its parent while the file is the same."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
