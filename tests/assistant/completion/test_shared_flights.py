"""Colleagues on several replicas who ask the same at the same time."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from assistant.completion.answer import Answer
from messages.sentences import Sentence, say
from providers.errors import UnavailableError
from tests.assistant.completion.replica import KEY, LEASE, Replica, fly_after, followed, landed, replica
from tests.assistant.redis.redis_trouble import relayed, tell
from tests.servers.process import free_port
from tests.servers.redis import RedisServer, redis_server
from tests.waiting import eventually

HANDOVER = 2.0


@pytest.fixture(autouse=True)
async def _empty(redis: RedisServer) -> None:
    """Begin with an empty Redis."""
    await tell(redis.url, "FLUSHALL")


@pytest.fixture
async def one(redis: RedisServer) -> AsyncIterator[Replica]:
    """A replica."""
    async with replica(redis.url, "one") as made:
        yield made


@pytest.fixture
async def two(redis: RedisServer) -> AsyncIterator[Replica]:
    """Another replica."""
    async with replica(redis.tcp_url, "two") as made:
        yield made


def told(answer: Answer) -> tuple[str, str]:
    """Return what an answer says, and how it came about."""
    return answer.entry.text, answer.cache


@pytest.mark.parametrize("stores", [True, False], ids=["for keeping", "not for keeping"])
async def test_one_asks_for_all(redis: RedisServer, stores: bool) -> None:  # noqa: FBT001 - from its parameters
    """Two replicas, one call, and the same answer for both; nothing of the flight is left."""
    async with replica(redis.url, "one", stores=stores) as one, replica(redis.tcp_url, "two") as two:
        leading, following = await fly_after(one, two)
        one.may_end.set()
        assert told(await leading) == ("one", "miss")
        assert told(await following) == ("one", "coalesced")
        assert (one.asked, two.asked) == (1, 0)
        assert await two.link.call("EXISTS", LEASE) == 0


async def test_what_is_told_of_an_answer_is_told_in_every_language(redis: RedisServer) -> None:
    """A colleague on another replica may speak another language than whoever asked."""
    async with replica(redis.url, "one", stores=False) as one, replica(redis.tcp_url, "two") as two:
        one.says = Sentence("{value} is missing.", value=Sentence("{first} and {last}", first="a", last="b"))
        leading, following = await fly_after(one, two)
        one.may_end.set()
        for answer in (await leading, await following):
            assert [say(each, "de") for each in (*answer.warnings, answer.refusal)] == ["a und b fehlt."] * 2
            assert [say(each, "en") for each in (*answer.warnings, answer.refusal)] == ["a and b is missing."] * 2


async def test_news_arrives_before_the_next_look(redis: RedisServer, one: Replica, two: Replica) -> None:
    """Who follows hears of the landing at once: several flights in a row take less than their looks would."""
    waited = 0.0
    for _ in range(8):
        await tell(redis.url, "FLUSHALL")
        one.may_end.clear()
        one.asked = 0
        leading, following = await fly_after(one, two)
        started = time.monotonic()
        one.may_end.set()
        await asyncio.gather(leading, following)
        waited += time.monotonic() - started
    assert waited / 8 < 0.1, "looks alone would take an eighth of a second in the mean"


async def test_lost_news_is_found_by_looking(redis: RedisServer, one: Replica) -> None:
    """A replica that hears nothing looks by itself."""
    deaf = Replica(redis.url, "deaf")  # never started: it listens to nothing
    leading, following = await fly_after(one, deaf)
    one.may_end.set()
    started = time.monotonic()
    assert told(await following) == ("one", "coalesced")
    assert time.monotonic() - started < 1
    await leading
    await deaf.link.aclose()


async def test_answer_that_landed_just_before_is_not_asked_for_again(one: Replica, two: Replica) -> None:
    """Between a look into the cache and the lease another replica may have landed."""
    one.may_end.set()
    await one.fly()
    await landed(one)
    assert told(await two.fly()) == ("one", "hit")
    assert two.asked == 0
    assert await two.link.call("EXISTS", LEASE) == 0


async def test_killed_leader_hands_over(redis: RedisServer, two: Replica) -> None:
    """A replica that is killed with -9 in the middle of its call is followed by another within two seconds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.assistant.completion.replica", redis.url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"leading\n"
    following = asyncio.create_task(two.fly())
    await followed(two)
    await asyncio.sleep(0.7)
    assert two.asked == 0, "while it lives and renews its lease it leads"
    process.kill()
    killed = time.monotonic()
    await two.asking()
    assert time.monotonic() - killed < HANDOVER
    two.may_end.set()
    assert told(await following) == ("two", "miss")
    await process.wait()


