"""A completion as it is asked for and answered over HTTP, by its operation and by what stands before it."""

import re
from contextvars import ContextVar
from typing import Any

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.completion.answer import Answer, Begun
from assistant.completion.key import Question
from assistant.completion.request import DraftRequest, Selection
from assistant.completion.service import CompletionService
from assistant.conversation.accounts import Accounts
from assistant.conversation.context import Contexts
from assistant.gateway.open_conversation import OpenConversation, OpenConversations
from assistant.telemetry import request_id
from assistant.text.offloading import offload, size_of
from assistant.text.word_diff import word_diff
from assistant.web.request_facts import RequestFacts
from messages.sentences import say
from prompts.conversation import Around

_FRESH = re.compile(r"(?:^|,)\s*no-cache\s*(?:,|$)", re.IGNORECASE)


class CompletionBody(Struct, frozen=True, kw_only=True):
    """A draft and the key of the prompt that shall be applied to it.

    `instruction` is what the agent wishes besides, `previous` the last answer, which is changed so, `selection` the
    only passage that is rewritten; `inbox_id` names the conversation's inbox, for prompts that are for some only, and
    `conversation_uuid` the conversation itself, for prompts that read it; `detail` asks for an object, not a bare
    string. A helpdesk's newer composer may send more: that is passed over, and null is as good as nothing.
    """

    prompt_key: str
    content: str
    variables: dict[str, Any] | None = None
    instruction: str | None = None
    previous: str | None = None
    selection: Selection | None = None
    inbox_id: int | None = None
    conversation_uuid: str | None = None
    detail: bool | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """A request that was read, and found to be in order, before it came to its operation.

    `streamed`: its answer is wanted in pieces.
    """

    body: CompletionBody
    question: Question
    actor: Actor
    streamed: bool = False


ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)
"""What was read already of the request that is being served."""


class Clicks(Struct, frozen=True, kw_only=True):
    """What answers a click, what tells where the agent clicked, and what keeps what was read."""

    completions: CompletionService
    conversations: OpenConversations
    contexts: Contexts
    accounts: Accounts


def draft_request_of(
    wanted: CompletionBody,
    cache_control: str,
    arrived: float,
    opened: OpenConversation,
    around: Around | None = None,
) -> DraftRequest:
    """Return what a body asks of the pipeline.

    Args:
        wanted: the body.
        cache_control: the header.
        arrived: the loop's time at which the request came.
        opened: the conversation that the agent has open; what was read of it goes before what the body says.
        around: what the prompt reads of the conversation that the body names.
    """
    return DraftRequest(
        prompt_key=wanted.prompt_key,
        content=wanted.content,
        variables=wanted.variables or {},
        instruction=wanted.instruction or "",
        previous=wanted.previous or "",
        selection=wanted.selection,
        bare=not wanted.detail,
        inbox_id=wanted.inbox_id if opened.inbox_id is None else opened.inbox_id,
        opened=opened,
        around=around,
        fresh=bool(cache_control) and _FRESH.search(cache_control) is not None,
        arrived=arrived,
        request_id=request_id.get(),
    )


async def detailed(answer: Answer, wanted: CompletionBody, language: str) -> dict[str, Any]:
    """Return an answer as an object, its warnings in a language.

    `stale` and `missing` are told where a conversation was named. `diff`, what it changes in what was rewritten, is
    made where `detail` is wanted: a stream has no use for it otherwise.
    """
    entry = answer.entry
    told: dict[str, Any] = {
        "text": entry.text,
        "warnings": [say(warning, language) for warning in answer.warnings],
        "provider": entry.provider,
        "model": entry.model,
        "cached": answer.cache == "hit",
        "prompt_version": entry.prompt_version,
        "usage": entry.usage,
    }
    if wanted.conversation_uuid:
        told["stale"] = answer.stale
        told["missing"] = entry.missing
    if wanted.detail:
        draft = wanted.selection.text if wanted.selection else wanted.content
        told["diff"] = await offload(size_of(draft, entry.text), word_diff, draft, entry.text)
    return told


def headers_of(answer: Answer) -> dict[str, str]:
    """Return the headers that tell how an answer came about."""
    return {**begun_headers(answer.begun), "Server-Timing": f"provider;dur={answer.provider_ms:.1f}"}


def begun_headers(begun: Begun) -> dict[str, str]:
    """Return the headers that are known when an answer begins."""
    return {
        "X-Assistant-Cache": begun.cache,
        "X-Assistant-Provider": begun.provider,
        "X-Assistant-Model": _header_safe(begun.model),
        "X-Assistant-Prompt-Version": begun.prompt_version,
    }


def note(facts: RequestFacts, answer: Answer) -> None:
    """Set what the request's log line says of an answer."""
    facts.prompt, facts.cache, facts.provider = answer.prompt_key, answer.cache, answer.entry.provider
    facts.input_tokens = answer.entry.usage.input_tokens
    facts.output_tokens = answer.entry.usage.output_tokens


def _header_safe(value: str) -> str:
    """Keep what a header may carry: a model's name comes from its provider."""
    if value.isascii() and value.isprintable():
        return value[:200]
    return "".join(character if " " <= character <= "~" else "?" for character in value)[:200]
