"""The button "Suggest tags": at most three names of tags that the helpdesk has, in its own spelling."""

import json

import pytest

from tests.assistant.completion.asking import STREAMED, done_of, events_of
from tests.assistant.drafting.pressing import BEN, EVE, UNKNOWN, Press
from tests.assistant.harness import error, own_loop
from tests.fakes import FakeProvider, steps
from tests.fakes.helpdesk import PARCEL, RETURN

ROUTE = "suggest-tags"
BODY = {"conversation_uuid": PARCEL}
TAGS = ["Refund", "Broken item", "Zahlung", "vip"]

pytestmark = own_loop


async def test_tags_are_those_of_the_helpdesk(press: Press, fake: FakeProvider) -> None:
    """Named to the model beside the conversation; what it makes up is left out."""
    press.helpdesk.tags[:] = TAGS
    fake.reply(json.dumps({"tags": ["broken  ITEM", "Lamps", "refund"]}))

    answer = await press("POST", ROUTE, BODY)

    assert answer.json()["data"] == ["Broken item", "Refund"]
    system, user = (message["content"] for message in fake.requests[-1].json["messages"])
    assert user.endswith("The tags:\nRefund\nBroken item\nZahlung\nvip")
    assert "  My lamp 4471 came broken." in user
    assert "Zahlung" not in system


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{"tags": []}', []),
        ('{"tags": ["none of them"]}', []),
        ("I would choose Refund.", []),
        ('{"tags": ["a", "b", "c", "d"]}', []),
        ('Sure:\n```json\n{"tags": ["vip", "VIP", "Zahlung"]}\n```', ["vip", "Zahlung"]),
        ('{"tags": ["Refund", "vip"', ["Refund", "vip"]),
    ],
    ids=["none", "made up", "prose", "many", "fenced", "cut"],
)
async def test_what_can_not_be_read_is_no_suggestion(
    press: Press, fake: FakeProvider, written: str, expected: list[str]
) -> None:
    """As in Libredesk."""
    press.helpdesk.tags[:] = TAGS
    fake.reply(written)
    answer = await press("POST", ROUTE, BODY)
    assert (answer.status_code, answer.json()["data"]) == (200, expected)


@pytest.mark.parametrize(
    ("body", "given", "expected"),
    [
        ({}, (EVE, []), (400, "InputException", "invalid_request")),
        ({"conversation_uuid": UNKNOWN}, (EVE, []), (404, "NotFoundException", "not_found")),
        (BODY, (EVE, TAGS), (403, "PermissionException", "forbidden")),
        ({"conversation_uuid": RETURN}, (BEN, TAGS), (400, "InputException", "invalid_request")),
        (BODY, (BEN, []), (400, "InputException", "invalid_request")),
    ],
    ids=["field", "unknown", "no access", "no messages", "no tags"],
)
async def test_errors_in_their_order(
    press: Press, fake: FakeProvider, body: object, given: tuple[str, list[str]], expected: tuple[int, str, str]
) -> None:
    """No provider is asked."""
    by, press.helpdesk.tags[:] = given
    assert error(await press("POST", ROUTE, body, by=by)) == expected
    assert fake.requests == []


async def test_errors_of_the_provider_come_last(press: Press, fake: FakeProvider) -> None:
    """They are no empty list."""
    press.helpdesk.tags[:] = TAGS
    fake.script(steps.status(401))
    assert error(await press("POST", ROUTE, BODY)) == (502, "NetworkException", "provider_key")


async def test_choice_is_streamed_as_one_event(press: Press, fake: FakeProvider) -> None:
    """Half a list is no use."""
    press.helpdesk.tags[:] = TAGS
    fake.reply('{"tags":["vip"]}')

    events = events_of((await press("POST", ROUTE, BODY, **STREAMED)).text)

    assert [each.name for each in events] == ["done"]
    assert done_of(events)["data"] == ["vip"]
