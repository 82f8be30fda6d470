"""OpenAI Chat Completions, the dialect of every compatible host.

Reference: https://platform.openai.com/docs/api-reference/chat
"""

from typing import Any, ClassVar, Literal

from msgspec import Struct

from providers.adapters.endings import finish_of
from providers.adapters.wire import Answer, Reader, Sdk, Wire
from providers.base import CompletionRequest, Message, Usage, tokens
from providers.errors import MalformedReplyError
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


class ChatBody(Struct, kw_only=True, omit_defaults=True):
    """POST /chat/completions."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int | None = None
    max_completion_tokens: Any = None
    temperature: float | None = None
    reasoning_effort: str | None = None
    response_format: ResponseFormat | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None


class _PromptDetails(Struct, kw_only=True):
    cached_tokens: Any = None


class _ChatUsage(Struct, kw_only=True):
    prompt_tokens: Any = None
    completion_tokens: Any = None
    prompt_tokens_details: _PromptDetails | None = None


class _Said(Struct, kw_only=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct, kw_only=True):
    message: _Said | None = None
    delta: _Said | None = None
    finish_reason: str | None = None
    error: Any = None


class _ChatReply(Struct, kw_only=True):
    """An answer or one chunk of it; hosts report errors in either."""

    choices: list[_Choice] | None = None
    model: str | None = None
    usage: _ChatUsage | None = None
    error: Any = None


class OpenAIChat(Wire):
    """Translates to and from Chat Completions; the name of the limit is swapped when the model refuses it."""

    path = "/chat/completions"
    droppable: ClassVar[dict[str, str]] = {
        "max_completion_tokens": "max_completion_tokens",
        "max_tokens": "max_tokens",
        "temperature": "temperature",
        "reasoning_effort": "reasoning_effort",
        "stream_options": "stream_options",
        "response_format": "response_format",
    }
    sdk = Sdk(package="openai", client="AsyncOpenAI")

    def body(self, request: CompletionRequest, *, stream: bool) -> ChatBody:
        """Return the request without the parameters that were refused before."""
        schema = request.output_schema
        body = ChatBody(
            model=self.model,
            messages=request.messages,
            temperature=request.temperature,
            reasoning_effort=self.reasoning_effort or None,
            response_format=None if schema is None else ResponseFormat(json_schema=JsonSchema(schema=schema)),
            stream=stream or None,
            stream_options=StreamOptions() if stream else None,
        )
        setattr(body, self._limit_name(), request.max_output_tokens)
        for name in self.refused - {"max_tokens", "max_completion_tokens"}:
            setattr(body, name, None)
        return body

    def read(self, body: bytes) -> Answer:
        """Read a whole answer."""
        reply = self.decode(body, _ChatReply)
        if reply.error:
            raise self.fault(reply.error)
        choice = reply.choices[0] if reply.choices else _Choice()
        if choice.error:
            raise self.fault(choice.error)
        if not choice.finish_reason:
            raise MalformedReplyError(self.provider, detail="it holds no finished choice")
        said = choice.message or _Said()
        return self.answer(said.content or "", choice.finish_reason, reply, refused=bool(said.refusal))

    def reader(self) -> "ChatReader":
        """Return a reader for a new stream."""
        return ChatReader(self)

    def answer(self, text: str, finish: str, last: _ChatReply, *, refused: bool) -> Answer:
        """Put together what both ways of asking end in."""
        usage = last.usage or _ChatUsage()
        details = usage.prompt_tokens_details or _PromptDetails()
        return Answer(
            text=text,
            model=last.model or "",
            finish="filtered" if refused else finish_of(self.provider, finish),
            usage=Usage(
                input_tokens=tokens(usage.prompt_tokens),
                output_tokens=tokens(usage.completion_tokens),
                cached_input_tokens=min(tokens(details.cached_tokens), tokens(usage.prompt_tokens)),
            ),
        )

    def _limit_name(self) -> str:
        """Return the field for the limit: the host's own, or the other one once that was refused."""
        if self.max_tokens_field not in self.refused:
            return self.max_tokens_field
        return "max_tokens" if self.max_tokens_field == "max_completion_tokens" else "max_completion_tokens"


class ChatReader(Reader):
    """Reads the chunks of one answer."""

    def __init__(self, wire: OpenAIChat) -> None:
        self._wire = wire
        self._text: list[str] = []
        self._finish: str | None = None
        self._refused = False
        self._last = _ChatReply()

    def feed(self, event: Event) -> str:
        """Take one chunk and return the text that it adds."""
        if event.data == b"[DONE]":
            self.finished = True
            return ""
        chunk = self._wire.decode(event.data, _ChatReply)
        if chunk.error or event.name == "error":
            raise self._wire.fault(chunk.error or self._wire.decode(event.data, object))
        self._last.model = chunk.model or self._last.model
        self._last.usage = chunk.usage or self._last.usage
        return self._take(chunk.choices[0]) if chunk.choices else ""

    def answer(self) -> Answer | None:
        """Return the whole answer, or None without a finish reason."""
        if self._finish is None:
            return None
        return self._wire.answer("".join(self._text), self._finish, self._last, refused=self._refused)

    def _take(self, choice: _Choice) -> str:
        if choice.error:
            raise self._wire.fault(choice.error)
        self._finish = choice.finish_reason or self._finish
        said = choice.delta or _Said()
        self._refused = self._refused or bool(said.refusal)
        text = said.content or ""
        self._text.append(text)
        return text
