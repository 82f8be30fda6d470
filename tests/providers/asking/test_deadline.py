"""No one waits longer than was said."""

import asyncio
import gc
import weakref

import pytest

from providers.base import Provider
from providers.errors import RateLimitedError, TimedOutError
from tests.fakes import FakeProvider, steps
from tests.providers.asking.scripted import Scripted, asking, ticks
from tests.providers.conftest import REQUEST, Ask, heard


async def test_a_fast_answer_passes_unchanged(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """As the provider gives it, its errors included."""
    assert await ask(asking(provider, seconds=30), REQUEST) == await ask(provider, REQUEST)
    fake.script(steps.status(429))
    with pytest.raises(RateLimitedError):
        await ask(asking(provider, seconds=30), REQUEST)


async def test_a_slow_answer_is_given_up(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """After the time for a whole answer, or for the first piece."""
    fake.script(steps.hang())
    with pytest.raises(TimedOutError):
        await ask(asking(provider, seconds=0.2), REQUEST)


async def test_silence_between_two_pieces_is_given_up(fake: FakeProvider, provider: Provider) -> None:
    """What was said until then has been passed on, and the upstream connection is closed."""
    fake.script(steps.hang("body"))
    shown: list[str] = []
    with pytest.raises(TimedOutError):
        await heard(asking(provider, seconds=30, between=0.2), REQUEST, shown)
    assert shown
    assert await asyncio.to_thread(fake.requests[0].dropped.wait, 5)


async def test_a_drip_is_given_up_in_the_end(fake: FakeProvider, provider: Provider) -> None:
    """Pieces that come in time can still add up to too long."""
    fake.script(steps.reply("word " * 200, delay=0.05))
    with pytest.raises(TimedOutError):
        await heard(asking(provider, seconds=0.4, between=10, total=0.8), REQUEST, [])


async def test_time_spent_by_the_reader_between_pieces_does_not_count(fake: FakeProvider, provider: Provider) -> None:
    """Only waiting for the provider counts as waiting between two pieces."""
    fake.reply("One. Two. Three. Four.")

    async def read_slowly(_piece: str) -> None:
        await asyncio.sleep(0.3)

    completion = await asking(provider, seconds=30, between=0.2).answer(REQUEST, read_slowly)
    assert completion.text == "One. Two. Three. Four."


async def test_attempts_share_a_deadline_that_counts_from_an_arrival(
    fake: FakeProvider, provider: Provider, ask: Ask
) -> None:
    """What came before the attempt is part of the wait."""
    fake.script(steps.hang())
    loop = asyncio.get_running_loop()
    arrived = loop.time() - 59.8
    with pytest.raises(TimedOutError):
        await ask(asking(provider, seconds=60, arrived=arrived), REQUEST)
    assert loop.time() - arrived >= 60
    assert len(fake.requests) == 1


async def test_nothing_is_sent_once_the_deadline_has_passed(ask: Ask) -> None:
    """An answer that no one can wait for is not paid for."""
    ready = Scripted()
    with pytest.raises(TimedOutError):
        await ask(asking(ready, seconds=1, arrived=asyncio.get_running_loop().time() - 2), REQUEST)
    assert ready.calls == 0


async def test_a_stream_counts_its_whole_from_the_arrival(fake: FakeProvider, provider: Provider) -> None:
    """The first piece within its seconds, all of them within the total."""
    fake.script(steps.hang("body"))
    arrived = asyncio.get_running_loop().time() - 60.5
    shown: list[str] = []
    with pytest.raises(TimedOutError):
        await heard(asking(provider, seconds=61, between=60, total=60, arrived=arrived), REQUEST, shown)
    assert shown


async def test_a_caller_who_leaves_costs_the_collector_nothing() -> None:
    """The call's task, and the frames that its cancellation holds, are gone at once: no cycle keeps them."""
    silent = Scripted()
    silent.gate.clear()
    leaving = asyncio.create_task(heard(asking(silent), REQUEST, []))
    await ticks(3)
    assert silent.running
    tasks = [weakref.ref(task) for task in asyncio.all_tasks() - {asyncio.current_task()}]
    gc.disable()
    try:
        leaving.cancel()
        await asyncio.wait([leaving])
        del leaving
        await ticks(3)
        assert [task() for task in tasks] == [None, None]
    finally:
        gc.enable()
