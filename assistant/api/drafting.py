"""The operations behind a helpdesk's AI buttons, in the shapes that Libredesk's composer and sidebar read."""

from functools import partial

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.response.base import ASGIResponse
from msgspec import Struct

from assistant.api.completion_shapes import CompletionBody
from assistant.api.drafting_shapes import answered, caller_of, with_warnings
from assistant.api.request import ApiRequest
from assistant.drafting.buttons import Buttons
from assistant.web.body import body_of
from assistant.web.operation import documented
from assistant.web.parameters import as_uuid

_ERRORS = frozenset({422, 429, 502, 503, 504})


class ReplyBody(Struct, frozen=True, kw_only=True):
    """Which conversation is replied to, empty for none, and what the agent has written so far."""

    conversation_uuid: str
    instruction: str


_read_reply = body_of(ReplyBody)


class DraftingController(Controller):
    """Operations on conversations."""

    path = "/api/v1/ai"
    tags = ("AI",)

    @post("/generate-reply", status_code=200, opt=documented(answers=str, body=ReplyBody, errors=_ERRORS))
    async def generate_reply(self, request: ApiRequest, buttons: NamedDependency[Buttons]) -> ASGIResponse:
        """Write a reply, as HTML, by the prompt `suggest_reply`."""
        wanted, caller = await _read_reply(request), caller_of(request)
        task = await buttons.replies.task(_uuid(wanted.conversation_uuid), wanted.instruction, caller)
        return answered(request, partial(buttons.tasks.answer, task, caller), _told(task.context.uuid), with_warnings)


def _uuid(value: str) -> str:
    """Return the uuid of a conversation, or nothing; raises NotFoundError for what can be none."""
    return as_uuid(value, "conversation_uuid") if value else ""


def _told(uuid: str) -> CompletionBody:
    """Return what a stream's last event is written for: whether the conversation has gone on is told with one."""
    return CompletionBody(prompt_key="", content="", conversation_uuid=uuid)
