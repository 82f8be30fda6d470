"""The body of a request on its way in: a client may take a while, and longer the more it sends."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from litestar.types import HTTPScope, Receive

from assistant.errors import SlowBodyError

_SLOWEST = 1024  # bytes a second, over the whole body
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


def in_time(scope: HTTPScope, receive: Receive, patience: float, late: Callable[[Any], None]) -> Receive:
    """Return from where a request is read, so that its body has to come in time.

    Args:
        scope: the request.
        receive: gives its body.
        patience: seconds that are waited for the client, and more for what comes faster than 1 KiB a second.
        late: called with the request whose body did not come in time.
    """
    for name, value in scope["headers"]:
        if name in _FRAMING and value != b"0":
            return _Arriving(scope, receive, patience, late).receive
    return receive


class _Arriving:
    """What of a body is there, and how long is still waited for the rest."""

    def __init__(self, scope: HTTPScope, receive: Receive, patience: float, late: Callable[[Any], None]) -> None:
        self._scope = scope
        self._receive = receive
        self._late = late
        self._patience = self._left = patience
        self._whole = self._over = False

    async def receive(self) -> Any:  # noqa: ANN401 - an ASGI event
        """Return the next event; once all of the body is there, nothing is waited for but the client's leaving.

        Raises:
            SlowBodyError: it did not come in time.
        """
        if self._whole:
            return await self._receive()
        loop = asyncio.get_running_loop()
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        begun, cancelled = loop.time(), task.cancelling()
        # What `asyncio.timeout` does, in a third of its time: a body is awaited for each request.
        timer = loop.call_later(self._left, self._end, task)
        try:
            event = await self._receive()
        except asyncio.CancelledError:
            if not self._over or task.uncancel() > cancelled:
                raise
            self._whole = True  # no more of it is read
            self._late(self._scope)
            raise SlowBodyError from None
        finally:
            timer.cancel()
        self._whole = not event.get("more_body", False)
        if not self._whole:
            gained = len(event.get("body", b"")) / _SLOWEST  # type: ignore[arg-type] # of bytes
            self._left = min(self._patience, self._left - (loop.time() - begun) + gained)
        return event

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._over = True
        task.cancel()
