"""Writers at once, a server that is killed, and counts that stay true."""

import asyncio
import contextlib
import os
import random
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from assistant.database.database import Database
from assistant.desk.tables import NOBODY, ConversationCountRow, ConversationRow, MessageRow
from assistant.settings import Settings
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import ADMIN
from tests.assistant.serving import started

WRITES, CLIENTS = 1000, 8
KILLED_AFTER = 120  # writes that were acknowledged
CONVERSATIONS = "/api/v1/conversations"


async def test_writers_at_once_never_meet_a_locked_database(desk: DeskClient) -> None:
    """A hundred replies to one conversation at once are all there, in an order, and none fails."""
    conversation = await desk.new_conversation()
    sent = await asyncio.gather(*(desk.reply(conversation, f"reply {number}") for number in range(100)))
    page = await desk.get(f"{CONVERSATIONS}/{conversation['uuid']}/messages", page_size=100)
    assert page["total"] == 101
    assert len({message["uuid"] for message in sent}) == 100


async def test_same_reply_sent_at_once_is_there_once(desk: DeskClient) -> None:
    """A composer that repeats itself doubles nothing."""
    conversation = await desk.new_conversation()
    sent = await asyncio.gather(*(desk.reply(conversation, "Hi", echo_id="same") for _ in range(20)))
    assert len({message["uuid"] for message in sent}) == 1
    assert (await desk.get(f"{CONVERSATIONS}/{conversation['uuid']}/messages"))["total"] == 2


async def test_new_contact_of_many_conversations_at_once_is_one(desk: DeskClient) -> None:
    """Conversations of a new customer that come in together find one contact; each has a number of its own."""
    made = await asyncio.gather(*(_start(desk, number) for number in range(20)))
    assert len({each["contact_id"] for each in made}) == 1
    assert len({each["reference_number"] for each in made}) == 20


async def _start(desk: DeskClient, number: int) -> dict[str, Any]:
    return await desk.new_conversation(contact_email="new@example.com", subject=f"S{number}")


async def test_counts_stay_true_whatever_happens(desk: DeskClient, settings: Settings) -> None:
    """After many changes at once the kept counts are what counting gives."""
    choice = random.Random(7)  # noqa: S311 - it chooses what a test does
    teams = [(await desk.new_team(f"Team {number}"))["id"] for number in range(3)]
    agents = [(await desk.new_agent(["Agent"]))[0]["id"] for _ in range(3)]
    made = [await desk.new_conversation() for _ in range(10)]

    async def change() -> None:
        path = f"{CONVERSATIONS}/{choice.choice(made)['uuid']}/assignee"
        kind, ids = choice.choice([("team", teams), ("user", agents)])
        rest, body = choice.choice([("", {"assignee_id": choice.choice(ids)}), ("/remove", None)])
        await desk.put(f"{path}/{kind}{rest}", body)

    await asyncio.gather(*(change() for _ in range(120)))
    await desk.delete(f"/api/v1/agents/{agents[0]}")
    await desk.delete(f"/api/v1/teams/{teams[0]}")
    database = Database(settings.resolved_database_url)
    async with database.reading() as session:
        rows = await session.scalars(select(ConversationCountRow).where(ConversationCountRow.conversations != 0))
        kept = {(row.assigned_user_id, row.assigned_team_id): row.conversations for row in rows}
        columns = (ConversationRow.assigned_user_id, ConversationRow.assigned_team_id)
        found = await session.execute(select(*columns, func.count()).group_by(*columns))
        assert kept == {(agent or NOBODY, team or NOBODY): number for agent, team, number in found}
    await database.aclose()
    assert (await desk.get(f"{CONVERSATIONS}/all"))["total"] == 10


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_killed_server_loses_nothing_that_it_acknowledged(
    tmp_path: Path, database_url: str | None, workers: str
) -> None:
    """The processes are killed amid 1,000 writes by 8 clients; after a restart each acknowledged one is there, once."""
    variables = {"WORKERS": workers, "LOG_LEVEL": "error", **({"DATABASE_URL": database_url} if database_url else {})}
    with started(tmp_path, None, "desk", "serve", **variables) as served:
        url = str(served.client.base_url)
        conversation = await _first_conversation(url)
        acknowledged, unknown = await _write_until_killed(url, conversation, served.process.pid)
        served.process.wait(10)
    assert KILLED_AFTER <= len(acknowledged) < WRITES, "it was killed in the middle"
    with started(tmp_path, None, "desk", "serve", **variables) as served:
        async with httpx.AsyncClient(base_url=str(served.client.base_url), headers=ADMIN, timeout=30) as client:
            there = await _echo_ids(DeskClient(client), conversation)
            assert set(acknowledged) <= set(there)
            assert set(there) <= set(acknowledged) | set(unknown)
            assert len(there) == len(set(there))
            await DeskClient(client).reply(conversation, "It goes on")


