"""Colleagues who ask the same at the same time, in one process."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator

import pytest

from assistant.completion.answer import Answer, Hear, Piece
from assistant.completion.flights import Flights
from providers.errors import UnavailableError
from tests.assistant.completion.answers import answer
from tests.waiting import eventually, turns


class Provider:
    """Answers when the test says so, and notes what happens to it."""

    def __init__(self) -> None:
        self.asked = 0
        self.cancelled = asyncio.Event()
        self.end: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._pieces: list[Piece] = []
        self._news = asyncio.Event()

    def emit(self, piece: Piece) -> None:
        """Give the next piece."""
        self._pieces.append(piece)
        self._news.set()

    async def answer(self, hear: Hear) -> Answer:
        """Answer once the test does."""
        self.asked += 1
        self.end.add_done_callback(lambda _: self._news.set())
        try:
            while not self.end.done():
                await self._news.wait()
                self._news.clear()
                while self._pieces:
                    hear(self._pieces.pop(0))
            return self.end.result()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


@pytest.fixture
async def provider() -> Provider:
    """A provider that no one has asked."""
    return Provider()


@pytest.fixture
async def flights() -> AsyncIterator[Flights]:
    """Flights, of which nothing is left in the end."""
    flights = Flights()
    yield flights
    await eventually(lambda: asyncio.all_tasks() == {asyncio.current_task()})  # no flight goes on that nobody waits for
    assert len(flights) == 0


async def ask(flights: Flights, provider: Provider, key: str | None = "k") -> tuple[Answer, bool]:
    """Ask as a request does that wants the whole answer."""
    with flights.take(key) as seat:
        if seat.mine:
            seat.flight.start(provider.answer(seat.flight.hear))
        return await seat.flight.answer(), seat.mine


async def read(flights: Flights, provider: Provider, notes: list[str]) -> None:
    """Ask as a stream does, taking notes of the pieces and of the answer."""

    async def note(piece: Piece) -> None:
        notes.append(piece.text)

    with flights.take("k") as seat:
        if seat.mine:
            seat.flight.start(provider.answer(seat.flight.hear))
        notes.append((await seat.flight.answer(note)).entry.text)


async def test_one_is_asked_for_all(flights: Flights, provider: Provider) -> None:
    """A hundred clicks are one call, and one of them is told that it was the first."""
    asking = [asyncio.create_task(ask(flights, provider)) for _ in range(100)]
    await eventually(lambda: provider.asked == 1)
    provider.end.set_result(answer())
    found = await asyncio.gather(*asking)
    assert provider.asked == 1
    assert {each for each, _ in found} == {answer()}
    assert [own for _, own in found] == [True] + 99 * [False]


async def test_who_comes_later_hears_all(flights: Flights, provider: Provider) -> None:
    """A colleague who clicks in the middle reads what was written, then what is being written."""
    first: list[str] = []
    second: list[str] = []
    reading = [asyncio.create_task(read(flights, provider, first))]
    await eventually(lambda: provider.asked == 1)
    for piece in ("Thank ", "", "you "):
        provider.emit(Piece(piece, "custom", "m"))
    await eventually(lambda: bool(first))
    reading.append(asyncio.create_task(read(flights, provider, second)))
    await eventually(lambda: bool(second))
    assert second == ["Thank you "]
    provider.emit(Piece("for ", "custom", "m"))
    await eventually(lambda: second[1:] == ["for "])
    provider.emit(Piece("asking.", "custom", "m"))
    provider.end.set_result(answer("Thank you for asking."))
    await asyncio.gather(*reading)
    assert second == ["Thank you ", "for ", "asking.", "Thank you for asking."]
    assert "".join(first[:-1]) == first[-1]
    assert provider.asked == 1


async def test_last_to_leave_ends_it(flights: Flights, provider: Provider) -> None:
    """While anybody waits it goes on; then the provider's call is cancelled at once."""
    asking = [asyncio.create_task(ask(flights, provider)) for _ in range(3)]
    reading = asyncio.create_task(read(flights, provider, []))
    await eventually(lambda: provider.asked == 1)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    assert not provider.cancelled.is_set()
    reading.cancel()
    await turns()
    assert provider.cancelled.is_set()
    await asyncio.gather(reading, return_exceptions=True)


