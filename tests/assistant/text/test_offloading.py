"""Work on long texts: where it is done, and how much of it at once."""

import asyncio
import threading
import time

import pytest

from assistant.telemetry import request_id
from assistant.text.offloading import AT_ONCE, LARGE, VERY_LARGE, offload, offload_at_once, size_of
from tests.ticking import ticking

pytestmark = pytest.mark.usefixtures("no_collection")


async def test_short_texts_are_worked_on_at_once() -> None:
    """A thread would take longer than they do."""
    for run in (offload, offload_at_once):
        assert await run(LARGE, threading.get_ident) == threading.get_ident()
        assert await run(LARGE + 1, threading.get_ident) != threading.get_ident()


async def test_no_more_than_a_few_at_once() -> None:
    """Eight long texts take their turns; the loop goes on meanwhile."""
    running, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        until = time.thread_time() + 0.05
        while time.thread_time() < until:
            pass
        with lock:
            running -= 1

    async with ticking() as stall:
        await asyncio.gather(*(offload(LARGE + 1, work) for _ in range(8)))
    assert most == AT_ONCE
    assert stall.longest < 1


async def test_what_is_large_waits_for_nothing_very_large() -> None:
    """A long letter has its turn while a draft that was made to take long has one."""
    gate = threading.Event()
    very_large = asyncio.create_task(offload(VERY_LARGE + 1, gate.wait))
    await offload(VERY_LARGE, gate.set)
    assert await very_large


def test_size_goes_by_what_takes_long() -> None:
    """Digits and signs may be things that are hidden and compared; letters of other scripts take a little longer."""
    assert size_of("") == 0
    assert size_of("two words") == size_of("two", " words") == 9
    assert size_of("1") == size_of("<") == size_of("@") == 10
    assert size_of("é", "й", "好", "\udc00") == 1 + 3 + 1 + 3 + 1 + 6 + 1 + 6


async def test_who_waits_no_longer_is_not_worked_for() -> None:
    """A request that was given up before its turn takes no turn."""
    gate, done = threading.Event(), list[int]()
    first = [asyncio.create_task(offload(LARGE + 1, gate.wait)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    given_up = asyncio.create_task(offload(LARGE + 1, done.append, 1))
    await asyncio.sleep(0.02)
    given_up.cancel()
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*first)
    await offload(LARGE + 1, done.append, 2)
    assert done == [2]


async def test_work_raises_and_logs_as_on_the_loop() -> None:
    """An error comes through, and log lines name the request."""
    token = request_id.set("of-the-test")
    try:
        assert await offload(LARGE + 1, request_id.get) == "of-the-test"
        with pytest.raises(ZeroDivisionError):
            await offload(LARGE + 1, divmod, 1, 0)
    finally:
        request_id.reset(token)
