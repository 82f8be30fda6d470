"""A replica with nothing but its way to Redis, and its leases; run as a program, it leads until it is killed."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

from msgspec import structs

from assistant.completion.answer import Answer
from assistant.completion.cache import CompletionCache, MemoryTier
from assistant.completion.key import Question
from assistant.completion.leases import Leases
from assistant.completion.redis_tier import RedisTier
from assistant.completion.source import AnswerSource
from assistant.database.secret_keys import SecretKeys
from assistant.redis.link import RedisLink
from assistant.settings import Settings, Waits
from messages.sentences import Sentence
from prompts.front_matter import CacheOptions, Seconds
from tests.assistant.completion.answers import answer
from tests.assistant.harness import SECRET_KEY
from tests.assistant.redis.redis_trouble import PATIENT
from tests.waiting import eventually

KEY = "0123456789abcdef"
LEASE = f"assistant:flight:{KEY}"


def question_of(key: str) -> Question:
    """Make a question of which there is no more than the source looks at."""
    prepared = SimpleNamespace(
        key=key,
        request=SimpleNamespace(fresh=False),
        prompt=SimpleNamespace(key="p", cache=CacheOptions(ttl=Seconds("1m"))),
        is_brief=lambda _position: False,
        deadline=lambda _settings: None,
    )
    return Question(prepared=cast("Any", prepared), key=key)


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
        keys = SimpleNamespace(of=lambda prepared, _position: prepared.key)
        self.source = AnswerSource(
            Settings().cache_ttl,
            waits=Waits(Settings()),
            keys=cast("Any", keys),
            cache=self.cache,
            leases=Leases(self.link, box),
            model=cast("Any", self),
        )
        self.name = name
        self.stores = stores
        self.asked = 0
        self.may_end = asyncio.Event()
        self.fails_with: Exception | None = None
        self.says: Sentence | None = None  # of its answers

    async def fly(self, key: str = KEY) -> Answer:
        """Ask the one question, or another."""
        return await self.source.answer(question_of(key), cast("Any", None), None)

    async def asking(self) -> None:
        """Wait until its provider is asked."""
        await eventually(lambda: self.asked > 0)

    async def answer(self, *_: object, **__: object) -> Answer:
        """Answer as the model does, once the test lets it."""
        self.asked += 1
        await self.may_end.wait()
        if self.fails_with is not None:
            raise self.fails_with
        given = answer(self.name)
        if self.says is not None:
            entry = structs.replace(given.entry, warnings=(self.says,))
            given = structs.replace(given, entry=entry, refusal=self.says)
        return structs.replace(given, whole=self.stores)


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
    """Wait until the lease shows that someone follows."""
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
