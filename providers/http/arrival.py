"""How far a call has come: told by who makes it to who waits for it, through all that is between."""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")


class Arrival:
    """What is known of the answer to the latest request of a call.

    Attributes:
        asked: whether the request was sent, over a connection that the server took.
        begun: whether the head of the answer is there.
    """

    def __init__(self) -> None:
        self.asked = False
        self.begun = False

    @property
    def silent(self) -> bool:
        """Whether a server that took the request has said nothing yet."""
        return self.asked and not self.begun


_awaited: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


def expected(asking: Coroutine[Any, Any, T]) -> tuple[asyncio.Task[T], Arrival]:
    """Ask beside the caller, and return that task and what is known of its answer."""
    arrival, context = Arrival(), copy_context()
    context.run(_awaited.set, arrival)
    return asyncio.get_running_loop().create_task(asking, context=context), arrival


def asked() -> None:
    """Take note that a request was sent; an answer to an earlier one counts no more."""
    arrival = _awaited.get()
    if arrival is not None:
        arrival.asked, arrival.begun = True, False


def arrived() -> None:
    """Take note that the head of the answer is there."""
    arrival = _awaited.get()
    if arrival is not None:
        arrival.begun = True
