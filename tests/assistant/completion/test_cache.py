"""Where finished answers are kept; tests/assistant/redis/test_link.py has what Redis can do to it."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from msgspec import structs
from redis.asyncio import Redis

from assistant.completion.cache import CompletionCache, Found, MemoryTier
from assistant.completion.redis_tier import RedisTier
from assistant.database.secret_keys import SecretKeys
from assistant.redis.link import RedisLink
from messages.sentences import Sentence, say
from tests.assistant.completion.answers import TEXT, entry
from tests.assistant.harness import SECRET_KEY
from tests.assistant.redis.redis_trouble import linked, tell
from tests.servers.process import free_port
from tests.servers.redis import RedisServer, redis_server
from tests.waiting import eventually

FRESH = Found(entry(), stale=False)
STALE = Found(entry(), stale=True)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


class SlowTier:
    """A Redis that answers when a test says so."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.put_last = b""

    async def get(self, _key: str) -> bytes:
        """Wait for the test."""
        self.asked.set()
        return await self.answer

    def put(self, _key: str, value: bytes, _milliseconds: int) -> None:
        """Keep what came last."""
        self.put_last = value


def cache(link: RedisLink | None, memory: MemoryTier | None = None) -> CompletionCache:
    """Make a cache with a memory of its own, as a freshly started process has it."""
    shared = None if link is None else RedisTier(link)
    return CompletionCache(memory or MemoryTier(), shared, SecretKeys((SECRET_KEY,)).box("completions"))


def test_memory_forgets_what_is_out_of_date() -> None:
    """An answer is fresh for its time to live, then stale for as long as its prompt says, and not longer."""
    clock = Clock()
    memory = MemoryTier(clock=clock)
    memory.put("k", entry(), fresh=60, good=90)
    clock.now = 59.9
    assert memory.get("k") == FRESH
    clock.now = 60
    assert memory.get("k") == STALE
    clock.now = 90
    assert memory.get("k") is None


def test_memory_is_bounded_by_bytes_and_drops_what_was_unused_for_longest() -> None:
    """However much is asked, the process doesn't grow; what colleagues use stays."""
    memory = MemoryTier(most_bytes=10_000)
    for key in "abc":
        memory.put(key, entry("x" * 600), fresh=60, good=60)
    memory.get("a")
    memory.put("d", entry("x" * 600), fresh=60, good=60)
    assert [key for key in "abcd" if memory.get(key) is not None] == ["a", "c", "d"]
    memory.put("huge", entry("x" * 100_000), fresh=60, good=60)
    assert memory.get("huge") is None


async def test_answer_is_found_by_another_process(redis: RedisServer) -> None:
    """What one worker paid for, the others and the next start have for nothing."""
    async with linked(redis.url) as first:
        cache(first).put("shared", entry(), 60)
    async with linked(redis.tcp_url) as second:
        assert await cache(second).get("shared") == FRESH
        assert await cache(second).known("shared") == FRESH


async def test_warnings_are_found_in_every_language(redis: RedisServer) -> None:
    """Another process says in its reader's language what this one was told in another."""
    warned = structs.replace(entry(), warnings=(Sentence("The tag <{tag}> is not closed properly.", tag="b"),))
    async with linked(redis.url) as first:
        cache(first).put("warned", warned, 60)
    async with linked(redis.tcp_url) as second:
        found = await cache(second).get("warned")
        assert found is not None
        [warning] = found.entry.warnings
        assert say(warning, "de") == "Das Tag <b> ist nicht richtig geschlossen."
        assert warning == "The tag <b> is not closed properly."


async def test_answer_that_comes_while_redis_is_asked_is_not_overwritten() -> None:
    """A slow look into Redis finds the old answer; the new one, stored meanwhile, is given and kept."""
    box, clock, tier = SecretKeys((SECRET_KEY,)).box("completions"), Clock(), SlowTier()
    memory = MemoryTier(clock=clock)
    answers = CompletionCache(memory, tier, box)
    answers.put("k", entry("old"), 0.0, 60)
    old, looking = tier.put_last, asyncio.ensure_future(answers.get("k"))
    await tier.asked.wait()
    answers.put("k", entry("new"), 60)
    tier.answer.set_result(old)
    assert await looking == Found(entry("new"), stale=False)
    assert await answers.get("k") == Found(entry("new"), stale=False)


async def test_answer_expires_everywhere_at_once(redis: RedisServer) -> None:
    """A process that learned an answer from Redis does not keep it past its time to live."""
    async with linked(redis.url) as link:
        cache(link).put("short", entry(), 1)
        other = cache(link)
        assert await other.get("short") == FRESH
        await asyncio.sleep(1)
        assert await other.get("short") is None


