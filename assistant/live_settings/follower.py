"""Following what other replicas change: settings, documents, published prompts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from assistant.errors import AssistantError
from assistant.telemetry import log


class Follower:
    """Keeps what one replica has in use the same as what is saved.

    It is reloaded at the start, then every few seconds, and at once after `look`. Redis announces a change within a
    second; without it the change is found by the next look. A look that fails changes nothing: the last good content
    stays in use, and the next look may go better.

    Args:
        what: is followed; for the log.
        reload: takes what is saved, if it is newer. When it raises, all must be as it was.
        every: seconds between two looks.
    """

    def __init__(self, what: str, reload: Callable[[], Awaitable[object]], *, every: float) -> None:
        self._what = what
        self._reload = reload
        self._every = every
        self._woken = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Reload, and follow until the end; the first reload may raise."""
        await self._reload()
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    def look(self) -> None:
        """Look at once, not only when it is time."""
        self._woken.set()

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self._reload()
            except AssistantError:
                continue  # the database is asked again in a moment; readiness tells
            except Exception as error:  # noqa: BLE001 - the next look may go better
                log.error("a change could not be read", what=self._what, exception=error)
