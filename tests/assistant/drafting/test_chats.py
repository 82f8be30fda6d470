"""Talks with the copilot as they are kept: sealed for their place, rotated, and forgotten in time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assistant.commands.key_rotation import rotate_keys
from assistant.database.database import Database
from assistant.database.secret_keys import SecretKeys
from assistant.database.tables import TABLES, CopilotMessageRow
from assistant.drafting.chats import PURPOSE, ChatMessage, Chats
from assistant.errors import SettingsError
from tests.assistant.harness import SECRET_KEY, settings_for

OTHER_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="
ONE, TWO = "6f0d9d7e-2c52-4f0b-9a43-51f3c5a7b001", "6f0d9d7e-2c52-4f0b-9a43-51f3c5a7b002"
SAID = [ChatMessage(role="user", content="Why?"), ChatMessage(role="assistant", content="<p>So.</p>")]


@pytest.fixture
async def database(state: Path) -> AsyncIterator[Database]:
    """An empty database."""
    made = Database(settings_for(state).resolved_database_url)
    await made.upgrade(TABLES)
    yield made
    await made.aclose()


def _chats(database: Database, *keys: str) -> Chats:
    return Chats(database, SecretKeys(keys or (SECRET_KEY,)).box(PURPOSE))


async def test_each_agent_has_a_talk_of_their_own(database: Database) -> None:
    """About each conversation; one is forgotten without the others."""
    chats = _chats(database)
    for agent, uuid in ((1, ONE), (1, TWO), (2, ONE)):
        await chats.add(agent, uuid, question="Why?", answer="<p>So.</p>")
    await chats.clear(1, ONE)
    assert [await chats.newest(*place) for place in ((1, ONE), (1, TWO), (2, ONE))] == [[], SAID, SAID]


async def test_message_moved_to_another_agent_opens_no_more(database: Database) -> None:
    """Whoever can write into the database reads no one's talk by that."""
    chats = _chats(database)
    await chats.add(1, ONE, question="Why?", answer="<p>So.</p>")
    async with database.writing(CopilotMessageRow) as session:
        await session.execute(update(CopilotMessageRow).values(agent_id=2))
    assert await chats.newest(2, ONE) == []


async def test_old_key_can_go_after_a_rotation(database: Database, state: Path) -> None:
    """Every message is sealed again; one that no key opens stops it."""
    await _chats(database).add(1, ONE, question="Why?", answer="<p>So.</p>")
    done = await rotate_keys(database, settings_for(state, secret_key=(OTHER_KEY, SECRET_KEY)))
    assert (done.values, done.rewritten) == (2, 2)
    assert await _chats(database, OTHER_KEY).newest(1, ONE) == SAID
    with pytest.raises(SettingsError, match="the copilot's message 1 was sealed with a key that is not there"):
        await rotate_keys(database, settings_for(state))


async def test_old_messages_are_deleted(database: Database) -> None:
    """In steps, the days before one."""
    chats = _chats(database)
    for _ in range(2):
        await chats.add(1, ONE, question="Why?", answer="<p>So.</p>")
    async with database.writing(CopilotMessageRow) as session:
        old = datetime.now(UTC) - timedelta(days=91)
        await session.execute(update(CopilotMessageRow).where(CopilotMessageRow.id <= 3).values(at=old))
    before = (datetime.now(UTC) - timedelta(days=90)).date()
    assert [await chats.forget(before, 2) for _ in range(3)] == [2, 1, 0]
    async with database.reading() as session:
        assert list(await session.scalars(select(CopilotMessageRow.id))) == [4]
