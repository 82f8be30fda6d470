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
from assistant.usage.hits import Hit
from assistant.usage.prices import Bill, Prices
from assistant.usage.rows import UsageRows
from providers.base import Usage

_EVERY = 1.0  # seconds until a row is written at the latest
_BATCH = 20_000  # rows that are written without waiting for more
_MOST_WRITTEN = 5000  # rows in one transaction, for whose end all others wait who write
_READING = 2.0  # seconds that a reader waits for what is not written yet
_MOST_WAITING = 100_000  # rows, of some 300 bytes, that wait while the database is away
_RETRY = 1.0  # seconds until a database that is away is tried again
_LAST = 5.0  # seconds that a shutdown gives the database


class _Waiting(Struct, frozen=True, gc=False):
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
        self._waiting: deque[_Waiting | Hit] = deque()
        self._batch: list[_Waiting | Hit] = []
        self._readers: list[asyncio.Future[None]] = []
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
        self._take(_Waiting(row, tuple(bills)))

    def add_hit(self, hit: Hit) -> None:
        """Take a stored answer that was given; it is written within a second."""
        self._take(hit)

    def _take(self, taken: _Waiting | Hit) -> None:
        waiting = self._waiting
        waiting.append(taken)
        if len(waiting) == 1:
            self._some.set()
        elif len(waiting) >= _BATCH:
            self._enough.set()
        if len(waiting) > self._most_waiting:
            waiting.popleft()
            self._lose(1, "the database is away for too long")

    @property
    def waiting(self) -> int:
        """How many are not written yet."""
        return len(self._batch) + len(self._waiting)

    async def flush(self) -> None:
        """Have all written that was taken, for someone who reads it; what the database doesn't take waits on."""
        if not self.waiting:
            return
        written = asyncio.get_running_loop().create_future()
        self._readers.append(written)
        self._some.set()  # what waits may just be written, and nothing come after it
        self._enough.set()
        await asyncio.wait({written}, timeout=_READING)

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
        while not self._stop.is_set():
            await self._some.wait()
            await _wait(self._enough, _EVERY)
            self._some.clear()
            self._enough.clear()
            readers, self._readers = self._readers, []
            written = await self._write_all()
            for reader in readers:
                reader.set_result(None)
            if not written:
                self._some.set()
                await _wait(self._stop, self._retry)
        while self.waiting and await self._write_all():
            pass

    async def _write_all(self) -> bool:
        """Write everything that waits; false when the database is away, and what is left waits on."""
        if self.waiting:
            await self._prices.loaded()
        left = self.waiting  # what comes meanwhile is for the next time
        while left > 0:
            self._batch = self._batch or self._next()
            left -= len(self._batch)
            try:
                await self._write_batch()
            except DatabaseUnavailableError:
                return False
        if self._waiting:
            self._some.set()
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
                await self._rows.add(map(self._priced, part))
            except DatabaseUnavailableError:
                raise
            except Exception as error:  # noqa: BLE001 - one row that the database refuses must not stop all others
                if len(part) > 1:
                    size = len(part) // 2
                    continue
                log.error("usage can't be written", exception=error)
                self._lose(1, "the database refuses it")
            self._batch, size = self._batch[len(part) :], 2 * size

    def _next(self) -> list[_Waiting | Hit]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_WRITTEN))]

    def _priced(self, waiting: _Waiting | Hit) -> UsageRow | Hit:
        """Fill in the cost; what the cache or a colleague's request answered was billed once already."""
        if isinstance(waiting, Hit):
            return waiting
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
