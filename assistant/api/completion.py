"""The operation behind the agent's click."""

import asyncio
import re
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar, cast

from litestar import Controller, Request, Response
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from msgspec import Struct

from assistant.api.event_stream import EventStream, client_left, event
from assistant.auth.actor import Actor
from assistant.auth.guards import read_credentials
from assistant.completion.flight import Piece
from assistant.completion.order import Answer, Order, Selection
from assistant.completion.parts import Part
from assistant.completion.service import CompletionService, Question
from assistant.envelope import success
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations
from assistant.telemetry import request_id
from assistant.text.offloading import offload
from assistant.text.word_diff import word_diff
from assistant.web.body import body_of
from assistant.web.operation import documented

T = TypeVar("T")

_FRESH = re.compile(r"(?:^|,)\s*no-cache\s*(?:,|$)", re.IGNORECASE)
_STREAM = "text/event-stream"
_PATIENCE = 0.05  # seconds after which it is worth to look whether the client is still there
_CLOSED = 499  # what nginx writes into its log for a client that left


class CompletionBody(Struct, frozen=True, kw_only=True):
    """A draft and the key of the prompt that shall be applied to it.

    `instruction` is what the agent wishes besides, `selection` the only passage that is rewritten; `inbox_id` names the
    conversation's inbox, for prompts that are for some only; `detail` asks for an object, not a bare string. A
    helpdesk's newer composer may send more: that is passed over, and null is as good as nothing.
    """

    prompt_key: str
    content: str
    variables: dict[str, Any] | None = None
    instruction: str | None = None
    selection: Selection | None = None
    inbox_id: int | None = None
    detail: bool | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """A request that was read, and found to be in order, before it came to its operation."""

    body: CompletionBody
    question: Question


ASKED = "asked"
"""Where the connection's state has it."""


class Clicks(Struct, frozen=True, kw_only=True):
    """What answers a click, and what tells where the agent clicked."""

    completions: CompletionService
    conversations: OpenConversations


def order_of(wanted: CompletionBody, cache_control: str, arrived: float, opened: OpenConversation) -> Order:
    """Return the order that a body is.

    Args:
        wanted: the body.
        cache_control: the header.
        arrived: the loop's time at which the request came.
        opened: the conversation that the agent has open; what was read of it goes before what the body says.
    """
    return Order(
        prompt_key=wanted.prompt_key,
        content=wanted.content,
        variables=wanted.variables or {},
        instruction=wanted.instruction or "",
        selection=wanted.selection,
        bare=not wanted.detail,
        inbox_id=wanted.inbox_id if opened.inbox_id is None else opened.inbox_id,
        opened=opened,
        fresh=_FRESH.search(cache_control) is not None,
        arrived=arrived,
        request_id=request_id.get(),
    )


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
        state, headers = request.scope["state"], request.headers
        asked: Asked | None = state.get(ASKED)
        wanted = await _read(request) if asked is None else asked.body  # no dependency: two are resolved by tasks
        question = None if asked is None else asked.question
        actor: Actor = request.scope["user"]
        if question:
            order = question.job.order
        else:
            opened = await _opened(request, actor, clicks.conversations)
            order = order_of(wanted, headers.get("cache-control", ""), state["arrived"], opened)
        completions = clicks.completions
        if _STREAM in headers.get("accept", ""):
            return _Streamed(request, wanted, completions.stream(order, actor))
        answer = await _while_there(request, completions.complete(order, actor, question))
        if answer is None:
            return Response(None, status_code=_CLOSED)  # nobody reads it
        state["note"] = noted(answer)
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
                request.scope["state"]["note"] = noted(part)
                yield event("done", {**await detailed(part, wanted), "replaced": part.replaced})
            else:
                headers |= {
                    "X-Assistant-Cache": part.cache,
                    "X-Assistant-Provider": part.provider,
                    "X-Assistant-Model": _header_safe(part.model),
                    "X-Assistant-Prompt-Version": part.prompt_version,
                }


async def detailed(answer: Answer, wanted: CompletionBody) -> dict[str, Any]:
    """Return an answer as an object; `diff` is what it changes in the draft, or in the selection."""
    entry = answer.entry
    draft = wanted.selection.text if wanted.selection else wanted.content
    return {
        "text": entry.text,
        "warnings": list(answer.warnings),
        "provider": entry.provider,
        "model": entry.model,
        "cached": answer.cache == "hit",
        "prompt_version": entry.prompt_version,
        "usage": entry.usage,
        "diff": await offload(len(draft) + len(entry.text), word_diff, draft, entry.text),
    }


def headers_of(answer: Answer) -> dict[str, str]:
    """Return the headers that tell how an answer came about."""
    entry = answer.entry
    return {
        "X-Assistant-Cache": answer.cache,
        "X-Assistant-Provider": entry.provider,
        "X-Assistant-Model": _header_safe(entry.model),
        "X-Assistant-Prompt-Version": entry.prompt_version,
        "Server-Timing": f"provider;dur={answer.provider_ms:.1f}",
    }


def noted(answer: Answer) -> dict[str, object]:
    """Return what the request's log line says of an answer; never the text."""
    return {
        "prompt": answer.prompt_key,
        "cache": answer.cache,
        "provider": answer.entry.provider,
        "input_tokens": answer.entry.usage.input_tokens,
        "output_tokens": answer.entry.usage.output_tokens,
    }


def _header_safe(value: str) -> str:
    """Keep what a header may carry: a model's name comes from its provider."""
    return "".join(character if " " <= character <= "~" else "?" for character in value)[:200]
