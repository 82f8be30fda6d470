"""Finished answers, kept in process and, when there is one, in Redis."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import msgspec
from msgspec import Struct

from assistant.completion.order import Entry
from assistant.store.secret_keys import SealedBox, SealedValueError
from assistant.telemetry import log

_MOST_BYTES = 64 * 1024 * 1024
_SHARED_MEMORY = 60.0  # seconds
_OVERHEAD = 400  # bytes that an entry costs besides its text, roughly
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Entry).decode


class SharedTier(Protocol):
    """A store of bytes that several processes share; it never raises and never keeps a caller waiting for long."""

    async def get(self, key: str) -> tuple[bytes, float] | None:
        """Return the value and the seconds that it is still good for."""
        ...

    def put(self, key: str, value: bytes, ttl: float) -> None:
        """Store a value soon."""
        ...


class _Kept(Struct, frozen=True):
    entry: Entry
    until: float
    size: int


class MemoryTier:
    """The answers used last, bounded by bytes.

    Args:
        most_bytes: what all entries may take together.
        clock: a monotonic clock in seconds.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Entry | None:
        """Return an entry that is still good."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.until <= self._clock():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept.entry

    def put(self, key: str, entry: Entry, ttl: float) -> None:
        """Store an entry for `ttl` seconds; those unused for longest make room."""
        self._drop(key)
        size = _OVERHEAD + 4 * len(entry.text)
        self._kept[key] = _Kept(entry, self._clock() + ttl, size)
        self._bytes += size
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= kept.size


class CompletionCache:
    """The memory tier over a shared one; values are sealed before they leave the process.

    Args:
        memory: asked first.
        shared: asked when memory doesn't know; nothing when there is no Redis.
        box: seals what is shared, since it holds customers' text.
    """

    def __init__(self, memory: MemoryTier, shared: SharedTier | None, box: SealedBox) -> None:
        self._memory = memory
        self._shared = shared
        self._box = box

    async def get(self, key: str) -> Entry | None:
        """Return the answer stored under a key, or nothing."""
        entry = self._memory.get(key)
        if entry is not None or self._shared is None:
            return entry
        found = await self._shared.get(key)
        return None if found is None else self._opened(key, *found)

    def put(self, key: str, entry: Entry, ttl: float) -> None:
        """Store an answer for `ttl` seconds."""
        self._remember(key, entry, ttl)
        if self._shared is not None:
            self._shared.put(key, self._box.seal(_encode(entry)), ttl)

    def _opened(self, key: str, sealed: bytes, ttl: float) -> Entry | None:
        try:
            entry = _decode(self._box.open(sealed))
        except (SealedValueError, msgspec.DecodeError):
            log.warning("a cached answer can't be read and is passed over", reason="other key or format")
            return None
        self._remember(key, entry, ttl)
        return entry

    def _remember(self, key: str, entry: Entry, ttl: float) -> None:
        """Keep an answer in memory; only for a moment where others may replace it in the shared tier."""
        self._memory.put(key, entry, ttl if self._shared is None else min(ttl, _SHARED_MEMORY))
