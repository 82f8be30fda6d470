"""Replicas of the service as processes, clicks on them from many tabs, and the end of one."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.assistant.completion.asking import PATH, serving_with, wanted
from tests.assistant.harness import ADMIN
from tests.assistant.serving import Served, started
from tests.fakes import FakeProvider
from tests.servers.redis import RedisServer

_SENT = "http11.send_request_body.complete"


@contextlib.contextmanager
def replica(folder: Path, fake: FakeProvider, redis: RedisServer) -> Iterator[Served]:
    """Run a replica in a folder until the end of the block, or until a test kills it."""
    folder.mkdir()
    with started(folder, None, "serve", REDIS_URL=redis.tcp_url, **serving_with(fake)) as served:
        yield served


def kill(served: Served) -> None:
    """Kill a replica: its workers first, so that none outlives it."""
    pid = served.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (*map(int, children), pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


class Tabs:
    """Many clicks at once.

    Args:
        client: with a connection for each.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._sent = 0
        self._news = asyncio.Event()
        self.tasks: list[asyncio.Task[httpx.Response]] = []

    def click(self, served: Served, draft: str, times: int = 1, **headers: str) -> list["asyncio.Task[httpx.Response]"]:
        """Click so many times at once, and wait for nothing."""
        url = str(served.client.base_url).rstrip("/") + PATH
        clicks = [
            asyncio.ensure_future(
                self._client.post(url, json=wanted(draft), headers=headers, extensions={"trace": self._trace})
            )
            for _ in range(times)
        ]
        self.tasks += clicks
        return clicks

    async def all_sent(self) -> None:
        """Wait until each click has left for its replica."""
        async with asyncio.timeout(30):
            while self._sent < len(self.tasks):
                await self._news.wait()
                self._news.clear()

    async def _trace(self, name: str, _info: dict[str, Any]) -> None:
        if name == _SENT:
            self._sent += 1
            self._news.set()


@asynccontextmanager
async def many_tabs() -> AsyncIterator[Tabs]:
    """Open tabs of a signed-in agent; those that still wait are closed at the end."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(headers=ADMIN, timeout=60, limits=limits) as client:
        tabs = Tabs(client)
        yield tabs
        for each in tabs.tasks:
            each.cancel()
        await asyncio.gather(*tabs.tasks, return_exceptions=True)
