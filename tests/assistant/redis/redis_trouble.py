"""A way to Redis for tests, and a relay on the way that makes trouble."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from redis.asyncio import Redis

from assistant.redis.link import RedisLink

PATIENT = 1.0
"""Seconds for a link where trouble is not the question: the machine may be busy."""


@asynccontextmanager
async def linked(url: str, timeout: float = PATIENT) -> AsyncIterator[RedisLink]:  # noqa: ASYNC109 - of Redis
    """Open a way to Redis, and close it."""
    link = RedisLink(url, timeout)
    await link.start()
    try:
        yield link
    finally:
        await link.aclose()


async def tell(url: str, *command: str | int) -> object:
    """Run one command beside the link that is tested."""
    client = Redis.from_url(url)
    try:
        answer: object = await client.execute_command(*command)  # type: ignore[no-untyped-call] # has no types
        return answer
    finally:
        await client.aclose()


class Relay:
    """Passes on what clients and Redis say; `delay` is in seconds, each way."""

    def __init__(self, target: str) -> None:
        self.delay = 0.0
        self.url = ""
        self.connections = 0
        self._target = urlsplit(target)
        self._writers: set[asyncio.StreamWriter] = set()
        self._mute: set[asyncio.StreamWriter] = set()
        self._cut = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Relay"]:
        """Listen on a free port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            self.cut()

    def cut(self) -> None:
        """Break all connections off; what is on its way is lost."""
        cut, self._cut = self._cut, asyncio.Event()
        cut.set()
        for writer in self._writers:
            writer.transport.abort()

    def mute(self) -> None:
        """Pass nothing on any more on the connections that there are, as if a cable were cut; new ones work."""
        self._mute = set(self._writers)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        redis_reader, redis_writer = await asyncio.open_connection(self._target.hostname, self._target.port)
        await asyncio.gather(self._pass_on(reader, redis_writer), self._pass_on(redis_reader, writer))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cut = self._cut
        self._writers.add(writer)
        with contextlib.suppress(OSError):
            while not cut.is_set() and (data := await reader.read(65536)):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.delay):
                        await cut.wait()
                if not cut.is_set() and writer not in self._mute:
                    writer.write(data)
        self._writers.discard(writer)
        writer.close()


@asynccontextmanager
async def relayed(target: str) -> AsyncIterator[Relay]:
    """Run a relay in front of a Redis on TCP."""
    async with Relay(target).running() as relay:
        yield relay
