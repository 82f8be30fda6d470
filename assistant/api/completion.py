"""The operation behind the agent's click."""

from typing import Any

from litestar import Controller
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from assistant.api.completion_shapes import Clicks, CompletionBody, begun_headers, detailed, draft_request_of, note
from assistant.api.event_stream import Emit, EventStream, event
from assistant.api.request import ApiRequest
from assistant.api.whole_answers import WholeAnswer
from assistant.auth.actor import Actor
from assistant.auth.guards import read_credentials
from assistant.completion.answer import Begun, Piece
from assistant.completion.request import DraftRequest
from assistant.completion.service import CompletionService
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations
from assistant.web.body import body_of
from assistant.web.language import language_of
from assistant.web.operation import documented
from assistant.web.parameters import as_uuid
from assistant.web.request_facts import facts_of
from prompts.conversation import Around

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
        opened, around = await _opened(request, actor, clicks.conversations), await _around(request, wanted, clicks)
        arrived = facts_of(request.scope).arrived
        asked = draft_request_of(wanted, headers.get("cache-control", ""), arrived, opened, around)
        if _STREAM in headers.get("accept", ""):
            events = _Events(request, wanted, asked, completions)
            return EventStream(events.write, events.headers)
        return WholeAnswer(completions.complete(asked, actor), wanted)


async def _opened(request: ApiRequest, actor: Actor, conversations: OpenConversations) -> OpenConversation:
    """Return what is known of the conversation that the agent has open."""
    uuid = conversations.uuid(request.scope)
    return await conversations.read(actor, uuid, read_credentials(request)) if uuid else UNKNOWN


async def _around(request: ApiRequest, wanted: CompletionBody, clicks: Clicks) -> Around | None:
    """Return what the prompt reads of the conversation that is named, with the agent's own rights."""
    if not wanted.conversation_uuid:
        return None
    prompt, uuid = clicks.completions.prompt(wanted.prompt_key), as_uuid(wanted.conversation_uuid, "conversation_uuid")
    return (await clicks.contexts.read(prompt, uuid, request.user, read_credentials(request))).around


class _Events:
    """The events of an answer in pieces.

    Attributes:
        headers: what is known of the answer once it begins.
    """

    def __init__(
        self, request: ApiRequest, wanted: CompletionBody, asked: DraftRequest, completions: CompletionService
    ) -> None:
        self.headers: dict[str, str] = {}
        self._request = request
        self._wanted = wanted
        self._asked = asked
        self._completions = completions

    async def write(self, emit: Emit) -> None:
        """Make them as the answer comes."""

        async def listen(part: Begun | Piece) -> None:
            if isinstance(part, Piece):
                await emit(event("delta", {"text": part.text}))
            else:
                self.headers |= begun_headers(part)

        answer = await self._completions.stream(self._asked, self._request.user, listen)
        scope = self._request.scope
        note(facts_of(scope), answer)
        done = await detailed(answer, self._wanted, language_of(scope))
        await emit(event("done", {**done, "replaced": answer.replaced}))
