"""What the dialects share: a `Wire` translates, `HttpProvider` carries what it wrote."""

import asyncio
import logging
import re
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import msgspec
from msgspec import Struct

from messages.sentences import Sentence
from providers.base import Completion, CompletionRequest, Delta, Finish, Usage
from providers.errors import (
    ContentFilteredError,
    MalformedReplyError,
    ProviderError,
    StreamInterruptedError,
    UnavailableError,
)
from providers.faults import Fault, error_from, fault_from, read_fault
from providers.http.sse import Event, EventParser, EventTooLargeError

if TYPE_CHECKING:
    from providers.http.transport import Reply, Transport

_log = logging.getLogger("providers")
_T = TypeVar("_T")
_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {}  # made once: they are many times as fast as `msgspec.json.decode`
_OK = 200
_BAD_REQUEST, _UNPROCESSABLE = 400, 422
_MAX_ERROR = 64 << 10
_ERROR_SECONDS = 2.0
_JSON = "application/json"
_LINGER = 0.05
_TURN = 0.001  # seconds in which events are read before others get their turn
_UNWANTED = re.compile(
    r"unsupported|not (currently )?support|unrecognized|unknown|unexpected|not (permitted|allowed|available)|deprecated"
    r"|removed|extra (inputs|fields)|no longer|not implemented|only the default"
)


MOST_TEXT = 256 << 10
"""Characters that an answer may have, with its thoughts: some ten times as many as a reply to the longest draft."""
MOST_NAME = 200
"""Characters of a model's name that are kept: as many as a row of usage holds."""
_LARGE_EVENT = "one of its events, or a line of it, is larger than 1 MiB; check the base URL"
_TOO_LONG = Sentence("its text is longer than {most} characters; check the model", most=MOST_TEXT)


class Answer(Struct, frozen=True, kw_only=True):
    """What every dialect says once it is finished."""

    text: str
    model: str
    finish: Finish
    usage: Usage


class Reader(ABC):
    """Reads one stream of events."""

    finished: bool = False
    """Whether nothing of interest can follow."""

    @abstractmethod
    def feed(self, event: Event) -> str:
        """Take one event and return the text that it adds; raises a `ProviderError` for an event that reports one."""

    @abstractmethod
    def answer(self) -> Answer | None:
        """Return the whole answer, or None when no event said that it was finished."""


class Sdk(Struct, frozen=True, kw_only=True):
    """The vendor's official SDK that speaks a dialect, for the live test and the list of models.

    Attributes:
        package: what is imported, when it is first needed.
        client: name of its asynchronous client.
        resource: where the client makes an answer, as in `chat.completions`.
        options: what its client is made with besides what all are.
    """

    package: str
    client: str
    resource: str
    options: dict[str, Any] = {}


class Wire(ABC):
    """One dialect, spoken to one model.

    Args:
        provider: name for errors and completions.
        model: what the host calls the model.
        max_tokens_field: what this host calls the limit of the answer, where the dialect leaves a choice.
        reasoning_effort: how much the model is to think, where the dialect has such a parameter; empty: unsaid.
    """

    path: ClassVar[str]
    headers: ClassVar[dict[str, str]] = {}
    """Sent besides the key."""
    droppable: ClassVar[dict[str, str]]
    """Words that a host uses for a parameter in its refusals, and the parameter that goes when it does."""
    sdk: ClassVar[Sdk]

    def __init__(
        self, *, provider: str, model: str, max_tokens_field: str = "max_tokens", reasoning_effort: str = ""
    ) -> None:
        self.provider = provider
        self.model = model
        self.max_tokens_field = max_tokens_field
        self.reasoning_effort = reasoning_effort
        self.refused: set[str] = set()

    @abstractmethod
    def body(self, request: CompletionRequest, *, stream: bool) -> Struct:
        """Return the request as the dialect writes it, without the parameters that were refused before."""

    @abstractmethod
    def read(self, body: bytes) -> Answer:
        """Read a whole answer; raises a `ProviderError`."""

    @abstractmethod
    def reader(self) -> Reader:
        """Return a reader for a new stream."""

    def completion(self, answer: Answer) -> Completion:
        """Return what the caller gets.

        Raises:
            ContentFilteredError: the filter left no text.
            MalformedReplyError: there is no text, or too much of it.
        """
        self.check_length(len(answer.text))
        if not answer.text.strip():
            if answer.finish == "filtered":
                raise ContentFilteredError(self.provider)
            cause = (
                "its limit of tokens was used up before any text came" if answer.finish == "length" else "it is empty"
            )
            raise MalformedReplyError(self.provider, detail=cause)
        return Completion(
            text=answer.text,
            provider=self.provider,
            model=_model_name(answer.model, self.model),
            finish=answer.finish,
            usage=answer.usage,
        )

    def check_length(self, length: int) -> None:
        """Raise MalformedReplyError for a text that is too long to be an answer."""
        if length > MOST_TEXT:
            raise MalformedReplyError(self.provider, detail=_TOO_LONG)

    def without_refused(self, request: CompletionRequest, sent: Struct, fault: Fault, *, stream: bool) -> Struct | None:
        """Return a request without the parameter that the fault refuses; None when nothing else can be sent.

        The parameter is remembered for this model. A request that was under way when another one learnt of it is
        written again as well.
        """
        name = self._refused_name(fault, sent)
        if name is None:
            return None
        if name not in self.refused:
            self.refused.add(name)
            _log.warning("%s: model %s refuses the parameter %s; it is left out", self.provider, self.model, name)
        body = self.body(request, stream=stream)
        # Equal: the limit of tokens has two names, and both were refused.
        return None if body == sent else body

    def _refused_name(self, fault: Fault, sent: Struct) -> str | None:
        if fault.status not in {_BAD_REQUEST, _UNPROCESSABLE} or not fault.says(_UNWANTED):
            return None
        for word, name in self.droppable.items():
            if (word in fault.param or word in fault.message) and self.sends(sent, name):
                return name
        return None

    def sends(self, sent: Struct, name: str) -> bool:
        """Tell whether a request held a parameter."""
        return getattr(sent, name, None) is not None

    def decode(self, content: bytes, kind: type[_T]) -> _T:
        """Read JSON into a struct; raises MalformedReplyError."""
        try:
            decoder = _DECODERS.get(kind) or _DECODERS.setdefault(kind, msgspec.json.Decoder(kind))
            return cast("_T", decoder.decode(content))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise MalformedReplyError(self.provider, detail="it is not what the wire format says") from None

    def fault(self, content: object) -> ProviderError:
        """Return the error that an error event means."""
        return error_from(self.provider, fault_from(_OK, content))


