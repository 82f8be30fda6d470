"""Whether anything of an answer has arrived: told by who reads it to who waits for it, through all that is between."""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")


class Arrival:
    """What has arrived of one answer.

    Attributes:
        begun: whether its head is there.
    """

    def __init__(self) -> None:
        self.begun = False


_awaited: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


def expected(asking: Coroutine[Any, Any, T]) -> tuple[asyncio.Task[T], Arrival]:
    """Ask beside the caller, and return that task and what is known of its answer."""
    arrival, context = Arrival(), copy_context()
    context.run(_awaited.set, arrival)
    return asyncio.get_running_loop().create_task(asking, context=context), arrival


def arrived() -> None:
    """Take note that the head of the answer is there."""
    arrival = _awaited.get()
    if arrival is not None:
        arrival.begun = True
