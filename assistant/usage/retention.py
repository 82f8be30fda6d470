"""How long rows are kept: old ones are deleted once a day, in small steps beside the requests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from assistant.errors import DatabaseUnavailableError
from assistant.telemetry import log

_EVERY = 24 * 3600.0  # seconds from one sweep to the next
_AGAIN = 600.0  # seconds until a sweep that failed is tried again
_STEP = 1000  # rows in one transaction: some milliseconds, for which others who write wait on SQLite
_PAUSE = 0.1  # seconds between two of them


def _now() -> datetime:
    return datetime.now(UTC)


class Rows(Protocol):
    """Rows that can be forgotten."""

    async def forget(self, before: date, most: int) -> int:
        """Delete those of the days before one, so many at most, and return how many those were."""
        ...


class Retention:
    """Deletes rows that are older than wanted. Replicas do so each for itself, and find less to do.

    Args:
        rows: the rows.
        days: how many days before today are kept; 0: all.
        what: what they are, for the log.
        clock: the time, in UTC.
        every: seconds from one sweep to the next.
        step: rows that are deleted at once.
    """

    def __init__(
        self,
        rows: Rows,
        days: int,
        *,
        what: str = "usage",
        clock: Callable[[], datetime] = _now,
        every: float = _EVERY,
        step: int = _STEP,
    ) -> None:
        self._rows = rows
        self._days = days
        self._what = what
        self._clock = clock
        self._every = every
        self._step = step

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sweep at once and then every day, until the end."""
        sweeping = asyncio.create_task(self._sweep_on()) if self._days else None
        try:
            yield
        finally:
            if sweeping is not None:
                sweeping.cancel()
                await asyncio.gather(sweeping, return_exceptions=True)

    async def sweep(self) -> int:
        """Delete all that is too old, and return how many rows that were.

        Raises:
            DatabaseUnavailableError: the database does not answer; the rest is for the next time.
        """
        first = self._clock().date() - timedelta(days=self._days)
        deleted = found = await self._rows.forget(first, self._step)
        while found == self._step:
            await asyncio.sleep(_PAUSE)
            found = await self._rows.forget(first, self._step)
            deleted += found
        if deleted:
            log.info(f"old {self._what} deleted", rows=deleted, before=first.isoformat())
        return deleted

    async def _sweep_on(self) -> None:
        while True:
            pause = self._every
            try:
                await self.sweep()
            except DatabaseUnavailableError:
                pause = min(_AGAIN, self._every)
            except Exception as error:  # noqa: BLE001 - the next sweep may go better
                log.error(f"old {self._what} could not be deleted", exception=error)
            await asyncio.sleep(pause)
