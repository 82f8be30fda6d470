"""Uploads that never got into a message go after a day, and so does what a killed process left of one."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from assistant.database.database import Database
from assistant.desk.media import MARK, MediaFiles
from assistant.desk.quota import IN_CONTENT, UNATTACHED
from assistant.desk.tables import ContactNoteRow, ContactRow, MediaRow, MessageRow, now
from assistant.telemetry import log

KEPT = timedelta(days=1)
"""How long an upload waits for its message."""

EVERY = 3600.0
"""Seconds from one sweep to the next."""

_MARK = re.compile(rf"{re.escape(MARK)}[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")
_SHOWING = (
    (MessageRow, MessageRow.content),
    (ContactNoteRow, ContactNoteRow.note),
    (ContactRow, ContactRow.avatar_url),
)
_STEP = 100  # uploads that are looked for at once
_PAUSE = 0.05  # seconds between two that go: others who write on SQLite wait meanwhile


class Leftovers:
    """Removes them. Workers and replicas do so each for itself: one that another one has in hand is passed over.

    Row and content go in one transaction, the content just before its end. So what a crash leaves undone is found
    again by its row, and no one attaches an upload that is going.

    Args:
        database: where the rows are.
        media: the files.
        clock: the time, in UTC.
        pause: seconds between two that go.
    """

    def __init__(
        self, database: Database, media: MediaFiles, *, clock: Callable[[], datetime] = now, pause: float = _PAUSE
    ) -> None:
        self._database = database
        self._media = media
        self._clock = clock
        self._pause = pause

    async def sweep_on(self, every: float = EVERY) -> None:
        """Sweep at once and then over and over."""
        while True:
            try:
                await self.sweep()
            except Exception as error:  # noqa: BLE001 - the next sweep may go better
                log.error("uploads that are in no message were not removed", exception=error)
            await asyncio.sleep(every)

    async def sweep(self) -> int:
        """Remove what has waited for too long, and return how many uploads that were.

        Raises:
            DatabaseUnavailableError: the database does not answer; the rest is for the next time.
        """
        await self._remove_marks()
        removed, last = 0, 0
        while ids := await self._old(last):
            for media_id in ids:
                removed += await self._removed(media_id)
                await asyncio.sleep(self._pause)
            last = ids[-1]
        if removed:
            log.info("uploads that were in no message removed", files=removed)
        return removed

    async def _old(self, last: int) -> list[int]:
        before = self._clock() - KEPT
        old = select(MediaRow.id).where(UNATTACHED, MediaRow.created_at < before, MediaRow.id > last)
        async with self._database.reading() as session:
            return list(await session.scalars(old.order_by(MediaRow.id).limit(_STEP)))

    async def _removed(self, media_id: int) -> bool:
        """Do so; a file that can't be removed holds up no other one."""
        try:
            return await self._remove(media_id)
        except OSError as error:
            log.error("an upload that is in no message can't be removed", upload=media_id, reason=error.strerror)
            return False

    async def _remove(self, media_id: int) -> bool:
        """Remove an upload, unless it got into a message meanwhile, or is shown in one."""
        shown = await self._is_shown(media_id)
        query = select(MediaRow).where(MediaRow.id == media_id, UNATTACHED).with_for_update(skip_locked=True)
        async with self._database.writing() as session:
            row = await session.scalar(query)
            if row is None:
                return False
            if shown:
                row.linked_model = IN_CONTENT
                return False
            await session.delete(row)
            await session.flush()
            self._media.path_of(row.uuid).unlink(missing_ok=True)
        return True

    async def _is_shown(self, media_id: int) -> bool:
        """Tell whether a message, note or contact has a file's address: earlier versions did not write that down."""
        async with self._database.reading() as session:
            for row, text in _SHOWING:
                query = select(row.id).join(MediaRow, text.contains(MediaRow.uuid)).where(MediaRow.id == media_id)
                if await session.scalar(query.limit(1)) is not None:
                    return True
        return False

    async def _remove_marks(self) -> None:
        """Remove what is left of uploads in the middle of which a process was killed."""
        for mark in await asyncio.to_thread(self._old_marks):
            uuid = mark.name.removeprefix(MARK)
            async with self._database.reading() as session:
                known = await session.scalar(select(MediaRow.id).where(MediaRow.uuid == uuid)) is not None
            if not known:
                self._media.path_of(uuid).unlink(missing_ok=True)
            mark.unlink(missing_ok=True)

    def _old_marks(self) -> list[Path]:
        before, found = time.time() - KEPT.total_seconds(), []
        for path in self._media.folder.glob(f"{MARK}*"):
            with suppress(FileNotFoundError):
                if _MARK.fullmatch(path.name) and path.stat().st_mtime < before:
                    found.append(path)
        return found
