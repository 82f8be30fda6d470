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
        self._awaited: dict[asyncio.Task[Any], float] = {}
        self._given_up: set[asyncio.Task[Any]] = set()
        self._watched = False

    async def rest(self, scope: HTTPScope, receive: Receive, messages: list[Any]) -> bytes:
        """Return a body of which the first event is there, read to its end.

        Args:
            scope: the request.
            receive: from where it is read.
            messages: the first event; takes the others as they come.

        Raises:
            SlowBodyError: it did not come in time.
        """
        receive = self.in_time(scope, receive)
        while messages[-1].get("more_body"):
            messages.append(await receive())
        return b"".join([each.get("body", b"") for each in messages])

    def in_time(self, scope: HTTPScope, receive: Receive) -> Receive:
        """Return from where a request is read, so that its body has to come in time."""
        for name, value in scope["headers"]:
            if name in _FRAMING and value != b"0":
                return _Arriving(self, scope, receive, self._patience).receive
        return receive

    async def wait(self, scope: HTTPScope, receive: Receive, seconds: float | None = None) -> Any:  # noqa: ANN401 - an ASGI event
        """Return the next event of a body, the first one unless seconds are left for it.

        Raises:
            SlowBodyError: it did not come in time.
        """
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        now = asyncio.get_running_loop().time()
        self._awaited[task] = now + (self._patience if seconds is None else seconds)
        if not self._watched:
            self._watched = True
            asyncio.get_running_loop().call_later(self._patience / _LOOKS, self._look)
        try:
            return await receive()
        except asyncio.CancelledError:
            if task not in self._given_up or task.uncancel():
                raise  # by someone else too
            self._late(scope)
            raise SlowBodyError from None
        finally:
            del self._awaited[task]
            self._given_up.discard(task)

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        for task, due in list(self._awaited.items()):
            if due <= now and task not in self._given_up:
                self._given_up.add(task)
                task.cancel()
        self._watched = bool(self._awaited)
        if self._watched:
            asyncio.get_running_loop().call_later(self._patience / _LOOKS, self._look)


class _Arriving:
    """What of a body is there, and for how long the rest is waited for."""

    __slots__ = ("_bodies", "_left", "_most", "_receive", "_scope", "_whole")

    def __init__(self, bodies: Bodies, scope: HTTPScope, receive: Receive, patience: float) -> None:
        self._bodies = bodies
        self._scope = scope
        self._receive = receive
        self._most = self._left = patience
        self._whole = False

    async def receive(self) -> Any:  # noqa: ANN401 - an ASGI event
        """Return the next event; once all of the body is there, nothing is waited for but the client's leaving.

        Raises:
            SlowBodyError: it did not come in time.
        """
        if self._whole:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        due = clock() + self._left
        try:
            event = await self._bodies.wait(self._scope, self._receive, self._left)
        except SlowBodyError:
            self._whole = True  # no more of it is read
            raise
        if event.get("more_body", False):
            gained = len(event.get("body", b"")) / _SLOWEST
            self._left = min(self._most, due - clock() + gained)
        else:
            self._whole = True
        return event
