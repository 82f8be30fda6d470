"""Anthropic Messages, version 2026-10-21.

Reference: https://docs.anthropic.com/en/api/messages. This version knows no `temperature`, `top_p` or `top_k`, and
takes the key as a bearer token.
"""

from typing import Any, ClassVar, Literal

from msgspec import Struct

from providers.adapters.endings import finish_of
from providers.adapters.wire import Answer, Reader, Sdk, Wire
from providers.base import CompletionRequest, Message, Usage, tokens
from providers.errors import MalformedReplyError
from providers.http.sse import Event

_SHORT_ANSWER = 1024


class OutputFormat(Struct, frozen=True, kw_only=True):
    """A schema that the answer must follow."""

    schema: dict[str, Any]
    type: Literal["json_schema"] = "json_schema"


class OutputConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the answer is made."""

    effort: Literal["low", "medium", "high"] | None = None
    format: OutputFormat | None = None


class MessagesBody(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /messages."""

    model: str
    max_tokens: int
    messages: tuple[Message, ...]
    system: str | None = None
    output_config: OutputConfig | None = None
    stream: bool | None = None


class _Block(Struct, kw_only=True):
    type: str = ""
    text: str | None = None


class _MessagesUsage(Struct, kw_only=True):
    input_tokens: Any = None
    output_tokens: Any = None
    cache_read_input_tokens: Any = None
    cache_creation_input_tokens: Any = None


class _Message(Struct, kw_only=True):
    type: str = ""
    content: list[_Block] | None = None
    model: str | None = None
    stop_reason: str | None = None
    usage: _MessagesUsage | None = None
    error: Any = None


class _EventDelta(Struct, kw_only=True):
    type: str = ""
    text: str | None = None
    stop_reason: str | None = None


class _MessagesEvent(Struct, kw_only=True):
    type: str = ""
    message: _Message | None = None
    delta: _EventDelta | None = None
    usage: _MessagesUsage | None = None
    error: Any = None


class AnthropicMessages(Wire):
    """Translates to and from Messages."""

    path = "/messages"
    headers: ClassVar[dict[str, str]] = {"anthropic-version": "2026-10-21"}  # what the official SDK 2.1x sends
    droppable: ClassVar[dict[str, str]] = {"effort": "effort", "output_config": "effort", "format": "format"}
    sdk = Sdk(package="anthropic", client="AsyncAnthropic", options={"open_telemetry": False})

    def body(self, request: CompletionRequest, *, stream: bool) -> MessagesBody:
        """Return the request; system turns are joined, and parameters that were refused before are left out."""
        system = "\n\n".join(message.content for message in request.messages if message.role == "system")
        return MessagesBody(
            model=self.model,
            max_tokens=request.max_output_tokens,
            messages=tuple(message for message in request.messages if message.role != "system"),
            system=system or None,
            output_config=self._output_config(request),
            stream=stream or None,
        )

    def sends(self, sent: Struct, name: str) -> bool:
        """Tell whether a request held a parameter."""
        return super().sends(getattr(sent, "output_config", None) or OutputConfig(), name)

    def read(self, body: bytes) -> Answer:
        """Read a whole answer."""
        message = self.decode(body, _Message)
        if message.error or message.type == "error":
            raise self.fault(message.error)
        if message.content is None or not message.stop_reason:
            raise MalformedReplyError(self.provider, detail="it holds no finished message")
        text = "".join(block.text or "" for block in message.content if block.type == "text")
        return self.answer(text, message)

    def reader(self) -> "MessagesReader":
        """Return a reader for a new stream."""
        return MessagesReader(self)

    def answer(self, text: str, message: _Message) -> Answer:
        """Put together what both ways of asking end in; the dialect counts cached input apart."""
        usage = message.usage or _MessagesUsage()
        cached = tokens(usage.cache_read_input_tokens)
        return Answer(
            text=text,
            model=message.model or "",
            finish=finish_of(self.provider, message.stop_reason or ""),
            usage=Usage(
                input_tokens=tokens(usage.input_tokens) + cached + tokens(usage.cache_creation_input_tokens),
                output_tokens=tokens(usage.output_tokens),
                cached_input_tokens=cached,
            ),
        )

    def _output_config(self, request: CompletionRequest) -> OutputConfig | None:
        """Return low effort for a short answer: thinking counts towards its limit, and a rewrite needs little."""
        short = request.max_output_tokens <= _SHORT_ANSWER and "effort" not in self.refused
        schema = None if "format" in self.refused else request.output_schema
        config = OutputConfig(
            effort="low" if short else None, format=None if schema is None else OutputFormat(schema=schema)
        )
        return None if config == OutputConfig() else config


class MessagesReader(Reader):
    """Reads the events of one answer."""

    def __init__(self, wire: AnthropicMessages) -> None:
        self._wire = wire
        self._text: list[str] = []
        self._message = _Message()

    def feed(self, event: Event) -> str:
        """Take one event and return the text that it adds."""
        seen = self._wire.decode(event.data, _MessagesEvent)
        kind = seen.type or event.name
        if kind == "content_block_delta" and seen.delta is not None and seen.delta.type == "text_delta":
            self._text.append(seen.delta.text or "")
            return seen.delta.text or ""
        if kind == "error":
            raise self._wire.fault(seen.error)
        if kind == "message_start" and seen.message is not None:
            self._message = seen.message
        elif kind == "message_delta":
            self._update(seen)
        elif kind == "message_stop":
            self.finished = True
        return ""

    def answer(self) -> Answer | None:
        """Return the whole answer, or None without the closing event or a reason for the end."""
        if not self.finished or not self._message.stop_reason:
            return None
        return self._wire.answer("".join(self._text), self._message)

    def _update(self, seen: _MessagesEvent) -> None:
        """Take the closing numbers; counts are totals, and those left out stay as they were."""
        if seen.delta is not None:
            self._message.stop_reason = seen.delta.stop_reason or self._message.stop_reason
        usage = self._message.usage or _MessagesUsage()
        for name in usage.__struct_fields__ if seen.usage is not None else ():
            value = getattr(seen.usage, name)
            if value is not None:
                setattr(usage, name, value)
        self._message.usage = usage
