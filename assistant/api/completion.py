"""The operation behind the agent's click."""

import contextlib
from collections.abc import Awaitable
from functools import partial
from typing import Any

from litestar import Controller
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from msgspec import Struct, structs

from assistant.api.completion_shapes import Clicks, CompletionBody, draft_request_of
from assistant.api.request import ApiRequest
from assistant.api.streamed_answers import streamed_answer
from assistant.api.whole_answers import WholeAnswer
from assistant.auth.actor import Actor
from assistant.auth.guards import read_credentials
from assistant.completion.answer import Answer
from assistant.completion.key import Question
from assistant.completion.request import DraftRequest, Look
from assistant.conversation.accounts import Accounts
from assistant.conversation.context import ConversationContext
from assistant.errors import AssistantError
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations
from assistant.web.body import body_of
from assistant.web.operation import documented
from assistant.web.parameters import as_uuid
from assistant.web.request_facts import facts_of
from prompts.errors import PromptError

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
        asked = draft_request_of(wanted, headers.get("cache-control", ""), arrived, opened, read.around)
        about = await _about(request, read, asked, clicks) if read.uuid else None
        asked, question = (about.asked, about.question) if about else (asked, None)
        if _STREAM in headers.get("accept", ""):
            stream = partial(completions.stream, asked, actor, question=question)
            answer = (lambda listen: about.seen(stream(listen))) if about else stream
            return streamed_answer(request.scope, wanted, answer)
        work = completions.complete(asked, actor, question)
        return WholeAnswer(about.seen(work) if about else work, wanted)


async def _opened(request: ApiRequest, actor: Actor, conversations: OpenConversations) -> OpenConversation:
    """Return what is known of the conversation that the agent has open."""
    uuid = conversations.uuid(request.scope)
    return await conversations.read(actor, uuid, read_credentials(request)) if uuid else UNKNOWN


async def _context(request: ApiRequest, wanted: CompletionBody, clicks: Clicks) -> ConversationContext:
    """Return what the prompt reads of the conversation that is named, with the agent's own rights."""
    if not wanted.conversation_uuid:
        return ConversationContext()
    prompt, uuid = clicks.completions.prompt(wanted.prompt_key), as_uuid(wanted.conversation_uuid, "conversation_uuid")
    arrived = facts_of(request.scope).arrived
    return await clicks.contexts.read(prompt, uuid, request.user, read_credentials(request), arrived=arrived)


async def _about(request: ApiRequest, read: ConversationContext, asked: DraftRequest, clicks: Clicks) -> "_Read":
    """Return what has to be known of a conversation when the answer is there."""
    look = partial(clicks.contexts.is_stale, read, read_credentials(request))
    asked, question = structs.replace(asked, look=look), None
    with contextlib.suppress(AssistantError, PromptError):  # the pipeline says what is not in order, and writes it down
        question = await clicks.completions.question(asked, request.user)
    return _Read(asked=asked, context=read, look=look, question=question, actor=request.user, accounts=clicks.accounts)


class _Read(Struct, frozen=True, kw_only=True):
    """A conversation that was read for a request.

    Attributes:
        asked: the request, which looks at the conversation again.
        context: what was read.
        look: at the conversation again.
        question: what is asked; None where it is not in order.
        actor: who asks.
        accounts: keeps what was read.
    """

    asked: DraftRequest
    context: ConversationContext
    look: Look
    question: Question | None
    actor: Actor
    accounts: Accounts

    async def seen(self, work: Awaitable[Answer]) -> Answer:
        """Return an answer once it is kept what the model read for it.

        It says whether the conversation has gone on since it was read by this agent. Whoever asked the model has looked
        already, and a stored answer is to what was read just now.
        """
        answer = await work
        if self.question is not None:
            job = self.question.prepared
            await self.accounts.keep(self.actor.id, job.request.request_id, job, self.context)
        return structs.replace(answer, stale=await self.look()) if answer.cache == "coalesced" else answer
