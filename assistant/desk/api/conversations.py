"""Operations on conversations."""

from litestar import Controller, get, post, put
from litestar.di import NamedDependency, Provide

from assistant.desk.api.request import DeskRequest
from assistant.desk.bodies import AssigneeBody, ConversationBody, PriorityBody, StatusChangeBody, TagsBody
from assistant.desk.conversations import Conversations
from assistant.desk.lists import ConversationLists
from assistant.desk.people import Participant
from assistant.desk.shapes import Conversation, ConversationFound, ConversationListItem, Page
from assistant.envelope import Success, success
from assistant.web.body import body_of
from assistant.web.operation import PAGING, SEARCH, documented
from assistant.web.parameters import read_page, read_search, read_uuid

_TAKEN = frozenset({409})
_LIST = Page[ConversationListItem]


class ConversationController(Controller):
    """Operations on conversations."""

    path = "/api/v1/conversations"
    tags = ("Conversations",)

    @get("/all", opt=documented(permission="conversations:read_all", answers=_LIST, query=PAGING))
    async def list_all(self, request: DeskRequest, lists: NamedDependency[ConversationLists]) -> Success:
        """List all conversations, the newest activity first."""
        return success(await lists.all(read_page(request)))

    @get("/unassigned", opt=documented(permission="conversations:read_unassigned", answers=_LIST, query=PAGING))
    async def list_unassigned(self, request: DeskRequest, lists: NamedDependency[ConversationLists]) -> Success:
        """List the conversations that neither an agent nor a team has."""
        return success(await lists.unassigned(read_page(request)))

    @get("/assigned", opt=documented(permission="conversations:read_assigned", answers=_LIST, query=PAGING))
    async def list_assigned(self, request: DeskRequest, lists: NamedDependency[ConversationLists]) -> Success:
        """List the calling agent's conversations."""
        return success(await lists.assigned(request.user, read_page(request)))

    @get("/search", opt=documented(permission="conversations:read", answers=list[ConversationFound], query=SEARCH))
    async def search_conversations(self, request: DeskRequest, lists: NamedDependency[ConversationLists]) -> Success:
        """Find conversations by reference number, contact's e-mail address, or words of the subject."""
        return success(await lists.search(read_search(request), request.user))

    @post(
        "/",
        status_code=200,
        dependencies={"wanted": Provide(body_of(ConversationBody, storable=True))},
        opt=documented(permission="conversations:write", answers=Conversation, body=ConversationBody, errors=_TAKEN),
    )
    async def create_conversation(
        self, request: DeskRequest, wanted: NamedDependency[ConversationBody], desk: NamedDependency[Conversations]
    ) -> Success:
        """Start a conversation with its first message."""
        return success(await desk.create(wanted, request.user))

    @get("/{uuid:str}", opt=documented(permission="conversations:read", answers=Conversation))
    async def show_conversation(self, request: DeskRequest, desk: NamedDependency[Conversations]) -> Success:
        """Show a conversation."""
        return success(await desk.get(read_uuid(request), request.user))

    @get(
        "/{uuid:str}/participants",
        opt=documented(permission="conversations:read", answers=list[Participant], bare=True),
    )
    async def participants(self, request: DeskRequest, desk: NamedDependency[Conversations]) -> list[Participant]:
        """List the agents who wrote in a conversation; a bare list, as published."""
        return await desk.participants(read_uuid(request), request.user)

    @put(
        "/{uuid:str}/assignee/user",
        dependencies={"wanted": Provide(body_of(AssigneeBody, storable=True))},
        opt=documented(permission="conversations:update_user_assignee", body=AssigneeBody),
    )
    async def assign_agent(
        self, request: DeskRequest, wanted: NamedDependency[AssigneeBody], desk: NamedDependency[Conversations]
    ) -> Success:
        """Give a conversation to an agent."""
        await desk.assign_agent(read_uuid(request), wanted.assignee_id, request.user)
        return success(data=True)

    @put("/{uuid:str}/assignee/user/remove", opt=documented(permission="conversations:update_user_assignee"))
    async def unassign_agent(self, request: DeskRequest, desk: NamedDependency[Conversations]) -> Success:
        """Take a conversation away from its agent."""
        await desk.assign_agent(read_uuid(request), None, request.user)
        return success(data=True)

    @put(
        "/{uuid:str}/assignee/team",
        dependencies={"wanted": Provide(body_of(AssigneeBody, storable=True))},
        opt=documented(permission="conversations:update_team_assignee", body=AssigneeBody),
    )
    async def assign_team(
        self, request: DeskRequest, wanted: NamedDependency[AssigneeBody], desk: NamedDependency[Conversations]
    ) -> Success:
        """Give a conversation to a team."""
        await desk.assign_team(read_uuid(request), wanted.assignee_id, request.user)
        return success(data=True)

    @put("/{uuid:str}/assignee/team/remove", opt=documented(permission="conversations:update_team_assignee"))
    async def unassign_team(self, request: DeskRequest, desk: NamedDependency[Conversations]) -> Success:
        """Take a conversation away from its team."""
        await desk.assign_team(read_uuid(request), None, request.user)
        return success(data=True)

    @put("/{uuid:str}/last-seen", opt=documented(permission="conversations:read"))
    async def see(self, request: DeskRequest, desk: NamedDependency[Conversations]) -> Success:
        """Say that the assignee has read everything."""
        await desk.see(read_uuid(request), request.user)
        return success(data=True)

    @put(
        "/{uuid:str}/priority",
        dependencies={"wanted": Provide(body_of(PriorityBody, storable=True))},
        opt=documented(permission="conversations:update_priority", body=PriorityBody),
    )
    async def set_priority(
        self, request: DeskRequest, wanted: NamedDependency[PriorityBody], desk: NamedDependency[Conversations]
    ) -> Success:
        """Say how urgent a conversation is."""
        await desk.set_priority(read_uuid(request), wanted.priority, request.user)
        return success(data=True)

    @put(
        "/{uuid:str}/status",
        dependencies={"wanted": Provide(body_of(StatusChangeBody, storable=True))},
        opt=documented(permission="conversations:update_status", body=StatusChangeBody),
    )
    async def set_status(
        self, request: DeskRequest, wanted: NamedDependency[StatusChangeBody], desk: NamedDependency[Conversations]
    ) -> Success:
        """Say what a conversation is."""
        await desk.set_status(read_uuid(request), wanted, request.user)
        return success(data=True)

    @post(
        "/{uuid:str}/tags",
        status_code=200,
        dependencies={"wanted": Provide(body_of(TagsBody, storable=True))},
        opt=documented(permission="conversations:update_tags", body=TagsBody),
    )
    async def set_tags(
        self, request: DeskRequest, wanted: NamedDependency[TagsBody], desk: NamedDependency[Conversations]
    ) -> Success:
        """Set, add or remove tags."""
        await desk.set_tags(read_uuid(request), wanted, request.user)
        return success(data=True)
