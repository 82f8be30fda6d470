"""No one waits longer than was said."""

import asyncio
import gc
import weakref

import pytest

from providers.base import Completion, Delta, Provider
from providers.errors import RateLimitedError, TimedOutError
from providers.wrappers.deadline import Deadline
from tests.fakes import FakeProvider, steps
from tests.providers.conftest import REQUEST, Ask
from tests.providers.wrappers.scripted import Scripted, collect, ticks


async def test_a_fast_answer_passes_unchanged(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """The wrapper is a provider like the one inside, its errors included."""
    limited = Deadline(provider, 30)
    assert limited.name == provider.name
    assert await ask(limited, REQUEST) == await ask(provider, REQUEST)
    fake.script(steps.status(429))
    with pytest.raises(RateLimitedError):
        await ask(limited, REQUEST)


async def test_a_slow_answer_is_given_up(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """After the time for a whole answer, or for the first piece."""
    fake.script(steps.hang())
    with pytest.raises(TimedOutError):
        await ask(Deadline(provider, 0.2), REQUEST)


async def test_silence_between_two_pieces_is_given_up(fake: FakeProvider, provider: Provider) -> None:
    """What was said until then has been passed on, and the upstream connection is closed."""
    fake.script(steps.hang("body"))
    stream = Deadline(provider, 30, between=0.2).stream(REQUEST)
    assert isinstance(await anext(stream), Delta)
    with pytest.raises(TimedOutError):
        [piece async for piece in stream]
    assert await asyncio.to_thread(fake.requests[0].dropped.wait, 5)


async def test_a_drip_is_given_up_in_the_end(fake: FakeProvider, provider: Provider) -> None:
    """Pieces that come in time can still add up to too long."""
    fake.script(steps.reply("word " * 200, delay=0.05))
    with pytest.raises(TimedOutError):
        [piece async for piece in Deadline(provider, 0.4, between=10, total=0.8).stream(REQUEST)]


async def test_time_spent_by_the_reader_between_pieces_does_not_count(fake: FakeProvider, provider: Provider) -> None:
    """Only waiting for the provider counts as waiting between two pieces."""
    fake.reply("One. Two. Three. Four.")
    seen: list[Delta | Completion] = []
    async for piece in Deadline(provider, 30, between=5).stream(REQUEST):
        await asyncio.sleep(0.05)
        seen.append(piece)
    assert isinstance(seen[-1], Completion)


async def test_attempts_share_a_deadline_that_counts_from_an_arrival(
    fake: FakeProvider, provider: Provider, ask: Ask
) -> None:
    """What came before the attempt is part of the wait."""
    fake.script(steps.hang())
    loop = asyncio.get_running_loop()
    arrived = loop.time() - 59.8
    with pytest.raises(TimedOutError):
        await ask(Deadline(provider, 60, arrived=arrived), REQUEST)
    assert loop.time() - arrived >= 60
    assert len(fake.requests) == 1


async def test_nothing_is_sent_once_the_deadline_has_passed(ask: Ask) -> None:
    """An answer that no one can wait for is not paid for."""
    ready = Scripted()
    with pytest.raises(TimedOutError):
        await ask(Deadline(ready, 1, arrived=asyncio.get_running_loop().time() - 2), REQUEST)
    assert ready.calls == 0


async def test_a_stream_counts_its_whole_from_the_arrival(fake: FakeProvider, provider: Provider) -> None:
    """The first piece within its seconds, all of them within the total."""
    fake.script(steps.hang("body"))
    arrived = asyncio.get_running_loop().time() - 60.5
    stream = Deadline(provider, 61, between=60, total=60, arrived=arrived).stream(REQUEST)
    assert isinstance(await anext(stream), Delta)
    with pytest.raises(TimedOutError):
        [piece async for piece in stream]


async def test_reader_that_leaves_costs_the_collector_nothing() -> None:
    """Its task, and the frames that its cancellation holds, are gone at once: no cycle keeps them."""
    silent = Scripted()
    silent.gate.clear()
    task = asyncio.create_task(collect(Deadline(silent, 30), REQUEST))
    await ticks(3)
    assert silent.running
    gone = weakref.ref(task)
    gc.disable()
    try:
        task.cancel()
        await asyncio.wait([task])
        del task
        await ticks(3)
        assert gone() is None
    finally:
        gc.enable()