async def test_living_leader_keeps_its_lease(one: Replica, two: Replica) -> None:
    """A slow provider is no reason to ask it twice."""
    leading, following = await fly_after(one, two)
    await asyncio.sleep(2.5)
    one.may_end.set()
    await asyncio.gather(leading, following)
    assert (one.asked, two.asked) == (1, 0)


async def test_frozen_leader_can_not_overwrite_its_successor(redis: RedisServer, two: Replica) -> None:
    """Who comes back after its lease has run out answers its own callers, and no one else."""
    async with relayed(redis.tcp_url) as relay, replica(relay.url, "frozen") as frozen:
        leading, following = await fly_after(frozen, two)
        relay.delay = 60.0  # nothing gets through: its renewals are lost
        await two.asking()
        relay.delay = 0.0
        relay.cut()
        two.may_end.set()
        assert told(await following) == ("two", "miss")
        await eventually(lambda: frozen.link.failures > 0 and frozen.link.available)
        frozen.may_end.set()
        assert told(await leading) == ("frozen", "miss")
        await landed(frozen)
        await landed(two)
    found = await two.cache.get(KEY)
    assert found is not None
    async with replica(redis.url, "three") as three:
        assert told(await three.fly()) == ("two", "hit")


async def test_leader_without_a_successor_can_not_store_after_its_lease(redis: RedisServer, one: Replica) -> None:
    """Nor may it when its lease is simply gone, as after a loss of Redis' memory."""
    leading = asyncio.create_task(one.fly())
    await one.asking()
    await tell(redis.url, "FLUSHALL")
    one.may_end.set()
    assert told(await leading) == ("one", "miss")
    await landed(one)
    assert await tell(redis.url, "KEYS", "assistant:completion:*") == []


async def test_failure_lets_the_next_one_try(one: Replica, two: Replica) -> None:
    """A leader that fails tells at once; who followed asks by itself."""
    leading, following = await fly_after(one, two)
    one.fails_with = UnavailableError("custom")
    started = time.monotonic()
    one.may_end.set()
    with pytest.raises(UnavailableError):
        await leading
    await two.asking()
    assert time.monotonic() - started < 1
    two.may_end.set()
    assert told(await following) == ("two", "miss")


async def test_leader_whose_callers_left_lets_the_next_one_try(one: Replica, two: Replica) -> None:
    """A cancelled flight frees its question at once."""
    leading, following = await fly_after(one, two)
    leading.cancel()
    await two.asking()
    two.may_end.set()
    assert told(await following) == ("two", "miss")


async def test_leaving_while_the_lease_is_asked_for(one: Replica, two: Replica) -> None:
    """The lease that is given to one who has left is given back."""
    leaver = asyncio.create_task(one.fly())
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.gather(leaver, return_exceptions=True)
    await landed(one)
    two.may_end.set()
    assert told(await two.fly()) == ("two", "miss")


async def test_follower_that_leaves_disturbs_nobody(one: Replica, two: Replica) -> None:
    """Its leader lands, and it may come back."""
    leading, following = await fly_after(one, two)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    one.may_end.set()
    assert told(await leading) == ("one", "miss")
    await landed(one)
    assert told(await two.fly()) == ("one", "hit")