async def test_who_comes_after_the_last_one_left_asks_anew(flights: Flights, provider: Provider) -> None:
    """A flight that is being cancelled takes no one aboard, however long its end takes."""
    ended = asyncio.Event()

    async def end_slowly(hear: Hear) -> Answer:
        try:
            return await provider.answer(hear)
        finally:
            await ended.wait()

    with flights.take("k") as slow:
        slow.flight.start(end_slowly(slow.flight.hear))
        await eventually(lambda: provider.asked == 1)
    await provider.cancelled.wait()
    other = Provider()
    other.end.set_result(answer("anew"))
    assert await ask(flights, other) == (answer("anew"), True)
    assert not slow.flight.over
    ended.set()


async def test_error_reaches_all(flights: Flights, provider: Provider) -> None:
    """No one is left waiting, and the next one tries again."""
    asking = [asyncio.create_task(ask(flights, provider)) for _ in range(3)]
    reading = asyncio.create_task(read(flights, provider, []))
    await eventually(lambda: provider.asked == 1)
    provider.end.set_exception(UnavailableError("custom"))
    found = await asyncio.gather(*asking, reading, return_exceptions=True)
    assert [type(each) for each in found] == 4 * [UnavailableError]
    provider.end = asyncio.get_running_loop().create_future()
    provider.end.set_result(answer())
    assert await ask(flights, provider) == (answer(), True)


async def test_error_that_nobody_waits_for_is_quiet(
    flights: Flights, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever left just when it failed is not told, nor is the log."""
    with flights.take("k") as seat:
        seat.flight.start(provider.answer(seat.flight.hear))
        await eventually(lambda: provider.asked == 1)
        provider.end.set_exception(UnavailableError("custom"))
        await eventually(lambda: not len(flights))
    gc.collect()
    assert not caplog.records


async def test_flight_without_a_key_is_not_shared(flights: Flights, provider: Provider) -> None:
    """Who wants it afresh gets it afresh."""
    provider.end.set_result(answer())
    found = await asyncio.gather(*(ask(flights, provider, None) for _ in range(3)))
    assert provider.asked == 3
    assert [own for _, own in found] == 3 * [True]


async def test_flight_without_a_key_is_cancelled_too(flights: Flights, provider: Provider) -> None:
    """Its only passenger is its last."""
    asking = asyncio.create_task(ask(flights, provider, None))
    await eventually(lambda: provider.asked == 1)
    asking.cancel()
    await provider.cancelled.wait()
    await asyncio.gather(asking, return_exceptions=True)


@pytest.mark.parametrize("turns", range(6))
async def test_leaving_while_it_lands(flights: Flights, turns: int) -> None:
    """Whatever comes first, the answer or the leaving, nothing is left behind."""
    provider = Provider()
    asking = [asyncio.create_task(ask(flights, provider)) for _ in range(2)]
    await eventually(lambda: provider.asked == 1)
    provider.end.set_result(answer())
    for _ in range(turns):
        await asyncio.sleep(0)
    for task in asking:
        task.cancel()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) or each[0] == answer() for each in found)  # type: ignore[index] # a pair


async def test_flight_that_no_one_waits_for_costs_the_collector_nothing(flights: Flights, provider: Provider) -> None:
    """It is gone with the last one who leaves: no cycle keeps it, and all that its cancellation holds."""
    left: list[weakref.ref[object]] = []

    async def leave() -> None:
        with flights.take("k") as seat:
            left.append(weakref.ref(seat.flight))
            seat.flight.start(provider.answer(seat.flight.hear))
            await eventually(lambda: provider.asked == 1)

    gc.disable()
    try:
        await leave()
        await provider.cancelled.wait()
        await turns(3)
        assert left[0]() is None
    finally:
        gc.enable()