class _Turns:
    """Lets others take their turn at the loop: events that have arrived already are read without any wait."""

    def __init__(self) -> None:
        self._until = time.perf_counter() + _TURN

    async def give(self) -> None:
        """Give the turn away if it has been long, with all that was done with the events meanwhile."""
        if time.perf_counter() > self._until:
            await asyncio.sleep(0)
            self._until = time.perf_counter() + _TURN


class HttpProvider:
    """A provider that speaks one dialect over HTTP.

    Args:
        wire: translates.
        connect: makes what carries; called in a thread when it is first needed, as it may import the HTTP client.
    """

    def __init__(self, wire: Wire, connect: "Callable[[], Transport]") -> None:
        self.name = wire.provider
        self.model = wire.model
        self._wire = wire
        self._connect = connect
        self._transport: Transport | None = None
        self._closed = False

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises a `ProviderError`."""
        async with self._ask(request, stream=False, accepts=_JSON) as reply:
            content = await reply.body()
        return self._wire.completion(self._wire.read(content))

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises a `ProviderError`, also half way."""
        reader, length, turns = self._wire.reader(), 0, _Turns()
        async with (
            self._ask(request, stream=True, accepts="text/event-stream") as reply,
            aclosing(self._events(reply, reader)) as events,
        ):
            async for event in events:
                text = reader.feed(event)
                length += len(text)
                self._wire.check_length(length)
                if text:
                    yield Delta(text=text)
                await turns.give()
        answer = reader.answer()
        if answer is None:
            raise StreamInterruptedError(self.name)
        yield self._wire.completion(answer)

    async def aclose(self) -> None:
        """Close the connections; later requests raise UnavailableError."""
        self._closed = True
        if self._transport is not None:
            await self._transport.aclose()

    @asynccontextmanager
    async def _ask(self, request: CompletionRequest, *, stream: bool, accepts: str) -> "AsyncIterator[Reply]":
        """Yield a good answer; asks again without a parameter that the model refuses."""
        transport = self._transport or await self._connected()
        body: Struct | None = self._wire.body(request, stream=stream)
        while body is not None:
            async with transport.post(self._wire.path, msgspec.json.encode(body)) as reply:
                if reply.status == _OK:
                    await self._check_type(reply, accepts)
                    yield reply
                    return
                fault = read_fault(reply.status, await reply.beginning(_MAX_ERROR, _ERROR_SECONDS), reply.header)
            body = self._wire.without_refused(request, body, fault, stream=stream)
        raise error_from(self.name, fault)

    async def _connected(self) -> "Transport":
        if self._closed:
            raise UnavailableError(self.name, detail="its connections were closed")
        made = await asyncio.to_thread(self._connect)
        if self._transport is None:
            self._transport = made  # another first request was not quicker
        return self._transport

    async def _check_type(self, reply: "Reply", accepts: str) -> None:
        kind = (reply.header("content-type") or "").partition(";")[0].strip().lower()
        if kind != accepts:
            if kind == _JSON:
                self._wire.read(await reply.body())  # some hosts report an error in place of a stream: it is raised
            raise MalformedReplyError(self.name, detail="it is of another content type than asked for")

    async def _events(self, reply: "Reply", reader: Reader) -> AsyncGenerator[Event, None]:
        parser = EventParser()
        chunks = reply.chunks()
        try:
            async for chunk in chunks:
                for event in parser.feed(chunk):
                    yield event
                if reader.finished:
                    break
        except EventTooLargeError:
            raise MalformedReplyError(self.name, detail=_LARGE_EVENT) from None
        await _read_to_end(chunks)


async def _read_to_end(chunks: AsyncIterator[bytes]) -> None:
    """Take what little follows the last event, so that the connection can be used again."""
    try:
        async with asyncio.timeout(_LINGER):
            async for _ in chunks:
                pass
    except (TimeoutError, ProviderError):
        return


def _model_name(answered: str, asked: str) -> str:
    """Return the model that answered, on one line and not too long; of the path that some servers report, the name."""
    if answered.endswith(".gguf"):
        answered = answered.replace("\\", "/").rpartition("/")[2].removesuffix(".gguf")
    seen = "".join(sign if sign.isprintable() else " " for sign in answered[:MOST_NAME])
    return " ".join(seen.split()) or asked
