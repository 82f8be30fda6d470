"""One flight per question across replicas: who leads holds a lease in Redis, the others wait for the news.

The lease names its holder by a fencing token, drawn at random so that a Redis that lost its memory can't hand one out
twice. Whatever changes the state of a flight checks it inside Redis: a leader that was frozen for longer than its
lease can't overwrite what its successor found.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec
from msgspec import Struct

from assistant.completion.order import Answer
from assistant.completion.redis_tier import PREFIX
from assistant.database.secret_keys import SealedBox, SealedValueError
from assistant.redis.link import RedisDownError, RedisLink

_LEASE_MS = 1200  # after which the others take over from a leader that says nothing
_RENEW = 0.3  # seconds between two signs of life
_POLL = 0.25  # seconds between two looks, in case the news is lost
_RESULT_MS = 10_000  # that an answer not for the cache waits for those who were following
_NEWS = "assistant:flights"

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

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Answer).decode


class Landed(Struct, frozen=True, kw_only=True):
    """What a leader found.

    Attributes:
        answer: for those who wait.
        stored: the value for the cache, and the milliseconds that it is good for; None: it is not for keeping.
    """

    answer: Answer
    stored: tuple[bytes, int] | None


Ask: TypeAlias = Callable[[], Awaitable[Landed]]
"""Asks the provider."""
Known: TypeAlias = Callable[[], Awaitable[Answer | None]]
"""Looks for the answer in the cache that all replicas share; one that is stale doesn't count."""


class SharedFlights:
    """Sees to it that one replica asks, and that the others hear of it.

    Args:
        link: to Redis; while it is down each replica asks for itself.
        box: seals what waits in Redis.
    """

    def __init__(self, link: RedisLink, box: SealedBox) -> None:
        self._link = link
        self._box = box
        self._held: dict[bytes, str] = {}
        self._renewing: asyncio.TimerHandle | None = None
        self._awaited: dict[bytes, asyncio.Event] = {}
        link.hear(_NEWS, self._hear)

    async def fly(self, key: str, ask: Ask, known: Known) -> Answer:
        """Return the answer to a question that nobody in this process is asking.

        Args:
            key: of the question.
            ask: asks the provider.
            known: looks into the cache: somebody may have landed between the last look and this one.
        """
        while True:
            token = secrets.token_hex(8).encode()
            try:
                holder = await self._take(key, token)
                answer = None if holder == token else await self._follow(key, holder, known)
            except RedisDownError:
                return await self._ask_alone(key, ask)
            if holder == token:
                return await self._lead(key, token, ask, known)
            if answer is not None:
                return msgspec.structs.replace(answer, cache="coalesced", provider_ms=0.0)

    async def _take(self, key: str, token: bytes) -> bytes:
        """Take the lease if it is free; return whose it is now."""
        try:
            holder: bytes = await self._link.call("EVAL", _TAKE, 1, _lease(key), token, _LEASE_MS)
        except asyncio.CancelledError:
            self._land(key, token, None)  # Redis may have given it already
            raise
        return holder

    async def _lead(self, key: str, token: bytes, ask: Ask, known: Known) -> Answer:
        landed: Landed | None = None
        self._held[token] = key
        if self._renewing is None:  # one timer for all leases; most flights end before its first turn
            self._renewing = asyncio.get_running_loop().call_later(_RENEW, self._renew)
        try:
            found = await known()
            if found is not None:
                return found
            landed = await ask()
            return landed.answer
        finally:
            del self._held[token]
            self._land(key, token, landed)

    async def _ask_alone(self, key: str, ask: Ask) -> Answer:
        landed = await ask()
        if landed.stored is not None:  # Redis may be back; but what others stored meanwhile stays
            value, milliseconds = landed.stored
            self._link.soon("SET", PREFIX + key, value, "PX", milliseconds, "NX")
        return landed.answer

    def _renew(self) -> None:
        """Prolong the leases that are held, and come again while there are any."""
        self._renewing = None
        for token, key in self._held.items():
            self._link.soon("EVAL", _KEEP, 1, _lease(key), token, _LEASE_MS)
        if self._held:
            self._renewing = asyncio.get_running_loop().call_later(_RENEW, self._renew)

    def _land(self, key: str, token: bytes, landed: Landed | None) -> None:
        """End the lease, hand over what was found and tell who follows; after a failure they may try."""
        stored, result = (b"", 1), b""
        if landed is not None and landed.stored is not None:
            stored = landed.stored
        elif landed is not None:
            result = self._box.seal(_encode(landed.answer), *_place(key, token))
        keys = (_lease(key), PREFIX + key, _result(token))
        self._link.soon("EVAL", _LAND, len(keys), *keys, token, *stored, result, _RESULT_MS, _NEWS)

    async def _follow(self, key: str, holder: bytes, known: Known) -> Answer | None:
        """Wait for the holder's answer; None when it gave up, or is heard of no more."""
        news = self._awaited.setdefault(holder, asyncio.Event())
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL):
                        await news.wait()
                news.clear()
                landed = await self._link.call("EVAL", _LOOK, 2, _lease(key), _result(holder), holder)
                if landed is not None:
                    return await known() if landed[0] is None else self._opened(landed[0], key, holder)
        finally:
            self._awaited.pop(holder, None)

    def _opened(self, sealed: bytes, key: str, holder: bytes) -> Answer | None:
        try:
            return _decode(self._box.open(sealed, *_place(key, holder)))
        except (SealedValueError, msgspec.DecodeError):
            return None

    def _hear(self, holder: bytes) -> None:
        news = self._awaited.get(holder)
        if news is not None:
            news.set()


def _lease(key: str) -> str:
    return f"assistant:flight:{key}"


def _result(token: bytes) -> str:
    return f"assistant:flight-result:{token.decode()}"


def _place(key: str, token: bytes) -> tuple[str, str]:
    """Say which question a result answers, too: the lease that leads to it is no more than a word in Redis."""
    return (key, token.hex())
