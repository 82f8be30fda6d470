"""How an answer to a press of a button leaves: in the helpdesk's own shape, or in pieces."""

import html as markup
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from litestar.response.base import ASGIResponse

from assistant.api.completion_shapes import CompletionBody, begun_headers, detailed, note
from assistant.api.event_stream import Emit, EventStream, event
from assistant.api.request import ApiRequest
from assistant.api.whole_answers import WholeAnswer
from assistant.auth.guards import read_credentials
from assistant.completion.answer import Answer, Begun, Listen, Piece
from assistant.drafting.tasks import Caller
from assistant.telemetry import request_id
from assistant.web.language import language_of
from assistant.web.request_facts import facts_of
from messages.sentences import Sentence, say

_STREAM = "text/event-stream"
_CHECK = Sentence("Please check before you use this:")

Shape: TypeAlias = Callable[[Answer, str], Any]
"""Makes `data` of an answer, in a language."""
Run: TypeAlias = Callable[[Listen | None], Awaitable[Answer]]
"""Has the work done, and tells the pieces of the answer to whoever listens."""


def caller_of(request: ApiRequest) -> Caller:
    """Return who presses the button."""
    return Caller(
        actor=request.user,
        credentials=read_credentials(request),
        arrived=facts_of(request.scope).arrived,
        request_id=request_id.get(),
    )


def answered(request: ApiRequest, run: Run, uuid: str, shape: Shape) -> ASGIResponse:
    """Answer once the work is done, or in events where the client asks for those.

    Args:
        request: of the client.
        run: does the work.
        uuid: of the conversation, if there is one: a stream tells whether that has gone on.
        shape: makes `data`.
    """
    wanted = CompletionBody(prompt_key="", content="", conversation_uuid=uuid)
    if _STREAM in request.headers.get("accept", ""):
        events = _Events(request, run, wanted, shape)
        return EventStream(events.write, events.headers)
    return ShapedAnswer(run(None), wanted, shape)


def with_warnings(answer: Answer, language: str) -> str:
    """Return an answer as HTML, with its warnings in a short line below."""
    return answer.entry.text + warning_line([say(each, language) for each in answer.warnings], language)


def warning_line(warnings: Sequence[str], language: str) -> str:
    """Return warnings as a line of HTML; empty without any."""
    said = markup.escape(" ".join((say(_CHECK, language), *warnings)), quote=False)
    return f"<p><em>{said}</em></p>" if warnings else ""


class ShapedAnswer(WholeAnswer):
    """An answer whose `data` has a shape of its own."""

    def __init__(self, work: Awaitable[Answer], wanted: CompletionBody, shape: Shape) -> None:
        super().__init__(_awaited(work), wanted)
        self._shape = shape

    async def data(self, answer: Answer, language: str) -> Any:  # noqa: ANN401 - any JSON
        """Return `data`."""
        return self._shape(answer, language)


async def _awaited(work: Awaitable[Answer]) -> Answer:
    return await work


class _Events:
    """The events of an answer in pieces; `done` has the helpdesk's `data` too.

    Attributes:
        headers: what is known of the answer once it begins.
    """

    def __init__(self, request: ApiRequest, run: Run, wanted: CompletionBody, shape: Shape) -> None:
        self.headers: dict[str, str] = {}
        self._request = request
        self._run = run
        self._wanted = wanted
        self._shape = shape

    async def write(self, emit: Emit) -> None:
        """Make them as the answer comes."""

        async def listen(part: Begun | Piece) -> None:
            if isinstance(part, Piece):
                await emit(event("delta", {"text": part.text}))
            else:
                self.headers |= begun_headers(part)

        answer = await self._run(listen)
        scope = self._request.scope
        language = language_of(scope)
        note(facts_of(scope), answer)
        done = await detailed(answer, self._wanted, language)
        await emit(event("done", {**done, "replaced": answer.replaced, "data": self._shape(answer, language)}))