async def test_stale_answer_is_given_as_such(redis: RedisServer) -> None:
    """It is known for what it is in every process, and another replica's newer one is preferred to it."""
    async with linked(redis.url) as link:
        mine, other = cache(link), cache(link)
        mine.put("old", entry(), 0, 60)
        assert await mine.get("old") == STALE
        assert await other.get("old") == STALE
        assert await other.known("old") is None, "nobody has stored anything just now"
        other.put("old", entry("new"), 60)
        assert await mine.get("old") == Found(entry("new"), stale=False)


async def test_landing_remembers_and_leaves_the_sharing_to_the_flight(redis: RedisServer) -> None:
    """A flight stores the answer in the same breath as it lands."""
    async with linked(redis.url) as link:
        mine = cache(link)
        value, milliseconds = mine.land("landed", entry(), 60, 30)
        assert milliseconds == 90_000
        assert await mine.get("landed") == FRESH
        assert await cache(link).get("landed") is None
        await link.call("SET", "assistant:completion:landed", value, "PX", milliseconds)
        assert await cache(link).get("landed") == FRESH


async def test_redis_holds_no_text_in_clear(redis: RedisServer) -> None:
    """Whoever reads the Redis learns nothing of what customers were told."""
    async with linked(redis.url) as link:
        cache(link).put("sealed", entry(), 60)
    client = Redis.from_url(redis.url)
    stored = repr([await client.get(key) for key in await client.keys("assistant:completion:*")])
    await client.aclose()
    assert len(stored) > len(TEXT)
    assert "Okafor" not in stored
    assert "patience" not in stored


async def test_value_that_can_not_be_read_counts_as_a_miss(redis: RedisServer) -> None:
    """An older format or another key is asked anew instead of failing."""
    async with linked(redis.url) as link:
        await link.call("SET", "assistant:completion:odd", b"something else", "PX", 60_000)
        assert await cache(link).get("odd") is None


async def test_dead_redis_costs_hits_only() -> None:
    """With no Redis at the address every read is a miss, and quickly so."""
    async with linked(f"redis://127.0.0.1:{free_port()}") as link:
        mine = cache(link)
        mine.put("k", entry(), 60)
        assert await mine.get("k") == FRESH, "this process still remembers"
        assert await mine.get("unknown") is None


async def test_frozen_redis_is_left_alone_until_it_returns(tmp_path: Path) -> None:
    """One read waits for a moment, the next ones don't wait at all, and a Redis that thaws is used again."""
    with redis_server(tmp_path) as server:
        async with linked(server.url, 0.05) as link:
            mine = cache(link)
            os.kill(server.pid, signal.SIGSTOP)
            try:
                started = time.monotonic()
                assert await mine.get("k") is None
                assert time.monotonic() - started < 0.5, "a tenth of a second, with slack"
                started = time.monotonic()
                for number in range(100):
                    assert await mine.get(f"unknown {number}") is None
                assert time.monotonic() - started < 1, "no read waited for the frozen server"
            finally:
                os.kill(server.pid, signal.SIGCONT)
            await eventually(lambda: link.available)
            mine.put("after", entry(), 60)
            assert await cache(link).get("after") == FRESH


@pytest.mark.parametrize("command", ["CONFIG SET maxmemory 1", "REPLICAOF 127.0.0.1 1"])
async def test_full_or_read_only_redis_still_answers_reads(tmp_path: Path, command: str) -> None:
    """A Redis that refuses to write is no dead one: what it holds is found."""
    with redis_server(tmp_path) as server:
        async with linked(server.url) as link:
            mine = cache(link)
            mine.put("before", entry(), 60)
            assert await cache(link).get("before") == FRESH
            await tell(server.url, *command.split())
            mine.put("refused", entry(), 60)
            assert await mine.get("refused") == FRESH, "this process remembers"
            assert await cache(link).get("refused") is None
            assert await cache(link).get("before") == FRESH
            assert link.available


async def test_many_reads_at_once_do_not_bring_it_down(redis: RedisServer) -> None:
    """A burst of clicks uses the cache; it doesn't declare a healthy Redis dead."""
    async with linked(redis.url) as link:
        cache(link).put("popular", entry(), 60)
        found = await asyncio.gather(*(cache(link).get("popular") for _ in range(300)))
        assert link.available
    assert found == 300 * [FRESH]


async def test_answer_is_kept_in_memory_for_a_moment_where_it_is_shared(redis: RedisServer) -> None:
    """Another worker may replace an answer; this one doesn't give the old one for the rest of the day."""
    clock = Clock()
    memory = MemoryTier(clock=clock)
    async with linked(redis.url) as link:
        cache(link, memory).put("k", entry("old"), 86_400)
        cache(link).put("k", entry("new"), 86_400)
        clock.now = 61
        assert await cache(link, memory).get("k") == Found(entry("new"), stale=False)
