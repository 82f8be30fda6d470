"""Anthropic Messages, version 2026-10-21.

Reference: https://docs.anthropic.com/en/api/messages. This version knows no `temperature`, `top_p` or `top_k`, and
takes the key as a bearer token.
"""

from typing import Any, ClassVar, Literal

from msgspec import Struct

from providers.adapters.content import Fields, Pieces, fields, is_end, thinks, whole_pairs, word, written
from providers.adapters.endings import finish_of
from providers.adapters.wire import Answer, Reader, Sdk, Wire
from providers.base import CompletionRequest, Message, Usage, tokens
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


class AnthropicMessages(Wire):
    """Translates to and from Messages."""

    path = "/messages"
    headers: ClassVar[dict[str, str]] = {"anthropic-version": "2026-10-21"}  # what the official SDK 2.1x sends
    droppable: ClassVar[dict[str, str]] = {
        "output_config.format": "format",
        "effort": "effort",
        "output_config": "effort",
        "format": "format",
    }
    sdk = Sdk(package="anthropic", client="AsyncAnthropic", options={"open_telemetry": False})

    def body(self, request: CompletionRequest, *, stream: bool) -> MessagesBody:
        """Return the request; system turns are joined, and parameters that were refused before are left out."""
        turns = self.lessons.turns(request)
        system = "\n\n".join(message.content for message in turns if message.role == "system")
        return MessagesBody(
            model=self.model,
            max_tokens=self.lessons.room(request),
            messages=tuple(message for message in turns if message.role != "system"),
            system=system or None,
            output_config=self._output_config(request),
            stream=stream,
        )

    def sends(self, sent: Struct, name: str) -> bool:
        """Tell whether a request held a parameter."""
        return super().sends(getattr(sent, "output_config", None) or OutputConfig(), name)

    def read(self, body: bytes) -> Answer:
        """Read a whole answer."""
        message = self.decode(body)
        self.check(message)
        if message.get("type") == "error":
            raise self.fault(message.get("error"))
        content = message.get("content")
        if not isinstance(content, str | list):
            raise self.no_answer(message, "content")
        return self.answer(written(content), message, thoughts=thinks(content))

    def reader(self) -> "MessagesReader":
        """Return a reader for a new stream."""
        return MessagesReader(self)

    def answer(self, text: str, message: Fields, *, thoughts: bool) -> Answer:
        """Put together what both ways of asking end in; the dialect counts cached input apart."""
        usage = fields(message.get("usage"))
        cached = tokens(usage.get("cache_read_input_tokens"))
        return Answer(
            text=whole_pairs(text),
            model=word(message.get("model")),
            finish=finish_of(self.provider, word(message.get("stop_reason")) or "end_turn"),
            usage=Usage(
                input_tokens=tokens(usage.get("input_tokens"))
                + cached
                + tokens(usage.get("cache_creation_input_tokens")),
                output_tokens=tokens(usage.get("output_tokens")),
                cached_input_tokens=cached,
            ),
            thoughts=thoughts,
        )

    def _output_config(self, request: CompletionRequest) -> OutputConfig | None:
        """Return low effort for a short answer: thinking counts towards its limit, and a rewrite needs little."""
        short = request.max_output_tokens <= _SHORT_ANSWER and "effort" not in self.lessons.refused
        schema = None if "format" in self.lessons.refused else request.output_schema
        config = OutputConfig(
            effort="low" if short else None, format=None if schema is None else OutputFormat(schema=schema)
        )
        return None if config == OutputConfig() else config


class MessagesReader(Reader):
    """Reads the events of one answer."""

    def __init__(self, wire: AnthropicMessages) -> None:
        self._wire = wire
        self._text = Pieces()
        self._message: Fields = {}
        self._thoughts = self._ended = False

    def feed(self, event: Event) -> str:
        """Take one event and return the text that it adds."""
        if is_end(event.data):
            self.finished = True
            return ""
        seen = self._wire.event(event)
        kind = word(seen.get("type")) or event.name
        if kind == "error" or seen.get("error"):
            raise self._wire.fault(seen.get("error"))
        if kind == "message_stop":
            self.finished = True
        return self._text.add(self._take(kind, seen))

    def answer(self) -> Answer | None:
        """Return the whole answer, or None without the closing events."""
        if not self.finished or not self._ended:
            return None
        return self._wire.answer(str(self._text), self._message, thoughts=self._thoughts)

    def _take(self, kind: str, seen: Fields) -> str:
        """Take one event; a text may begin in the message or in its block, as in the official SDKs."""
        if kind == "message_start":
            self._message = fields(seen.get("message"))
            self._ended = bool(word(self._message.get("stop_reason")))
            return written(self._message.get("content"))
        if kind in {"content_block_start", "content_block_delta"}:
            block = seen.get("content_block") if kind == "content_block_start" else seen.get("delta")
            self._thoughts = self._thoughts or "think" in word(fields(block).get("type"))
            return written(block)
        if kind == "message_delta":
            self._update(seen)
        return ""

    def _update(self, seen: Fields) -> None:
        """Take the closing numbers; counts are totals, and those left out stay as they were."""
        self._ended = True
        reason = word(fields(seen.get("delta")).get("stop_reason"))
        counts = {name: count for name, count in fields(seen.get("usage")).items() if count is not None}
        self._message["usage"] = {**fields(self._message.get("usage")), **counts}
        self._message["stop_reason"] = reason or self._message.get("stop_reason")
