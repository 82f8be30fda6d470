"""The operation behind the agent's click."""

from typing import Any

from litestar import Controller, Response
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from assistant.api.completion_shapes import (
    ASKED,
    Clicks,
    CompletionBody,
    begun_headers,
    detailed,
    draft_request_of,
    headers_of,
    note,
)
from assistant.api.event_stream import Emit, EventStream, event
from assistant.api.leaving import while_there
from assistant.api.request import ApiRequest
from assistant.auth.actor import Actor
from assistant.auth.guards import read_credentials
from assistant.completion.answer import Answer, Begun, Piece
from assistant.completion.request import DraftRequest
from assistant.completion.service import CompletionService
from assistant.envelope import success
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations
from assistant.web.body import body_of
from assistant.web.language import language_of
from assistant.web.operation import documented
from assistant.web.parameters import as_uuid
from assistant.web.request_facts import facts_of
from prompts.conversation import Around

_STREAM = "text/event-stream"
_PATIENCE = 0.05  # seconds after which it is worth looking whether the client is still there
_CLOSED = 499  # what nginx writes into its log for a client that left


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
    async def complete(self, request: ApiRequest, clicks: NamedDependency[Clicks]) -> Response[Any]:
        """Apply a prompt to a draft; `data` is the text. `Accept: text/event-stream` gives it in pieces."""
        facts, headers = facts_of(request.scope), request.headers
        asked = ASKED.get()
        wanted = await _read(request) if asked is None else asked.body  # no dependency: two are resolved by tasks
        question = None if asked is None else asked.question
        actor = request.user
        if question:
            draft_request = question.prepared.request
        else:
            opened = await _opened(request, actor, clicks.conversations)
            around = await _around(request, wanted, clicks)
            draft_request = draft_request_of(wanted, headers.get("cache-control", ""), facts.arrived, opened, around)
        completions = clicks.completions
        if _STREAM in headers.get("accept", ""):
            return _Streamed(request, wanted, draft_request, completions)
        work = completions.complete(draft_request, actor, question)
        answer = await while_there(request.receive, work, patience=_PATIENCE)
        if answer is None:
            return Response(None, status_code=_CLOSED)  # no one reads it
        note(facts, answer)
        data = await detailed(answer, wanted, language_of(request.scope)) if wanted.detail else answer.entry.text
        return Response(success(data), headers=headers_of(answer))


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


class _Streamed(Response[None]):
    """An answer in pieces; an error before the first one is an error of the usual kind."""

    def __init__(
        self, request: ApiRequest, wanted: CompletionBody, asked: DraftRequest, completions: CompletionService
    ) -> None:
        super().__init__(None)
        self._request = request
        self._wanted = wanted
        self._asked = asked
        self._completions = completions

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:  # noqa: ANN401 - what Litestar would make of it
        begun: dict[str, str] = {}

        async def write(emit: Emit) -> None:
            async def listen(part: Begun | Piece) -> None:
                if isinstance(part, Piece):
                    await emit(event("delta", {"text": part.text}))
                else:
                    begun.update(begun_headers(part))

            await self._end(await self._completions.stream(self._asked, self._request.user, listen), emit)

        return EventStream(write, begun)

    async def _end(self, answer: Answer, emit: Emit) -> None:
        scope = self._request.scope
        note(facts_of(scope), answer)
        done = await detailed(answer, self._wanted, language_of(scope))
        await emit(event("done", {**done, "replaced": answer.replaced}))
