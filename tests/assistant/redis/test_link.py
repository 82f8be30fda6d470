"""The way to Redis: what Redis does to it, and what callers notice."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.completion.redis_tier import RedisTier
from assistant.redis.link import RedisDownError, RedisLink
from tests.assistant.redis.redis_trouble import linked, relayed, tell
from tests.servers.process import free_port
from tests.servers.redis import RedisServer, redis_server
from tests.waiting import eventually

HURRIED = 0.05  # what the service uses: a command takes twice that at most
FIRST_WAIT = 0.1 + 0.4  # seconds, with slack for a busy machine
RETURN = 5.0
REFUSED = "redis refuses commands, answers are kept in this process"


async def seconds_of_failing(link: RedisLink, calls: int = 1) -> float:
    """Ask in vain, and return how long that took."""
    started = time.monotonic()
    for _ in range(calls):
        with pytest.raises(RedisDownError):
            await link.call("SET", "k", "v")
    return time.monotonic() - started


async def assert_left_alone(link: RedisLink) -> None:
    """The first caller waited for a moment; those who come later don't wait at all."""
    assert not link.available
    assert await seconds_of_failing(link, 200) < 1, "one wait each would be 20 seconds"
    with pytest.raises(RedisDownError):
        await link.run(lambda redis: redis.get("k"))
    link.soon("SET", "k", "v")


async def assert_returns(link: RedisLink) -> None:
    """It is used again soon."""
    await eventually(lambda: link.available, RETURN)
    assert await link.call("SET", "k", "v") == b"OK"


@asynccontextmanager
async def stopped(server: RedisServer) -> AsyncIterator[None]:
    """Freeze a Redis."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


async def test_every_caller_gets_the_answer_to_its_own_question(redis: RedisServer) -> None:
    """What travels together is told apart, refusals and callers that left included."""
    async with linked(redis.url) as link:
        leaver = asyncio.create_task(link.call("ECHO", "of one who left"))
        asked = [asyncio.create_task(link.call("ECHO", number)) for number in range(100)]
        refused = asyncio.create_task(link.call("NONSENSE"))
        last = asyncio.create_task(link.call("ECHO", b"\x00\r\n\xff"))
        await asyncio.sleep(0)
        leaver.cancel()
        assert await asyncio.gather(*asked) == [str(number).encode() for number in range(100)]
        with pytest.raises(RedisDownError):
            await refused
        assert await last == b"\x00\r\n\xff"
        assert link.available


async def test_dead(redis: RedisServer) -> None:
    """With no Redis at the address no one waits, from the start on."""
    async with linked(f"redis://127.0.0.1:{free_port()}", HURRIED) as link:
        await assert_left_alone(link)
        assert link.failures == 1
    async with linked(redis.url) as link:
        assert link.available


async def test_frozen(tmp_path: Path) -> None:
    """One wait of a tenth of a second, then none, and a Redis that thaws is used again."""
    with redis_server(tmp_path) as server:
        async with linked(server.url, HURRIED) as link:
            async with stopped(server):
                assert await seconds_of_failing(link) < FIRST_WAIT
                await assert_left_alone(link)
            await assert_returns(link)


async def test_frozen_while_many_ask(tmp_path: Path) -> None:
    """All who ask at that moment wait for the same tenth of a second; who is one too many doesn't wait."""
    with redis_server(tmp_path) as server:
        async with linked(server.url, HURRIED) as link, stopped(server):
            started = time.monotonic()
            found = await asyncio.gather(*(link.call("GET", "k") for _ in range(3000)), return_exceptions=True)
            assert time.monotonic() - started < 3000 * 0.1 / 10, "one after the other they would wait for five minutes"
            assert {type(each) for each in found} == {RedisDownError}


async def test_slow(redis: RedisServer) -> None:
    """A Redis that takes 200 ms is no help; it is left alone until it is quick again."""
    async with relayed(redis.tcp_url) as relay, linked(relay.url, HURRIED) as link:
        assert link.available
        relay.delay = 0.1  # each way
        assert await seconds_of_failing(link) < FIRST_WAIT
        await assert_left_alone(link)
        seen = relay.connections
        await eventually(lambda: relay.connections >= seen + 2)
        await assert_left_alone(link)
        relay.delay = 0.0
        await assert_returns(link)


async def test_writes_that_hang(tmp_path: Path) -> None:
    """During a failover reads are answered and writes hang; that counts as down, else each write would wait."""
    with redis_server(tmp_path) as server:
        async with linked(server.url, HURRIED) as link:
            await tell(server.url, "CLIENT", "PAUSE", 2000, "WRITE")
            assert await seconds_of_failing(link) < FIRST_WAIT
            await assert_left_alone(link)
            await assert_returns(link)


