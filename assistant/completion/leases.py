"""One question, one call across replicas: who asks holds a lease in Redis, the others wait for the news.

The lease names its holder by a fencing token, drawn at random so that a Redis that lost its memory can't hand one out
twice. Whatever changes the state of a lease checks it inside Redis: a holder that was frozen for longer than its
lease can't overwrite what its successor found.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext

import msgspec

from assistant.completion.answer import ENCODER, Answer, decoder_of
from assistant.completion.cache import Sealed
from assistant.completion.redis_tier import PREFIX
from assistant.database.secret_keys import SealedBox, SealedValueError
from assistant.redis.link import RedisDownError, RedisLink

_LEASE_MS = 1200  # after which the others take over from a holder that says nothing
_RENEW = 0.3  # seconds between two signs of life
_POLL = 0.25  # seconds between two looks, in case the news is lost
_RESULT_MS = 10_000  # that an answer not for the cache waits for those who were following
_NEWS = "assistant:flights"
_LEASE, _RESULT = "assistant:flight:", "assistant:flight-result:"

_TAKE = """
local holder = redis.call('hget', KEYS[1], 'token')
if holder then
  redis.call('hset', KEYS[1], 'followed', '1')
  return holder
end
redis.call('hset', KEYS[1], 'token', ARGV[1])
redis.call('pexpire', KEYS[1], ARGV[2])
return ARGV[1]"""
_KEEP = "if redis.call('hget', KEYS[1], 'token') == ARGV[1] then redis.call('pexpire', KEYS[1], ARGV[2]) end"
_LAND = """
local lease = redis.call('hmget', KEYS[1], 'token', 'followed')
if lease[1] ~= ARGV[1] then return end
redis.call('del', KEYS[1])
if ARGV[2] ~= '' then redis.call('set', KEYS[2], ARGV[2], 'px', ARGV[3]) end
if not lease[2] then return end
if ARGV[4] ~= '' then redis.call('set', KEYS[3], ARGV[4], 'px', ARGV[5]) end
redis.call('publish', ARGV[6], ARGV[1])"""
_LOOK = """
if redis.call('hget', KEYS[1], 'token') == ARGV[1] then return false end
return {redis.call('get', KEYS[2])}"""

_NOT_STORED = Sealed(b"", 1)
_decode = decoder_of(Answer).decode


class Lease:
    """The right to ask a question. This one is given to everyone; no other replica hears of it.

    Attributes:
        key: of the question; None: nothing is stored with its landing.
        mine: whether who took it asks; else another replica does.
        shared: whether other replicas know of it, and may have answered before it was taken.
    """

    key: str | None = None
    mine = True
    shared = False

    def land(self, answer: Answer, stored: Sealed | None = None) -> None:
        """Hand over the answer to those who wait for it.

        Args:
            answer: what was found.
            stored: the same for the cache, under the lease's key; None: it is not for keeping.
        """

    async def answer(self) -> Answer | None:
        """Wait for what the holder hands over; None: it stored its answer, gave up, or is heard of no more."""
        return None


class _LoneLease(Lease):
    """A lease while Redis is down: each replica asks for itself."""

    def __init__(self, key: str, link: RedisLink) -> None:
        self.key = key
        self._stored_as = PREFIX + key
        self._link = link

    def land(self, answer: Answer, stored: Sealed | None = None) -> None:  # noqa: ARG002 - no one waits for it
        """Store the answer: Redis may be back; but what others stored meanwhile stays."""
        if stored is not None:
            self._link.soon("SET", self._stored_as, stored.value, "PX", stored.milliseconds, "NX")


class _SharedLease(Lease):
    """A lease of which the replicas know."""

    shared = True

    def __init__(self, key: str, token: bytes, link: RedisLink, box: SealedBox) -> None:
        self.key = key
        self._lease, self._stored, self._result = _LEASE + key, PREFIX + key, _RESULT + token.decode()
        self._place = (key, token.hex())  # which question a result answers, too: the lease is but a word in Redis
        self._token = token
        self._link = link
        self._box = box


class _HeldLease(_SharedLease):
    """A lease that Redis gave to this replica."""

    _over = False

    def land(self, answer: Answer, stored: Sealed | None = None) -> None:
        """End the lease, store the answer or hand it over, and tell who follows."""
        self._end(stored or _NOT_STORED, b"" if stored else self._box.seal(ENCODER.encode(answer), *self._place))

    def give_up(self) -> None:
        """End the lease unless it has landed: those who follow may try."""
        if not self._over:
            self._end(_NOT_STORED, b"")

    def renew(self) -> None:
        self._link.soon("EVAL", _KEEP, 1, self._lease, self._token, _LEASE_MS)

    def _end(self, stored: Sealed, result: bytes) -> None:
        self._over = True
        names = (self._lease, self._stored, self._result)
        self._link.soon("EVAL", _LAND, 3, *names, self._token, *stored, result, _RESULT_MS, _NEWS)


class _FollowedLease(_SharedLease):
    """A lease that another replica holds."""

    mine = False

    def __init__(self, key: str, holder: bytes, link: RedisLink, box: SealedBox) -> None:
        super().__init__(key, holder, link, box)
        self.news = asyncio.Event()

    async def answer(self) -> Answer | None:
        """Wait for the end of the lease; None also where Redis is lost meanwhile."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL):
                    await self.news.wait()
            self.news.clear()
            try:
                ended = await self._link.call("EVAL", _LOOK, 2, self._lease, self._result, self._token)
            except RedisDownError:
                return None
            if ended is not None:
                return None if ended[0] is None else self._opened(ended[0])

    def _opened(self, sealed: bytes) -> Answer | None:
        try:
            return _decode(self._box.open(sealed, *self._place))
        except (SealedValueError, msgspec.DecodeError):
            return None


