"""The operations behind a helpdesk's AI buttons, in the shapes that Libredesk's composer and sidebar read."""

import html as markup
from functools import partial

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.response.base import ASGIResponse
from msgspec import Struct

from assistant.api.drafting_shapes import answered, caller_of, with_warnings
from assistant.api.request import ApiRequest
from assistant.completion.answer import Answer
from assistant.drafting.buttons import Buttons
from assistant.drafting.tagging import chosen
from assistant.errors import InvalidRequestError
from assistant.web.body import body_of
from assistant.web.language import language_of
from assistant.web.operation import documented
from assistant.web.parameters import as_uuid
from messages.sentences import Sentence, say

_TITLE = Sentence("AI summary")
ERRORS = frozenset({422, 429, 502, 503, 504})
"""Statuses of errors, besides those of every operation."""


class ReplyBody(Struct, frozen=True, kw_only=True):
    """Which conversation is replied to, empty for none, and what the agent has written so far."""

    conversation_uuid: str
    instruction: str


class ConversationBody(Struct, frozen=True, kw_only=True):
    """Which conversation."""

    conversation_uuid: str


_read_reply, _read_conversation = body_of(ReplyBody), body_of(ConversationBody)


class DraftingController(Controller):
    """Operations on conversations."""

    path = "/api/v1/ai"
    tags = ("AI",)

    @post("/generate-reply", status_code=200, opt=documented(answers=str, body=ReplyBody, errors=ERRORS))
    async def generate_reply(self, request: ApiRequest, buttons: NamedDependency[Buttons]) -> ASGIResponse:
        """Write a reply, as HTML, by the prompt `suggest_reply`."""
        wanted, caller = await _read_reply(request), caller_of(request)
        task = await buttons.replies.task(_uuid(wanted.conversation_uuid), wanted.instruction, caller)
        return answered(request, partial(buttons.tasks.answer, task, caller), task.uuid, with_warnings)

    @post(
        "/summarize",
        status_code=200,
        opt=documented(permission="messages:write", body=ConversationBody, errors=ERRORS),
    )
    async def summarize(self, request: ApiRequest, buttons: NamedDependency[Buttons]) -> ASGIResponse:
        """Write a summary into the conversation as a private note of the agent's, by the prompt `summarize`."""
        wanted, caller = await _read_conversation(request), caller_of(request)
        task = await buttons.summaries.task(conversation_named(wanted.conversation_uuid), caller)
        note = partial(_note, language=language_of(request.scope))
        return answered(request, partial(buttons.summaries.answer, task, caller, note), task.uuid, _done)

    @post("/suggest-tags", status_code=200, opt=documented(answers=list[str], body=ConversationBody, errors=ERRORS))
    async def suggest_tags(self, request: ApiRequest, buttons: NamedDependency[Buttons]) -> ASGIResponse:
        """Choose at most three of the helpdesk's tags, by the prompt `suggest_tags`."""
        wanted, caller = await _read_conversation(request), caller_of(request)
        task = await buttons.tagging.task(conversation_named(wanted.conversation_uuid), caller)

        def names(answer: Answer, _language: str) -> list[str]:
            return chosen(answer.entry.text, task.names)

        return answered(request, partial(buttons.tagging.answer, task, caller), task.task.uuid, names)


def _uuid(value: str) -> str:
    """Return the uuid of a conversation, or nothing; raises NotFoundError for what can be none."""
    return as_uuid(value, "conversation_uuid") if value else ""


def conversation_named(value: str) -> str:
    """Return the uuid of a conversation; raises InvalidRequestError without one, NotFoundError for what can be none."""
    if not value:
        raise InvalidRequestError("conversation_uuid", Sentence("must name a conversation"))
    return as_uuid(value, "conversation_uuid")


def _note(answer: Answer, language: str) -> str:
    title = markup.escape(say(_TITLE, language))
    return f"<p><strong>{title}</strong></p>{with_warnings(answer, language)}"


def _done(_answer: Answer, _language: str) -> bool:
    return True
