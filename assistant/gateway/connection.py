"""One HTTP/1.1 connection to the core: a request is written, its answer read, then the next one may follow.

RFC 9112 is the source of what is a message and where it ends; llhttp, through httptools, reads answers by its rules.
"""

import asyncio
from collections.abc import Callable
from typing import TypeAlias, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from assistant.errors import AssistantError, CoreUnreachableError
from messages.sentences import Sentence

Headers: TypeAlias = list[tuple[bytes, bytes]]

_LARGEST_HEAD = 64 * 1024  # bytes
_READ_AHEAD = 64 * 1024  # bytes of an answer that may wait for the client; more lets glibc map and unmap without end
_WRITE_AHEAD = 256 * 1024
_SWITCHING = 101
_VERSIONS = frozenset({"1.0", "1.1"})
_BODILESS = frozenset({204, 304})

_CLOSED = Sentence("The helpdesk closed the connection without an answer.")
_CUT = Sentence("The helpdesk's answer broke off.")
_MALFORMED = Sentence("The helpdesk's answer is not valid HTTP/1.1.")


class ConnectionClosedError(CoreUnreachableError):
    """The core closed the connection before the first byte of an answer."""


class CoreConnection(asyncio.Protocol):
    """A connection, and the answer that is being read from it.

    Args:
        gone: called once the connection is closed.

    Attributes:
        status: of the answer; 0 until its head is complete.
        headers: of the answer, names in lower case.
        complete: whether all of the answer has come.
        used: whether an answer was read from it before.
        idle_since: the loop's time when the last answer was complete.
    """

    def __init__(self, gone: Callable[["CoreConnection"], None]) -> None:
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._waiter: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._writing_paused = self._reading_paused = False
        self._asked = self.used = False
        self.idle_since = 0.0
        self._reset(bodiless=False)

    def _reset(self, *, bodiless: bool) -> None:
        self._parser = HttpResponseParser(self)
        self._bodiless = bodiless
        self._error: AssistantError | None = None
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
        return self.complete and self._keep_alive and self._error is None and not self._transport.is_closing()

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
        self._transport.write(start)

    async def write(self, block: bytes) -> None:
        """Write more of the body; waits while the core does not take it."""
        if self._transport.is_closing():
            return
        self._transport.write(block)
        if self._writing_paused:
            self._writable = self._loop.create_future()
            await self._writable

    async def arrival(self) -> None:
        """Wait for more of the answer than is there now.

        Raises:
            CoreUnreachableError: it broke off, or is not HTTP.
            AssistantError: what `abort` was called with.
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
        self._asked, self.used = False, True
        self.idle_since = self._loop.time()

    def abort(self, error: AssistantError | None = None) -> None:
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
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self._end_badly()
            return
        if not self.status:
            self._unfinished += len(data)
            if self._unfinished > _LARGEST_HEAD:
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
                self._error = CoreUnreachableError(_CUT) if self._began else ConnectionClosedError(_CLOSED)
        self._keep_alive = False
        self._wake()
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
            return
        coding = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        if coding not in ([], [b"chunked"]) or status == _SWITCHING:
            raise HttpParserError(coding)
        if self._parser.get_http_version() not in _VERSIONS or _size(self.headers) > _LARGEST_HEAD:
            raise HttpParserError
        self.status = status
        lengths = [value for name, value in self.headers if name == b"content-length"]
        self._keep_alive = self._parser.should_keep_alive()
        if self._bodiless or status in _BODILESS:
            self.complete = True
            # A body that comes after all must not become the next client's answer.
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
        """Give up on a core that doesn't keep to the rules; an answer that was whole before that stays good."""
        if not self.complete:
            self._fail(CoreUnreachableError(_MALFORMED))
        self._keep_alive = False
        self._wake()
        self._transport.abort()

    def _fail(self, error: AssistantError) -> None:
        self._error = error
        self._keep_alive = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _size(headers: Headers) -> int:
    return sum([len(name) + len(value) for name, value in headers])
