"""A change on one replica, and the others."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from assistant.redis.announcements import Announcements
from assistant.redis.link import RedisLink
from tests.assistant.redis.redis_trouble import PATIENT
from tests.servers.redis import RedisServer, redis_server
from tests.waiting import eventually


class Replica:
    """What a replica knows of changes: it counts how often it reads anew."""

    def __init__(self, url: str) -> None:
        self.link = RedisLink(url, PATIENT)
        self.announcements = Announcements(self.link)
        self.read = 0
        self.announcements.on("prompts", self._reload)
        self.announcements.on("broken", self._fail)

    async def _reload(self) -> None:
        self.read += 1

    async def _fail(self) -> None:
        raise ValueError("what was saved can't be read")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Replica"]:
        """Listen."""
        await self.link.start()
        try:
            yield self
        finally:
            await self.announcements.aclose()
            await self.link.aclose()


async def tell_until_heard(one: Replica, other: Replica) -> None:
    """Tell of changes until the other replica hears one: its subscription takes a moment."""
    before = other.read
    async with asyncio.timeout(10):
        while other.read == before:
            one.announcements.tell("prompts")
            await asyncio.sleep(0.05)


async def test_told_within_a_second(redis: RedisServer) -> None:
    """A published prompt is live everywhere within a second; what no one knows, or can read, does no harm."""
    async with Replica(redis.url).running() as one, Replica(redis.tcp_url).running() as other:
        await tell_until_heard(one, other)
        one.announcements.tell("broken")
        one.announcements.tell("something newer")
        before = other.read
        started = time.monotonic()
        one.announcements.tell("prompts")
        await eventually(lambda: other.read > before)
        assert time.monotonic() - started < 1


async def test_restart_of_redis(tmp_path: Path) -> None:
    """Changes are spread again once Redis is back; telling of one meanwhile is no error."""
    with redis_server(tmp_path) as server:
        one, other = Replica(server.url), Replica(server.url)
        await asyncio.gather(one.link.start(), other.link.start())
        await tell_until_heard(one, other)
    await eventually(lambda: not one.link.available)
    one.announcements.tell("prompts")
    with redis_server(tmp_path):
        await tell_until_heard(one, other)
        for replica in (one, other):
            await replica.announcements.aclose()
            await replica.link.aclose()


async def test_without_redis() -> None:
    """There is no one to tell."""
    announcements = Announcements(None)
    announcements.tell("prompts")
    await announcements.aclose()


async def test_end_while_reading(redis: RedisServer) -> None:
    """A reload that hangs doesn't keep the process from ending."""
    async with Replica(redis.url).running() as one:
        hanging = asyncio.Event()

        async def hang() -> None:
            hanging.set()
            await asyncio.Event().wait()

        one.announcements.on("hanging", hang)
        async with asyncio.timeout(10):
            while not hanging.is_set():
                one.announcements.tell("hanging")
                await asyncio.sleep(0.05)
    assert asyncio.all_tasks() == {asyncio.current_task()}
