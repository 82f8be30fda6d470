"""What an answer turns out to be as it arrives: JSON, events or a web page, whatever its content type says."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from providers.adapters.content import BLANK, EVENTS, is_end
from providers.errors import MalformedReplyError, ProviderError, StreamInterruptedError
from providers.http.sse import Event, EventParser, EventTooLargeError

if TYPE_CHECKING:
    from providers.adapters.wire import Answer, Wire

_MOST_BLANK = 1024  # bytes that are looked through for the first that says something
_LINGER = 0.05
_TURN = 0.001  # seconds in which events are read before others get their turn
_LARGE_EVENT = "one of its events, or a line of it, is larger than 1 MiB"
_PAGE = "it is a web page, and no answer of a model's"
_OTHER = "it is of another content type than asked for"


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


async def beginning(chunks: AsyncIterator[bytes]) -> bytes:
    """Return the first bytes of a body, up to the chunk that says something."""
    begun = b""
    async for chunk in chunks:
        begun += chunk
        if len(begun) > _MOST_BLANK or begun.strip(BLANK):
            break
    return begun


async def following(begun: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the first bytes of a body, and then the others."""
    yield begun.lstrip(BLANK)
    async for chunk in chunks:
        yield chunk


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


class Turns:
    """Lets others take their turn at the loop: events that have arrived already are read without any wait."""

    def __init__(self) -> None:
        self._until = time.perf_counter() + _TURN

    async def give(self) -> None:
        """Give the turn away if it has been long, with all that was done with the events meanwhile."""
        if time.perf_counter() > self._until:
            await asyncio.sleep(0)
            self._until = time.perf_counter() + _TURN


async def read_to_end(chunks: AsyncIterator[bytes]) -> None:
    """Take what little follows the last event, so that the connection can be used again."""
    try:
        async with asyncio.timeout(_LINGER):
            async for _ in chunks:
                pass
    except (TimeoutError, ProviderError):
        return


def _documents(event: Event) -> list[Event]:
    """Return an event, or several that a server forgot to part; those that it wrote down twice are taken out."""
    if event.data.startswith(b"data:"):
        event = Event(name=event.name, data=event.data.removeprefix(b"data:").strip())
    lines = [line for line in event.data.split(b"\n") if line.strip()] if b"}\n" in event.data else []
    if len(lines) > 1 and all((line.startswith(b"{") and line.endswith(b"}")) or is_end(line) for line in lines):
        return [Event(name=event.name, data=line) for line in lines]
    return [event]


def _read_events(wire: "Wire", content: bytes) -> "Answer":
    reader, events = wire.reader(), Events(wire.provider)
    for event in [*events.feed(content), *events.end()]:
        reader.feed(event)
        if reader.finished:
            break
    answer = reader.answer()
    if answer is None:
        raise StreamInterruptedError(wire.provider)
    return answer
