"""One HTTP/1.1 connection: a request is written, its answer read, then the next one may follow.

RFC 9112 is the source of what is a message and where it ends; llhttp, through httptools, reads answers by its rules.
"""

import asyncio
from collections.abc import Callable
from typing import TypeAlias, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from http1.errors import ClosedError, CutError, EndlessError, MalformedError, SilentError

Headers: TypeAlias = list[tuple[bytes, bytes]]

LARGEST_HEAD = 64 * 1024
"""Most bytes of an answer's head, informational answers before it included."""
MOST_INFORMATIONAL = 20
"""Most informational answers (HTTP 1xx) before the one that counts; servers send one or two."""
_READ_AHEAD = 64 * 1024  # bytes of an answer that may wait for who reads it; more lets glibc map and unmap without end
_WRITE_AHEAD = 256 * 1024
_SWITCHING = 101
_VERSIONS = frozenset({"1.0", "1.1"})
_BODILESS = frozenset({204, 304})


class Connection(asyncio.Protocol):
    """A connection, and the answer that is being read from it.

    Args:
        gone: called once the connection is closed.
        patience: seconds without a byte of an answer after which it is given up; None: the caller sees to that.
        lenient: whether an answer may have bare line feeds in its head, folded or odd header values, and blanks behind
            the size of a chunk; not where the answer is passed on, as others may read it in another way.

    Attributes:
        status: of the answer; 0 until its head is complete.
        headers: of the answer, names in lower case.
        complete: whether all of the answer has come.
        used: whether an answer was read from it before.
        silent_since: the loop's time when something was heard last, or asked.
        idle_since: the loop's time when the last answer was complete.
    """

    def __init__(
        self, gone: Callable[["Connection"], None], *, patience: float | None = None, lenient: bool = False
    ) -> None:
        self._gone = gone
        self._patience = patience
        self._lenient = lenient
        self._watch: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._waiter: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._writing_paused = self._reading_paused = False
        self._asked = self.used = False
        self.idle_since = self.silent_since = 0.0
        self._reset(bodiless=False)

    def _reset(self, *, bodiless: bool) -> None:
        self._parser = HttpResponseParser(self)
        if self._lenient:
            self._parser.set_dangerous_leniencies(
                lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
            )
        self._bodiless = bodiless
        self._error: Exception | None = None
        self._informational = 0
        self._interim = self._began = self._until_close = False
        self._keep_alive = self.complete = False
        self._unfinished = self._waiting = 0
        self._blocks: list[bytes] = []
        self.status = 0
        self.headers: Headers = []

    # What is asked of it

    @property
    def reusable(self) -> bool:
        """Whether another request may follow."""
        transport = self._transport
        whole = self.complete and self._keep_alive and self._error is None
        return whole and not transport.is_closing() and not transport.get_write_buffer_size()

    @property
    def transport(self) -> asyncio.Transport:
        """What is written to."""
        return self._transport

    @property
    def has_block(self) -> bool:
        """Whether something of the body waits to be taken."""
        return bool(self._blocks)

    def ask(self, start: bytes, *, bodiless: bool) -> None:
        """Write a request, or the start of one.

        Args:
            start: its head, and as much of its body as there is.
            bodiless: whether the answer ends with its head, as that of HEAD.
        """
        self._reset(bodiless=bodiless)
        self._asked = True
        if self._transport.is_closing():  # no one would tell of it a second time
            self._error = ClosedError()
            return
        self._transport.write(start)
        if self._patience is not None:
            self.silent_since = self._loop.time()
            if self._watch is None:
                self._watch = self._loop.call_later(self._patience, self._look)

    async def write(self, block: bytes) -> None:
        """Write more of the body; waits while the server does not take it."""
        if self._transport.is_closing():
            return
        self._transport.write(block)
        if self._writing_paused:
            self._writable = self._loop.create_future()
            await self._writable

    async def arrival(self) -> None:
        """Wait for more of the answer than is there now.

        Raises:
            ClosedError, CutError, MalformedError, SilentError: there will be no more.
            Exception: what `abort` was called with.
        """
        if self._error is None and not self.complete:
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        if self._error is not None:
            raise self._error

    def take(self) -> bytes:
        """Return what has come of the body since the last time."""
        blocks = self._blocks
        if not blocks:
            return b""
        self._blocks, self._waiting = [], 0
        if self._reading_paused:
            self._reading_paused = False
            self._transport.resume_reading()
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)

    def finish(self) -> None:
        """End the exchange; the next one may begin."""
        self.take()
        self._asked, self.used = False, True
        self.idle_since = self._loop.time()

    def abort(self, error: Exception | None = None) -> None:
        """Close at once; whoever waits for the answer gets the error."""
        if error is not None and not self.complete:
            self._fail(error)
        if self._transport is not None:
            self._transport.abort()

    # What the event loop tells it (asyncio.Protocol)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(_WRITE_AHEAD)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if not self._asked or self.complete:
            self._keep_alive = False
            self._transport.abort()
            return
        self._began = True
        if self._patience is not None:
            self.silent_since = self._loop.time()
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self._end_badly()
            return
        if not self.status:
            self._unfinished += len(data)
            if self._unfinished > LARGEST_HEAD:
                self._end_badly()
            return
        if self._waiting > _READ_AHEAD and not self._reading_paused:
            self._reading_paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        """End the answer, if this is how it ends, or say that it broke off."""
        if self._asked and not self.complete and self._error is None:
            if self._until_close and error is None:
                self.complete = True
            else:
                self._error = CutError() if self._began else ClosedError()
        self._keep_alive = False
        self._wake()
        if self._watch is not None:
            self._watch.cancel()
        self.resume_writing()
        self._gone(self)

    def pause_writing(self) -> None:
        """Let writers wait."""
        self._writing_paused = True

    def resume_writing(self) -> None:
        """Let them go on."""
        self._writing_paused = False
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)

    # What the parser tells it (httptools)

    def on_message_begin(self) -> None:
        """See that nothing follows an answer: such bytes belong to no one."""
        self._keep_alive &= not self.complete

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers, which come after the head, are left out."""
        if not self.status:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Take the status, and find out where the body ends."""
        if self.complete:
            raise HttpParserError  # bytes after an answer belong to no one
        status = self._parser.get_status_code()
        if status < 200 and status != _SWITCHING:  # noqa: PLR2004 - an interim answer (RFC 9110, 15.2)
            self._interim = True
            self._informational += 1
            if self._informational > MOST_INFORMATIONAL:
                raise HttpParserError
            return
        coding = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        if coding not in ([], [b"chunked"]) or status == _SWITCHING:
            raise HttpParserError(coding)
        if self._parser.get_http_version() not in _VERSIONS or _size(self.headers) > LARGEST_HEAD:
            raise HttpParserError
        self.status = status
        lengths = [value for name, value in self.headers if name == b"content-length"]
        self._keep_alive = self._parser.should_keep_alive()
        if self._bodiless or status in _BODILESS:
            self.complete = True
            # A body that comes after all must not become the next request's answer.
            self._keep_alive &= not (self._bodiless or coding or lengths not in ([], [b"0"]))
        else:
            self._until_close = not coding and not lengths

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if self.complete:
            self._keep_alive = False
            return
        self._blocks.append(body)
        self._waiting += len(body)

    def on_message_complete(self) -> None:
        """End the answer, or begin the real one after an interim one."""
        if self._interim:
            self._interim = False
            self.headers = []
        else:
            self.complete = True

    def _end_badly(self) -> None:
        """Give up on a server that doesn't keep to the rules; an answer that was whole before that stays good."""
        if not self.complete:
            self._fail(EndlessError() if self._informational > MOST_INFORMATIONAL else MalformedError())
        self._keep_alive = False
        self._wake()
        self._transport.abort()

    def _look(self) -> None:
        """See whether the server has been silent for too long; one timer serves all requests of the connection."""
        self._watch = None
        if not self._asked or self.complete or self._error is not None or self._patience is None:
            return
        now = self._loop.time()
        if self._reading_paused:  # it is not the server who is waited for
            self.silent_since = now
        until = self.silent_since + self._patience
        if now >= until:
            self.abort(SilentError())
        else:
            self._watch = self._loop.call_at(until, self._look)

    def _fail(self, error: Exception) -> None:
        self._error = error
        self._keep_alive = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _size(headers: Headers) -> int:
    return sum([len(name) + len(value) for name, value in headers])
