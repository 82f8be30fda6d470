"""TCP to the first of a host's addresses that answers (RFC 8305, "Happy Eyeballs")."""

import asyncio
import socket
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from itertools import chain, zip_longest
from typing import TypeVar

from http1.errors import NotConnectedError

_STAGGER = 0.25
"""Seconds that an address may take before the next one is tried beside it (RFC 8305, 5)."""

_TURNS = 5  # of the loop, in which it hears what has come, and who waits for that wakes
T = TypeVar("T")


async def first_open(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    """Connect to the first address that answers, the families in turn.

    Args:
        addresses: IP addresses; the first one's family goes first.
        port: of the server.
        seconds: for each address.

    Raises:
        NotConnectedError: none of them answers.
    """
    try:
        if len(addresses) == 1:
            return await _open(addresses[0], port, seconds)
        return await _race(_in_turn(addresses), port, seconds)
    except OSError as error:
        late = isinstance(error, TimeoutError)
        raise NotConnectedError(type(error).__name__, late=late) from None


async def in_time(step: Awaitable[T], seconds: float) -> T:
    """Wait for a step; raises TimeoutError when it takes too long.

    A loop that was busy for as long is no server that is late: what has come meanwhile counts.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.Handle | None = None
    async with asyncio.timeout(None) as limit:

        def look(turns: int) -> None:
            nonlocal timer
            if turns:
                timer = loop.call_soon(look, turns - 1)
            else:
                limit.reschedule(loop.time())

        timer = loop.call_later(seconds, look, _TURNS)
        try:
            return await step
        finally:
            if timer is not None:
                timer.cancel()


async def _race(addresses: list[str], port: int, seconds: float) -> socket.socket:
    error: BaseException = OSError("no address")
    running: set[asyncio.Task[socket.socket]] = set()
    try:
        while addresses or running:
            if addresses:
                running.add(asyncio.create_task(_open(addresses.pop(0), port, seconds)))
            done, running = await asyncio.wait(
                running, timeout=_STAGGER if addresses else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                failed = task.exception()
                if failed is None:
                    running |= done - {task}  # another may have been as quick
                    return task.result()
                error = failed
    finally:
        for task in running:
            task.cancel()
            task.add_done_callback(_close)
    raise error


async def _open(address: str, port: int, seconds: float) -> socket.socket:
    raw = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        raw.setblocking(False)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        keep_alive(raw)
        await in_time(asyncio.get_running_loop().sock_connect(raw, (address, port)), seconds)
    except BaseException:
        raw.close()
        raise
    return raw


def _close(task: asyncio.Task[socket.socket]) -> None:
    """Close what an attempt opened that no one waits for any more."""
    if not task.cancelled() and task.exception() is None:
        task.result().close()


def _in_turn(addresses: Sequence[str]) -> list[str]:
    first = ":" in addresses[0] if addresses else False
    same = [each for each in addresses if (":" in each) == first]
    other = [each for each in addresses if (":" in each) != first]
    return [each for each in chain.from_iterable(zip_longest(same, other)) if each is not None]


def keep_alive(raw: socket.socket) -> None:
    """Find out within minutes about a server that vanished without a word, also where it may be silent for hours."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        with suppress(AttributeError):
            raw.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
