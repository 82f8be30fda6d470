"""An answer that comes piece by piece, each when the test lets it."""

import asyncio
import threading
from contextlib import suppress

from tests.fakes.exchange import Exchange

_ALL = 1_000_000
_LOOK = 0.005  # seconds between two looks at what the test, in another thread, lets pass


class Drip:
    """A step for `FakeProvider.script` that waits before each piece; a whole answer is one piece.

    Args:
        text: the answer; the fake's own when None.

    Attributes:
        begun: set once the request is there.
    """

    def __init__(self, text: str | None = None) -> None:
        self.begun = threading.Event()
        self._text = text
        self._let = threading.Semaphore(0)

    def let(self, pieces: int = 1) -> None:
        """Let so many pieces pass."""
        self._let.release(pieces)

    def finish(self) -> None:
        """Let everything pass."""
        self._let.release(_ALL)

    async def __call__(self, exchange: Exchange) -> None:
        """Answer, or note that the client has left."""
        leaving = asyncio.ensure_future(exchange.wait_until_dropped())
        self.begun.set()
        try:
            with suppress(ConnectionError):
                await self._answer(exchange, leaving)
        finally:
            leaving.cancel()

    async def _answer(self, exchange: Exchange, leaving: "asyncio.Future[None]") -> None:
        text = exchange.text if self._text is None else self._text
        if not exchange.received.streamed:
            if await self._may_go_on(leaving):
                await exchange.send_whole(200, exchange.content(text))
            return
        await exchange.start_stream()
        first, *pieces = exchange.events(text)
        await exchange.send_chunk(first)
        closing = exchange.dialect.CLOSING
        for piece in (*pieces[:-closing], b"".join(pieces[-closing:])):
            if not await self._may_go_on(leaving):
                return
            await exchange.send_chunk(piece)
        leaving.cancel()  # before the client sends its next request
        await asyncio.gather(leaving, return_exceptions=True)
        await exchange.send_chunk(b"")

    async def _may_go_on(self, leaving: "asyncio.Future[None]") -> bool:
        """Wait until the next piece may pass; tell whether someone is there to read it."""
        while not self._let.acquire(blocking=False):
            if leaving.done():
                return False
            await asyncio.sleep(_LOOK)
        return not leaving.done()
