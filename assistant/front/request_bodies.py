"""The body of a request on its way in: a client may take a while, and longer the more it sends."""

import asyncio
from collections.abc import Callable
from typing import Any

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
    has_body = any(name in _FRAMING and value != b"0" for name, value in scope["headers"])
    return _Arriving(receive, patience, lambda: late(scope)).receive if has_body else receive


class _Arriving:
    """What of a body is there, and how long is still waited for the rest."""

    def __init__(self, receive: Receive, patience: float, late: Callable[[], None]) -> None:
        self._receive = receive
        self._late = late
        self._patience = self._left = patience
        self._whole = False

    async def receive(self) -> Any:  # noqa: ANN401 - an ASGI event
        """Return the next event; once all of the body is there, nothing is waited for but the client's leaving.

        Raises:
            SlowBodyError: it did not come in time.
        """
        if self._whole:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            async with asyncio.timeout(self._left):
                event = await self._receive()
        except TimeoutError:
            self._whole = True  # no more of it is read
            self._late()
            raise SlowBodyError from None
        gained = len(event.get("body", b"")) / _SLOWEST  # type: ignore[arg-type] # of bytes
        self._left = min(self._patience, self._left - (clock() - begun) + gained)
        self._whole = not event.get("more_body", False)
        return event
