"""Redis as the shared tier of the cache: quick to give up, and left alone while it is down."""

import asyncio
import itertools
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from assistant.telemetry import log

if TYPE_CHECKING:
    from redis.asyncio import Redis

_PREFIX = "assistant:completion:"
_TIMEOUT = 0.05  # seconds for connecting and for each answer; redis-py's defaults wait for many seconds
_PROBE_EVERY = 1.0  # seconds between two looks at a Redis that is down
_MOST_PENDING = 200
_CONNECTIONS = 32


class RedisTier:
    """Reads and writes completions in Redis; no failure reaches a caller, each counts as a miss and is logged once.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
        timeout: seconds for connecting and for each answer; a read as a whole takes twice as long at most.
    """

    def __init__(self, url: str, timeout: float = _TIMEOUT) -> None:
        self._redis = _connect(url, timeout)
        self._timeout = timeout
        self._slots = asyncio.Semaphore(_CONNECTIONS)
        self._down = False
        self._refused = ""
        self._pending: set[asyncio.Task[None]] = set()

    @property
    def available(self) -> bool:
        """Tell whether Redis answered last time."""
        return not self._down

    async def start(self) -> None:
        """Look whether Redis is there; the service starts without it as well."""
        await self._ping()

    async def get(self, key: str) -> tuple[bytes, float] | None:
        """Return the value and the seconds that it is still good for; nothing while Redis is down or overloaded."""
        from redis.exceptions import RedisError, ResponseError  # noqa: PLC0415 - a tenth of a second that not every service needs

        if self._down or self._slots.locked():
            return None
        try:
            async with self._slots, asyncio.timeout(2 * self._timeout):
                value, milliseconds = await self._read(_PREFIX + key)
        except ResponseError as error:
            self._note_refusal(error)
            return None
        except (RedisError, OSError, TimeoutError) as error:
            self._fail(error)
            return None
        return (value, milliseconds / 1000) if value is not None and milliseconds > 0 else None

    def put(self, key: str, value: bytes, ttl: float) -> None:
        """Store a value in the background; while Redis is down or far behind it is dropped."""
        if not self._down and len(self._pending) < _MOST_PENDING:
            self._run(self._put(key, value, ttl))

    async def aclose(self) -> None:
        """Finish what is pending and close the connections."""
        if self._pending:
            await asyncio.wait(self._pending, timeout=4 * self._timeout)
        for task in self._pending:
            task.cancel()
        await self._redis.aclose()

    async def _read(self, name: str) -> tuple[bytes | None, int]:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(name)
            pipe.pttl(name)
            value, milliseconds = await pipe.execute()
        return value, milliseconds

    async def _put(self, key: str, value: bytes, ttl: float) -> None:
        from redis.exceptions import RedisError, ResponseError  # noqa: PLC0415

        try:
            async with self._slots:
                await self._redis.set(_PREFIX + key, value, px=max(1, int(ttl * 1000)))
        except ResponseError as error:
            self._note_refusal(error)
        except (RedisError, OSError, TimeoutError) as error:
            self._fail(error)
        else:
            self._refused = ""

    def _note_refusal(self, error: Exception) -> None:
        """Log, once, that Redis answers and refuses: it is full, read-only, or lets this user do too little."""
        kind = type(error).__name__
        if kind != self._refused:
            self._refused = kind
            log.warning("redis refuses commands, answers are kept in this process", error=kind)

    def _run(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    def _fail(self, error: Exception) -> None:
        """Leave Redis alone from now on, and look in the background for its return."""
        if self._down:
            return
        self._down = True
        log.warning("redis is not available, answers are cached in this process only", error=type(error).__name__)
        self._run(self._watch())

    async def _watch(self) -> None:
        for _ in itertools.count():
            if await self._ping():
                break
            await asyncio.sleep(_PROBE_EVERY)
        log.info("redis is back")

    async def _ping(self) -> bool:
        from redis.exceptions import RedisError  # noqa: PLC0415

        try:
            await self._redis.ping()
        except (RedisError, OSError, TimeoutError) as error:
            self._fail(error)
            return False
        self._down = False
        return True


def _connect(url: str, timeout: float) -> "Redis":
    from redis.asyncio import Redis  # noqa: PLC0415
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        max_connections=2 * _CONNECTIONS,  # the slots bound reads and writes; the rest is for looking after it
        protocol=3,
    )
