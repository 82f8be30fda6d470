"""A replica with nothing but its way to Redis, and its flights; run as a program, it leads until it is killed."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.completion.cache import CompletionCache, MemoryTier
from assistant.completion.order import Answer
from assistant.completion.redis_tier import RedisTier
from assistant.completion.shared_flights import Landed, SharedFlights
from assistant.database.secret_keys import SecretKeys
from assistant.redis.link import RedisLink
from tests.assistant.completion.answers import answer
from tests.assistant.harness import SECRET_KEY
from tests.assistant.redis.redis_trouble import PATIENT
from tests.waiting import eventually

KEY = "0123456789abcdef"
LEASE = f"assistant:flight:{KEY}"
TTL = 60.0


class Replica:
    """Answers as the pipeline does.

    Args:
        url: of Redis.
        name: what it answers.
        stores: whether its answers are for keeping.
    """

    def __init__(self, url: str, name: str, *, stores: bool = True) -> None:
        box = SecretKeys((SECRET_KEY,)).box("completions")
        self.link = RedisLink(url, PATIENT)
        self.cache = CompletionCache(MemoryTier(), RedisTier(self.link), box)
        self.flights = SharedFlights(self.link, box)
        self.name = name
        self.stores = stores
        self.asked = 0
        self.may_end = asyncio.Event()
        self.fails_with: Exception | None = None

    async def fly(self) -> Answer:
        """Ask the one question."""
        return await self.flights.fly(KEY, self._ask, self._known)

    async def asking(self) -> None:
        """Wait until its provider is asked."""
        await eventually(lambda: self.asked > 0)

    async def _ask(self) -> Landed:
        self.asked += 1
        await self.may_end.wait()
        if self.fails_with is not None:
            raise self.fails_with
        found = answer(self.name)
        return Landed(answer=found, stored=self.cache.land(KEY, found.entry, TTL) if self.stores else None)

    async def _known(self) -> Answer | None:
        found = await self.cache.known(KEY)
        return None if found is None else Answer(entry=found.entry, prompt_key="p", cache="hit")


@asynccontextmanager
async def replica(url: str, name: str, *, stores: bool = True) -> AsyncIterator[Replica]:
    """Start a replica and stop it."""
    made = Replica(url, name, stores=stores)
    await made.link.start()
    try:
        yield made
    finally:
        await made.link.aclose()


async def fly_after(leader: Replica, follower: Replica) -> tuple["asyncio.Task[Answer]", "asyncio.Task[Answer]"]:
    """Let one lead and the other follow."""
    leading = asyncio.create_task(leader.fly())
    await leader.asking()
    following = asyncio.create_task(follower.fly())
    await followed(follower)
    return leading, following


async def followed(follower: Replica) -> None:
    """Wait until the lease shows that somebody follows."""
    async with asyncio.timeout(10):
        while True:
            if await follower.link.call("HGET", LEASE, "followed") is not None:
                return
            await asyncio.sleep(0.005)


async def landed(leader: Replica) -> None:
    """Wait until Redis has what a leader sent: answers come in the order of the commands."""
    await leader.link.call("GET", "anything")


async def _lead_for_good(url: str) -> None:
    async with replica(url, "one that dies") as dying:
        flying = asyncio.create_task(dying.fly())
        await dying.asking()
        sys.stdout.write("leading\n")
        sys.stdout.flush()
        await flying


if __name__ == "__main__":
    asyncio.run(_lead_for_good(sys.argv[1]))
