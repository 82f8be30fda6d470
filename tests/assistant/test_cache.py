"""Where finished answers are kept, and what happens when Redis misbehaves."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from assistant.completion.cache import CompletionCache, MemoryTier
from assistant.completion.order import Entry
from assistant.completion.redis_tier import RedisTier
from assistant.store.secret_keys import SecretKeys
from providers.base import Usage
from tests.assistant.harness import SECRET_KEY
from tests.servers.process import free_port
from tests.servers.redis import RedisServer, redis_server

TEXT = "Thank you for your patience, Ms Okafor."


def entry(text: str = TEXT) -> Entry:
    """Make a finished answer."""
    return Entry(text=text, provider="custom", model="m", prompt_version="v", usage=Usage(output_tokens=9))


@asynccontextmanager
async def tier(url: str, timeout: float = 1.0) -> AsyncIterator[RedisTier]:  # noqa: ASYNC109 - of Redis
    """Start a tier and close it; its timeout is generous, as the machine may be busy."""
    made = RedisTier(url, timeout)
    await made.start()
    try:
        yield made
    finally:
        await made.aclose()


def cache(shared: RedisTier | None, memory: MemoryTier | None = None) -> CompletionCache:
    """Make a cache with a memory of its own, as a freshly started process has it."""
    return CompletionCache(memory or MemoryTier(), shared, SecretKeys((SECRET_KEY,)).box("completions"))


async def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def test_memory_forgets_what_is_out_of_date() -> None:
    """An answer is good for its time to live and not longer."""
    now = [0.0]
    memory = MemoryTier(clock=lambda: now[0])
    memory.put("k", entry(), 60)
    now[0] = 59.9
    assert memory.get("k") == entry()
    now[0] = 60
    assert memory.get("k") is None


def test_memory_is_bounded_by_bytes_and_drops_what_was_unused_for_longest() -> None:
    """However much is asked, the process doesn't grow; what colleagues use stays."""
    memory = MemoryTier(most_bytes=10_000)
    for key in "abc":
        memory.put(key, entry("x" * 600), 60)
    memory.get("a")
    memory.put("d", entry("x" * 600), 60)
    assert [key for key in "abcd" if memory.get(key) is not None] == ["a", "c", "d"]
    memory.put("huge", entry("x" * 100_000), 60)
    assert memory.get("huge") is None


async def test_answer_is_found_by_another_process(redis: RedisServer) -> None:
    """What one worker paid for, the others and the next start have for nothing."""
    async with tier(redis.url) as first:
        cache(first).put("shared", entry(), 60)
    async with tier(redis.tcp_url) as second:
        assert await cache(second).get("shared") == entry()


async def test_answer_expires_everywhere_at_once(redis: RedisServer) -> None:
    """A process that learned an answer from Redis does not keep it past its time to live."""
    async with tier(redis.url) as shared:
        cache(shared).put("short", entry(), 2)
        other = cache(shared)
        await asyncio.sleep(0.2)
        assert await other.get("short") == entry()
        await asyncio.sleep(2)
        assert await other.get("short") is None


async def test_redis_holds_no_text_in_clear(redis: RedisServer) -> None:
    """Whoever reads the Redis learns nothing of what customers were told."""
    async with tier(redis.url) as shared:
        cache(shared).put("sealed", entry(), 60)
    client = Redis.from_url(redis.url)
    stored = repr([await client.get(key) for key in await client.keys("assistant:*")])
    await client.aclose()
    assert len(stored) > len(TEXT)
    assert "Okafor" not in stored
    assert "patience" not in stored


async def test_value_that_can_not_be_read_counts_as_a_miss(redis: RedisServer) -> None:
    """An older format or another key is asked anew instead of failing."""
    client = Redis.from_url(redis.url)
    await client.set("assistant:completion:odd", b"something else", px=60_000)
    await client.aclose()
    async with tier(redis.url) as shared:
        assert await cache(shared).get("odd") is None


async def test_dead_redis_costs_hits_only() -> None:
    """With no Redis at the address every read is a miss, and quickly so."""
    async with tier(f"redis://127.0.0.1:{free_port()}") as shared:
        assert not shared.available
        mine = cache(shared)
        mine.put("k", entry(), 60)
        assert await mine.get("k") == entry(), "this process still remembers"
        assert await mine.get("unknown") is None


async def test_frozen_redis_is_left_alone_until_it_returns(tmp_path: Path) -> None:
    """One read waits for a moment, the next ones don't wait at all, and a Redis that thaws is used again."""
    with redis_server(tmp_path) as server:
        async with tier(server.url, timeout=0.1) as shared:
            mine = cache(shared)
            os.kill(server.pid, signal.SIGSTOP)
            try:
                started = time.monotonic()
                assert await mine.get("k") is None
                assert time.monotonic() - started < 1, "twice the timeout, with slack"
                assert not shared.available
                started = time.monotonic()
                for number in range(100):
                    assert await mine.get(f"unknown {number}") is None
                assert time.monotonic() - started < 1, "no read waited for the frozen server"
            finally:
                os.kill(server.pid, signal.SIGCONT)
            await eventually(lambda: shared.available)
            mine.put("after", entry(), 60)
            await asyncio.sleep(0.1)
            assert await cache(shared).get("after") == entry()


@pytest.mark.parametrize("command", ["CONFIG SET maxmemory 1", "REPLICAOF 127.0.0.1 1"])
async def test_full_or_read_only_redis_still_answers_reads(
    tmp_path: Path, command: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A Redis that refuses to write is no dead one: what it holds is found, and the log says so once."""
    with redis_server(tmp_path) as server:
        async with tier(server.url) as shared:
            mine = cache(shared)
            mine.put("before", entry(), 60)
            await asyncio.sleep(0.2)
            client = Redis.from_url(server.url)
            await client.execute_command(*command.split())  # type: ignore[no-untyped-call] # redis-py has no types for it
            await client.aclose()
            for number in range(20):
                mine.put(f"refused {number}", entry(), 60)
            await asyncio.sleep(0.2)
            assert shared.available
            assert await mine.get("refused 1") == entry(), "this process remembers"
            assert await cache(shared).get("refused 1") is None
            assert await cache(shared).get("before") == entry()
    assert [record.getMessage() for record in caplog.records].count(
        "redis refuses commands, answers are kept in this process"
    ) == 1


async def test_many_reads_at_once_do_not_bring_it_down(redis: RedisServer) -> None:
    """A burst of clicks uses the cache; it doesn't declare a healthy Redis dead."""
    async with tier(redis.url) as shared:
        cache(shared).put("popular", entry(), 60)
        await asyncio.sleep(0.2)
        found = await asyncio.gather(*(cache(shared).get("popular") for _ in range(300)))
        assert shared.available
    assert entry() in found


async def test_answer_is_kept_in_memory_for_a_moment_where_it_is_shared(redis: RedisServer) -> None:
    """Another worker may replace an answer; this one doesn't give the old one for the rest of the day."""
    now = [0.0]
    memory = MemoryTier(clock=lambda: now[0])
    async with tier(redis.url) as shared:
        cache(shared, memory).put("k", entry("old"), 86_400)
        await asyncio.sleep(0.2)
        cache(shared).put("k", entry("new"), 86_400)
        await asyncio.sleep(0.2)
        now[0] = 61
        assert await cache(shared, memory).get("k") == entry("new")
