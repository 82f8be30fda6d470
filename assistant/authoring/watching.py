"""Noticing that an operator's prompt files change."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from assistant.authoring.in_force import PromptsInForce
from assistant.errors import AssistantError
from assistant.telemetry import log

_DEBOUNCE = 200  # milliseconds in which changes belong together
_STEP = 50  # milliseconds without a change after which they are taken
_RETRY = 0.5  # seconds until a directory is looked for again


class PromptsWatch:
    """Reads the files again when one of them changes.

    Args:
        directories: of an operator's files.
        in_force: what reads them.
    """

    def __init__(self, directories: Sequence[Path], in_force: PromptsInForce) -> None:
        self._directories = directories
        self._in_force = in_force

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch until the end."""
        watching = [asyncio.create_task(self._watch(each)) for each in self._directories]
        try:
            yield
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)

    async def _watch(self, directory: Path) -> None:
        from watchfiles import awatch  # noqa: PLC0415 - most services have no such directory

        while True:
            if _is_there(directory):
                async for _ in awatch(directory, debounce=_DEBOUNCE, step=_STEP, recursive=False):
                    await self._reload()
                    if not _is_there(directory):
                        break
            await asyncio.sleep(_RETRY)
            if _is_there(directory):
                await self._reload()  # it is there again, perhaps with other files

    async def _reload(self) -> None:
        try:
            await self._in_force.reload_files()
        except AssistantError:
            log.warning("changed prompt files are taken with the next change: the database does not answer")
        except Exception as error:  # noqa: BLE001 - the next change may go better
            log.error("changed prompt files could not be read", exception=error)


def _is_there(directory: Path) -> bool:
    return directory.is_dir()
