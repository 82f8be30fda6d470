"""The operation behind the agent's click."""

import re
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency, Provide
from msgspec import Struct

from assistant.completion.order import Answer, Order
from assistant.completion.service import CompletionService
from assistant.envelope import success
from assistant.web.body import body_of
from assistant.web.operation import documented

_FRESH = re.compile(r"(?:^|,)\s*no-cache\s*(?:,|$)", re.IGNORECASE)


class CompletionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft and the key of the prompt that shall be applied to it; `detail` asks for an object, not a bare string."""

    prompt_key: str
    content: str
    variables: dict[str, Any] = {}
    detail: bool = False


class CompletionController(Controller):
    """Operations on completions."""

    path = "/api/v1/ai/completion"
    tags = ("AI",)

    @post(
        "/",
        status_code=200,
        dependencies={"wanted": Provide(body_of(CompletionBody))},
        opt=documented(answers=str, body=CompletionBody, errors=frozenset({422, 429, 502, 504})),
    )
    async def complete(
        self,
        request: Request[Any, Any, Any],
        wanted: NamedDependency[CompletionBody],
        completions: NamedDependency[CompletionService],
    ) -> Response[dict[str, Any]]:
        """Apply a prompt to a draft; `data` is the text."""
        order = Order(
            prompt_key=wanted.prompt_key,
            content=wanted.content,
            variables=wanted.variables,
            fresh=_FRESH.search(request.headers.get("cache-control", "")) is not None,
        )
        answer = await completions.complete(order)
        _note(request, answer)
        data = _detail(answer) if wanted.detail else answer.entry.text
        return Response(success(data), headers=_headers(answer))


def _detail(answer: Answer) -> dict[str, Any]:
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


def _headers(answer: Answer) -> dict[str, str]:
    entry = answer.entry
    return {
        "X-Assistant-Cache": answer.cache,
        "X-Assistant-Provider": entry.provider,
        "X-Assistant-Model": _header_safe(entry.model),
        "X-Assistant-Prompt-Version": entry.prompt_version,
        "Server-Timing": f"provider;dur={answer.provider_ms:.1f}",
    }


def _header_safe(value: str) -> str:
    """Keep what a header may carry: a model's name comes from its provider."""
    return "".join(character if " " <= character <= "~" else "?" for character in value)[:200]


def _note(request: Request[Any, Any, Any], answer: Answer) -> None:
    """Tell the request's log line what was answered; never the text."""
    request.scope["state"]["note"] = {
        "prompt": answer.prompt_key,
        "cache": answer.cache,
        "provider": answer.entry.provider,
        "input_tokens": answer.entry.usage.input_tokens,
        "output_tokens": answer.entry.usage.output_tokens,
    }
