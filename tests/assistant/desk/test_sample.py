"""The sample helpdesk: what is in it, and when a desk gets it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
import pytest
import pytest_asyncio
from litestar.types import ASGIApp
from sqlalchemy import func, select, text

from assistant.app import create_desk
from assistant.database.database import Database
from assistant.desk.tables import (
    AgentRow,
    Base,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    ConversationTagRow,
    MediaRow,
    MembershipRow,
    MessageRow,
    TagRow,
    TeamRow,
    ViewRow,
)
from assistant.desk.transfer_format import KINDS, table_of
from assistant.settings import Settings
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import client_of

NEXT_YEAR = "2027"


@asynccontextmanager
async def running(settings: Settings, *, sample: bool = True) -> AsyncIterator[DeskClient]:
    """Run a desk, with the sample unless told otherwise, and give a client of its administrator."""
    front = create_desk(msgspec.structs.replace(settings, sample_data=sample))
    async with client_of(cast("ASGIApp", front), front.ready) as client:
        yield DeskClient(client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sampled(shared_settings: Settings) -> AsyncIterator[DeskClient]:
    """A desk with the sample, for all tests that only read it."""
    async with running(shared_settings) as desk:
        yield desk


async def stored(settings: Settings, *tables: type[Base]) -> dict[str, int]:
    """Return how many rows some tables hold."""
    database = Database(settings.resolved_database_url)
    try:
        async with database.reading() as session:
            return {
                row.__tablename__: await session.scalar(select(func.count()).select_from(row)) or 0 for row in tables
            }
    finally:
        await database.aclose()


@pytest.mark.asyncio(loop_scope="module")
async def test_sample_is_complete(sampled: DeskClient, shared_settings: Settings) -> None:
    """A shop with its people, its customers and their conversations; the first administrator stays the first."""
    agents = await sampled.get("/api/v1/agents")
    teams = await sampled.get("/api/v1/teams")
    assert [agent["email"] for agent in agents][:2] == ["admin@example.com", "maren@shop.example.com"]
    assert [team["name"] for team in teams] == ["Advice & Wholesale", "Orders & Delivery", "Returns & Warranty"]
    tables = (
        AgentRow,
        TeamRow,
        MembershipRow,
        ContactRow,
        ContactNoteRow,
        ConversationRow,
        MessageRow,
        TagRow,
        ViewRow,
    )
    assert list((await stored(shared_settings, *tables)).values()) == [7, 3, 9, 25, 8, 40, 167, 12, 1]
    assert await stored(shared_settings, MediaRow, ConversationTagRow) == {"desk_media": 0, "desk_conversation_tag": 59}


@pytest.mark.asyncio(loop_scope="module")
async def test_lists_and_search_show_the_sample(sampled: DeskClient) -> None:
    """Totals are right, the newest comes first, and words are found in messages, subjects and contacts."""
    listed = await sampled.get("/api/v1/conversations/all", page_size=100)
    unassigned = await sampled.get("/api/v1/conversations/unassigned", page_size=100)
    found = await sampled.get("/api/v1/messages/search", query="mis-sorted")
    subjects = await sampled.get("/api/v1/conversations/search", query="falsche grosse")
    contacts = await sampled.get("/api/v1/contacts/search", query="lucia")
    conversation = await sampled.get(f"/api/v1/conversations/{found[0]['conversation_uuid']}")
    messages = await sampled.get(f"/api/v1/conversations/{conversation['uuid']}/messages", page_size=100)
    notes = await sampled.get("/api/v1/contacts/2/notes")
    times = [each["last_message_at"] for each in listed["results"]]
    assert (listed["total"], times) == (40, sorted(times, reverse=True))
    assert unassigned["total"] == len(unassigned["results"]) == 5
    assert [each["reference_number"] for each in subjects] == ["101"]
    assert [each["first_name"] for each in contacts] == ["Lucía"]
    assert (conversation["status"], conversation["tags"]) == ("Closed", ["delivery"])
    assert [each["private"] for each in messages["results"]] == [False, False, True, False, False, False]
    assert [(note["first_name"], note["note"][:15]) for note in notes] == [("Luisa", "Fährt täglich m")]


@pytest.mark.asyncio(loop_scope="module")
async def test_view_of_the_sample_selects(sampled: DeskClient) -> None:
    """The view belongs to the sample's administrator, and shows what its name says."""
    [owner] = [each for each in await sampled.get("/api/v1/agents") if each["email"].startswith("maren")]
    pair = await sampled.post(f"/api/v1/agents/{owner['id']}/api-key")
    maren = sampled.signed_in({"Authorization": f"token {pair['api_key']}:{pair['api_secret']}"})
    [view] = await maren.get("/api/v1/views/me")
    shown = await maren.get(f"/api/v1/views/{view['id']}/conversations")
    assert view["name"] == "Open and urgent"
    assert {(each["status"], each["priority"]) for each in shown["results"]} == {("Open", "High")}
    assert shown["total"] == len(shown["results"]) > 3


