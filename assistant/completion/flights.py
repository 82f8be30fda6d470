"""One flight per question in this process: whoever asks what is being asked already gets the same answer, as it comes.

A flight goes on for as long as anyone waits for it, whether or not that is the request that started it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from assistant.completion.answer import Answer, Piece, joined

_MOST_AT_ONCE = 64  # pieces that one who fell behind gets together


class Flight:
    """One question under way, and those who wait for its answer.

    Args:
        key: of the question; None for a flight that no one shares.

    Attributes:
        key: as given.
        waiting: how many wait for it.
    """

    def __init__(self, key: str | None = None) -> None:
        self.key = key
        self.waiting = 0
        self._pieces: list[Piece] = []
        self._waiters: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[Answer] | None = None
        self._cancelled = False

    @property
    def over(self) -> bool:
        """Whether the answer, or an error, is there, or no one waits for it any more."""
        return self._cancelled or (self._task is not None and self._task.done())

    def start(self, answer: Coroutine[Any, Any, Answer]) -> None:
        """Begin to find the answer."""
        self._task = asyncio.create_task(answer)
        self._task.add_done_callback(self._land)

    def hear(self, piece: Piece) -> None:
        """Take a piece of the answer; an empty one is passed over."""
        if piece.text:
            self._pieces.append(piece)
            self._wake()

    async def answer(
        self, listen: Callable[[Piece], Awaitable[None]] | None = None, until: float | None = None
    ) -> Answer:
        """Wait for the answer.

        Args:
            listen: told the pieces of it, those that are there already first, some of them together.
            until: the loop's time until which it is waited for; None: as long as it takes.

        Raises:
            TimeoutError: it did not come in time; besides, whatever kept the answer from coming.
        """
        seen, pieces = 0, self._pieces
        while True:
            if listen is not None and seen < len(pieces):
                fresh = pieces[seen : seen + _MOST_AT_ONCE]
                seen += len(fresh)
                await listen(joined(fresh))
            elif not self.over:
                if until is None:
                    await self._news()
                else:
                    async with asyncio.timeout_at(until):
                        await self._news()
            elif self._task is None:
                raise AssertionError("no one waits for a flight that was cancelled")
            else:
                return self._task.result()

    def cancel(self) -> None:
        """Stop: no one waits any more."""
        if self._task is not None:
            self._task.cancel()

    def _news(self) -> asyncio.Future[None]:
        """Return what is done with the next piece, or the end."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        return waiter

    def _land(self, task: asyncio.Task[Answer]) -> None:
        if task.cancelled():
            self._task, self._cancelled = None, True  # its error holds its frames, and these would hold it: a cycle
        else:
            task.exception()  # seen: whoever waits is told, and perhaps no one does
        self._wake()

    def _wake(self) -> None:
        """Tell those who wait now; whoever comes later waits for the next news."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


class Seat:
    """A place in a flight, as a block; the last one to leave before its end cancels it.

    Attributes:
        flight: which one.
        mine: whether it is the first, whose owner starts it.
    """

    def __init__(self, flight: Flight, leave: Callable[[Flight], None], *, mine: bool) -> None:
        self.flight = flight
        self.mine = mine
        self._leave = leave

    def __enter__(self) -> Self:
        self.flight.waiting += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flight.waiting -= 1
        if not self.flight.waiting:
            self._leave(self.flight)


class Flights:
    """The flights of this process, by key."""

    def __init__(self) -> None:
        self._flights: dict[str, Flight] = {}

    def __len__(self) -> int:
        return sum(not flight.over for flight in self._flights.values())

    def take(self, key: str | None) -> Seat:
        """Take a seat in the flight of a question.

        Args:
            key: of the question; None for a flight that no one shares.
        """
        flight = self._flights.get(key) if key is not None else None
        mine = flight is None or flight.over
        if flight is None or flight.over:
            flight = Flight(key)
            if key is not None:
                self._flights[key] = flight
        return Seat(flight, self._forget, mine=mine)

    def _forget(self, flight: Flight) -> None:
        key = flight.key
        if key is not None and self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.over:
            flight.cancel()
