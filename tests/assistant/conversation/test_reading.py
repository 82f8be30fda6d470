"""A conversation is read from the desk with the rights of the agent who asks, and only what changed is read again."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple, cast
from uuid import uuid4

import pytest
import pytest_asyncio
from litestar.types import ASGIApp, Receive, Scope, Send

from assistant.app import create_app
from assistant.auth.actor import Actor, Credentials
from assistant.conversation.reading import ConversationReader
from assistant.errors import ForbiddenError, NotFoundError, UnauthorizedError
from assistant.gateway.core import InProcessCore
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import ADMIN, client_of, own_loop, settings_for

_ADMIN = Credentials(authorization=ADMIN["Authorization"])
_ACTOR = Actor(id=1)

pytestmark = own_loop


class _Desk(NamedTuple):
    """A desk, a client of it, a reader of its conversations, and the paths that the reader asked for."""

    client: DeskClient
    reader: ConversationReader
    asked: list[str]


class _Listening:
    """Notes the paths that an application is asked for."""

    def __init__(self, app: ASGIApp, asked: list[str]) -> None:
        self._app = app
        self._asked = asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the path and pass the request on."""
        self._asked.append(cast("Any", scope)["path"].rpartition("/")[2])
        await self._app(scope, receive, send)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[_Desk]:
    """A desk that all tests of this file share: each makes conversations of its own."""
    app = create_app(settings_for(tmp_path_factory.mktemp("desk") / "var"))
    asked: list[str] = []
    async with client_of(cast("ASGIApp", app), app.ready) as http:
        reader = ConversationReader(InProcessCore(cast("ASGIApp", _Listening(cast("ASGIApp", app), asked))))
        yield _Desk(DeskClient(http), reader, asked)


async def test_conversation_is_read_with_its_messages(desk: _Desk) -> None:
    """The oldest first, with who wrote them."""
    made = await desk.client.new_conversation(subject="Wrong size", content="<p>Too small</p>", last_name="Diaz")
    await desk.client.reply(made, "<p>Sorry!</p>")
    await desk.client.reply(made, "<p>He is angry</p>", private=True)

    thread = await desk.reader.read(made["uuid"], _ACTOR, _ADMIN)

    assert (thread.subject, thread.status, thread.contact) == ("Wrong size", "Open", "Carla Diaz")
    assert [(each.author, each.body, each.private) for each in thread.messages] == [
        ("customer", "<p>Too small</p>", False),
        ("agent", "<p>Sorry!</p>", False),
        ("agent", "<p>He is angry</p>", True),
    ]


async def test_all_pages_are_read(desk: _Desk) -> None:
    """Each has a hundred messages at most."""
    made = await desk.client.new_conversation()
    for number in range(120):
        await desk.client.reply(made, f"<p>{number}</p>")

    thread = await desk.reader.read(made["uuid"], _ACTOR, _ADMIN)

    assert len(thread.messages) == 121
    assert thread.messages[-1].body == "<p>119</p>"
    assert thread.before == 0


async def test_messages_are_read_again_only_after_a_change(desk: _Desk) -> None:
    """Whether the agent may read the conversation is asked each time."""
    made = await desk.client.new_conversation()
    await desk.reader.read(made["uuid"], _ACTOR, _ADMIN)
    desk.asked.clear()

    await desk.reader.read(made["uuid"], _ACTOR, _ADMIN)
    assert desk.asked == [made["uuid"]]

    await desk.client.reply(made, "<p>A new one</p>")
    thread = await desk.reader.read(made["uuid"], _ACTOR, _ADMIN)
    assert thread.messages[-1].body == "<p>A new one</p>"


async def test_what_is_remembered_is_bounded(desk: _Desk) -> None:
    """By its size; a conversation that is larger than that is read each time."""
    reader = ConversationReader(desk.reader._core, most=20)  # noqa: SLF001 - the same desk
    first, second = [await desk.client.new_conversation(content="x" * 15) for _ in range(2)]
    large = await desk.client.new_conversation(content="x" * 30)
    for made, asked in ((first, 2), (first, 1), (second, 2), (second, 1), (first, 2), (large, 2), (large, 2)):
        desk.asked.clear()
        assert (await reader.read(made["uuid"], _ACTOR, _ADMIN)).messages
        assert len(desk.asked) == asked, made


async def test_agent_without_access_reads_nothing(desk: _Desk) -> None:
    """Neither before nor after someone who has it."""
    made = await desk.client.new_conversation()
    agent, other = await desk.client.new_agent([])
    theirs = Credentials(authorization=other.http.headers["Authorization"])

    for _ in range(2):
        with pytest.raises(ForbiddenError):
            await desk.reader.read(made["uuid"], Actor(id=agent["id"]), theirs)
        await desk.reader.read(made["uuid"], _ACTOR, _ADMIN)


async def test_unknown_conversation_and_unknown_caller_are_told(desk: _Desk) -> None:
    """As the desk tells them."""
    with pytest.raises(NotFoundError, match="no conversation"):
        await desk.reader.read(str(uuid4()), _ACTOR, _ADMIN)
    with pytest.raises(UnauthorizedError):
        await desk.reader.read(str(uuid4()), _ACTOR, Credentials(authorization="token a:b"))
