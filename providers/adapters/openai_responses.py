"""OpenAI Responses.

Reference: https://platform.openai.com/docs/api-reference/responses
"""

from typing import Any, ClassVar, Literal

from msgspec import Struct

from providers.adapters.endings import finish_of
from providers.adapters.wire import Answer, Reader, Sdk, Wire
from providers.base import CompletionRequest, Message, Usage, tokens
from providers.errors import MalformedReplyError
from providers.http.sse import Event


class TextFormat(Struct, frozen=True, kw_only=True):
    """A schema that the answer must follow."""

    schema: dict[str, Any]
    type: Literal["json_schema"] = "json_schema"
    name: str = "answer"
    strict: bool = True


class TextConfig(Struct, frozen=True, kw_only=True):
    """Structured output."""

    format: TextFormat


class Reasoning(Struct, frozen=True, kw_only=True):
    """How long a reasoning model may think."""

    effort: str


class Written(Struct, frozen=True, kw_only=True):
    """A piece of an earlier answer."""

    text: str
    type: Literal["output_text"] = "output_text"


class EarlierAnswer(Struct, frozen=True, kw_only=True):
    """A turn of the model's own; llama.cpp refuses the short form of it, OpenAI takes both."""

    content: tuple[Written, ...]
    role: Literal["assistant"] = "assistant"
    type: Literal["message"] = "message"
    status: Literal["completed"] = "completed"


class ResponsesBody(Struct, kw_only=True, omit_defaults=True):
    """POST /responses."""

    model: str
    input: tuple[Message | EarlierAnswer, ...]
    max_output_tokens: int | None = None
    # Nothing is kept at the provider: customers' texts are not ours to store there. Left out only when refused.
    store: bool | None = None
    temperature: float | None = None
    reasoning: Reasoning | None = None
    text: TextConfig | None = None
    stream: bool | None = None


class _Part(Struct, kw_only=True):
    type: str = ""
    text: str = ""
    refusal: str = ""


class _Item(Struct, kw_only=True):
    type: str = ""
    content: list[_Part] | None = None


class _InputDetails(Struct, kw_only=True):
    cached_tokens: Any = None


class _ResponsesUsage(Struct, kw_only=True):
    input_tokens: Any = None
    output_tokens: Any = None
    input_tokens_details: _InputDetails | None = None


class _Incomplete(Struct, kw_only=True):
    reason: str | None = None


class _Response(Struct, kw_only=True):
    status: str | None = None
    model: str | None = None
    output: list[_Item] | None = None
    usage: _ResponsesUsage | None = None
    incomplete_details: _Incomplete | None = None
    error: Any = None


class _ResponsesEvent(Struct, kw_only=True):
    type: str = ""
    delta: Any = None
    response: _Response | None = None


class OpenAIResponses(Wire):
    """Translates to and from Responses."""

    path = "/responses"
    droppable: ClassVar[dict[str, str]] = {
        "temperature": "temperature",
        "reasoning": "reasoning",
        "store": "store",
        "text.format": "text",
        "json_schema": "text",
        "max_output_tokens": "max_output_tokens",
    }
    sdk = Sdk(package="openai", client="AsyncOpenAI")

    def body(self, request: CompletionRequest, *, stream: bool) -> ResponsesBody:
        """Return the request without the parameters that were refused before."""
        schema = request.output_schema
        body = ResponsesBody(
            model=self.model,
            input=tuple(_item(message) for message in request.messages),
            max_output_tokens=request.max_output_tokens,
            store=False,
            temperature=request.temperature,
            reasoning=Reasoning(effort=self.reasoning_effort) if self.reasoning_effort else None,
            text=None if schema is None else TextConfig(format=TextFormat(schema=schema)),
            stream=stream or None,
        )
        for name in self.refused:
            setattr(body, name, None)
        return body

    def read(self, body: bytes) -> Answer:
        """Read a whole answer."""
        return self.answer(self.decode(body, _Response), streamed=None)

    def reader(self) -> "ResponsesReader":
        """Return a reader for a new stream."""
        return ResponsesReader(self)

    def answer(self, response: _Response, *, streamed: str | None) -> Answer:
        """Put together what both ways of asking end in.

        Args:
            response: the finished response.
            streamed: the text that was streamed before it; None: the text is in `response`.
        """
        if response.error or response.status in {"failed", "cancelled"}:
            raise self.fault(response.error)
        if response.status not in {"completed", "incomplete"}:
            raise MalformedReplyError(self.provider, detail="it does not say that it is finished")
        parts = [part for item in response.output or () if item.type == "message" for part in item.content or ()]
        said = "".join(part.text for part in parts if part.type == "output_text")
        ended = (response.incomplete_details or _Incomplete()).reason or response.status
        refused = any(part.refusal for part in parts)
        return Answer(
            text=said if streamed is None else streamed,
            model=response.model or "",
            finish="filtered" if refused else finish_of(self.provider, ended),
            usage=_usage(response.usage or _ResponsesUsage()),
        )


def _usage(usage: _ResponsesUsage) -> Usage:
    details = usage.input_tokens_details or _InputDetails()
    return Usage(
        input_tokens=tokens(usage.input_tokens),
        output_tokens=tokens(usage.output_tokens),
        cached_input_tokens=min(tokens(details.cached_tokens), tokens(usage.input_tokens)),
    )


class ResponsesReader(Reader):
    """Reads the events of one answer."""

    def __init__(self, wire: OpenAIResponses) -> None:
        self._wire = wire
        self._text: list[str] = []
        self._answer: Answer | None = None

    def feed(self, event: Event) -> str:
        """Take one event and return the text that it adds."""
        if event.data == b"[DONE]":
            return ""
        seen = self._wire.decode(event.data, _ResponsesEvent)
        kind = seen.type or event.name
        if kind == "response.output_text.delta" and isinstance(seen.delta, str):
            self._text.append(seen.delta)
            return seen.delta
        if kind == "error":
            raise self._wire.fault(_without_kind(self._wire.decode(event.data, dict[str, Any])))
        if kind in {"response.completed", "response.incomplete", "response.failed"}:
            return self._close(seen.response or _Response())
        return ""

    def answer(self) -> Answer | None:
        """Return the whole answer, or None without a closing event."""
        return self._answer

    def _close(self, response: _Response) -> str:
        """Take the finished response, and its text where none was streamed before it."""
        streamed = "".join(self._text)
        self._answer = self._wire.answer(response, streamed=streamed or None)
        self.finished = True
        return "" if streamed else self._answer.text


def _without_kind(event: dict[str, Any]) -> dict[str, Any]:
    """Return the error of an error event; OpenAI writes it flat, beside `type: error`, others nest it."""
    return event if event.get("error") else {**event, "type": ""}


def _item(message: Message) -> Message | EarlierAnswer:
    return EarlierAnswer(content=(Written(text=message.content),)) if message.role == "assistant" else message
