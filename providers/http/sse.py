"""Server-sent events out of bytes that arrive in pieces of any size.

The format: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from codecs import BOM_UTF8

from msgspec import Struct

MAX_EVENT = 1 << 20
"""Most bytes of one event, or of one line."""


_DATA, _BLANK = b"data: ", b"\n\n"


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

    def __init__(self, limit: int = MAX_EVENT) -> None:
        self._limit = limit
        self._rest: list[bytes] = []
        self._waiting = 0
        self._begun = False
        self._after_cr = False
        self._name = ""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes and return the events that they end.

        Raises:
            EventTooLargeError: one event or line is larger than the limit.
        """
        plain = self._plain(chunk)
        if plain is not None:
            return plain
        events = []
        for line in self._lines(chunk):
            if line:
                self._take(line)
                continue
            if not self._data:
                self._name = ""
                continue
            event = self._finish()
            # An event without data says nothing in any dialect: some hosts keep the connection awake with it.
            if event.data:
                events.append(event)
        return events

    def _plain(self, chunk: bytes) -> list[Event] | None:
        """Read whole events of one line of data each, as almost all are; None where there is anything else."""
        if not (chunk.startswith(_DATA) and chunk.endswith(_BLANK)) or b"\r" in chunk or len(chunk) > self._limit:
            return None
        if self._rest or self._data or self._name or self._after_cr:
            return None
        found = chunk[len(_DATA) : -len(_BLANK)].split(_BLANK + _DATA)
        if chunk.count(b"\n") != len(_BLANK) * len(found):
            return None
        self._begun = True
        return [Event(name="", data=data) for data in found if data]

    def _lines(self, chunk: bytes) -> list[bytes]:
        *ended, last = self._with_line_feeds(chunk).split(b"\n")
        if ended:
            ended[0] = b"".join((*self._rest, ended[0]))
            self._rest, self._waiting = [], 0
            if not self._begun:
                self._begun = True
                ended[0] = ended[0].removeprefix(BOM_UTF8)
        # Kept in pieces: joined with each chunk, a long line in short ones would be copied again and again.
        if last:
            self._rest.append(last)
            self._waiting += len(last)
        if self._waiting > self._limit:
            raise EventTooLargeError
        return ended

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        """Write every line end as LF; the LF of a CRLF that two chunks share is left out."""
        if not chunk:
            return chunk
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
        self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in chunk else chunk

    def _take(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
            self._size += len(value) + 1
            if self._size > self._limit:
                raise EventTooLargeError
        elif field == b"event":
            self._name = value.decode(errors="replace")

    def _finish(self) -> Event:
        event = Event(name=self._name, data=b"\n".join(self._data))
        self._name, self._data, self._size = "", [], 0
        return event
