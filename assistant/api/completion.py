"""The operation behind the agent's click."""

import asyncio
import re
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.response.base import ASGIResponse
from msgspec import Struct

from assistant.api.event_stream import EventStream, client_left, event
from assistant.auth.actor import Actor
from assistant.completion.flight import Piece
from assistant.completion.order import Answer, Order, Selection
from assistant.completion.service import CompletionService, Part
from assistant.envelope import success
from assistant.telemetry import request_id
from assistant.web.body import body_of
from assistant.web.operation import documented

T = TypeVar("T")

_FRESH = re.compile(r"(?:^|,)\s*no-cache\s*(?:,|$)", re.IGNORECASE)
_STREAM = "text/event-stream"
_PATIENCE = 0.05  # seconds after which it is worth to look whether the client is still there
_CLOSED = 499  # what nginx writes into its log for a client that left


class CompletionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft and the key of the prompt that shall be applied to it.

    `instruction` is what the agent wishes besides, `selection` the only passage that is rewritten; `detail` asks for an
    object, not a bare string.
    """

    prompt_key: str
    content: str
    variables: dict[str, Any] = {}
    instruction: str = ""
    selection: Selection | None = None
    detail: bool = False


def order_of(wanted: CompletionBody, cache_control: str, arrived: float) -> Order:
    """Return the order that a body is; `arrived` is the loop's time at which the request came."""
    return Order(
        prompt_key=wanted.prompt_key,
        content=wanted.content,
        variables=wanted.variables,
        instruction=wanted.instruction,
        selection=wanted.selection,
        fresh=_FRESH.search(cache_control) is not None,
        arrived=arrived,
        request_id=request_id.get(),
    )


_read = body_of(CompletionBody)


class CompletionController(Controller):
    """Operations on completions."""

    path = "/api/v1/ai/completion"
    tags = ("AI",)

    @post(
        "/",
        status_code=200,
        opt=documented(answers=str, body=CompletionBody, errors=frozenset({422, 429, 502, 503, 504})),
    )
    async def complete(
        self,
        request: Request[Any, Any, Any],
        completions: NamedDependency[CompletionService],
    ) -> Response[Any]:
        """Apply a prompt to a draft; `data` is the text. `Accept: text/event-stream` gives it in pieces."""
        wanted = await _read(request)  # not a dependency: two of them are resolved by tasks of their own
        order = order_of(wanted, request.headers.get("cache-control", ""), request.scope["state"]["arrived"])
        actor: Actor = request.scope["user"]
        if _STREAM in request.headers.get("accept", ""):
            return _Streamed(request, completions.stream(order, actor))
        answer = await _while_there(request, completions.complete(order, actor))
        if answer is None:
            return Response(None, status_code=_CLOSED)  # nobody reads it
        request.scope["state"]["note"] = noted(answer)
        data = detailed(answer) if wanted.detail else answer.entry.text
        return Response(success(data), headers=headers_of(answer))


async def _while_there(request: Request[Any, Any, Any], work: Coroutine[Any, Any, T]) -> T | None:
    """Return what the work brings; nothing, and the work is cancelled, when the client leaves before."""
    working = asyncio.ensure_future(work)
    leaving: asyncio.Future[None] | None = None
    try:
        await asyncio.wait((working,), timeout=_PATIENCE)
        if not working.done():
            leaving = asyncio.ensure_future(client_left(request.receive))
            await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        for task in (working, leaving):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


class _Streamed(Response[None]):
    """An answer in parts; an error before the first one is an error of the usual kind."""

    def __init__(self, request: Request[Any, Any, Any], parts: AsyncGenerator[Part, None]) -> None:
        super().__init__(None)
        headers: dict[str, str] = {}
        self._stream = EventStream(_events(request, parts, headers), headers)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:  # noqa: ANN401 - what Litestar would make of it
        """Return the stream itself."""
        return self._stream


async def _events(
    request: Request[Any, Any, Any], parts: AsyncGenerator[Part, None], headers: dict[str, str]
) -> AsyncGenerator[bytes, None]:
    """Write the events, and the headers with the first one."""
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, Piece):
                yield event("delta", {"text": part.text})
            elif isinstance(part, Answer):
                request.scope["state"]["note"] = noted(part)
                yield event("done", {**detailed(part), "replaced": part.replaced})
            else:
                headers |= {
                    "X-Assistant-Cache": part.cache,
                    "X-Assistant-Provider": part.provider,
                    "X-Assistant-Model": _header_safe(part.model),
                    "X-Assistant-Prompt-Version": part.prompt_version,
                }


def detailed(answer: Answer) -> dict[str, Any]:
    """Return an answer as an object."""
    entry = answer.entry
    return {
        "text": entry.text,
        "warnings": list(answer.warnings),
        "provider": entry.provider,
        "model": entry.model,
        "cached": answer.cache == "hit",
        "prompt_version": entry.prompt_version,
        "usage": entry.usage,
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
