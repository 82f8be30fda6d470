"""OpenAI Chat Completions, the dialect of every compatible host.

Reference: https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Callable
from typing import Any, ClassVar, Literal, TypeVar

import msgspec
from msgspec import Struct

from providers.adapters.content import Fields, Pieces, entries, fields, is_end, thinks, whole_pairs, word, written
from providers.adapters.endings import finish_of
from providers.adapters.lessons import SYSTEM
from providers.adapters.wire import Answer, Reader, Sdk, Wire
from providers.base import CompletionRequest, Message, Usage, tokens
from providers.http.sse import Event


class StreamOptions(Struct, frozen=True, kw_only=True):
    """Asks for a last chunk that holds the usage."""

    include_usage: bool = True


class JsonSchema(Struct, frozen=True, kw_only=True):
    """A schema that the answer must follow."""

    schema: dict[str, Any]
    name: str = "answer"
    strict: bool = True


class ResponseFormat(Struct, frozen=True, kw_only=True):
    """Structured output."""

    json_schema: JsonSchema
    type: Literal["json_schema"] = "json_schema"


T = TypeVar("T")
_THOUGHTS = ("reasoning", "reasoning_content", "reasoning_details", "thinking")
_AROUND = ("data", "result", "response", "body")
_NO_THINKING: dict[str, dict[str, Any]] = {
    # Qwen's templates know the first, DeepSeek's and Granite's the second; none minds what it doesn't know.
    "chat_template_kwargs": {"enable_thinking": False, "thinking": False},
    "thinking": {"type": "disabled"},
}
"""How thinking is switched off, by the parameter that does it."""


class ChatBody(Struct, kw_only=True, omit_defaults=True):
    """POST /chat/completions."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int | None = None
    max_completion_tokens: Any = None
    temperature: float | None = None
    reasoning_effort: str | None = None
    chat_template_kwargs: dict[str, Any] | None = None
    thinking: dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None


class _PlainDelta(Struct, kw_only=True):
    content: str
    refusal: None = None
    reasoning: None = None
    reasoning_content: None = None


class _PlainChoice(Struct, kw_only=True):
    delta: _PlainDelta
    index: Literal[0] = 0
    finish_reason: Literal[""] | None = None
    native_finish_reason: None = None
    error: None = None


class _PlainChunk(Struct, kw_only=True):
    """A chunk that is a piece of text and nothing else, as almost all are; read by msgspec, several times as fast."""

    choices: tuple[_PlainChoice]
    model: str | None = None
    usage: None = None
    error: None = None


class _PlainMessage(Struct, kw_only=True):
    content: str
    refusal: None = None
    reasoning: None = None
    reasoning_content: None = None
    reasoning_details: None = None
    thinking: None = None


class _PlainEnd(Struct, kw_only=True):
    message: _PlainMessage
    finish_reason: Literal["stop"]
    delta: None = None
    text: None = None
    error: None = None
    object: None = None
    type: None = None


class _PlainReply(Struct, kw_only=True):
    """A whole answer that is one text which ended well, as almost all are."""

    choices: tuple[_PlainEnd]
    model: str = ""
    usage: dict[str, Any] | None = None
    error: None = None
    object: Literal["chat.completion"] | None = None
    type: None = None


_plain = msgspec.json.Decoder(_PlainChunk).decode
_plain_reply = msgspec.json.Decoder(_PlainReply).decode


class OpenAIChat(Wire):
    """Translates to and from Chat Completions; the name of the limit is swapped when the model refuses it."""

    path = "/chat/completions"
    droppable: ClassVar[dict[str, str]] = {
        "max_completion_tokens": "max_completion_tokens",
        "max_tokens": "max_tokens",
        "temperature": "temperature",
        "chat_template": "chat_template_kwargs",
        "reasoning": "reasoning_effort",
        "thinking": "thinking",
        "think": "reasoning_effort",
        "stream_options": "stream_options",
        "response_format": "response_format",
        "json_schema": "response_format",
        "grammar": "response_format",
    }
    sdk = Sdk(package="openai", client="AsyncOpenAI")

    def body(self, request: CompletionRequest, *, stream: bool) -> ChatBody:
        """Return the request without the parameters that were refused before."""
        schema = request.output_schema
        body = ChatBody(
            model=self.model,
            messages=self.lessons.turns(request),
            temperature=request.temperature,
            reasoning_effort=self.reasoning_effort or None,
            response_format=None if schema is None else ResponseFormat(json_schema=JsonSchema(schema=schema)),
            stream=stream,
            stream_options=StreamOptions() if stream else None,
        )
        setattr(body, self._limit_name(), self.lessons.room(request))
        if self.no_thinking:
            setattr(body, self.no_thinking, _NO_THINKING[self.no_thinking])
        for name in self.lessons.refused - {"max_tokens", "max_completion_tokens", SYSTEM}:
            setattr(body, name, None)
        return body

    def read(self, body: bytes) -> Answer:
        """Read a whole answer."""
        plain = _read_as(_plain_reply, body)
        if plain is not None and (text := plain.choices[0].message.content):
            last: Fields = {"model": plain.model, "usage": plain.usage}
            return self.answer(text, "stop", last, refused=False, thoughts=False)
        reply = _inner(self.decode(body))
        self.check(reply)
        choices = entries(reply.get("choices"))
        if not choices:
            raise self.no_answer(reply, "choices")
        choice = next((each for each in choices if _text(each)), choices[0])
        self.check(choice)
        refused = bool(fields(choice.get("message")).get("refusal"))
        return self.answer(_text(choice), _reason(choice), reply, refused=refused, thoughts=_thinks(choice))

    def reader(self) -> "ChatReader":
        """Return a reader for a new stream."""
        return ChatReader(self)

    def answer(self, text: str, finish: str, last: Fields, *, refused: bool, thoughts: bool) -> Answer:
        """Put together what both ways of asking end in; without a reason, an answer that is whole ended well."""
        usage = fields(last.get("usage"))
        cached = tokens(fields(usage.get("prompt_tokens_details")).get("cached_tokens"))
        read = tokens(usage.get("prompt_tokens"))
        # Gemini and xAI count thoughts in the total alone.
        thought_too = tokens(usage.get("total_tokens")) - read if read else 0
        return Answer(
            text=whole_pairs(text),
            model=word(last.get("model")),
            finish="filtered" if refused else finish_of(self.provider, finish or "stop"),
            usage=Usage(
                input_tokens=read,
                output_tokens=max(tokens(usage.get("completion_tokens")), thought_too),
                cached_input_tokens=min(cached, read),
            ),
            thoughts=thoughts,
        )

    def _limit_name(self) -> str:
        """Return the field for the limit: the host's own, or the other one once that was refused."""
        if self.max_tokens_field not in self.lessons.refused:
            return self.max_tokens_field
        return "max_tokens" if self.max_tokens_field == "max_completion_tokens" else "max_completion_tokens"


