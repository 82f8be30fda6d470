"""The operation behind the agent's click."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from litestar import Controller
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from msgspec import structs

from assistant.api.completion_shapes import Clicks, CompletionBody, begun_headers, detailed, draft_request_of, note
from assistant.api.event_stream import Emit, EventStream, event
from assistant.api.request import ApiRequest
from assistant.api.whole_answers import WholeAnswer
from assistant.auth.actor import Actor
from assistant.auth.guards import read_credentials
from assistant.completion.answer import Answer, Begun, Listen, Piece
from assistant.completion.request import Look
from assistant.conversation.context import ConversationContext
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations
from assistant.web.body import body_of
from assistant.web.language import language_of
from assistant.web.operation import documented
from assistant.web.parameters import as_uuid
from assistant.web.request_facts import facts_of

_STREAM = "text/event-stream"
_read = body_of(CompletionBody)


class _Handler(HTTPRouteHandler):
    """A handler whose guards get itself: Litestar makes a copy for each of them, which takes its time."""

    async def authorize_connection(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        for guard in self.resolve_guards():
            await guard(connection, self)  # type: ignore[misc] # all of ours are asynchronous


class CompletionController(Controller):
    """Operations on completions."""

    path = "/api/v1/ai/completion"
    tags = ("AI",)

    @_Handler(
        "/",
        http_method=HttpMethod.POST,
        status_code=200,
        opt=documented(answers=str, body=CompletionBody, errors=frozenset({422, 429, 502, 503, 504})),
    )
    async def complete(self, request: ApiRequest, clicks: NamedDependency[Clicks]) -> ASGIResponse:
        """Apply a prompt to a draft; `data` is the text. `Accept: text/event-stream` gives it in pieces."""
        wanted = await _read(request)  # no dependency: two are resolved by tasks
        actor, headers, completions = request.user, request.headers, clicks.completions
        opened, read = await _opened(request, actor, clicks.conversations), await _context(request, wanted, clicks)
        arrived = facts_of(request.scope).arrived
        look = partial(clicks.contexts.is_stale, read, read_credentials(request)) if read.uuid else None
        asked = draft_request_of(wanted, headers.get("cache-control", ""), arrived, opened, read.around)
        asked = structs.replace(asked, look=look)
        if _STREAM in headers.get("accept", ""):
            events = _Events(request, wanted, partial(completions.stream, asked, actor), look)
            return EventStream(events.write, events.headers)
        return WholeAnswer(_looked_at(completions.complete(asked, actor), look), wanted)


async def _opened(request: ApiRequest, actor: Actor, conversations: OpenConversations) -> OpenConversation:
    """Return what is known of the conversation that the agent has open."""
    uuid = conversations.uuid(request.scope)
    return await conversations.read(actor, uuid, read_credentials(request)) if uuid else UNKNOWN


async def _context(request: ApiRequest, wanted: CompletionBody, clicks: Clicks) -> ConversationContext:
    """Return what the prompt reads of the conversation that is named, with the agent's own rights."""
    if not wanted.conversation_uuid:
        return ConversationContext()
    prompt, uuid = clicks.completions.prompt(wanted.prompt_key), as_uuid(wanted.conversation_uuid, "conversation_uuid")
    return await clicks.contexts.read(prompt, uuid, request.user, read_credentials(request))


async def _looked_at(work: Awaitable[Answer], look: Look | None) -> Answer:
    """Return an answer that says whether the conversation has gone on since it was read by this agent.

    Whoever asked the model has looked already, and a stored answer is to what was read just now.
    """
    answer = await work
    if look is None or answer.cache != "coalesced":
        return answer
    return structs.replace(answer, stale=await look())


class _Events:
    """The events of an answer in pieces.

    Attributes:
        headers: what is known of the answer once it begins.
    """

    def __init__(
        self,
        request: ApiRequest,
        wanted: CompletionBody,
        answer: Callable[[Listen], Awaitable[Answer]],
        look: Look | None,
    ) -> None:
        self.headers: dict[str, str] = {}
        self._request = request
        self._wanted = wanted
        self._answer = answer
        self._look = look

    async def write(self, emit: Emit) -> None:
        """Make them as the answer comes."""

        async def listen(part: Begun | Piece) -> None:
            if isinstance(part, Piece):
                await emit(event("delta", {"text": part.text}))
            else:
                self.headers |= begun_headers(part)

        answer = await _looked_at(self._answer(listen), self._look)
        scope = self._request.scope
        note(facts_of(scope), answer)
        done = await detailed(answer, self._wanted, language_of(scope))
        await emit(event("done", {**done, "replaced": answer.replaced}))
