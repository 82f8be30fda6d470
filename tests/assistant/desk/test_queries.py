"""How many queries an operation takes: as many for a hundred results as for one, as many for all as for few."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, cast

import httpx
import pytest
import pytest_asyncio

from assistant.database.database import Database
from assistant.desk.app import Desk
from assistant.settings import Settings
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import ADMIN

CONVERSATIONS = "/api/v1/conversations"
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


class Watched(NamedTuple):
    """A desk, and every statement that its database was given."""

    desk: DeskClient
    statements: list[str]


PATHS = {
    f"{CONVERSATIONS}/all?page_size=100": 3,  # who is calling, how many there are, the page
    f"{CONVERSATIONS}/unassigned?page_size=100": 3,
    f"{CONVERSATIONS}/assigned?page_size=100": 3,
    "/api/v1/contacts?page_size=100": 3,
    f"{CONVERSATIONS}/search?query=hello": 2,
    "/api/v1/messages/search?query=hello": 3,
    "/api/v1/contacts/search?query=carla": 2,
    "{conversation}": 4,
    "{conversation}/messages?page_size=100": 5,
    "{contact}/notes": 3,
    "/api/v1/agents": 2,
}
"""What is read, and how many queries it takes at most."""


@asynccontextmanager
async def watched(settings: Settings) -> AsyncIterator[Watched]:
    """Run a desk whose statements are written down."""
    database = Database(settings.resolved_database_url)
    statements: list[str] = []
    desk = Desk(settings, database)
    async with desk.running():
        database.watch(statements.append)
        transport = httpx.ASGITransport(app=cast("Any", desk.app))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=ADMIN) as client:
            yield Watched(DeskClient(client), statements)
    await database.aclose()


async def statements_of(watched: Watched, url: str) -> list[str]:
    """Return the statements that one GET takes."""
    watched.statements.clear()
    await watched.desk.get(url)
    return [each for each in watched.statements if each.lstrip().startswith(COUNTED)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def taken(shared_settings: Settings) -> dict[str, list[list[str]]]:
    """The statements that each path takes, with one result and with twenty more."""
    async with watched(shared_settings) as desk_and_statements:
        desk = desk_and_statements.desk
        conversation = await desk.new_conversation(subject="hello")
        places = {
            "conversation": f"{CONVERSATIONS}/{conversation['uuid']}",
            "contact": f"/api/v1/contacts/{conversation['contact_id']}",
        }
        await desk.post(f"{places['contact']}/notes", {"note": "one"})
        few = {path: await statements_of(desk_and_statements, path.format(**places)) for path in PATHS}
        for number in range(20):
            await desk.new_conversation(subject="hello", contact_email=f"carla{number}@example.com")
            await desk.reply(conversation, f"hello {number}")
            await desk.post(f"{places['contact']}/notes", {"note": "more"})
        many = {path: await statements_of(desk_and_statements, path.format(**places)) for path in PATHS}
    return {path: [few[path], many[path]] for path in PATHS}


@pytest.mark.parametrize(("path", "most"), PATHS.items())
def test_queries_do_not_grow_with_the_results(taken: dict[str, list[list[str]]], path: str, most: int) -> None:
    """Twenty results take the queries that one takes."""
    for statements in taken[path]:
        assert 1 < len(statements) <= most, statements