@pytest.mark.parametrize(
    ("trouble", "end"),
    [
        pytest.param(("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0"), id="full"),
        pytest.param(("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE"), id="read-only"),
    ],
)
async def test_full_or_read_only(
    tmp_path: Path, trouble: tuple[str, ...], end: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """Reads go on, writes are refused without a wait; the log says so once, and it is over when a write succeeds."""
    with redis_server(tmp_path) as server:
        async with linked(server.url) as link:
            await link.call("SET", "before", "there")
            await tell(server.url, *trouble)
            for _ in range(20):
                link.soon("SET", "k", "v")
            with pytest.raises(RedisDownError):
                await link.call("EVAL", "return redis.call('set', KEYS[1], 'v')", 1, "k")
            assert await link.call("GET", "before") == b"there"
            assert link.available
            assert link.refusals == 21
            assert link.refused in {"OutOfMemoryError", "ReadOnlyError"}
            assert [record.getMessage() for record in caplog.records].count(REFUSED) == 1
            await tell(server.url, *end)
            link.soon("SET", "k", "v")
            await eventually(lambda: not link.refused)
            assert await link.call("GET", "k") == b"v"


async def test_restarted(tmp_path: Path) -> None:
    """A Redis that comes back is found, and its channels are heard again."""
    heard: list[bytes] = []
    with redis_server(tmp_path) as server:
        link = RedisLink(server.url, HURRIED)
        link.hear("news", heard.append)
        await link.start()
        await publish_until_heard(server, heard)
    await eventually(lambda: not link.available)
    await assert_left_alone(link)
    heard.clear()
    with redis_server(tmp_path) as server:
        await assert_returns(link)
        await publish_until_heard(server, heard)
        await link.aclose()


async def test_connection_cut(redis: RedisServer) -> None:
    """Whoever asks at that moment goes on at once; Redis is there again at once."""
    async with relayed(redis.tcp_url) as relay, linked(relay.url) as link:
        relay.delay = 0.3
        asked = asyncio.create_task(link.call("GET", "k"))
        await asyncio.sleep(0.05)
        relay.delay = 0.0
        relay.cut()
        started = time.monotonic()
        with pytest.raises(RedisDownError):
            await asked
        assert time.monotonic() - started < 0.2
        await assert_returns(link)
        assert link.failures == 1


async def test_idle_connection_closed_by_redis_is_no_failure(tmp_path: Path) -> None:
    """Redis closes what idles for long; no one notices, and the log doesn't cry."""
    with redis_server(tmp_path) as server:
        async with linked(server.url) as link:
            await link.call("GET", "k")
            await tell(server.url, "CLIENT", "KILL", "TYPE", "normal")
            await asyncio.sleep(0.1)
            assert await link.call("GET", "k") is None
            assert link.failures == 0


async def test_late_event_loop_is_not_taken_for_a_late_redis(redis: RedisServer) -> None:
    """The answer that lies there when the process comes to itself counts."""
    async with linked(redis.url, 0.1) as link:
        asked = asyncio.create_task(link.call("ECHO", "here"))
        for _ in range(20):
            await asyncio.sleep(0)
        time.sleep(0.5)  # noqa: ASYNC251 - the loop is blocked on purpose
        assert await asked == b"here"
        assert link.failures == 0


async def test_returns_once_a_second_at_most(tmp_path: Path) -> None:
    """A Redis that fails again and again keeps no one waiting more than once a second."""
    with redis_server(tmp_path) as server:
        async with linked(server.url) as link:
            started = time.monotonic()
            for failures in range(1, 4):
                link.soon("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")
                link.soon("GET", "k")
                await eventually(lambda failures=failures: link.failures == failures and link.available)  # type: ignore[misc] # a default argument
            assert time.monotonic() - started > 1.8


async def test_what_is_pending_is_finished_at_the_end(redis: RedisServer) -> None:
    """A shutdown loses no answer that was to be stored."""
    async with linked(redis.url) as link:
        for number in range(500):
            link.soon("SET", f"pending:{number}", "v")
    assert await tell(redis.url, "EXISTS", *(f"pending:{number}" for number in range(500))) == 500
    link.soon("SET", "too late", "v")


async def test_message_is_heard_after_the_cable_was_cut(redis: RedisServer) -> None:
    """A connection that says nothing any more, not even that it is broken, is replaced."""
    heard: list[bytes] = []
    async with relayed(redis.tcp_url) as relay:
        link = RedisLink(relay.url)
        link.hear("news", heard.append)
        await link.start()
        await publish_until_heard(redis, heard)
        relay.mute()
        heard.clear()
        await publish_until_heard(redis, heard)
        await link.aclose()


async def test_far_redis_is_connected_to_in_the_background(redis: RedisServer) -> None:
    """A host's Redis in another region answers in time, but signing in takes several answers: no one waits for that."""
    heard: list[bytes] = []
    async with relayed(redis.tcp_url) as relay:
        relay.delay = 0.02
        link = RedisLink(f"{relay.url}?client_name=far")
        link.hear("news", heard.append)
        await link.start()
        await eventually(lambda: link.available)
        assert await link.call("SET", "far", "away") in {"OK", b"OK"}
        assert await link.run(lambda client: client.get("far")) == b"away"
        await publish_until_heard(redis, heard)
        await link.aclose()


async def test_reads_of_one_turn_are_one_command(tmp_path: Path) -> None:
    """Fifty agents' clicks at once cost Redis one command; whoever leaves takes nothing from the others."""
    with redis_server(tmp_path) as server:
        async with linked(server.url) as link:
            tier = RedisTier(link)
            tier.put("key 7", b"seven", 60_000)
            leaver = asyncio.create_task(tier.get("key 7"))
            asked = [asyncio.create_task(tier.get(f"key {number % 25}")) for number in range(50)]
            await asyncio.sleep(0)
            leaver.cancel()
            found = await asyncio.gather(*asked)
            assert [value for value in found if value is not None] == [b"seven", b"seven"]
            statistics = await tell(server.url, "INFO", "commandstats")
    assert isinstance(statistics, dict)
    assert statistics["cmdstat_mget"]["calls"] == 1
    assert "cmdstat_get" not in statistics


async def publish_until_heard(server: RedisServer, heard: list[bytes]) -> None:
    """Say something until it arrives: the subscription takes a moment."""
    async with asyncio.timeout(15):
        while not heard:
            await tell(server.url, "PUBLISH", "news", "hello")
            await asyncio.sleep(0.05)
    assert set(heard) == {b"hello"}
