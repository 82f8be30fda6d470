"""The way to Redis: quick to give up, left alone while it is down, and looked for in the background."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.addresses.redis import RedisAddress
from assistant.redis.refusals import reason_of
from assistant.redis.subscription import RedisNews
from assistant.redis.wire import Part, RedisDownError, RedisWire
from assistant.telemetry import log

if TYPE_CHECKING:
    from redis.asyncio import Redis

__all__ = ["RedisDownError", "RedisLink"]

T = TypeVar("T")

_TIMEOUT = 0.05  # seconds for connecting and for each answer; redis-py's defaults wait for many seconds
_FAR = (
    3.0  # seconds for connecting while no one waits: TLS and signing in take several answers, from another region each
)
_PROBE_EVERY = 1.0  # seconds between two looks at a Redis that is down, and at least between two of its returns
_PROBE = ("SET", "assistant:probe", "", "PX", 1000)  # a write: during a failover reads are answered and writes are not
_MOST_WAITING = 2000  # commands without an answer
_CONNECTIONS = 32  # for `run`


class RedisLink:
    """Runs commands in Redis; it is given up after a moment, and logged once, and callers go on without.

    Args:
        url: what `RedisAddress` understands.
        timeout: seconds; a command takes twice as long at most, connecting included.

    Attributes:
        failures: how often Redis was lost.
        refusals: how often it answered and refused, being full or read-only.
        refused: the kind of the last refusal, until a write is accepted again; else empty.
    """

    def __init__(self, url: str, timeout: float = _TIMEOUT) -> None:
        from redis.exceptions import RedisError, ResponseError  # noqa: PLC0415 - a tenth of a second that not every service needs

        self._redis = _connect(url)
        self._news = RedisNews(self._redis, max(2 * timeout, _FAR))
        self._refusal = ResponseError
        self._trouble = (RedisError, OSError, TimeoutError)
        self._patience = 2 * timeout
        self._slots = asyncio.Semaphore(_CONNECTIONS)
        self._wire: RedisWire | None = None
        self._down = False
        self._told = ""
        self._returned = 0.0
        self._watching: set[asyncio.Task[None]] = set()
        self.failures = 0
        self.refusals = 0
        self.refused = ""

    @property
    def available(self) -> bool:
        """Tell whether Redis answered last time."""
        return not self._down

    async def start(self) -> None:
        """Look whether Redis is there; the service starts without it as well."""
        await self._look(self._patience)
        self._news.start()

    def hear(self, channel: str, heard: Callable[[bytes], None]) -> None:
        """Call a function, which must not raise, with each message of a channel; before the start."""
        self._news.hear(channel, heard)

    async def call(self, *command: Part) -> Any:  # noqa: ANN401 - whatever Redis answers
        """Run a command on the connection that all callers share.

        Raises:
            RedisDownError: it got no answer, or was refused.
        """
        if not self._has_room():
            raise RedisDownError
        try:
            return await self._send(command)
        except self._refusal as error:
            self._note_refusal(error)
            raise RedisDownError from None

    def soon(self, *command: Part) -> None:
        """Run a command that writes, and don't wait; while Redis is down or far behind it is dropped."""
        if self._has_room():
            self._send(command).add_done_callback(self._note_outcome)

    async def run(self, command: Callable[["Redis"], Awaitable[T]]) -> T:
        """Run what needs a client of redis-py, on a connection of its own.

        Raises:
            RedisDownError: it got no answer, or was refused.
        """
        if self._down:
            raise RedisDownError
        try:
            async with asyncio.timeout(self._patience), self._slots:
                return await command(self._redis)
        except self._refusal as error:
            self._note_refusal(error)
            raise RedisDownError from None
        except self._trouble as error:
            self._fail(error)
            raise RedisDownError from None

    async def aclose(self) -> None:
        """Finish what is pending and close the connections."""
        await self._news.aclose()
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        if self._wire is not None:
            await self._wire.aclose()
            self._wire = None
        self._down = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._redis.aclose()

    def _has_room(self) -> bool:
        return not self._down and (self._wire is None or self._wire.waiting < _MOST_WAITING)

    def _send(self, command: tuple[Part, ...]) -> "asyncio.Future[Any]":
        return self._open_wire().send(command)

    def _open_wire(self) -> RedisWire:
        if self._wire is None:
            connection = self._redis.connection_pool.make_connection()  # type: ignore[no-untyped-call] # has no types
            self._wire = RedisWire(connection, self._patience, self._lose)
        return self._wire

    def _lose(self, wire: RedisWire, error: Exception | None) -> None:
        if self._wire is wire:
            self._wire = None
        if error is not None:
            self._fail(error)
        elif not self._watching:  # no one was kept waiting: it may be an idle connection that Redis has closed
            self._watch(self._look_later())

    def _note_outcome(self, answer: "asyncio.Future[Any]") -> None:
        error = None if answer.cancelled() else answer.exception()
        if error is None:
            self.refused = ""
        elif isinstance(error, self._refusal):
            self._note_refusal(error)

    def _note_refusal(self, error: Exception) -> None:
        """Log, once, that Redis answers and refuses: it is full, read-only, or lets this user do too little."""
        self.refusals += 1
        kind = type(error).__name__
        if kind != self.refused:
            self.refused = kind
            log.warning("redis refuses commands, answers are kept in this process", error=kind)

    def _fail(self, error: Exception) -> None:
        """Leave Redis alone from now on, and look in the background for its return."""
        reason = reason_of(error)
        if not self._down or (reason and reason != self._told):
            self._tell(error, reason)
        if self._down:
            return
        self._down = True
        self.failures += 1
        self._watch(self._await_return())

    def _tell(self, error: Exception, reason: str | None) -> None:
        """Log that it is lost; and why, once that is known: the first look may be too short for it."""
        self._told = reason or ""
        more = {"reason": f"ASSISTANT_REDIS_URL: {reason}"} if reason else {}
        text = "redis is not available, answers are cached in this process only"
        log.warning(text, error=type(error).__name__, **more)

    def _watch(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    async def _await_return(self) -> None:
        """Look at once, but let it return once a second at most: each time that it fails someone has waited."""
        pause = self._returned + _PROBE_EVERY - asyncio.get_running_loop().time()
        while self._down:
            await asyncio.sleep(pause)
            await self._look(max(self._patience, _FAR))
            pause = _PROBE_EVERY
        self._returned = asyncio.get_running_loop().time()
        log.info("redis is back")

    async def _look_later(self) -> None:
        await asyncio.sleep(_PROBE_EVERY)
        await self._look(self._patience)

    async def _look(self, patience: float) -> None:
        """See whether it answers in some seconds, more than usual while it is down; a refusal is an answer."""
        wire = self._open_wire()
        wire.patience = patience
        try:
            await wire.send(_PROBE)
        except RedisDownError:
            return
        except self._refusal as error:
            self._note_refusal(error)
        finally:
            wire.patience = self._patience
        if patience > self._patience:
            # The first who needs a connection for `run` finds it open.
            with contextlib.suppress(*self._trouble):
                async with asyncio.timeout(patience):
                    await self._redis.ping()
        self._down = False


def _connect(url: str) -> "Redis":
    """Return a client of redis-py; it is told what we know, and not what else the address may say."""
    from redis.asyncio import ConnectionPool, Redis  # noqa: PLC0415
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.maint_notifications import MaintNotificationsConfig  # noqa: PLC0415

    address = RedisAddress.read(url)
    pool = ConnectionPool(
        **_way(address),
        db=address.database,
        username=address.user,
        password=address.password,
        client_name=address.named,
        protocol=address.protocol,
        socket_timeout=None,  # callers have a deadline; redis-py's goes through `wait_for`, which loses cancellations
        socket_connect_timeout=_FAR,  # likewise
        retry=Retry(NoBackoff(), 0),
        max_connections=2 * _CONNECTIONS,  # the slots bound commands; the rest is for looking after it
        maint_notifications_config=MaintNotificationsConfig(enabled=False),  # a question less when connecting
    )
    return Redis.from_pool(pool)


def _way(address: RedisAddress) -> dict[str, Any]:
    """Return the kind of connection, and what is its own."""
    from redis.asyncio.connection import Connection, SSLConnection, UnixDomainSocketConnection  # noqa: PLC0415

    if address.socket is not None:
        return {"connection_class": UnixDomainSocketConnection, "path": address.socket}
    place = {"host": address.host, "port": address.port}
    if address.tls is None:
        return {"connection_class": Connection, **place}
    return {
        "connection_class": SSLConnection,
        **place,
        "ssl_cert_reqs": "required" if address.tls.verify else "none",
        "ssl_check_hostname": address.tls.verify and address.tls.check_name,
        "ssl_ca_certs": address.tls.authorities,
        "ssl_certfile": address.tls.certificate,
        "ssl_keyfile": address.tls.key,
    }
