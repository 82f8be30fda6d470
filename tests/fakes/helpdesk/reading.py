"""Reading conversations at the fake helpdesk, which a test can count, hold up and refuse."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from aiohttp import web
from msgspec import Struct

from tests.fakes.helpdesk.people import Agent, Conversation
from tests.fakes.helpdesk.sessions import Sessions, refusal

_LOOK = 0.005  # seconds between two looks at what the test, in another thread, lets pass


class Read(Struct, frozen=True):
    """One `GET /api/v1/conversations/{uuid}`, by which agent (None: by no one who may read any), and its status."""

    uuid: str
    agent: int | None
    status: int


class Reading:
    """What `GET /api/v1/conversations/{uuid}` does.

    Attributes:
        reads: all of them in the order in which they were answered, the pages' own too.
    """

    def __init__(self, conversations: dict[str, Conversation], sessions: Sessions) -> None:
        self.reads: list[Read] = []
        self._conversations = conversations
        self._sessions = sessions
        self._free = threading.Event()
        self._free.set()
        self._fault: int | None = None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Answer no read before the end of the block."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    @contextlib.contextmanager
    def failing(self, status: int = 500) -> Iterator[None]:
        """Answer reads with a fault of the helpdesk's own until the end of the block."""
        self._fault = status
        try:
            yield
        finally:
            self._fault = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one read, by the rights of whoever asks."""
        while not self._free.is_set():  # noqa: ASYNC110 - a test sets it from another thread
            await asyncio.sleep(_LOOK)
        uuid, agent = request.match_info["uuid"], None
        try:
            agent = self._sessions.require(request, "conversations:read")
            found = self._found(uuid, agent)
        except web.HTTPException as refused:
            self.reads.append(Read(uuid, None if agent is None else agent.id, refused.status))
            raise
        self.reads.append(Read(uuid, agent.id, 200))
        return web.json_response({"status": "success", "data": found.as_json()})

    async def list_messages(self, request: web.Request) -> web.StreamResponse:
        """Answer with a page of a conversation's messages, the newest first; pages of more than a hundred are cut."""
        agent = self._sessions.require(request, "messages:read")
        messages = self._found(request.match_info["uuid"], agent).messages[::-1]
        page, size = int(request.query.get("page", 1)), min(100, int(request.query.get("page_size", 30)))
        shown = messages[(page - 1) * size : page * size]
        pages = {"total": len(messages), "per_page": size, "total_pages": -(-len(messages) // size), "page": page}
        return web.json_response({"status": "success", "data": {"results": shown, **pages}})

    async def take_message(self, request: web.Request) -> web.StreamResponse:
        """Take a message of an agent's."""
        agent = self._sessions.require(request, "messages:write")
        found, sent = self._found(request.match_info["uuid"], agent), await request.json()
        message = found.say(sent["message"], by=agent, private=sent["private"])
        return web.json_response({"status": "success", "data": message})

    def _found(self, uuid: str, agent: Agent) -> Conversation:
        if self._fault is not None:
            raise _fault(self._fault)
        conversation = self._conversations.get(uuid)
        if conversation is None:
            raise refusal(web.HTTPNotFound, "Conversation not found", "NotFoundException")
        if not conversation.is_readable_by(agent):
            raise refusal(web.HTTPForbidden, "Permission denied", "PermissionException")
        return conversation


def _fault(code: int) -> web.HTTPException:
    fault = refusal(web.HTTPInternalServerError, "Something went wrong", "GeneralException")
    fault.set_status(code)
    return fault
