"""Codings of an answer's body (RFC 9110, 8.4.1): which ones compress, and unpacking a little."""

import zlib
from collections.abc import Iterable
from contextlib import suppress

_COMPRESSING = frozenset(
    ("gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd", "dcb", "dcz", "pack200-gzip", "exi")
)
_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""How zlib is told what to expect; some servers send `deflate` without zlib's head."""


def compressing(headers: Iterable[str]) -> list[str]:
    """Return the codings that compress, in their order.

    Others change nothing: gateways write `identity`, `none` or `utf-8`, so that no one compresses a stream of events.

    Args:
        headers: each value of `Content-Encoding`, which may be a list.
    """
    named = (coding.strip().lower() for header in headers for coding in header.split(","))
    return [coding for coding in named if coding in _COMPRESSING]


def unpacked(content: bytes, codings: list[str], most: int) -> bytes:
    """Return the first bytes of what was packed once by gzip or deflate, also of a part of it; all else as it is.

    Args:
        content: what came, or the beginning of it.
        codings: as `compressing` returns them.
        most: bytes that are returned at most; above 0. No more are unpacked.
    """
    for window in _WINDOWS.get(codings[0], ()) if len(codings) == 1 else ():
        with suppress(zlib.error):
            return zlib.decompressobj(window).decompress(content, most)
    return content
