"""Paths that mean the same and are written differently: the way around a rule that looks at how a path is written."""

import re
from urllib.parse import unquote_to_bytes

_ODD = re.compile(rb"[%\\;]|//|/\.")
"""Nothing else makes two ways of writing one path (RFC 3986, 6.2.2; servers add the backslash and the parameter)."""


def disguised(raw: bytes) -> bytes | None:
    """Return what a raw path amounts to when it is not written the straight way, else None.

    It is decoded once, as every server does; backslashes count as slashes, parameters and dots are taken out.
    """
    if not _ODD.search(raw):
        return None
    parts: list[bytes] = []
    for part in unquote_to_bytes(raw).replace(b"\\", b"/").split(b"/"):
        name = part.partition(b";")[0]
        if name == b"..":
            del parts[-1:]
        elif name not in {b"", b"."}:
            parts.append(name)
    return b"/" + b"/".join(parts)