async def _first_conversation(url: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=url, headers=ADMIN, timeout=30) as client:
        return await DeskClient(client).new_conversation()


async def _write_until_killed(url: str, conversation: dict[str, Any], pid: int) -> tuple[list[str], list[str]]:
    """Write from several clients; kill the server in the middle. Return what was acknowledged, and what not."""
    acknowledged: list[str] = []
    unknown: list[str] = []
    numbers = iter(range(WRITES))

    async def write() -> None:
        async with httpx.AsyncClient(base_url=url, headers=ADMIN, timeout=30) as client:
            for number in numbers:
                echo_id = f"echo-{number}"
                try:
                    await DeskClient(client).reply(conversation, f"reply {number}", echo_id=echo_id)
                except httpx.TransportError:
                    unknown.append(echo_id)
                    return
                acknowledged.append(echo_id)
                if len(acknowledged) == KILLED_AFTER:
                    _kill(pid)

    await asyncio.gather(*(write() for _ in range(CLIENTS)))
    return acknowledged, unknown


def _kill(pid: int) -> None:
    """Kill a server and its workers, the workers first, so that none outlives it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (*map(int, children), pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


async def _echo_ids(desk: DeskClient, conversation: dict[str, Any]) -> list[str]:
    path, page, found = f"{CONVERSATIONS}/{conversation['uuid']}/messages", 1, []
    while True:
        answer = await desk.get(path, page=page, page_size=100)
        found += [each["echo_id"] for each in answer["results"] if each["echo_id"]]
        if page >= answer["total_pages"]:
            return found
        page += 1


async def test_agents_teams_and_statuses_go_while_they_are_used(desk: DeskClient) -> None:
    """Whoever comes first, each gets an answer of the contract, and nothing is left with someone who is gone."""
    status = {"name": "Soon gone", "category": "open"}
    for _ in range(10):
        team, (agent, _) = await desk.new_team("Team"), await desk.new_agent(["Agent"])
        kind = await desk.post("/api/v1/statuses", status)
        path = f"{CONVERSATIONS}/{(await desk.new_conversation())['uuid']}"
        answers = await asyncio.gather(
            desk.http.put(f"{path}/assignee/user", json={"assignee_id": agent["id"]}),
            desk.http.delete(f"/api/v1/agents/{agent['id']}"),
            desk.http.put(f"{path}/assignee/team", json={"assignee_id": team["id"]}),
            desk.http.delete(f"/api/v1/teams/{team['id']}"),
            desk.http.put(f"{path}/status", json={"status": status["name"]}),
            desk.http.delete(f"/api/v1/statuses/{kind['id']}"),
        )
        assert {answer.status_code for answer in answers} <= {200, 400, 409, 503}, [each.text for each in answers]
        conversation = await desk.get(path)
        if (await desk.http.get(f"/api/v1/agents/{agent['id']}")).status_code == 404:
            assert conversation["assigned_user_id"] is None
        await desk.put(f"{path}/status", {"status": "Open"})
        for rest in (f"teams/{team['id']}", f"statuses/{kind['id']}"):
            await desk.http.delete(f"/api/v1/{rest}")


async def test_messages_of_one_moment_have_an_order(desk: DeskClient, settings: Settings) -> None:
    """Messages that were written in the same instant come in one order on every page."""
    conversation = await desk.new_conversation()
    for number in range(6):
        await desk.reply(conversation, f"reply {number}")
    database = Database(settings.resolved_database_url)
    async with database.writing() as session:
        moment = (await session.scalars(select(func.max(MessageRow.created_at)))).one()
        await session.execute(update(MessageRow).values(created_at=moment))
    await database.aclose()
    path = f"{CONVERSATIONS}/{conversation['uuid']}/messages"
    pages = [await desk.get(path, page=page, page_size=2) for page in (1, 2, 3, 4)]
    contents = [each["content"] for page in pages for each in page["results"]]
    assert contents == ["reply 5", "reply 4", "reply 3", "reply 2", "reply 1", "reply 0", "Hello"]
