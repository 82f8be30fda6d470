"""What requests of a moment ago were taken to mean: the same bytes need not be read again."""

import hashlib
import secrets
from collections import OrderedDict
from typing import TypeAlias

from assistant.completion.key import Meaning
from assistant.gateway.open_conversation import OpenConversation

_MOST = 10_000  # some 500 bytes each
_SIZE = 16  # bytes

Name: TypeAlias = tuple[bytes, OpenConversation]
"""Of a request."""


class RecentRequests:
    """Remembers bodies under a keyed hash, and what each was taken to mean; it holds none of their texts."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._secret = secrets.token_bytes(32)
        self._known: OrderedDict[Name, Meaning] = OrderedDict()

    def name(self, body: bytes, opened: OpenConversation) -> Name:
        """Return the name of a request: of its body, and of what the agent has open."""
        return hashlib.blake2b(body, key=self._secret, digest_size=_SIZE).digest(), opened

    def get(self, name: Name) -> Meaning | None:
        """Return what such a request was taken to mean."""
        return self._known.get(name)

    def put(self, name: Name, meaning: Meaning) -> None:
        """Remember it; the oldest make room."""
        self._known[name] = meaning
        if len(self._known) > self._most:
            self._known.popitem(last=False)
