"""One flight per question: whoever asks what is being asked already gets the same answer, as it comes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from msgspec import Struct

from assistant.completion.order import Answer

_MOST_AT_ONCE = 64  # pieces that one who fell behind gets together


class Piece(Struct, frozen=True):
    """A part of an answer, and who writes it."""

    text: str
    provider: str
    model: str


Emit: TypeAlias = Callable[[Piece], None]
"""Takes the next piece of the answer; one without text is passed over."""
Lead: TypeAlias = Callable[[Emit], Awaitable[Answer]]
"""Finds the answer, and gives its pieces on the way."""


class Flight:
    """One question under way, and those who wait for its answer.

    Args:
        lead: finds the answer.
        landed: told when the answer, or an error, is there.

    Attributes:
        waiting: how many wait for it.
    """

    def __init__(self, lead: Lead, landed: Callable[["Flight"], None]) -> None:
        self.waiting = 0
        self._pieces: list[Piece] = []
        self._news = asyncio.Event()
        self._landed = landed
        self._task = asyncio.ensure_future(lead(self._emit))
        self._task.add_done_callback(self._land)

    @property
    def over(self) -> bool:
        """Whether the answer, or an error, is there."""
        return self._task.done()

    async def answer(self) -> Answer:
        """Return the answer once it is there; raises what kept it from coming."""
        return await asyncio.shield(self._task)

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """Give the pieces of the answer, those that are there already first; ends when the answer is there."""
        seen = 0
        while seen < len(self._pieces) or not self._task.done():
            fresh = self._pieces[seen : seen + _MOST_AT_ONCE]
            if fresh:
                seen += len(fresh)
                yield _joined(fresh)
            else:
                await self._news.wait()

    def cancel(self) -> None:
        """Stop: nobody waits any more."""
        self._task.cancel()

    def _emit(self, piece: Piece) -> None:
        if piece.text:
            self._pieces.append(piece)
            self._wake()

    def _land(self, task: "asyncio.Future[Answer]") -> None:
        if not task.cancelled():
            task.exception()  # seen: whoever waits is told, and perhaps nobody does
        self._wake()
        self._landed(self)

    def _wake(self) -> None:
        """Tell those who wait now; whoever comes later waits for the next news."""
        news, self._news = self._news, asyncio.Event()
        news.set()


class Flights:
    """The flights of this process, by key."""

    def __init__(self) -> None:
        self._flights: dict[str, Flight] = {}

    def __len__(self) -> int:
        return len(self._flights)

    @asynccontextmanager
    async def seat(self, key: str | None, lead: Lead) -> AsyncIterator[tuple[Flight, bool]]:
        """Give a flight and whether it is one's own; the last one to leave before its end cancels it.

        Args:
            key: of the question; None for a flight that nobody shares.
            lead: finds the answer when nobody is asking for it yet.
        """
        flight = self._flights.get(key) if key is not None else None
        own = flight is None or flight.over
        if flight is None or flight.over:
            flight = self._start(key, lead)
        flight.waiting += 1
        try:
            yield flight, own
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.over:
                self._forget(key, flight)
                flight.cancel()

    def _start(self, key: str | None, lead: Lead) -> Flight:
        flight = Flight(lead, lambda landed: self._forget(key, landed))
        if key is not None:
            self._flights[key] = flight
        return flight

    def _forget(self, key: str | None, flight: Flight) -> None:
        if key is not None and self._flights.get(key) is flight:
            del self._flights[key]


def _joined(pieces: list[Piece]) -> Piece:
    """Make one piece of several; all pieces of an answer come from one model."""
    first = pieces[0]
    return first if len(pieces) == 1 else Piece("".join(each.text for each in pieces), first.provider, first.model)
