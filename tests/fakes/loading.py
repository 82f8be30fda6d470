"""A server that loads its model before it says anything, and stops loading when whoever asked for it leaves."""

import asyncio
import threading

from tests.fakes import steps
from tests.fakes.exchange import Exchange

_LOOK = 0.01  # seconds between two looks at what the test, in another thread, says


class Loading:
    """A step for `FakeProvider.script`, for any number of requests.

    Args:
        then: what it does once the model is loaded, or can't be; None: it answers well.

    Attributes:
        given_up: requests whose client left before the model was loaded.
    """

    def __init__(self, then: steps.Step | None = None) -> None:
        self._then = then or steps.reply()
        self.given_up = 0
        self._ready = threading.Event()

    def finish(self) -> None:
        """Have the model loaded: everyone who waits gets what comes then."""
        self._ready.set()

    async def __call__(self, exchange: Exchange) -> None:
        """Answer once the model is loaded, unless the client leaves."""
        leaving = asyncio.ensure_future(exchange.wait_until_dropped())
        while not self._ready.is_set():
            if leaving.done():
                self.given_up += 1
                return
            await asyncio.sleep(_LOOK)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        await self._then(exchange)
