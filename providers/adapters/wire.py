"""What the dialects share: a `Wire` translates, `HttpProvider` carries what it wrote."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from messages.sentences import Sentence
from providers.adapters.arriving import Telling, beginning, begins_events, read_to_end, read_whole
from providers.adapters.content import BLANK, Fields, entries, parsed
from providers.adapters.lessons import Lessons
from providers.base import Completion, CompletionRequest, Delta, Finish, Usage
from providers.errors import (
    ContentFilteredError,
    CredentialsError,
    MalformedReplyError,
    ProviderError,
    ThoughtsOnlyError,
    UnavailableError,
)
from providers.faults import Fault, error_from, fault_from, read_fault
from providers.http.arrival import arrived
from providers.http.sse import Event
from providers.http.transport import Reply, Transport

_OK, _REDIRECT = 200, 300
_MOST_LESSONS = 6  # refusals after which a request is given up
_CLOSED = "its connections were closed"
_MAX_ERROR = 64 << 10
_ERROR_SECONDS = 2.0

MOST_TEXT = 256 << 10
"""Characters that an answer may have, with its thoughts: some ten times as many as a reply to the longest draft."""
MOST_NAME = 200
"""Characters of a model's name that are kept: as many as a row of usage holds."""
_TOO_LONG = Sentence("its text is longer than {most} characters; check the model", most=MOST_TEXT)


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """What every dialect says once it is finished; `thoughts`: it came with some, beside its text."""

    text: str
    model: str
    finish: Finish
    usage: Usage
    thoughts: bool = False


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
    """The vendor's official SDK that speaks a dialect, for the list of models.

    Attributes:
        package: what is imported, when it is first needed.
        client: name of its asynchronous client.
        options: what its client is made with besides what all are.
        unknown: parameters that the dialect's hosts have, and it has not.
    """

    package: str
    client: str
    options: dict[str, Any] = {}
    unknown: frozenset[str] = frozenset()


class Wire(ABC):
    """One dialect, spoken to one model.

    Args:
        provider: name for errors and completions.
        model: what the host calls the model.
        max_tokens_field: what this host calls the limit of the answer, where the dialect leaves a choice.
        reasoning_effort: how much the model is to think, where the dialect has such a parameter; empty: unsaid.
        no_thinking: a parameter of this host's own that switches thinking off; empty: it has none.
    """

    path: ClassVar[str]
    headers: ClassVar[dict[str, str]] = {}
    """Sent besides the key."""
    droppable: ClassVar[dict[str, str]]
    """Words that a host uses for a parameter in its refusals, and the parameter that goes when it does."""
    sdk: ClassVar[Sdk]

    def __init__(
        self,
        *,
        provider: str,
        model: str,
        max_tokens_field: str = "max_tokens",
        reasoning_effort: str = "",
        no_thinking: str = "",
    ) -> None:
        self.provider = provider
        self.model = model
        self.max_tokens_field = max_tokens_field
        self.reasoning_effort = reasoning_effort
        self.no_thinking = no_thinking
        self.lessons = Lessons(provider, model, self.droppable)

    @abstractmethod
    def body(self, request: CompletionRequest, *, stream: bool) -> Struct:
        """Return the request as the dialect writes it, without the parameters that were refused before."""

    @abstractmethod
    def read(self, body: bytes) -> Answer:
        """Read a whole answer in JSON; raises a `ProviderError`."""

    @abstractmethod
    def reader(self) -> Reader:
        """Return a reader for a new stream."""

    def completion(self, answer: Answer) -> Completion:
        """Return what the caller gets; the error for an answer that can't be used says what was billed for it.

        Raises:
            ContentFilteredError: the filter left no text.
            ThoughtsOnlyError: all that came was thoughts.
            MalformedReplyError: there is no text, or too much of it.
        """
        try:
            self._check_usable(answer)
        except ProviderError as error:
            error.spent = answer.usage
            raise
        return Completion(
            text=answer.text,
            provider=self.provider,
            model=_model_name(answer.model, self.model),
            finish=answer.finish,
            usage=answer.usage,
        )

    def _check_usable(self, answer: Answer) -> None:
        self.check_length(len(answer.text))
        if not answer.text.strip():
            if answer.finish == "filtered":
                raise ContentFilteredError(self.provider)
            if answer.finish == "length":
                raise ThoughtsOnlyError(self.provider, detail="its limit of tokens was used up before any text came")
            if answer.thoughts:
                raise ThoughtsOnlyError(self.provider, detail="it holds thoughts and no reply")
            raise MalformedReplyError(self.provider, detail="it is empty")

    def check_length(self, length: int) -> None:
        """Raise MalformedReplyError for a text that is too long to be an answer."""
        if length > MOST_TEXT:
            raise MalformedReplyError(self.provider, detail=_TOO_LONG)

    def adapted(
        self, request: CompletionRequest, sent: Struct, fault: Fault, *, stream: bool
    ) -> tuple[CompletionRequest, Struct] | None:
        """Return the request to send instead of one that the fault refuses, and its body; None when there is none.

        A request that was under way when another one learnt of it is written again as well.
        """
        again = self.lessons.learn(request, fault, lambda name: self.sends(sent, name))
        if again is None:
            return None
        body = self.body(again, stream=stream)
        # Equal: the limit of tokens has two names, and both were refused.
        return None if body == sent else (again, body)

    def sends(self, sent: Struct, name: str) -> bool:
        """Tell whether a request held a parameter."""
        return getattr(sent, name, None) is not None

    def decode(self, content: bytes) -> Fields:
        """Return the members of an answer in JSON; raises MalformedReplyError."""
        try:
            value = parsed(content)
        except (ValueError, RecursionError):
            raise MalformedReplyError(self.provider, detail="it is not what the wire format says") from None
        return value if isinstance(value, dict) else next(iter(entries(value)), {})

    def event(self, event: Event) -> Fields:
        """Return the members of an event's data; none where it has none, as with those that keep a stream awake."""
        return self.decode(event.data) if event.data.lstrip().startswith((b"{", b"[")) else {}

    def check(self, found: Fields) -> None:
        """Raise the error that an answer, or a part of it, reports; or that it is."""
        error = found.get("error")
        if "error" in (found.get("object"), found.get("type")):
            raise self.fault(error or found)
        if error and (not isinstance(error, dict) or any(error.values())):
            raise self.fault(error)

    def no_answer(self, found: Fields, name: str) -> ProviderError:
        """Return what is wrong with an answer without its most important member: an error of the host's, or all."""
        fault = fault_from(_OK, found)
        if name not in found and (fault.message or fault.code):
            return error_from(self.provider, fault)
        return MalformedReplyError(self.provider, detail=Sentence("it holds no {name}", name=name), again=name in found)

    def fault(self, content: object) -> ProviderError:
        """Return the error that an error event means."""
        return error_from(self.provider, fault_from(_OK, content))


