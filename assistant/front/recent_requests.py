"""What was made of requests of a moment ago: the same bytes need not be read again."""

import hashlib
import secrets
from collections import OrderedDict
from typing import Generic, TypeVar

N = TypeVar("N")
T = TypeVar("T")

_MOST = 10_000  # some 500 bytes each


class Recent(Generic[N, T]):
    """Remembers what was made of some bytes under a keyed hash of them; it holds none of their texts and secrets."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._secret = secrets.token_bytes(32)
        self._known: OrderedDict[N, T] = OrderedDict()

    def digest(self, *parts: bytes) -> bytes:
        """Return a name for some bytes; no part but the last one has a line break in it, as no header has."""
        return hashlib.sha256(b"\n".join((self._secret, *parts)), usedforsecurity=False).digest()

    def get(self, name: N) -> T | None:
        """Return what was made of them."""
        return self._known.get(name)

    def put(self, name: N, made: T) -> None:
        """Remember it; the oldest make room."""
        self._known[name] = made
        if len(self._known) > self._most:
            self._known.popitem(last=False)
