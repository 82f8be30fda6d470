"""No more requests at once than a provider can take, and no place is ever lost."""

import asyncio
from random import Random

import pytest

from providers.asking.asking import Asking
from providers.asking.slots import Slots
from providers.base import Provider
from providers.errors import OverloadedError, UnavailableError
from tests.fakes import FakeProvider, steps
from tests.providers.asking.scripted import BrokenOff, Listening, Scripted, asking, ticks
from tests.providers.conftest import REQUEST, Ask, heard


@pytest.fixture
def slow() -> Scripted:
    """A provider that answers when the test says so."""
    provider = Scripted()
    provider.gate.clear()
    return provider


async def test_requests_wait_in_line(slow: Scripted, ask: Ask) -> None:
    """Two at once; the third and fourth wait, the fifth is turned away at once, and all who waited are answered."""
    slots = Slots(2, 2, 60)
    tasks = [asyncio.ensure_future(ask(asking(slow, slots=slots), REQUEST)) for _ in range(4)]
    await ticks(3)
    assert (slots.used, slots.waiting, slow.running) == (2, 2, 2)
    with pytest.raises(OverloadedError) as caught:
        await ask(asking(slow, slots=slots), REQUEST)
    assert caught.value.retry_after == 60
    slow.gate.set()
    await asyncio.gather(*tasks)
    assert (slots.used, slots.waiting, slow.calls) == (0, 0, 4)


async def test_who_came_first_is_asked_first(slow: Scripted) -> None:
    """The queue keeps its order."""
    slots = Slots(1, 3, 60)
    served: list[int] = []

    async def request(number: int) -> None:
        await asking(slow, slots=slots).answer(REQUEST)
        served.append(number)

    tasks = [asyncio.create_task(request(number)) for number in range(4)]
    await ticks(3)
    slow.gate.set()
    await asyncio.gather(*tasks)
    assert served == [0, 1, 2, 3]


@pytest.mark.parametrize(("patience", "left"), [(0.05, 60), (60, 0.05), (60, -1)])
async def test_nobody_waits_longer_than_makes_sense(slow: Scripted, ask: Ask, patience: float, left: float) -> None:
    """Neither than the queue's patience nor than what is left of the deadline."""
    slots = Slots(1, 5, patience)
    holder = asyncio.create_task(asking(slow, slots=slots).answer(REQUEST))
    await ticks(2)
    with pytest.raises(OverloadedError):
        await ask(asking(slow, slots=slots, seconds=left), REQUEST)
    assert (slots.waiting, slow.calls) == (0, 1)
    slow.gate.set()
    await holder
    assert slots.used == 0


async def test_a_stream_keeps_its_place_until_it_is_closed(fake: FakeProvider, provider: Provider) -> None:
    """Read to its end, left half way, or broken off."""
    slots = Slots(1, 0, 1)
    fake.script(steps.hang("body"), steps.cut())
    stream = Listening(asking(provider, slots=slots))
    await stream.first()
    assert slots.used == 1
    with pytest.raises(OverloadedError):
        await asking(provider, slots=slots).answer(REQUEST)
    await stream.leave()
    assert slots.used == 0
    with pytest.raises(UnavailableError):
        await heard(asking(provider, slots=slots), REQUEST, [])
    await heard(asking(provider, slots=slots), REQUEST, [])
    assert slots.used == 0


@pytest.mark.parametrize("freed", range(6))
@pytest.mark.parametrize("left", range(6))
async def test_leaving_at_any_moment_loses_no_place(ask: Ask, freed: int, left: int) -> None:
    """A place becomes free and its heir leaves, each at every step of the loop: the next in line gets it."""
    slots = Slots(1, 5, 60)
    holder, heir = Scripted(), Scripted()
    holder.gate.clear()
    tasks = [asyncio.ensure_future(ask(asking(provider, slots=slots), REQUEST)) for provider in (holder, heir, heir)]
    await ticks(3)

    async def free() -> None:
        await ticks(freed)
        holder.gate.set()

    async def leave() -> None:
        await ticks(left)
        tasks[1].cancel()

    await asyncio.gather(free(), leave())
    async with asyncio.timeout(5):
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert not isinstance(results[0], BaseException)
    assert not isinstance(results[2], BaseException)
    assert (slots.used, slots.waiting) == (0, 0)


@pytest.mark.parametrize("seed", range(20))
async def test_a_storm_leaves_every_place_free(seed: int) -> None:
    """Two hundred requests that are cancelled, time out, fail, break off or succeed; then all places are there."""
    random = Random(seed)  # noqa: S311 - makes a test, not a secret
    slots = Slots(3, 20, 0.002)
    tasks: list[asyncio.Future[object]] = []
    for _ in range(200):
        provider = random.choice([Scripted(), Scripted(UnavailableError("first")), BrokenOff(UnavailableError("f"))])
        limited = asking(provider, slots=slots, seconds=random.choice([0, 0.001, 60]))
        answer = limited.answer(REQUEST) if random.random() < 0.5 else _read(limited, random)
        tasks.append(asyncio.ensure_future(answer))
        await ticks(random.randrange(3))
        random.choice(tasks).cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (slots.used, slots.waiting) == (0, 0)
    for _ in range(3):
        await slots.take("first", until=0)
    with pytest.raises(OverloadedError):
        await slots.take("first", until=0)


async def _read(limited: Asking, random: Random) -> None:
    """Read some of a stream, slowly."""

    async def hear(_piece: str) -> None:
        await ticks(random.randrange(4))
        if random.random() < 0.3:
            raise asyncio.CancelledError

    await limited.answer(REQUEST, hear)
