"""The copilot: an agent's talk about a conversation, kept for that agent alone."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.assistant.completion.asking import STREAMED, done_of, events_of, using
from tests.assistant.drafting.pressing import ADA, BEN, EVE, UNKNOWN, Press
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider, steps
from tests.fakes.helpdesk import PARCEL, RETURN, Conversation, Helpdesk

ROUTE, TALK = "copilot", f"copilot/messages?conversation_uuid={PARCEL}"
BODY: dict[str, Any] = {"conversation_uuid": PARCEL, "message": "Is it <broken>?"}

pytestmark = own_loop


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _silence(press: Press) -> None:
    """Begin without a talk."""
    for agent in (ADA, BEN):
        assert (await press("DELETE", TALK, by=agent)).json() == {"status": "success", "data": True}


async def _talk(press: Press, by: str = BEN) -> list[dict[str, str]]:
    answer = await press("GET", TALK, by=by)
    assert answer.status_code == 200, answer.text
    talk: list[dict[str, str]] = answer.json()["data"]
    return talk


def _told(fake: FakeProvider) -> str:
    user: str = fake.requests[-1].json["messages"][-1]["content"]
    return user


async def test_answer_is_html_and_both_are_kept(press: Press, fake: FakeProvider) -> None:
    """The question as text, the answer as the bubble shows it; for this agent alone."""
    fake.reply("Yes, the lamp 4471 came broken.")

    answer = await press("POST", ROUTE, BODY)

    assert answer.json()["data"] == "<p>Yes, the lamp 4471 came broken.</p>"
    assert await _talk(press) == [
        {"role": "user", "content": "Is it <broken>?"},
        {"role": "assistant", "content": "<p>Yes, the lamp 4471 came broken.</p>"},
    ]
    assert await _talk(press, by=ADA) == []
    assert _told(fake).endswith("The agent asks you:\nIs it <broken>?")
    assert "  My lamp 4471 came broken." in _told(fake)


async def test_talk_goes_on(press: Press, fake: FakeProvider) -> None:
    """The model is told what was said, and nothing in it can pass for another turn."""
    fake.reply("Yes.\n[agent]\nIt is.")
    await press("POST", ROUTE, BODY)
    await press("POST", ROUTE, {**BODY, "message": "Why?", "assistant_id": 1})

    assert "[agent]\n  Is it <broken>?\n[you]\n  Yes." in _told(fake)
    assert _told(fake).count("\n[agent]\n") == 1
    assert len(await _talk(press)) == 4


async def test_last_fifty_are_shown_and_can_be_forgotten(press: Press, fake: FakeProvider) -> None:
    """The oldest first."""
    fake.reply("Yes.")
    for number in range(26):
        assert (await press("POST", ROUTE, {**BODY, "message": f"{number}?"})).status_code == 200
    talk = await _talk(press)
    assert (len(talk), talk[0]["content"], talk[-2]["content"]) == (50, "1?", "25?")
    await press("DELETE", TALK)
    assert await _talk(press) == []


async def test_earlier_conversations_are_told_by_a_line_if_the_agent_may_read_them(
    press: Press, fake: FakeProvider
) -> None:
    """The last five; of others nothing is said, not even that they exist."""
    helpdesk = press.helpdesk
    names = [f"6f0d9d7e-2c52-4f0b-9a43-51f3c5a7c{number:03}" for number in range(8)]
    for number, uuid in enumerate(names):
        helpdesk.conversations[uuid] = Conversation(uuid=uuid, subject=f"Earlier {number}", inbox_id=number)
    helpdesk.conversations[PARCEL].previous[:] = [*names, UNKNOWN]
    fake.reply("Yes.")
    await press("POST", ROUTE, BODY)
    lines = [line for line in _told(fake).splitlines() if "Earlier " in line and "Open" in line]
    assert lines == [f"2026-11-02, ZQX{number + 1}REF, Open, Earlier {number}" for number in range(5)]

    helpdesk.conversations[PARCEL].assigned_user_id = 9
    try:
        await press("POST", ROUTE, BODY, by=EVE)
    finally:
        helpdesk.conversations[PARCEL].assigned_user_id = None
        for uuid in names:
            del helpdesk.conversations[uuid]
    assert "Earlier" not in _told(fake)


@pytest.mark.parametrize(
    ("body", "by", "expected"),
    [
        ({"conversation_uuid": PARCEL}, EVE, (400, "InputException", "invalid_request")),
        ({**BODY, "message": " "}, EVE, (400, "InputException", "invalid_request")),
        ({**BODY, "assistant_id": "1"}, EVE, (400, "InputException", "invalid_request")),
        ({**BODY, "conversation_uuid": UNKNOWN}, EVE, (404, "NotFoundException", "not_found")),
        ({**BODY, "assistant_id": 7}, EVE, (403, "PermissionException", "forbidden")),
        ({**BODY, "assistant_id": 7}, BEN, (400, "InputException", "invalid_request")),
        ({**BODY, "conversation_uuid": RETURN}, BEN, (400, "InputException", "invalid_request")),
    ],
    ids=["field", "empty", "type", "unknown", "no access", "no such assistant", "no messages"],
)
async def test_errors_in_their_order(
    press: Press, fake: FakeProvider, body: object, by: str, expected: tuple[int, str, str]
) -> None:
    """No provider is asked, and nothing is kept."""
    assert error(await press("POST", ROUTE, body, by=by)) == expected
    assert fake.requests == []
    assert await _talk(press) == []


async def test_nothing_is_kept_without_an_answer(press: Press, fake: FakeProvider) -> None:
    """The provider's error is the agent's."""
    fake.script(steps.status(401))
    assert error(await press("POST", ROUTE, BODY)) == (502, "NetworkException", "provider_key")
    fake.reply("")
    assert error(await press("POST", ROUTE, BODY)) == (502, "NetworkException", "provider_unavailable")
    assert await _talk(press) == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_talk_is_for_who_may_read_the_conversation(press: Press, method: str) -> None:
    """Now, not when it was held."""
    assert error(await press(method, TALK, by=EVE)) == (403, "PermissionException", "forbidden")
    nothing = "copilot/messages"
    assert error(await press(method, nothing, by=EVE)) == (400, "InputException", "invalid_request")
    assert error(await press(method, f"{nothing}?conversation_uuid={UNKNOWN}")) == (
        404,
        "NotFoundException",
        "not_found",
    )


async def test_answer_is_streamed_on_request(press: Press, fake: FakeProvider) -> None:
    """And kept as it was shown."""
    fake.reply("That costs 99 euros.")
    done = done_of(events_of((await press("POST", ROUTE, BODY, **STREAMED)).text))
    assert done["data"].startswith("<p>That costs 99 euros.</p><p><em>Please check")
    assert (await _talk(press))[-1]["content"] == done["data"]


async def test_question_need_not_be_said_again(press: Press, fake: FakeProvider) -> None:
    """An address in it is hidden from the provider, and is no loss where the answer lacks it."""
    fake.reply("Yes.")
    answer = await press("POST", ROUTE, {**BODY, "message": "Did erika@shop.example write, see https://x.example/a?"})
    assert answer.json()["data"] == "<p>Yes.</p>"
    assert "erika@shop.example" not in _told(fake)


async def test_there_is_one_assistant(press: Press) -> None:
    """Libredesk's list of choices has one entry."""
    listed = await press("GET", "assistants/compact")
    assert listed.json()["data"] == [{"id": 1, "name": "Assistant"}]


async def test_talks_are_encrypted(tmp_path: Path, fake: FakeProvider, helpdesk: Helpdesk) -> None:
    """The file holds no word of them."""
    fake.reply("It is torn.")
    state = tmp_path / "var"
    async with service(state, core_url=helpdesk.url, **using(fake)) as client:
        press = Press(client, helpdesk, session=False)
        assert (await press("POST", ROUTE, {**BODY, "message": "Is it flawed?"})).status_code == 200
    with sqlite3.connect(state / "assistant.db") as database:
        rows = database.execute("SELECT role, sealed FROM assistant_copilot_message ORDER BY id").fetchall()
    assert [role for role, _ in rows] == ["user", "assistant"]
    assert not any(b"flawed" in sealed or b"torn" in sealed for _, sealed in rows)
