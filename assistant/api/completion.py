"""The operation behind the agent's click."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

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
from assistant.api.event_stream import EventStream, client_left, event
from assistant.api.request import ApiRequest
from assistant.auth.actor import Actor
from assistant.auth.guards import read_credentials
from assistant.completion.answer import Begun, Part, Piece
from assistant.envelope import success
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations
from assistant.web.body import body_of
from assistant.web.language import language_of
from assistant.web.operation import documented
from assistant.web.request_facts import facts_of

T = TypeVar("T")

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
            draft_request = draft_request_of(wanted, headers.get("cache-control", ""), facts.arrived, opened)
        completions = clicks.completions
        if _STREAM in headers.get("accept", ""):
            return _Streamed(request, wanted, completions.stream(draft_request, actor))
        answer = await _while_there(request, completions.complete(draft_request, actor, question))
        if answer is None:
            return Response(None, status_code=_CLOSED)  # no one reads it
        note(facts, answer)
        data = await detailed(answer, wanted, language_of(request.scope)) if wanted.detail else answer.entry.text
        return Response(success(data), headers=headers_of(answer))


async def _opened(request: ApiRequest, actor: Actor, conversations: OpenConversations) -> OpenConversation:
    """Return what is known of the conversation that the agent has open."""
    uuid = conversations.uuid(request.scope)
    return await conversations.read(actor, uuid, read_credentials(request)) if uuid else UNKNOWN


async def _while_there(request: ApiRequest, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what the work brings; nothing, and the work is cancelled, when the client leaves before."""
    working = asyncio.create_task(work)
    tasks: list[asyncio.Task[Any]] = [working]
    try:
        await asyncio.wait(tasks, timeout=_PATIENCE)  # most answers come before it is worth looking
        if not working.done():
            tasks.append(asyncio.create_task(client_left(request.receive)))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Streamed(Response[None]):
    """An answer in parts; an error before the first one is an error of the usual kind."""

    def __init__(self, request: ApiRequest, wanted: CompletionBody, parts: AsyncGenerator[Part, None]) -> None:
        super().__init__(None)
        self._request = request
        self._wanted = wanted
        self._parts = parts
        self._begun: dict[str, str] = {}

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:  # noqa: ANN401 - what Litestar would make of it
        return EventStream(self._events(), self._begun)

    async def _events(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(self._parts) as parts:
            async for part in parts:
                if isinstance(part, Begun):
                    self._begun |= begun_headers(part)
                elif isinstance(part, Piece):
                    yield event("delta", {"text": part.text})
                else:
                    scope = self._request.scope
                    note(facts_of(scope), part)
                    done = await detailed(part, self._wanted, language_of(scope))
                    yield event("done", {**done, "replaced": part.replaced})
