"""Notices that an operator's prompt files have changed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

from assistant.authoring.published_prompts import PublishedPrompts
from assistant.telemetry import log

_STEP = 0.25  # seconds between two looks
_SETTLED = 1  # looks without a change after which one is taken: an editor may not have written all of it
_GONE = 4  # the same where a file is gone: editors and git delete a file and write it again
_PATIENCE = 12  # looks after which a change is taken although it goes on
_RETRY = 2.0  # seconds until another try

Look: TypeAlias = dict[str, tuple[int, ...]]
"""What shows, by path, whether a file has changed; the number of the error if it can't be read."""


class PromptsWatch:
    """Reads the files again when one of them changes.

    It looks several times a second instead of being told by the operating system. So it makes no difference whether
    files are written, moved, linked or swapped with their whole folder, or on what kind of disk they are.

    Args:
        directories: of an operator's files.
        published: what reads them.
    """

    def __init__(self, directories: Sequence[Path], published: PublishedPrompts) -> None:
        self._directories = directories
        self._published = published
        self._failure = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch until the end."""
        watching = asyncio.create_task(self._watch()) if self._directories else None
        try:
            yield
        finally:
            if watching is not None:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)

    async def _watch(self) -> None:
        taken: Look | None = None
        while True:
            try:
                seen = await self._settled(taken)
                await self._published.reload_files()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next try may go better
                self._tell(error)
                await asyncio.sleep(_RETRY)
            else:
                taken, self._failure = seen, ""

    async def _settled(self, taken: Look | None) -> Look:
        """Return what there is once it differs from what was taken and has stopped changing."""
        before, calm, looks = taken, 0, 0
        while True:
            seen = await asyncio.to_thread(_look, self._directories)
            looks = 0 if seen == taken else looks + 1
            calm = calm + 1 if looks and seen == before else 0
            gone = taken is not None and bool(taken.keys() - seen.keys())
            if calm >= (_GONE if gone else _SETTLED) or looks > _PATIENCE:
                return seen
            before = seen
            await asyncio.sleep(_STEP)

    def _tell(self, error: Exception) -> None:
        """Log what went wrong, once for as long as it is the same."""
        kind = type(error).__name__
        if kind != self._failure:
            log.error("changed prompt files could not be read; trying again", exception=error, retry=_RETRY)
        self._failure = kind


def _look(directories: Sequence[Path]) -> Look:
    found: Look = {}
    for directory in directories:
        try:
            paths = [path for path in directory.iterdir() if path.suffix == ".j2"]
        except OSError as error:
            found[str(directory)] = (error.errno or 0,)
        else:
            found |= {str(path): _state_of(path) for path in paths}
    return found


def _state_of(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError as error:
        return (error.errno or 0,)
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size
