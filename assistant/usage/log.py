"""The usage log: one row a completion, written beside the requests and in batches."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct, structs

from assistant.database.tables import UsageRow
from assistant.errors import DatabaseUnavailableError
from assistant.telemetry import log
from assistant.usage.prices import Bill, Prices
from assistant.usage.rows import UsageRows
from providers.base import Usage

_EVERY = 0.5  # seconds until a row is written at the latest
_BATCH = 200  # rows that are written without waiting for more
_MOST_WRITTEN = 1000  # rows in one transaction
_MOST_WAITING = 100_000  # rows, of some 300 bytes, that wait while the database is away
_RETRY = 1.0  # seconds until a database that is away is tried again
_LAST = 5.0  # seconds that a shutdown gives the database


class _Waiting(Struct, frozen=True):
    """A row that waits to be written, and what was billed for it."""

    row: UsageRow
    bills: tuple[Bill, ...]


class UsageLog:
    """Takes completions without waiting, and writes them soon.

    Args:
        rows: where they are written.
        prices: fills in what a completion cost.
        most_waiting: how many may wait for the database; the oldest go first.
        retry: seconds until a database that is away is tried again.

    Attributes:
        dropped: how many were lost because the database was away for too long, or refused them.
    """

    def __init__(
        self, rows: UsageRows, prices: Prices, *, most_waiting: int = _MOST_WAITING, retry: float = _RETRY
    ) -> None:
        self._rows = rows
        self._prices = prices
        self._most_waiting = most_waiting
        self._retry = retry
        self._waiting: deque[_Waiting] = deque()
        self._batch: list[_Waiting] = []
        self._some = asyncio.Event()
        self._enough = asyncio.Event()
        self._stop = asyncio.Event()
        self.dropped = 0

    def add(self, row: UsageRow, bills: Sequence[Bill] = ()) -> None:
        """Take a row; it is written within a second. Leave its cost empty: the prices fill it in.

        Args:
            row: the completion.
            bills: what was billed for it, call by call; none: one call, of which its members say all.
        """
        self._waiting.append(_Waiting(row, tuple(bills)))
        self._some.set()
        if len(self._waiting) >= _BATCH:
            self._enough.set()
            surplus = len(self._waiting) - self._most_waiting
            for _ in range(surplus):
                self._waiting.popleft()
            if surplus > 0:
                self._lose(surplus, "the database is away for too long")

    @property
    def waiting(self) -> int:
        """How many are not written yet."""
        return len(self._batch) + len(self._waiting)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write what comes in, and all that is left at the end."""
        self._stop.clear()
        writing = asyncio.create_task(self._write_on())
        try:
            yield
        finally:
            for event in (self._stop, self._some, self._enough):
                event.set()
            await asyncio.wait({writing}, timeout=_LAST)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            if self.waiting:
                self._lose(self.waiting, "the service ended while the database was away")

    async def _write_on(self) -> None:
        await self._prices.loaded()
        while not self._stop.is_set():
            await self._some.wait()
            await _wait(self._enough, _EVERY)
            self._some.clear()
            self._enough.clear()
            if not await self._write_all():
                self._some.set()
                await _wait(self._stop, self._retry)
        await self._write_all()

    async def _write_all(self) -> bool:
        """Write everything that waits; false when the database is away, and what is left waits on."""
        while self.waiting:
            self._batch = self._batch or self._next()
            try:
                await self._write_batch()
            except DatabaseUnavailableError:
                return False
        return True

    async def _write_batch(self) -> None:
        """Write the batch; of rows that the database refuses, only they are lost.

        Raises:
            DatabaseUnavailableError: the database is away; the batch is what is not written yet.
        """
        size = len(self._batch)
        while self._batch:
            part = self._batch[:size]
            try:
                await self._rows.add([self._priced(each) for each in part])
            except DatabaseUnavailableError:
                raise
            except Exception as error:  # noqa: BLE001 - one row that the database refuses must not stop all others
                if len(part) > 1:
                    size = len(part) // 2
                    continue
                log.error("usage can't be written", exception=error)
                self._lose(1, "the database refuses it")
            self._batch, size = self._batch[len(part) :], 2 * size

    def _next(self) -> list[_Waiting]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_WRITTEN))]

    def _priced(self, waiting: _Waiting) -> UsageRow:
        """Fill in the cost; what the cache or a colleague's request answered was billed once already."""
        row = waiting.row
        if row.cache in {"hit", "coalesced"}:
            return structs.replace(row, input_tokens=0, output_tokens=0, cached_input_tokens=0, cost=0)
        return structs.replace(row, cost=self._prices.billed(waiting.bills or (_bill_of(row),)))

    def _lose(self, number: int, reason: str) -> None:
        self.dropped += number
        log.warning("usage is lost", completions=number, reason=reason)


def _bill_of(row: UsageRow) -> Bill:
    tokens = Usage(
        input_tokens=row.input_tokens, output_tokens=row.output_tokens, cached_input_tokens=row.cached_input_tokens
    )
    return Bill(provider=row.provider, model=row.model, usage=tokens)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
