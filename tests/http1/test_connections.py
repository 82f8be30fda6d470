"""One connection: where answers end, when they are given up, and when it is used again."""

import asyncio
import time

import pytest

from http1.connection import LARGEST_HEAD
from http1.dialing import Route
from http1.errors import ClosedError, CutError, EndlessError, MalformedError, NotConnectedError, SilentError
from http1.origins import Origin
from http1.pool import ConnectionPool
from tests.http1.asking import OK, answering, get, pool_of, read, serving, silence
from tests.waiting import eventually

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SOON = 5.0  # seconds, generously: it takes milliseconds

WHOLE = {
    "length": ([OK], b"hello", True),
    "in pieces": ([bytes([each]) for each in OK], b"hello", True),
    "chunked": ([CHUNKED, b"2\r\nhe\r\n", b"3\r\nllo\r\n0\r\n\r\n"], b"hello", True),
    "trailers": ([CHUNKED, b"5\r\nhello\r\n0\r\nX-Sum: 7\r\nX-More: b\r\n\r\n"], b"hello", True),
    "extension": ([CHUNKED, b'5;a="b"\r\nhello\r\n0\r\n\r\n'], b"hello", True),
    "informational": (
        [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", OK],
        b"hello",
        True,
    ),
    "empty": ([b"HTTP/1.1 204 No Content\r\n\r\n"], b"", True),
    "asked to close": ([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"], b"hello", False),
    "HTTP/1.0": ([b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"], b"hello", False),
    "too much": ([OK + b"more"], b"hello", False),
    "a second answer": ([OK + OK], b"hello", False),
}


@pytest.mark.parametrize("case", WHOLE)
async def test_answers_end_where_they_say(case: str) -> None:
    """And only a connection whose next byte belongs to the next answer is used for it."""
    pieces, body, kept = WHOLE[case]
    async with serving(answering(*pieces)) as server:
        pool = pool_of(server.origin)
        for _ in range(3):
            assert (await get(pool))[1] == body
        pool.close()
        assert server.opened == (1 if kept else 3)


@pytest.mark.parametrize("pieces", [[b"HTTP/1.1 200 OK\r\n\r\nhel", b"lo"], [b"HTTP/1.0 200 OK\r\n\r\nhello"]])
async def test_an_answer_may_end_with_its_connection(pieces: list[bytes]) -> None:
    """Without a length or chunks."""
    async with serving(answering(*pieces, then_close=True)) as server:
        pool = pool_of(server.origin)
        assert await get(pool) == (200, b"hello")
        assert await get(pool) == (200, b"hello")
        assert server.opened == 2


BROKEN = [
    ([], ClosedError),
    ([b"H"], CutError),
    ([b"HTTP/1.1 200 OK\r\nContent-Le"], CutError),
    ([b"HTTP/1.1 100 Continue\r\n\r\n"], CutError),
    ([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"], CutError),
    ([CHUNKED + b"9\r\nhello"], CutError),
    ([CHUNKED + b"5\r\nhello\r\n"], CutError),
    ([b"220 mail.example.org ESMTP\r\n"], MalformedError),
    ([b"HTTP/2 200 OK\r\n\r\n"], MalformedError),
    ([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"], MalformedError),
    ([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello"], MalformedError),
    ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"], MalformedError),
    ([CHUNKED + b"zz\r\n"], MalformedError),
    ([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"], MalformedError),
    ([b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * (LARGEST_HEAD // 4)], MalformedError),
    ([b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 2 * LARGEST_HEAD], MalformedError),
    ([b"HTTP/1.1 103 Early Hints\r\n\r\n" * 30], EndlessError),
]


@pytest.mark.parametrize(("pieces", "kind"), BROKEN)
async def test_what_is_no_whole_answer_is_an_error(pieces: list[bytes], kind: type[Exception]) -> None:
    """Each with its own name."""
    async with serving(answering(*pieces, then_close=True)) as server:
        pool = pool_of(server.origin)
        with pytest.raises(kind) as caught:
            await get(pool)
        assert type(caught.value) is kind


@pytest.mark.parametrize(
    "begin", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n", CHUNKED + b"2\r\nhe"]
)
async def test_silence_is_given_up(begin: bytes) -> None:
    """Before the head, in it, and in the body; the server sees that."""
    async with serving(answering(begin)) as server:
        pool = pool_of(server.origin, patience=0.2)
        async with asyncio.timeout(SOON):
            with pytest.raises(SilentError):
                await get(pool)
            await server.left.wait()


async def test_a_slow_answer_is_not_silence() -> None:
    """It may take longer as a whole than any of its pieces."""
    pieces = [OK[start : start + 4] for start in range(0, len(OK), 4)]
    async with serving(answering(*pieces, pause=0.15)) as server:
        pool = pool_of(server.origin, patience=1.0)
        begun = time.monotonic()
        assert await get(pool) == (200, b"hello")
        assert time.monotonic() - begun > 1.0
        assert server.opened == 1


async def test_who_reads_slowly_does_not_make_the_server_silent() -> None:
    """What waits for the reader is not waited for by anyone."""
    size = 2_000_000
    async with serving(answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)) as server:
        pool = pool_of(server.origin, patience=1.0)
        connection = await pool.connection()
        connection.ask(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n", bodiless=False)
        await connection.arrival()
        await asyncio.sleep(1.4)
        taken = 0
        while taken < size:
            taken += len(connection.take())
            if not connection.has_block and not connection.complete:
                await connection.arrival()
        pool.give_back(connection)
        assert await get(pool) == (200, b"x" * size)
        assert server.opened == 1


@pytest.mark.parametrize("begin", [b"", CHUNKED + b"2\r\nhe"], ids=["before the first byte", "after it"])
async def test_a_cancelled_request_closes_at_once(begin: bytes) -> None:
    """The server learns that no one waits any more."""
    async with serving(answering(begin)) as server:
        pool = pool_of(server.origin)
        task = asyncio.create_task(get(pool))
        await eventually(lambda: len(server.heads) == 1)
        await asyncio.sleep(0.05)
        task.cancel()
        begun = time.monotonic()
        async with asyncio.timeout(SOON):
            await server.left.wait()
        assert time.monotonic() - begun < 1.0


async def test_twenty_megabytes_come_as_they_are() -> None:
    """In bounded memory, as far as the connection goes: it reads ahead of its reader by little."""
    body = bytes(range(256)) * 78_125
    async with serving(answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body)) as server:
        assert await get(pool_of(server.origin)) == (200, body)


async def test_a_connection_that_was_closed_while_idle_is_not_used() -> None:
    """Nor is one over which something came that no one asked for."""
    for late in (b"", b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"):
        async with serving(answering(OK, late, then_close=True)) as server:
            pool = pool_of(server.origin)
            assert await get(pool) == (200, b"hello")
            await asyncio.sleep(0.1)
            assert await get(pool) == (200, b"hello")
            assert server.opened == 2


async def test_a_connection_is_not_idle_for_long() -> None:
    """It is closed in time, also where nothing else is asked, and so is each of several."""
    async with serving(answering(OK)) as server:
        pool = pool_of(server.origin, longest_idle=0.2)
        await asyncio.gather(*(get(pool) for _ in range(3)))
        assert server.opened == 3
        await eventually(lambda: server.closed == 3)
        assert await get(pool) == (200, b"hello")
        assert server.opened == 4
        pool.close()


async def test_an_answer_that_no_one_reads_leaves_the_connection_good() -> None:
    """Whatever of it still waits is not the next one's."""
    body = b"x" * 60_000
    async with serving(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + body)) as server:
        pool = pool_of(server.origin)
        connection = await pool.connection()
        connection.ask(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n", bodiless=False)
        while not connection.complete:
            await connection.arrival()
        pool.give_back(connection)
        assert await get(pool) == (200, body)
        assert server.opened == 1


async def test_a_server_that_takes_nothing_can_be_left() -> None:
    """Also while a request is still being written."""

    async def busy(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        while await reader.read(65_536):
            pass
        raise ConnectionResetError

    async with serving(busy) as server:
        connection = await pool_of(server.origin).connection()
        task = asyncio.create_task(read(connection, headers=b"X-A: b\r\n\r\n" + b"x" * 8_000_000))
        await asyncio.sleep(0.1)
        task.cancel()
        connection.abort()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(SOON):
            await server.left.wait()


LENIENT = [
    b"HTTP/1.1 200 OK\nX-A: b\nContent-Length: 5\n\nhello",
    b"HTTP/1.1 200 OK\r\nX-A: b\r\n  c\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nX-A: b\x01c\r\nContent-Length: 5\r\n\r\nhello",
    CHUNKED + b"5  \r\nhello\r\n0\r\n\r\n",
]


@pytest.mark.parametrize("answer", LENIENT)
@pytest.mark.parametrize("lenient", [True, False])
async def test_the_letter_of_the_rules_may_be_passed_over(answer: bytes, lenient: bool) -> None:  # noqa: FBT001 - a row
    """Where an answer ends here: servers that people write themselves send such things. What is passed on is strict."""
    async with serving(answering(answer)) as server:
        pool = pool_of(server.origin, lenient=lenient)
        if lenient:
            assert await get(pool) == (200, b"hello")
            assert await get(pool) == (200, b"hello")
            assert server.opened == 1
        else:
            with pytest.raises(MalformedError):
                await get(pool)


async def test_a_connection_that_has_gone_answers_nothing() -> None:
    """Whoever asks over it hears so at once, however long ago it went."""
    async with serving(answering(b"", then_close=True), headless=True) as server:
        connection = await pool_of(server.origin).connection()
        await asyncio.sleep(0.1)
        async with asyncio.timeout(SOON):
            with pytest.raises(ClosedError):
                await read(connection)


async def test_a_slow_look_up_is_given_up() -> None:
    """With all that would follow."""

    async def never(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    route = Route(origin=Origin(scheme="http", host="a", port=80), timeout=60.0, total=0.1, resolve=never)
    with pytest.raises(NotConnectedError) as caught:
        await ConnectionPool(route).connection()
    assert caught.value.late


async def test_no_one_there_is_an_error() -> None:
    """With the system's word for it."""
    async with serving(silence) as server:
        origin = server.origin
    with pytest.raises(NotConnectedError) as caught:
        await get(pool_of(origin))
    assert caught.value.cause == "ConnectionRefusedError"
