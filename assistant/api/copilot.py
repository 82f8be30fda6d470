"""The operations of Libredesk's copilot."""

from functools import partial

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.response.base import ASGIResponse
from msgspec import Struct

from assistant.api.drafting import ERRORS, conversation_named
from assistant.api.drafting_shapes import answered, caller_of, with_warnings
from assistant.api.request import ApiRequest
from assistant.drafting.buttons import Buttons
from assistant.drafting.chats import ChatMessage
from assistant.drafting.copilot import PERSONA, PERSONA_NAME
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError
from assistant.web.body import body_of
from assistant.web.language import language_of
from assistant.web.operation import Parameter, documented
from assistant.web.parameters import read_one
from messages.sentences import Sentence

_QUERY = (Parameter(name="conversation_uuid", schema={"type": "string"}, required=True),)


class QuestionBody(Struct, frozen=True, kw_only=True):
    """An agent's question about a conversation; 0 or none as assistant is the default one."""

    conversation_uuid: str
    message: str
    assistant_id: int | None = None


class Persona(Struct, frozen=True, kw_only=True):
    """An assistant that agents can ask."""

    id: int
    name: str


_read = body_of(QuestionBody)


class CopilotController(Controller):
    """Operations of the copilot."""

    path = "/api/v1/ai"
    tags = ("AI",)

    @post("/copilot", status_code=200, opt=documented(answers=str, body=QuestionBody, errors=ERRORS))
    async def ask_copilot(self, request: ApiRequest, buttons: NamedDependency[Buttons]) -> ASGIResponse:
        """Answer a question about a conversation, as HTML, by the prompt `copilot`; both are kept."""
        wanted, caller = await _read(request), caller_of(request)
        if not wanted.message.strip():
            raise InvalidRequestError("message", Sentence("must not be empty"))
        uuid = conversation_named(wanted.conversation_uuid)
        task = await buttons.copilot.task(uuid, wanted.message, wanted.assistant_id or 0, caller)
        shown = partial(with_warnings, language=language_of(request.scope))
        run = partial(buttons.copilot.answer, task, caller, question=wanted.message, shown=shown)
        return answered(request, run, uuid, with_warnings)

    @get("/copilot/messages", opt=documented(answers=list[ChatMessage], query=_QUERY))
    async def list_copilot_messages(self, request: ApiRequest, buttons: NamedDependency[Buttons]) -> Success:
        """List the last 50 messages of the agent's own talk, the oldest first."""
        uuid = conversation_named(read_one(request, "conversation_uuid") or "")
        return success(await buttons.copilot.messages(uuid, caller_of(request)))

    @delete("/copilot/messages", status_code=200, opt=documented(query=_QUERY))
    async def clear_copilot_messages(self, request: ApiRequest, buttons: NamedDependency[Buttons]) -> Success:
        """Forget the agent's own talk about a conversation."""
        uuid = conversation_named(read_one(request, "conversation_uuid") or "")
        await buttons.copilot.clear(uuid, caller_of(request))
        return success(data=True)

    @get("/assistants/compact", opt=documented(answers=list[Persona]))
    async def list_assistants(self) -> Success:
        """List the one assistant that there is."""
        return success([Persona(id=PERSONA, name=PERSONA_NAME)])
