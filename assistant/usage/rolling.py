"""Keeps the sums of usage up to date, beside the requests and one replica at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

from msgspec import structs

from assistant.errors import DatabaseUnavailableError
from assistant.telemetry import log
from assistant.usage.rollups import DAY, Progress, Rollups, Saved

_EVERY = 300.0  # seconds from one pass to the next
_GRACE = timedelta(minutes=2)  # that rows have to be written, once their hour is over
_OVERLAP = timedelta(minutes=10)  # by which replicas' clocks may differ, and a transaction may last
_BUSY = timedelta(minutes=1)  # after which a replica that wrote nothing more has ended
_NEVER = datetime.min.replace(tzinfo=UTC)
_PAUSE = 0.05  # seconds between two days, in which others write


def _now() -> datetime:
    return datetime.now(UTC)


class Rolling:
    """Adds up what was used, hour by hour, and again what came late: rows that waited for the database, and verdicts.

    What was there before the first pass is added up from the oldest day on; a pass that was broken off goes on where it
    was. Days that are being deleted because of their age are left alone.

    Args:
        rollups: where the sums are kept.
        days: how many days before today usage is kept; 0: for ever.
        clock: the time, in UTC.
        every: seconds from one pass to the next.
    """

    def __init__(
        self, rollups: Rollups, days: int, *, clock: Callable[[], datetime] = _now, every: float = _EVERY
    ) -> None:
        self._rollups = rollups
        self._days_kept = days
        self._clock = clock
        self._every = every

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Add up at once and then every few minutes, until the end."""
        rolling = asyncio.create_task(self._roll_on())
        try:
            yield
        finally:
            rolling.cancel()
            await asyncio.gather(rolling, return_exceptions=True)

    async def roll(self) -> int:
        """Add up what is new, and return how many days that were; none while another replica does so.

        Raises:
            DatabaseUnavailableError: the database does not answer; the rest is for the next time.
        """
        now = self._clock()
        saved: Saved | None = await self._rollups.saved()
        if saved is None or _is_taken(saved.progress, now):
            return 0
        first, newest = await self._rollups.extent()
        known = saved.progress if saved.progress.looked else Progress(seen=newest, before=newest, looked=now)
        late = await self._rollups.late(known, _OVERLAP)
        until = max((now - _GRACE).replace(minute=0, second=0, microsecond=0), known.until or _NEVER)
        days = self._days(known.until, late, first, until)
        saved = await self._rollups.save(saved, structs.replace(known, busy=now))
        for day in days:
            if saved is None:
                return 0
            progress = structs.replace(saved.progress, until=_with(day, until, saved.progress), busy=self._clock())
            saved = await self._rollups.roll(day, until, saved, progress)
            await asyncio.sleep(_PAUSE)
        if saved is not None:
            end = Progress(until=until, seen=newest, before=known.seen, looked=now)
            await self._rollups.save(saved, end)
        return len(days)

    def _days(self, known: datetime | None, late: set[date], first: date | None, until: datetime) -> list[date]:
        """Return the days to add up, the oldest first: those with late news, and those with hours that are now over."""
        day = max(known.date() if known else first or until.date(), self._oldest())
        found = {each for each in late if each >= self._oldest()}
        while _start_of(day) < until:
            if known is None or until > known:
                found.add(day)
            day += DAY
        return sorted(found)

    def _oldest(self) -> date:
        return self._clock().date() - timedelta(days=self._days_kept) if self._days_kept else date.min

    async def _roll_on(self) -> None:
        while True:
            try:
                await self.roll()
            except DatabaseUnavailableError:
                pass  # the next pass may go better
            except Exception as error:  # noqa: BLE001 - likewise
                log.error("usage could not be added up", exception=error)
            await asyncio.sleep(self._every)


def _is_taken(progress: Progress, now: datetime) -> bool:
    """Tell whether another replica is at it."""
    return progress.busy is not None and abs(now - progress.busy) < _BUSY


def _start_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def _with(day: date, until: datetime, progress: Progress) -> datetime:
    """Return until when all is added up once a day is; all days before it are."""
    return max(min(_start_of(day) + DAY, until), progress.until or _NEVER)
