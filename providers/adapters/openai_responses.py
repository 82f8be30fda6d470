"""OpenAI Responses.

Reference: https://platform.openai.com/docs/api-reference/responses
"""

from typing import Any, ClassVar, Literal

from msgspec import Struct

from providers.adapters.content import Fields, Pieces, entries, fields, is_end, whole_pairs, word, written
from providers.adapters.endings import finish_of
from providers.adapters.lessons import SYSTEM
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
            input=tuple(_item(message) for message in self.lessons.turns(request)),
            max_output_tokens=self.lessons.room(request),
            store=False,
            temperature=request.temperature,
            reasoning=Reasoning(effort=self.reasoning_effort) if self.reasoning_effort else None,
            text=None if schema is None else TextConfig(format=TextFormat(schema=schema)),
            stream=stream,
        )
        for name in self.lessons.refused - {SYSTEM}:
            setattr(body, name, None)
        return body

    def read(self, body: bytes) -> Answer:
        """Read a whole answer."""
        response = self.decode(body)
        if not response.get("error") and not {"output", "output_text", "status"} & set(response):
            raise self.no_answer(response, "output")
        return self.answer(response, streamed="")

    def reader(self) -> "ResponsesReader":
        """Return a reader for a new stream."""
        return ResponsesReader(self)

    def answer(self, response: Fields, *, streamed: str) -> Answer:
        """Put together what both ways of asking end in.

        Args:
            response: the finished response.
            streamed: the text that was streamed before it; empty: the text is in `response`.
        """
        self.check(response)
        status = word(response.get("status")) or "completed"
        if status in {"failed", "cancelled"}:
            raise self.fault(response.get("error"))
        if status not in {"completed", "incomplete"}:
            raise MalformedReplyError(self.provider, detail="it does not say that it is finished")
        messages = [item for item in entries(response.get("output")) if word(item.get("type")) in {"", "message"}]
        said = "".join(written(item.get("content")) for item in messages) or word(response.get("output_text"))
        parts = [part for item in messages for part in entries(item.get("content"))]
        ended = word(fields(response.get("incomplete_details")).get("reason")) or status
        return Answer(
            text=streamed or whole_pairs(said),
            model=word(response.get("model")),
            finish="filtered" if any(part.get("refusal") for part in parts) else finish_of(self.provider, ended),
            usage=_usage(fields(response.get("usage"))),
        )


def _usage(usage: Fields) -> Usage:
    cached = tokens(fields(usage.get("input_tokens_details")).get("cached_tokens"))
    return Usage(
        input_tokens=tokens(usage.get("input_tokens")),
        output_tokens=tokens(usage.get("output_tokens")),
        cached_input_tokens=min(cached, tokens(usage.get("input_tokens"))),
    )


class ResponsesReader(Reader):
    """Reads the events of one answer."""

    def __init__(self, wire: OpenAIResponses) -> None:
        self._wire = wire
        self._text = Pieces()
        self._answer: Answer | None = None

    def feed(self, event: Event) -> str:
        """Take one event and return the text that it adds."""
        if is_end(event.data):
            return self._close({}) if self._text and self._answer is None else ""
        seen = self._wire.event(event)
        kind = word(seen.get("type")) or event.name
        if kind == "response.output_text.delta":
            return self._text.add(written(seen.get("delta")))
        if kind == "response.output_text.done" and not self._text:
            return self._text.add(word(seen.get("text")))
        if kind == "error":
            raise self._wire.fault(_without_kind(seen))
        if kind in {"response.completed", "response.incomplete", "response.failed", "response.done"}:
            return self._close(fields(seen.get("response")) or {"status": kind.partition(".")[2]})
        if not kind:
            self._wire.check(seen)
        return ""

    def answer(self) -> Answer | None:
        """Return the whole answer, or None without a closing event."""
        return self._answer

    def _close(self, response: Fields) -> str:
        """Take the finished response, and its text where none was streamed before it."""
        streamed = str(self._text)
        self._answer = self._wire.answer(response, streamed=streamed)
        self.finished = True
        return "" if streamed else self._answer.text


def _without_kind(event: Fields) -> Fields:
    """Return the error of an error event; OpenAI writes it flat, beside `type: error`, others nest it."""
    return event if event.get("error") else {**event, "type": ""}


def _item(message: Message) -> Message | EarlierAnswer:
    return EarlierAnswer(content=(Written(text=message.content),)) if message.role == "assistant" else message