@pytest.mark.asyncio(loop_scope="module")
async def test_sample_is_as_if_its_people_had_used_the_desk(sampled: DeskClient) -> None:
    """What the desk derives from messages and changes of status fits together in every conversation."""
    listed = await sampled.get("/api/v1/conversations/all", page_size=100)
    for each in listed["results"]:
        _check({**each, **await sampled.get(f"/api/v1/conversations/{each['uuid']}")})


def _check(shown: dict[str, Any]) -> None:
    status = shown["status"]
    assert (shown["resolved_at"] is not None) == (status in {"Resolved", "Closed"})
    assert (shown["closed_at"] is not None) == (status == "Closed")
    assert (shown["snoozed_until"] or "")[:4] == (NEXT_YEAR if status == "Snoozed" else "")
    assert shown["created_at"] <= shown["last_message_at"] <= shown["updated_at"] < NEXT_YEAR
    if status == "Open":
        assert (shown["waiting_since"] is not None) == (shown["last_message_sender"] == "contact")
    if shown["first_reply_at"]:
        assert shown["created_at"] <= shown["first_reply_at"] <= shown["last_reply_at"] <= shown["last_message_at"]
    if shown["assigned_user_id"] and status != "Open":
        assert shown["unread_message_count"] == 0


async def test_replicas_that_start_together_fill_once(settings: Settings) -> None:
    """Two processes that see an empty desk at the same moment don't double it."""
    both = [running(settings), running(settings)]
    desks = await asyncio.gather(*(each.__aenter__() for each in both))
    totals = [(await desk.get("/api/v1/conversations/all"))["total"] for desk in desks]
    await asyncio.gather(*(each.__aexit__(None, None, None) for each in both))
    assert totals == [40, 40]
    assert await stored(settings, ContactRow, AgentRow) == {"desk_contact": 25, "desk_agent": 7}


async def test_second_start_changes_nothing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The sample is put in once, and the log says so once."""
    for _ in range(2):
        async with running(settings) as desk:
            assert (await desk.get("/api/v1/conversations/all"))["total"] == 40
    assert capsys.readouterr().out.count("the sample helpdesk was put in") == 1


async def test_desk_in_use_is_left_alone(settings: Settings) -> None:
    """A desk with one conversation gets no sample, nor does one that was not asked for it."""
    async with running(settings, sample=False) as desk:
        assert (await desk.get("/api/v1/conversations/all"))["total"] == 0
        await desk.new_conversation()
    async with running(settings) as desk:
        assert (await desk.get("/api/v1/conversations/all"))["total"] == 1
    assert await stored(settings, AgentRow, TeamRow) == {"desk_agent": 1, "desk_team": 0}


async def test_agents_and_teams_that_are_there_are_used(settings: Settings) -> None:
    """A desk without customers may have people already; the sample doesn't stumble over the same names."""
    async with running(settings, sample=False) as desk:
        await desk.post(
            "/api/v1/agents", {"first_name": "Maren", "email": "maren@shop.example.com", "roles": ["Agent"]}
        )
        await desk.new_team("Orders & Delivery")
    async with running(settings) as desk:
        assert (await desk.get("/api/v1/conversations/all"))["total"] == 40
    assert await stored(settings, AgentRow, TeamRow) == {"desk_agent": 7, "desk_team": 3}


@pytest.mark.usefixtures("sampled")
@pytest.mark.asyncio(loop_scope="module")
async def test_sample_is_the_same_everywhere(shared_settings: Settings) -> None:
    """No moment and no name by chance gets into it, so that it can be written about."""
    database = Database(shared_settings.resolved_database_url)
    async with database.reading() as session:
        for kind in ("conversation", "message", "contact", "contact_note", "team", "tag", "view"):
            table = table_of(KINDS[kind])
            newest = await session.scalar(select(func.max(table.c.updated_at)))
            assert newest is not None, kind
            assert newest.isoformat() < "2026-11-21", kind
        uuids = await session.execute(
            text("SELECT uuid FROM desk_conversation UNION ALL SELECT uuid FROM desk_message")
        )
        assert {uuid[14] for uuid in uuids.scalars()} == {"5"}, "made of names, not by chance"
    await database.aclose()