class Leases:
    """Sees to it that one replica asks, and that the others hear of it.

    Args:
        link: to Redis; while it is down each replica asks for itself. None: there is one process only.
        box: seals what waits in Redis.
    """

    def __init__(self, link: RedisLink | None, box: SealedBox) -> None:
        self._link = link
        self._box = box
        self._held: set[_HeldLease] = set()
        self._renewing: asyncio.TimerHandle | None = None
        self._followed: dict[bytes, _FollowedLease] = {}
        if link is not None:
            link.hear(_NEWS, self._hear)

    def take(self, key: str | None) -> AbstractAsyncContextManager[Lease]:
        """Take the lease of a question, or follow who has it; one that is left without landing is free again.

        Args:
            key: of the question; None: it is not shared.
        """
        return nullcontext(Lease()) if self._link is None or key is None else self._taken(key, self._link)

    @asynccontextmanager
    async def _taken(self, key: str, link: RedisLink) -> AsyncIterator[Lease]:
        token = secrets.token_hex(8).encode()
        holder = await self._holder(key, token, link)
        if holder is None:
            yield _LoneLease(key, link)
        elif holder == token:
            with self._holding(_HeldLease(key, token, link, self._box)) as held:
                yield held
        else:
            with self._following(holder, _FollowedLease(key, holder, link, self._box)) as followed:
                yield followed

    async def _holder(self, key: str, token: bytes, link: RedisLink) -> bytes | None:
        """Take the lease if it is free; return whose it is now, or None while Redis is down."""
        try:
            holder: bytes = await link.call("EVAL", _TAKE, 1, _LEASE + key, token, _LEASE_MS)
        except RedisDownError:
            return None
        except asyncio.CancelledError:
            _HeldLease(key, token, link, self._box).give_up()  # Redis may have given it already
            raise
        return holder

    @contextmanager
    def _holding(self, lease: _HeldLease) -> Iterator[_HeldLease]:
        self._held.add(lease)
        if self._renewing is None:  # one timer for all leases; most end before its first turn
            self._renewing = asyncio.get_running_loop().call_later(_RENEW, self._renew)
        try:
            yield lease
        finally:
            self._held.discard(lease)
            lease.give_up()

    @contextmanager
    def _following(self, holder: bytes, lease: _FollowedLease) -> Iterator[_FollowedLease]:
        self._followed[holder] = lease
        try:
            yield lease
        finally:
            self._followed.pop(holder, None)

    def _renew(self) -> None:
        """Renew the leases that are held, and come again while there are any."""
        self._renewing = None
        for lease in self._held:
            lease.renew()
        if self._held:
            self._renewing = asyncio.get_running_loop().call_later(_RENEW, self._renew)

    def _hear(self, holder: bytes) -> None:
        followed = self._followed.get(holder)
        if followed is not None:
            followed.news.set()
