"""The bodies of requests on their way in: a client may take a while, and longer the more it sends."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from litestar.types import HTTPScope, Receive

from assistant.errors import SlowBodyError

_SLOWEST = 1024  # bytes a second, over the whole body
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_LOOKS = 20  # at the bodies that are awaited, in the time that is waited for one


class Bodies:
    """The bodies that are awaited: one clock for all of them, since each request has one.

    Args:
        patience: seconds that are waited for the client, and more for what comes faster than 1 KiB a second.
        late: called with the request whose body did not come in time.
    """

    def __init__(self, patience: float, late: Callable[[Any], None]) -> None:
        self._late = late
        self._patience = patience
        self._awaited: dict[_Arriving, asyncio.Task[Any]] = {}
        self._watched = False

    def in_time(self, scope: HTTPScope, receive: Receive) -> Receive:
        """Return from where a request is read, so that its body has to come in time."""
        for name, value in scope["headers"]:
            if name in _FRAMING and value != b"0":
                return _Arriving(self, scope, receive, self._patience).receive
        return receive

    def expect(self, body: "_Arriving") -> None:
        """Have a body's task cancelled when it is due."""
        self._awaited[body] = cast("asyncio.Task[Any]", asyncio.current_task())
        if not self._watched:
            self._watched = True
            asyncio.get_running_loop().call_later(self._patience / _LOOKS, self._look)

    def has_come(self, body: "_Arriving") -> None:
        """Expect it no more."""
        del self._awaited[body]

    def give_up(self, scope: HTTPScope) -> None:
        """Take note of a body that did not come in time."""
        self._late(scope)

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        for body, task in list(self._awaited.items()):
            if body.due <= now and not body.over:
                body.over = True
                task.cancel()
        self._watched = bool(self._awaited)
        if self._watched:
            asyncio.get_running_loop().call_later(self._patience / _LOOKS, self._look)


class _Arriving:
    """What of a body is there, and until when the rest is waited for.

    Attributes:
        due: the loop's time at which it is given up.
        over: whether it was.
    """

    __slots__ = ("_bodies", "_left", "_most", "_receive", "_scope", "_whole", "due", "over")

    def __init__(self, bodies: Bodies, scope: HTTPScope, receive: Receive, patience: float) -> None:
        self._bodies = bodies
        self._scope = scope
        self._receive = receive
        self._most = self._left = patience
        self._whole = self.over = False
        self.due = 0.0

    async def receive(self) -> Any:  # noqa: ANN401 - an ASGI event
        """Return the next event; once all of the body is there, nothing is waited for but the client's leaving.

        Raises:
            SlowBodyError: it did not come in time.
        """
        if self._whole:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        self.due = clock() + self._left
        self._bodies.expect(self)
        try:
            event = await self._receive()
        except asyncio.CancelledError:
            if not self.over or cast("asyncio.Task[Any]", asyncio.current_task()).uncancel():
                raise  # by someone else too
            self._whole = True  # no more of it is read
            self._bodies.give_up(self._scope)
            raise SlowBodyError from None
        finally:
            self._bodies.has_come(self)
        if event.get("more_body", False):
            gained = len(event.get("body", b"")) / _SLOWEST  # type: ignore[arg-type] # of bytes
            self._left = min(self._most, self.due - clock() + gained)
        else:
            self._whole = True
        return event
