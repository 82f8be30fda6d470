"""What an answer turns out to be as it arrives: JSON, events or a web page, whatever its content type says."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from providers.adapters.content import BLANK, EVENTS, is_end
from providers.errors import MalformedReplyError, ProviderError, StreamInterruptedError
from providers.http.sse import Event, EventParser, EventTooLargeError

if TYPE_CHECKING:
    from providers.adapters.wire import Answer, Wire
    from providers.http.transport import Reply

_MOST_BLANK = 1024  # bytes that are looked through for the first that says something
_LINGER = 0.05
_TURN = 0.001  # seconds in which events are read before others get their turn
_LARGE_EVENT = "one of its events, or a line of it, is larger than 1 MiB; check the base URL"
_PAGE = "it is a web page, and no answer of a model's; check the base URL"
_OTHER = "it is of another content type than asked for; check the base URL"


def read_whole(wire: "Wire", content: bytes) -> "Answer":
    """Read a whole answer: JSON, or the events that some servers send whatever they are asked for.

    Raises:
        ProviderError: what it reports, or it is no answer.
    """
    begun = content[:_MOST_BLANK].lstrip(BLANK)
    if begun.startswith((b"{", b"[")):
        return wire.read(content)
    if begun.startswith(EVENTS):
        return _read_events(wire, content.lstrip(BLANK))
    if not begun:
        raise MalformedReplyError(wire.provider, detail="it is empty")
    raise MalformedReplyError(wire.provider, detail=_PAGE if begun.startswith(b"<") else _OTHER, again=False)


def begins_events(begun: bytes, content_type: str | None) -> bool:
    """Tell whether a stream is one of events, by its first bytes and, where these say nothing, by its type."""
    begun = begun.lstrip(BLANK)
    if begun.startswith((b"{", b"[", b"<")):
        return False
    if begun.startswith(EVENTS) or any(name.startswith(begun) for name in EVENTS):
        return True
    return (content_type or "").lower().startswith("text/event-stream")


async def beginning(reply: "Reply") -> bytes:
    """Return the first bytes of a body, up to the block that says something."""
    begun = await reply.block()
    while len(begun) <= _MOST_BLANK and not begun.strip(BLANK) and (block := await reply.block()):
        begun += block
    return begun


class Events:
    """Takes a stream apart, as far as its server writes events as it should.

    Args:
        provider: name for errors.
    """

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._parser = EventParser()

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes and return the events that they end; raises MalformedReplyError for one too large."""
        try:
            events = self._parser.feed(chunk)
        except EventTooLargeError:
            raise MalformedReplyError(self._provider, detail=_LARGE_EVENT) from None
        return [document for event in events for document in _documents(event)]

    def end(self) -> list[Event]:
        """Return the last event where no empty line ended it; nothing where it is not whole."""
        return [event for event in self.feed(b"\n\n") if event.data.endswith(b"}") or is_end(event.data)]


class Telling:
    """Reads what a stream of events tells.

    Args:
        wire: knows the dialect.
    """

    def __init__(self, wire: "Wire") -> None:
        self._wire = wire
        self._reader = wire.reader()
        self._events = Events(wire.provider)
        self._length = 0
        self._texts: list[str] = []

    @property
    def finished(self) -> bool:
        """Whether nothing of interest can follow."""
        return self._reader.finished

    def feed(self, block: bytes | None) -> Iterator[str]:
        """Take the next bytes, or the end (None), and yield the text in them: as much at once as is read in a moment.

        Raises:
            ProviderError: an event reports one, or can't be read; what came before it has been yielded.
        """
        until = time.perf_counter() + _TURN
        try:
            for event in self._events.end() if block is None else self._events.feed(block):
                text = self._reader.feed(event)
                self._length += len(text)
                self._wire.check_length(self._length)
                self._texts.append(text)
                if self._reader.finished:
                    break
                if time.perf_counter() > until:
                    yield self._taken()
                    until = time.perf_counter() + _TURN
        except ProviderError:
            yield self._taken()
            raise
        yield self._taken()

    def answer(self) -> "Answer":
        """Return the whole answer; raises StreamInterruptedError where no event said that it was finished."""
        answer = self._reader.answer()
        if answer is None:
            raise StreamInterruptedError(self._wire.provider)
        return answer

    def _taken(self) -> str:
        texts, self._texts = self._texts, []
        return "".join(texts)


async def read_to_end(reply: "Reply") -> None:
    """Take what little follows the last event, so that the connection can be used again."""
    if reply.read:
        return
    with suppress(TimeoutError, ProviderError):
        async with asyncio.timeout(_LINGER):
            while await reply.block():
                pass


def _documents(event: Event) -> list[Event]:
    """Return an event, or several that a server forgot to part; those that it wrote down twice are taken out."""
    if event.data.startswith(b"data:"):
        event = Event(name=event.name, data=event.data.removeprefix(b"data:").strip())
    lines = [line for line in event.data.split(b"\n") if line.strip()] if b"}\n" in event.data else []
    if len(lines) > 1 and all((line.startswith(b"{") and line.endswith(b"}")) or is_end(line) for line in lines):
        return [Event(name=event.name, data=line) for line in lines]
    return [event]


def _read_events(wire: "Wire", content: bytes) -> "Answer":
    telling = Telling(wire)
    for block in (content, None):
        for _ in telling.feed(block):
            pass
        if telling.finished:
            break
    return telling.answer()
