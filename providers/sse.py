"""Server-sent events out of bytes that arrive in pieces of any size.

The format: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from msgspec import Struct

_MAX_EVENT = 1 << 20


class Event(Struct, frozen=True, kw_only=True):
    """One event: its name (empty: the default) and its data, lines joined by a line feed."""

    name: str
    data: bytes


class EventTooLargeError(Exception):
    """A line or an event grew past the limit."""


class EventParser:
    """Collects bytes and gives back the events that they complete.

    Args:
        limit: most bytes of one event or of one unfinished line.
    """

    def __init__(self, limit: int = _MAX_EVENT) -> None:
        self._limit = limit
        self._rest = b""
        self._name = ""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes and return the events that they end.

        Raises:
            EventTooLargeError: one event or line is larger than the limit.
        """
        lines = self._lines(chunk)
        events = []
        for line in lines:
            if line:
                self._take(line)
            elif self._data:
                events.append(self._finish())
            else:
                self._name = ""
        return events

    def _lines(self, chunk: bytes) -> list[bytes]:
        buffer = self._rest + chunk
        # A CR at the end may be half of a CRLF: it waits for the next chunk.
        held = b"\r" if buffer.endswith(b"\r") else b""
        if b"\r" in buffer:
            buffer = buffer.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, last = buffer.split(b"\n")
        self._rest = last + held
        if len(self._rest) > self._limit:
            raise EventTooLargeError
        return lines

    def _take(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
            self._size += len(value)
            if self._size > self._limit:
                raise EventTooLargeError
        elif field == b"event":
            self._name = value.decode(errors="replace")

    def _finish(self) -> Event:
        event = Event(name=self._name, data=b"\n".join(self._data))
        self._name, self._data, self._size = "", [], 0
        return event