class ChatReader(Reader):
    """Reads the chunks of one answer; of several choices, the first that says something."""

    def __init__(self, wire: OpenAIChat) -> None:
        self._wire = wire
        self._text = Pieces()
        self._place: str | None = None
        self._finish = ""
        self._refused = self._thoughts = self._in_deltas = False
        self._last: Fields = {}

    def feed(self, event: Event) -> str:
        """Take one chunk and return the text that it adds."""
        if is_end(event.data):
            self.finished = True
            return ""
        plain = None if event.name == "error" else self._read_plain(event.data)
        return self._read(event) if plain is None else self._text.add(plain)

    def answer(self) -> Answer | None:
        """Return the whole answer, or None without a finish reason or the closing event."""
        if not self._finish and not self.finished:
            return None
        text = str(self._text)
        return self._wire.answer(text, self._finish, self._last, refused=self._refused, thoughts=self._thoughts)

    def _read_plain(self, data: bytes) -> str | None:
        """Return the text of a chunk that holds nothing else; None for any other."""
        chunk = _read_as(_plain, data)
        text = "" if chunk is None else chunk.choices[0].delta.content
        if chunk is None or not text or self._place not in {None, "0"}:
            return None
        if chunk.model:
            self._last["model"] = chunk.model
        if self._place is None:
            self._stay("0")
        self._in_deltas = True
        return text

    def _read(self, event: Event) -> str:
        chunk = _inner(self._wire.event(event))
        self._wire.check(chunk)
        if event.name == "error":
            raise self._wire.fault(chunk)
        for name in ("model", "usage"):
            self._last[name] = chunk.get(name) or self._last.get(name)
        return "".join([self._take(choice) for choice in entries(chunk.get("choices"))])

    def _take(self, choice: Fields) -> str:
        place = str(choice.get("index") or 0)
        if self._place not in {None, place}:
            return ""
        self._wire.check(choice)
        text = _text(choice, repeated=self._in_deltas)
        if text:
            self._stay(place)
        self._finish = _reason(choice) or self._finish
        self._in_deltas = self._in_deltas or bool(text and choice.get("delta"))
        self._refused = self._refused or bool(fields(choice.get("delta")).get("refusal"))
        self._thoughts = self._thoughts or _thinks(choice)
        return self._text.add(text)

    def _stay(self, place: str) -> None:
        """Read this choice from now on; why another one ended says nothing of it."""
        if self._place is None:
            self._place, self._finish = place, ""


def _read_as(decode: Callable[[bytes], T], data: bytes) -> T | None:
    """Return JSON of one kind; None for any other."""
    try:
        return decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _inner(found: Fields) -> Fields:
    """Return the answer itself, where a gateway put it into a member of its own."""
    if "choices" in found:
        return found
    return next((inner for name in _AROUND if "choices" in (inner := fields(found.get(name)))), found)


def _text(choice: Fields, *, repeated: bool = False) -> str:
    """Return what a choice says; a whole message behind its pieces repeats them."""
    said = _content(choice.get("delta")) or word(choice.get("text"))
    return said if said or repeated else _content(choice.get("message"))


def _content(said: object) -> str:
    return written(said if isinstance(said, str) else fields(said).get("content"))


def _thinks(choice: Fields) -> bool:
    said = fields(choice.get("message")) or fields(choice.get("delta"))
    return any(said.get(name) for name in _THOUGHTS) or thinks(said.get("content"))


def _reason(choice: Fields) -> str:
    """Return why a choice ended; gateways that translate a reason to nothing may still give the native one."""
    for name in ("finish_reason", "native_finish_reason"):
        value = choice.get(name)
        reason = word(fields(value).get("type") if isinstance(value, dict) else value).strip()
        if reason.lower() not in {"", "null", "none"}:
            return reason
    return ""
