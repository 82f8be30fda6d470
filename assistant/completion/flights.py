"""One flight per question in this process: whoever asks what is being asked already gets the same answer, as it comes.

A flight goes on for as long as anyone waits for it, whether or not that is the request that started it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from msgspec import Struct

from assistant.completion.answer import Answer, Piece, joined

_MOST_AT_ONCE = 64  # pieces that one who fell behind gets together


class Flight:
    """One question under way, and those who wait for its answer.

    Attributes:
        waiting: how many wait for it.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self._pieces: list[Piece] = []
        self._news = asyncio.Event()
        self._task: asyncio.Task[Answer] | None = None
        self._cancelled = False

    @property
    def over(self) -> bool:
        """Whether the answer, or an error, is there, or no one waits for it any more."""
        return self._cancelled or (self._task is not None and self._task.done())

    def start(self, parts: AsyncGenerator[Piece | Answer]) -> None:
        """Take the answer from where it comes: its pieces, of which empty ones are passed over, then itself."""
        self._task = asyncio.create_task(self._read(parts))
        self._task.add_done_callback(self._land)

    async def parts(self, until: float | None = None) -> AsyncGenerator[Piece | Answer]:
        """Give the pieces of the answer, those that are there already first, and then the answer.

        Args:
            until: the loop's time until which the next part is waited for.

        Raises:
            TimeoutError: it did not come in time; besides, whatever kept the answer from coming.
        """
        seen = 0
        while seen < len(self._pieces) or not self.over:
            fresh = self._pieces[seen : seen + _MOST_AT_ONCE]
            if fresh:
                seen += len(fresh)
                for piece in joined(fresh):
                    yield piece
            else:
                async with asyncio.timeout_at(until):
                    await self._news.wait()
        if self._task is not None:
            yield self._task.result()

    def cancel(self) -> None:
        """Stop: no one waits any more."""
        if self._task is not None:
            self._task.cancel()

    async def _read(self, parts: AsyncGenerator[Piece | Answer]) -> Answer:
        answer: Answer | None = None
        async with aclosing(parts):
            async for part in parts:
                if isinstance(part, Answer):
                    answer = part
                elif not part.empty:
                    self._pieces.append(part)
                    self._wake()
        if answer is None:
            raise AssertionError("a flight ends with an answer or an error")
        return answer

    def _land(self, task: asyncio.Task[Answer]) -> None:
        if task.cancelled():
            self._task, self._cancelled = None, True  # its error holds its frames, and these would hold it: a cycle
        else:
            task.exception()  # seen: whoever waits is told, and perhaps no one does
        self._wake()

    def _wake(self) -> None:
        """Tell those who wait now; whoever comes later waits for the next news."""
        news, self._news = self._news, asyncio.Event()
        news.set()


class Seat(Struct, frozen=True):
    """A place in a flight; who has the first one starts it."""

    flight: Flight
    mine: bool


class Flights:
    """The flights of this process, by key."""

    def __init__(self) -> None:
        self._flights: dict[str, Flight] = {}

    def __len__(self) -> int:
        return sum(not flight.over for flight in self._flights.values())

    @asynccontextmanager
    async def take(self, key: str | None) -> AsyncIterator[Seat]:
        """Take a seat in the flight of a question; the last one to leave before its end cancels it.

        Args:
            key: of the question; None for a flight that no one shares.
        """
        flight = self._flights.get(key) if key is not None else None
        mine = flight is None or flight.over
        if flight is None or flight.over:
            flight = Flight()
            if key is not None:
                self._flights[key] = flight
        flight.waiting += 1
        try:
            yield Seat(flight, mine)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                self._forget(key, flight)

    def _forget(self, key: str | None, flight: Flight) -> None:
        if key is not None and self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.over:
            flight.cancel()