class HttpProvider:
    """A provider that speaks one dialect over HTTP.

    Args:
        wire: translates.
        connect: makes what carries; called in a thread when it is first needed, as it may read certificate authorities.
        path: what is asked behind the base URL; empty: the dialect's own.
        spare: makes what carries the key in another header; asked once the first is refused, and from then on if
            it is let in. None: there is no other.
    """

    def __init__(
        self,
        wire: Wire,
        connect: Callable[[], Transport],
        path: str = "",
        spare: Callable[[], Transport] | None = None,
    ) -> None:
        self.name = wire.provider
        self.model = wire.model
        self._wire = wire
        self._connect = connect
        self._path = path or wire.path
        self._spare = spare
        self._left: list[Transport] = []
        self._transport: Transport | None = None
        self._closed = False

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises a `ProviderError`."""
        with await self._ask(request, stream=False) as reply:
            content = await reply.body()
        return self._wire.completion(read_whole(self._wire, content))

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises a `ProviderError`, also half way.

        What has arrived at once is one piece.
        """
        with await self._ask(request, stream=True) as reply:
            reply.check_plain()
            begun = await beginning(reply)
            if not begins_events(begun, reply.header("content-type")):
                completion = self._wire.completion(read_whole(self._wire, begun + await reply.body()))
                yield Delta(text=completion.text)
                yield completion
                return
            telling = Telling(self._wire)
            block: bytes | None = begun.lstrip(BLANK)
            while not telling.finished:
                for turn, text in enumerate(telling.feed(block)):
                    if turn:
                        await asyncio.sleep(0)  # others have their turn
                    if text:
                        yield Delta(text=text)
                if block is None:
                    break
                block = await reply.block() or None
            await read_to_end(reply)
        yield self._wire.completion(telling.answer())

    async def aclose(self) -> None:
        """Close the connections; later requests raise UnavailableError."""
        self._closed = True
        for transport in (self._transport, *self._left):
            if transport is not None:
                await transport.aclose()

    async def _ask(self, request: CompletionRequest, *, stream: bool) -> Reply:
        """Return a good answer; asks again without what the model refuses."""
        transport = self._transport or await self._connected()
        body = self._wire.body(request, stream=stream)
        for _ in range(_MOST_LESSONS):
            reply = await transport.post(self._path, msgspec.json.encode(body))
            arrived()
            if _OK <= reply.status < _REDIRECT:
                self._keep(transport)
                return reply
            with reply:
                fault = read_fault(reply.status, await reply.beginning(_MAX_ERROR, _ERROR_SECONDS), reply.header)
            error = error_from(self.name, fault)
            again = self._wire.adapted(request, body, fault, stream=stream)
            if again is not None:
                request, body = again
            elif isinstance(error, CredentialsError) and (other := await self._other(transport)) is not None:
                transport = other
            else:
                break
        raise error

    async def _other(self, refused: Transport) -> Transport | None:
        """Return what carries the key in the other header; None when that was refused as well."""
        if refused is not self._transport:
            return self._transport if self._spare is None else None
        if self._spare is not None and not self._left:
            made = await asyncio.to_thread(self._spare)
            if self._closed:
                raise UnavailableError(self.name, detail=_CLOSED)
            self._left.append(made)
        return self._left[0] if self._spare is not None else None

    def _keep(self, transport: Transport) -> None:
        """Ask over what was let in from now on; the header that was refused is not tried again."""
        if transport is not self._transport and self._transport is not None:
            self._left.append(self._transport)
            self._transport, self._spare = transport, None

    async def _connected(self) -> Transport:
        if self._closed:
            raise UnavailableError(self.name, detail=_CLOSED)
        made = await asyncio.to_thread(self._connect)
        if self._transport is None:
            self._transport = made  # another first request was not quicker
        return self._transport


def _model_name(answered: str, asked: str) -> str:
    """Return the model that answered, on one line and not too long; of the path that some servers report, the name."""
    if answered.endswith(".gguf"):
        answered = answered.replace("\\", "/").rpartition("/")[2].removesuffix(".gguf")
    seen = answered[:MOST_NAME]
    if not seen.isprintable():
        seen = "".join(sign if sign.isprintable() else " " for sign in seen)
    return " ".join(seen.split()) or asked
