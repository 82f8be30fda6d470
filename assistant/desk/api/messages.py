"""Operations on messages."""

from litestar import Controller, get, post, put
from litestar.di import NamedDependency, Provide

from assistant.desk.api.request import DeskRequest
from assistant.desk.bodies import MessageBody
from assistant.desk.messages import Messages
from assistant.desk.shapes import Message, MessageFound, Page
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError
from assistant.web.body import body_of
from assistant.web.operation import PAGING, SEARCH, Parameter, documented
from assistant.web.parameters import read_flag, read_page, read_search, read_uuid
from messages.sentences import Sentence

_TYPES = ("incoming", "outgoing", "activity")
_FILTERS = (
    Parameter(name="private", schema={"type": "boolean"}),
    Parameter(name="type", schema={"type": "array", "items": {"type": "string", "enum": list(_TYPES)}}),
)


class MessageController(Controller):
    """Operations on messages."""

    path = "/api/v1"
    tags = ("Messages",)

    @get(
        "/conversations/{uuid:str}/messages",
        opt=documented(permission="messages:read", answers=Page[Message], query=(*PAGING, *_FILTERS)),
    )
    async def list_messages(self, request: DeskRequest, messages: NamedDependency[Messages]) -> Success:
        """List a conversation's messages and notes, the newest first."""
        page = await messages.page(
            read_uuid(request),
            request.user,
            read_page(request),
            private=read_flag(request, "private"),
            types=_read_types(request),
        )
        return success(page)

    @post(
        "/conversations/{cuuid:str}/messages",
        status_code=200,
        dependencies={"wanted": Provide(body_of(MessageBody, storable=True))},
        opt=documented(permission="messages:write", answers=Message, body=MessageBody),
    )
    async def send_message(
        self, request: DeskRequest, wanted: NamedDependency[MessageBody], messages: NamedDependency[Messages]
    ) -> Success:
        """Add a reply, a private note, or what the contact wrote."""
        return success(await messages.send(read_uuid(request, "cuuid"), wanted, request.user))

    @get("/conversations/{cuuid:str}/messages/{uuid:str}", opt=documented(permission="messages:read", answers=Message))
    async def show_message(self, request: DeskRequest, messages: NamedDependency[Messages]) -> Success:
        """Show a message."""
        conversation, message = read_uuid(request, "cuuid"), read_uuid(request, what=Sentence("message"))
        return success(await messages.get(conversation, message, request.user))

    @put(
        "/conversations/{cuuid:str}/messages/{uuid:str}/retry",
        opt=documented(permission="messages:write", answers=Message, errors=frozenset({409})),
    )
    async def retry_message(self, request: DeskRequest, messages: NamedDependency[Messages]) -> Success:
        """Send a failed message again."""
        conversation, message = read_uuid(request, "cuuid"), read_uuid(request, what=Sentence("message"))
        return success(await messages.retry(conversation, message, request.user))

    @get("/messages/search", opt=documented(permission="messages:read", answers=list[MessageFound], query=SEARCH))
    async def search_messages(self, request: DeskRequest, messages: NamedDependency[Messages]) -> Success:
        """Find the 30 newest messages that hold all words of the query."""
        return success(await messages.search(read_search(request), request.user))


def _read_types(request: DeskRequest) -> frozenset[str]:
    types = frozenset(request.query_params.getall("type", []))
    if not types <= set(_TYPES):
        raise InvalidRequestError("type", Sentence("must be one or more of {known}", known=", ".join(_TYPES)))
    return types
