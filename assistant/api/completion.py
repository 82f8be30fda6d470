"""The operation behind the agent's click."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar, cast

from litestar import Controller, Request, Response
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from assistant.api.completion_shapes import (
    ASKED,
    Clicks,
    CompletionBody,
    detailed,
    header_safe,
    headers_of,
    note,
    order_of,
)
from assistant.api.event_stream import EventStream, client_left, event
from assistant.auth.actor import Actor
from assistant.auth.guards import read_credentials
from assistant.completion.flight import Piece
from assistant.completion.order import Answer
from assistant.completion.parts import Part
from assistant.envelope import success
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations
from assistant.web.body import body_of
from assistant.web.operation import documented
from assistant.web.request_facts import facts_of

T = TypeVar("T")

_STREAM = "text/event-stream"
_PATIENCE = 0.05  # seconds after which it is worth to look whether the client is still there
_CLOSED = 499  # what nginx writes into its log for a client that left


_read = body_of(CompletionBody)


class _Handler(HTTPRouteHandler):
    """A handler whose guards get itself: Litestar makes a copy for each of them, which takes its time."""

    async def authorize_connection(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """Run the guards."""
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
    async def complete(
        self,
        request: Request[Any, Any, Any],
        clicks: NamedDependency[Clicks],
    ) -> Response[Any]:
        """Apply a prompt to a draft; `data` is the text. `Accept: text/event-stream` gives it in pieces."""
        facts, headers = facts_of(request.scope), request.headers
        asked = ASKED.get()
        wanted = await _read(request) if asked is None else asked.body  # no dependency: two are resolved by tasks
        question = None if asked is None else asked.question
        actor: Actor = request.scope["user"]
        if question:
            order = question.job.order
        else:
            opened = await _opened(request, actor, clicks.conversations)
            order = order_of(wanted, headers.get("cache-control", ""), facts.arrived, opened)
        completions = clicks.completions
        if _STREAM in headers.get("accept", ""):
            return _Streamed(request, wanted, completions.stream(order, actor))
        answer = await _while_there(request, completions.complete(order, actor, question))
        if answer is None:
            return Response(None, status_code=_CLOSED)  # nobody reads it
        note(facts, answer)
        data = await detailed(answer, wanted) if wanted.detail else answer.entry.text
        return Response(success(data), headers=headers_of(answer))


async def _opened(request: Request[Any, Any, Any], actor: Actor, conversations: OpenConversations) -> OpenConversation:
    """Return what is known of the conversation that the agent has open."""
    uuid = conversations.uuid(request.scope)
    return await conversations.read(actor, uuid, read_credentials(request)) if uuid else UNKNOWN


async def _while_there(request: Request[Any, Any, Any], work: Coroutine[Any, Any, T]) -> T | None:
    """Return what the work brings; nothing, and the work is cancelled, when the client leaves before."""
    watch = _Watch(request)
    try:
        return await work
    except asyncio.CancelledError:
        if not watch.left:
            raise
        return None
    finally:
        await watch.end()


class _Watch:
    """Looks whether a client is still there, and cancels the task that makes this when it is not.

    Args:
        request: of the client; its body was read.

    Attributes:
        left: whether the client went away.
    """

    def __init__(self, request: Request[Any, Any, Any]) -> None:
        loop = asyncio.get_running_loop()
        self.left = False
        self._request = request
        self._task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._watching: asyncio.Task[None] | None = None
        self._timer = loop.call_later(_PATIENCE, self._begin)  # most answers come before it is worth to look

    async def end(self) -> None:
        """Look no longer; what was cancelled because the client left goes on from here."""
        self._timer.cancel()
        if self._watching is None:
            return
        self._watching.cancel()
        try:
            await asyncio.gather(self._watching, return_exceptions=True)
        except asyncio.CancelledError:
            if not self.left:
                raise
        if self.left:
            self._task.uncancel()

    def _begin(self) -> None:
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        await client_left(self._request.receive)
        self.left = True
        self._task.cancel()


class _Streamed(Response[None]):
    """An answer in parts; an error before the first one is an error of the usual kind."""

    def __init__(
        self, request: Request[Any, Any, Any], wanted: CompletionBody, parts: AsyncGenerator[Part, None]
    ) -> None:
        super().__init__(None)
        headers: dict[str, str] = {}
        self._stream = EventStream(_events(request, wanted, parts, headers), headers)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:  # noqa: ANN401 - what Litestar would make of it
        """Return the stream itself."""
        return self._stream


async def _events(
    request: Request[Any, Any, Any],
    wanted: CompletionBody,
    parts: AsyncGenerator[Part, None],
    headers: dict[str, str],
) -> AsyncGenerator[bytes, None]:
    """Write the events, and the headers with the first one."""
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, Piece):
                yield event("delta", {"text": part.text})
            elif isinstance(part, Answer):
                note(facts_of(request.scope), part)
                yield event("done", {**await detailed(part, wanted), "replaced": part.replaced})
            else:
                headers |= {
                    "X-Assistant-Cache": part.cache,
                    "X-Assistant-Provider": part.provider,
                    "X-Assistant-Model": header_safe(part.model),
                    "X-Assistant-Prompt-Version": part.prompt_version,
                }
