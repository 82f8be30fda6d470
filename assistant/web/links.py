"""Links to our own paths, as clients reach them: a proxy in front may serve us below a path of its own."""

import re
from collections.abc import Iterable
from contextvars import ContextVar

HEADER = b"x-forwarded-prefix"
_LONGEST = 200  # bytes
_PREFIX = re.compile(rb"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+)*/?")
"""Names between single slashes, none of which is a dot or two: nothing in it means anything in HTML or a header."""

prefix: ContextVar[str] = ContextVar("prefix", default="")
"""What stands before all our paths for the client of the request that is being served."""


def link(path: str) -> str:
    """Return a path of ours as the client reaches it."""
    return prefix.get() + path


def local(path: str) -> str:
    """Return the path that a link of ours leads to; any other text as it is."""
    return path.removeprefix(prefix.get())


def prefix_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return what proxies say that they took away from the path, the outermost first; nothing if any of it is odd.

    Each proxy that takes a part away adds it to the header, or a further header, behind those of the proxies before it.
    """
    parts = [part.strip() for name, value in headers if name == HEADER for part in value.split(b",")]
    if not all(part.startswith(b"/") and len(part) <= _LONGEST and _PREFIX.fullmatch(part) for part in parts):
        return ""
    joined = b"".join(part.rstrip(b"/") for part in parts)
    return joined.decode("ascii") if len(joined) <= _LONGEST else ""
