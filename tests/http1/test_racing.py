"""A host with several addresses: the first that answers is taken, and a dead one costs little."""

import asyncio
import socket
import time

import pytest

from http1.errors import NotConnectedError
from http1.racing import first_open
from tests.fakes.deaf import deaf
from tests.http1.asking import OK, answering, get, pool_of, serving


async def test_an_address_that_refuses_is_passed_over() -> None:
    """At once."""
    async with serving(answering(OK)) as server:
        pool = pool_of(server.origin, addresses=("127.0.0.2", "127.0.0.3", "127.0.0.1"))
        assert await get(pool) == (200, b"hello")


async def test_an_address_that_says_nothing_costs_a_moment() -> None:
    """The next one is tried beside it, long before the time for a connection is over."""
    async with serving(answering(OK)) as server:
        with deaf("127.0.0.2", server.origin.port):
            pool = pool_of(server.origin, addresses=("127.0.0.2", "127.0.0.1"), timeout=30.0)
            begun = time.monotonic()
            assert await get(pool) == (200, b"hello")
            assert time.monotonic() - begun < 10.0


async def test_an_address_that_says_nothing_is_given_up() -> None:
    """As too late, alone or last."""
    async with serving(answering(OK)) as server:
        port = server.origin.port
    with deaf("127.0.0.2", port):
        for addresses in (("127.0.0.2",), ("127.0.0.3", "127.0.0.2")):
            with pytest.raises(NotConnectedError) as caught:
                await first_open(addresses, port, 0.5)
            assert caught.value.late


async def test_who_leaves_leaves_no_attempt_behind() -> None:
    """Each socket is closed."""
    async with serving(answering(OK)) as server:
        port = server.origin.port
    with deaf("127.0.0.2", port), deaf("127.0.0.3", port):
        task = asyncio.create_task(first_open(("127.0.0.2", "127.0.0.3"), port, 30.0))
        await asyncio.sleep(0.6)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.05)
        assert len(asyncio.all_tasks()) == 1


async def test_a_host_without_addresses_is_an_error() -> None:
    """A resolver may find none."""
    with pytest.raises(NotConnectedError):
        await first_open((), 80, 1.0)


async def test_a_busy_loop_is_no_late_server() -> None:
    """Where the time is over and the loop did not look meanwhile, what has come counts: many clicks can do that."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        for _ in range(3):
            opening = asyncio.create_task(first_open(["127.0.0.1"], listening.getsockname()[1], 0.05))
            await asyncio.sleep(0)
            time.sleep(0.2)  # noqa: ASYNC251 - this is the busy loop
            (await opening).close()
