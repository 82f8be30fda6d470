"""The button "Summarize": a private note in the agent's name, written through the helpdesk with the agent's rights."""

import pytest

from tests.assistant.completion.asking import STREAMED, done_of, events_of
from tests.assistant.drafting.pressing import BEN, EVE, UNKNOWN, Press
from tests.assistant.harness import error, own_loop
from tests.fakes import FakeProvider, steps
from tests.fakes.helpdesk import PARCEL, RETURN

ROUTE = "summarize"
BODY = {"conversation_uuid": PARCEL}
NOTE = "<p><strong>AI summary</strong></p><p>The lamp 4471 is broken.</p>"

pytestmark = own_loop


async def test_summary_becomes_a_note_of_the_agent(press: Press, fake: FakeProvider) -> None:
    """Private, so that no customer reads it; also with a session, whose proof of origin goes along."""
    fake.reply("The lamp 4471 is broken.")

    answer = await press("POST", ROUTE, BODY)

    assert answer.json() == {"status": "success", "data": True}
    _, note = press.helpdesk.conversations[PARCEL].messages
    assert (note["content"], note["private"], note["author"]["first_name"]) == (NOTE, True, "Ben")


async def test_warnings_stand_in_the_note(press: Press, fake: FakeProvider) -> None:
    """The sidebar shows nothing else."""
    fake.reply("They get 99 euros.")

    await press("POST", ROUTE, BODY)

    note = press.helpdesk.conversations[PARCEL].messages[-1]["content"]
    assert "<p><em>Please check before you use this: The amount 99 euros is not in the conversation." in note


@pytest.mark.parametrize(
    ("body", "by", "expected"),
    [
        ({}, EVE, (400, "InputException", "invalid_request")),
        ({"conversation_uuid": ""}, EVE, (400, "InputException", "invalid_request")),
        ({"conversation_uuid": UNKNOWN}, EVE, (404, "NotFoundException", "not_found")),
        (BODY, EVE, (403, "PermissionException", "forbidden")),
        ({"conversation_uuid": RETURN}, BEN, (400, "InputException", "invalid_request")),
    ],
    ids=["field", "empty", "unknown", "no access", "no messages"],
)
async def test_errors_in_their_order(
    press: Press, fake: FakeProvider, body: object, by: str, expected: tuple[int, str, str]
) -> None:
    """No provider is asked, and nothing is written."""
    assert error(await press("POST", ROUTE, body, by=by)) == expected
    assert fake.requests == []
    assert len(press.helpdesk.conversations[PARCEL].messages) == 1


async def test_right_to_write_is_needed(press: Press, fake: FakeProvider) -> None:
    """Whoever may only read gets no summary, and none is paid for."""
    ben = next(each for each in press.helpdesk.agents if each.key == BEN)
    ben.permissions.remove("messages:write")
    ben.key = "ak_bill:as_bill"  # the service remembers for a while who may what
    try:
        refused = await press("POST", ROUTE, BODY, by="ak_bill:as_bill")
    finally:
        ben.permissions.append("messages:write")
        ben.key = BEN
    assert error(refused) == (403, "PermissionException", "forbidden")
    assert fake.requests == []


async def test_nothing_is_written_without_an_answer(press: Press, fake: FakeProvider) -> None:
    """The provider's error is the agent's."""
    fake.script(steps.status(401))
    assert error(await press("POST", ROUTE, BODY)) == (502, "NetworkException", "provider_key")
    fake.reply("")
    assert error(await press("POST", ROUTE, BODY)) == (502, "NetworkException", "provider_unavailable")
    assert len(press.helpdesk.conversations[PARCEL].messages) == 1


async def test_summary_is_streamed_on_request(press: Press, fake: FakeProvider) -> None:
    """The note is there when `done` comes."""
    fake.reply("The lamp 4471 is broken.")

    answer = await press("POST", ROUTE, BODY, **STREAMED)

    done = done_of(events_of(answer.text))
    assert (done["text"], done["data"]) == ("<p>The lamp 4471 is broken.</p>", True)
    assert press.helpdesk.conversations[PARCEL].messages[-1]["content"] == NOTE
