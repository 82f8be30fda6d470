"""Finished answers, kept in process and, when there is one, in Redis.

An answer is fresh for a while, and then stale for another: good enough to be given while it is asked for again.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, Protocol

import msgspec
from msgspec import Struct

from assistant.completion.answer import ENCODER, Entry, decoder_of
from assistant.database.secret_keys import SealedBox, SealedValueError
from assistant.telemetry import log

_MOST_BYTES = 64 * 1024 * 1024
_SHARED_MEMORY = 60.0  # seconds
_OVERHEAD = 400  # bytes that an entry costs besides its text, roughly


class Found(Struct, frozen=True, gc=False):
    """A stored answer, and whether it should be asked for again."""

    entry: Entry
    stale: bool


class Sealed(NamedTuple):
    """An answer as other processes may read it, and how long it is good for."""

    value: bytes
    milliseconds: int


class SharedTier(Protocol):
    """A store of bytes that several processes share; it never raises and never keeps a caller waiting for long."""

    async def get(self, key: str) -> bytes | None:
        """Return the value."""
        ...

    def put(self, key: str, value: bytes, milliseconds: int) -> None:
        """Store a value soon."""
        ...


class _Stored(Struct, frozen=True, array_like=True):
    """What is sealed; the moments are in seconds since 1970."""

    entry: Entry
    fresh_until: float
    until: float


class _Kept(Struct, frozen=True, gc=False):
    """What is in memory; the moments are those of a monotonic clock."""

    entry: Entry
    fresh_until: float
    until: float
    size: int


_decode = decoder_of(_Stored).decode


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

    def get(self, key: str) -> Found | None:
        """Return an entry that is still good."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        now = self._clock()
        if kept.until <= now:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return Found(kept.entry, kept.fresh_until <= now)

    def put(self, key: str, entry: Entry, *, fresh: float, good: float) -> None:
        """Store an entry that is fresh and good for so many seconds; those unused for longest make room."""
        self._drop(key)
        size, now = _OVERHEAD + 4 * len(entry.text), self._clock()
        self._kept[key] = _Kept(entry, now + fresh, now + good, size)
        self._bytes += size
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= kept.size


class CompletionCache:
    """The memory tier over a shared one; values are sealed for their key before they leave the process.

    Args:
        memory: asked first.
        shared: asked when memory doesn't know; nothing when there is no Redis.
        box: seals what is shared, since it holds customers' text.
    """

    def __init__(self, memory: MemoryTier, shared: SharedTier | None, box: SealedBox) -> None:
        self._memory = memory
        self._shared = shared
        self._box = box

    def here(self, key: str) -> Found | None:
        """Return the answer that this process knows without asking, if it is fresh."""
        found = self._memory.get(key)
        return None if found is None or found.stale else found

    async def get(self, key: str) -> Found | None:
        """Return the answer stored under a key, or nothing."""
        found = self._memory.get(key)
        if found is None or found.stale:  # another replica may have a newer one
            found = await self._shared_one(key) or found
        return found

    async def known(self, key: str) -> Found | None:
        """Return what another replica may have stored just now; nothing stale."""
        found = await self._shared_one(key)
        return None if found is None or found.stale else found

    def put(self, key: str, entry: Entry, ttl: float, stale: float = 0.0) -> None:
        """Store an answer that is fresh for `ttl` seconds, and then stale for another `stale`."""
        self._remember(key, entry, ttl, ttl + stale)
        if self._shared is not None:
            self._shared.put(key, *self._sealed(key, entry, ttl, stale))

    def land(self, key: str, entry: Entry, ttl: float, stale: float = 0.0) -> Sealed:
        """Do as `put` does, but leave it to the caller to share the value."""
        self._remember(key, entry, ttl, ttl + stale)
        return self._sealed(key, entry, ttl, stale)

    async def _shared_one(self, key: str) -> Found | None:
        """Look into the shared tier, and remember what is there."""
        stored = None if self._shared is None else await self._shared.get(key)
        if stored is None:
            return None
        try:
            read = _decode(self._box.open(stored, key))
        except (SealedValueError, msgspec.DecodeError):
            log.warning("a cached answer can't be read and is passed over", reason="other key, place or format")
            return None
        newer = self._memory.get(key)
        if newer is not None and not newer.stale:  # it came while Redis was asked
            return newer
        now = time.time()
        if read.until <= now:
            return None
        self._remember(key, read.entry, read.fresh_until - now, read.until - now)
        return Found(read.entry, read.fresh_until <= now)

    def _sealed(self, key: str, entry: Entry, ttl: float, stale: float) -> Sealed:
        now = time.time()
        value = self._box.seal(ENCODER.encode(_Stored(entry, now + ttl, now + ttl + stale)), key)
        return Sealed(value, max(1, int((ttl + stale) * 1000)))

    def _remember(self, key: str, entry: Entry, fresh: float, good: float) -> None:
        """Keep an answer in memory; only for a moment where others may replace it in the shared tier."""
        good = good if self._shared is None else min(good, _SHARED_MEMORY)
        self._memory.put(key, entry, fresh=fresh, good=good)
