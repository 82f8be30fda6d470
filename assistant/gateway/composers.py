"""How long the composers of the helpdesk wait: it is asked for what came with the version in which they wait longer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.errors import CoreUnavailableError
from assistant.gateway.remote_core import RemoteCore
from assistant.settings import Waits
from assistant.telemetry import log

_NEWER = "/api/v1/ai/config/completion"
"""Came with Libredesk 2.6, as did composers that wait for 120 seconds."""
_NOWHERE = "/api/v1/ai/no-such-operation"
_NO_BODY_MAY = frozenset({401, 403})
_DOWN = 500
_LOOK = 2.0  # seconds between two looks at whether it has to be asked again


class Composers:
    """Finds out whether the composers of a helpdesk wait for long.

    It is asked at the start, and again after it could not be reached: it may come back as another version. It is asked
    without credentials. A helpdesk that refuses an operation to someone unknown (401, 403) has it; one that refuses
    everything, even what is nowhere, does not tell, and neither does any other answer. As long as it can't be reached,
    its composers count as impatient.

    Args:
        core: the helpdesk.
        waits: told what is found.
    """

    def __init__(self, core: RemoteCore, waits: Waits) -> None:
        self._core = core
        self._waits = waits

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask beside the start, which does not wait for the helpdesk, and see to it until the end."""
        asking = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _follow(self) -> None:
        known = -1  # outages of which it came back
        while True:
            outages = self._core.outages
            if outages != known:
                patient = await self._patient()
                known = known if patient is None else outages
                self._note(patient=bool(patient))
            await asyncio.sleep(_LOOK)

    async def _patient(self) -> bool | None:
        """Ask whether its composers wait for long; None: it can't be reached."""
        try:
            return await self._refuses(_NEWER) and not await self._refuses(_NOWHERE)
        except CoreUnavailableError:
            return None

    async def _refuses(self, path: str) -> bool:
        status = await self._core.status_of(path)
        if status >= _DOWN:
            raise CoreUnavailableError
        return status in _NO_BODY_MAY

    def _note(self, *, patient: bool) -> None:
        if patient != self._waits.patient:
            self._waits.patient = patient
            log.info("the helpdesk's composers were asked about", patient=patient, seconds=self._waits.rewrite)