async def test_earlier_answer_is_not_taken_for_the_one_that_is_followed(redis: RedisServer, two: Replica) -> None:
    """An answer not for keeping serves those who followed its flight, not those who follow the next one."""
    async with replica(redis.url, "one", stores=False) as one:
        for number in range(2):
            one.name = f"answer {number}"
            one.may_end.clear()
            one.asked = 0
            leading, following = await fly_after(one, two)
            one.may_end.set()
            await leading
            assert told(await following) == (f"answer {number}", "coalesced")


async def test_stale_answer_is_asked_for_anew(redis: RedisServer, one: Replica, two: Replica) -> None:
    """What is stale may be given, but it doesn't end the flight that replaces it."""
    value, milliseconds = one.cache.land(KEY, (await _instant(redis)).entry, 0.0, 60.0)
    await one.link.call("SET", f"assistant:completion:{KEY}", value, "PX", milliseconds)
    leading, following = await fly_after(one, two)
    one.may_end.set()
    assert told(await leading) == ("one", "miss")
    assert told(await following) == ("one", "coalesced")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
async def test_redis_that_dies_in_the_middle(tmp_path: Path, end: signal.Signals) -> None:
    """Both finish by themselves, without Redis."""
    with redis_server(tmp_path) as server:
        async with replica(server.url, "one") as one, replica(server.tcp_url, "two") as two:
            leading, following = await fly_after(one, two)
            os.kill(server.pid, end)
            await two.asking()
            one.may_end.set()
            two.may_end.set()
            assert told(await leading) == ("one", "miss")
            assert told(await following) == ("two", "miss")


async def test_without_redis_each_asks_for_itself(one: Replica, two: Replica) -> None:
    """Redis down costs calls, never answers."""
    async with replica(f"redis://127.0.0.1:{free_port()}", "three") as three:
        assert not three.link.available
        three.may_end.set()
        assert told(await three.fly()) == ("three", "miss")
        assert (one.asked, two.asked) == (0, 0)


async def test_full_redis_does_not_keep_the_question(tmp_path: Path) -> None:
    """A Redis that is full in the middle, or from the start, costs calls, never answers."""
    with redis_server(tmp_path) as server:
        async with replica(server.url, "one") as one, replica(server.url, "two") as two:
            leading, following = await fly_after(one, two)
            await tell(server.url, "CONFIG", "SET", "maxmemory", "1")
            one.may_end.set()
            two.may_end.set()
            assert told(await leading) == ("one", "miss")
            assert told(await following) in {("one", "coalesced"), ("two", "miss")}
            assert told(await one.fly()) == ("one", "miss")
            assert one.link.available


@pytest.mark.parametrize("stores", [True, False], ids=["for keeping", "not for keeping"])
async def test_redis_holds_no_text_in_clear(redis: RedisServer, stores: bool) -> None:  # noqa: FBT001 - likewise
    """What a flight leaves in Redis tells its reader nothing."""
    secret = "the parcel of Ms Okafor"
    async with replica(redis.url, secret, stores=stores) as one, replica(redis.tcp_url, "two") as two:
        leading, following = await fly_after(one, two)
        one.may_end.set()
        await asyncio.gather(leading, following)
    client = Redis.from_url(redis.url)
    names = [name async for name in client.scan_iter("*")]
    held = [await client.dump(name) for name in names if name != b"assistant:probe"]
    await client.aclose()
    assert any(len(each or b"") > len(secret) for each in held)
    assert not any(word in (each or b"") for each in held for word in (b"Okafor", b"parcel", b"reply_friendly"))


async def _instant(redis: RedisServer) -> Answer:
    """Return an older answer."""
    async with replica(redis.url, "older") as made:
        made.stores = False
        made.may_end.set()
        return await made.fly()
