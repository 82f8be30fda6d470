"""The button "Generate reply": HTML for the composer, from the conversation that the agent may read."""

from pathlib import Path

import pytest

from tests.assistant.completion.asking import STREAMED, done_of, events_of, using
from tests.assistant.drafting.pressing import ADA, EVE, UNKNOWN, Press
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider, steps
from tests.fakes.helpdesk import PARCEL, RETURN, Helpdesk

ROUTE = "generate-reply"
BODY = {"conversation_uuid": PARCEL, "instruction": "offer a call"}

pytestmark = own_loop


async def test_reply_is_html_for_the_composer(press: Press, fake: FakeProvider) -> None:
    """The model reads the conversation, and what the agent has written so far as a wish."""
    fake.reply("Hello Erika,\n\nI am sorry. May we call you?\n\n- today\n- tomorrow")

    answer = await press("POST", ROUTE, BODY)

    assert answer.status_code == 200, answer.text
    assert answer.json()["data"] == (
        "<p>Hello Erika,</p><p>I am sorry. May we call you?</p><ul><li>today</li><li>tomorrow</li></ul>"
    )
    said = [message["content"] for message in fake.requests[-1].json["messages"]]
    assert "offer a call" in said[1]
    assert "  My lamp 4471 came broken. What now?" in said[2]
    assert "lamp" not in said[0]


async def test_warnings_stand_below(press: Press, fake: FakeProvider) -> None:
    """The composer shows nothing but the text; in the caller's language, and with markup escaped."""
    fake.reply("<p>You get 99 euros. <script>alert(1)</script></p>")

    answer = await press("POST", ROUTE, BODY)

    text = answer.json()["data"]
    assert text.startswith("<p>You get 99 euros.")
    assert "<p><em>Please check before you use this: The amount 99 euros is not in the conversation." in text
    assert "<script" not in text
    german = await press("POST", ROUTE, BODY, **{"Accept-Language": "de"})
    assert "<p><em>Bitte prüfen" in german.json()["data"]


async def test_without_a_conversation_the_words_alone_count(press: Press, fake: FakeProvider) -> None:
    """Nothing is read."""
    fake.reply("Thank you for your message. We can offer a call.")

    answer = await press("POST", ROUTE, {"conversation_uuid": "", "instruction": "offer a call <b> & more"})

    assert answer.json()["data"].startswith("<p>Thank you for your message.")
    assert not [path for _, path, _ in press.helpdesk.answers if path.startswith("/api/v1/conversations")]


@pytest.mark.parametrize(
    ("body", "by_eve", "expected"),
    [
        ({"conversation_uuid": PARCEL}, True, (400, "InputException", "invalid_request")),
        ({"conversation_uuid": 7, "instruction": ""}, True, (400, "InputException", "invalid_request")),
        ({"conversation_uuid": UNKNOWN, "instruction": ""}, True, (404, "NotFoundException", "not_found")),
        ({"conversation_uuid": "nonsense", "instruction": ""}, True, (404, "NotFoundException", "not_found")),
        (BODY, True, (403, "PermissionException", "forbidden")),
        ({"conversation_uuid": RETURN, "instruction": "x"}, True, (403, "PermissionException", "forbidden")),
        ({"conversation_uuid": RETURN, "instruction": "x"}, False, (400, "InputException", "invalid_request")),
        ({"conversation_uuid": "", "instruction": " "}, False, (400, "InputException", "invalid_request")),
    ],
    ids=["field", "type", "unknown", "no uuid", "no access", "no access first", "no messages", "nothing"],
)
async def test_errors_in_their_order(
    press: Press,
    fake: FakeProvider,
    body: object,
    by_eve: bool,  # noqa: FBT001 - a parameter of the test
    expected: tuple[int, str, str],
) -> None:
    """Body, access, something to work on; no provider is asked."""
    refused = await press("POST", ROUTE, body, **({"by": EVE} if by_eve else {}))

    assert error(refused) == expected
    if expected[0] == 403:
        assert refused.json()["message"] == "Permission denied"
    assert fake.requests == []


async def test_errors_of_the_provider_come_last(press: Press, fake: FakeProvider) -> None:
    """As in the contract; an empty answer is one of them."""
    fake.script(steps.status(401))
    assert error(await press("POST", ROUTE, BODY)) == (502, "NetworkException", "provider_key")
    fake.reply("")
    assert error(await press("POST", ROUTE, BODY)) == (502, "NetworkException", "provider_unavailable")


async def test_answer_of_a_colleague_is_not_given_to_who_may_not_read(press: Press, fake: FakeProvider) -> None:
    """The very same request."""
    fake.reply("Hello Erika, which lamp is it?")
    assert (await press("POST", ROUTE, BODY)).status_code == 200
    assert error(await press("POST", ROUTE, BODY, by=EVE)) == (403, "PermissionException", "forbidden")
    assert len(fake.requests) == 1


async def test_workspace_says_what_replies_should_know(tmp_path: Path, fake: FakeProvider, helpdesk: Helpdesk) -> None:
    """A part of one's own goes to replies and the copilot, and not to summaries or rewrites."""
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "_workspace.j2").write_text("- Returns are free within 30 days.")
    changes = {"core_url": helpdesk.url, "prompts_dir": tmp_path / "prompts", **using(fake)}
    told = {}
    async with service(tmp_path / "var", **changes) as client:
        press = Press(client, helpdesk, session=False)
        for route in (ROUTE, "copilot", "summarize"):
            await press("POST", route, {**BODY, "message": "Why?"})
            told[route] = "Returns are free" in fake.requests[-1].json["messages"][0]["content"]
        await press("POST", "completion", {"prompt_key": "reply_friendly", "content": "no"})
        told["completion"] = "Returns are free" in fake.requests[-1].json["messages"][0]["content"]
    assert told == {ROUTE: True, "copilot": True, "summarize": False, "completion": False}


async def test_author_decides_what_the_button_does(tmp_path: Path, fake: FakeProvider, helpdesk: Helpdesk) -> None:
    """A prompt of the same key takes the shipped one's place; without the conversation, access is looked at too."""
    (tmp_path / "prompts").mkdir()
    blocks = "{% block system %}Say yes.{% endblock %}{% block user %}{{ content }}{% endblock %}"
    (tmp_path / "prompts" / "suggest_reply.j2").write_text(f"---\ntitle: T\nbrief: b\n---\n{blocks}")
    changes = {"core_url": helpdesk.url, "prompts_dir": tmp_path / "prompts", **using(fake)}
    async with service(tmp_path / "var", **changes) as client:
        press = Press(client, helpdesk, session=False)
        assert error(await press("POST", ROUTE, BODY, by=EVE)) == (403, "PermissionException", "forbidden")
        assert fake.requests == []
        await press("POST", ROUTE, BODY)
    said = [message["content"] for message in fake.requests[-1].json["messages"]]
    assert (said[0], said[-1]) == ("Say yes.", "offer a call")


async def test_reply_to_a_conversation_that_goes_on_says_so_and_is_not_stored(press: Press, fake: FakeProvider) -> None:
    """The next press asks about what was said meanwhile."""
    parcel = press.helpdesk.conversations[PARCEL]
    before = parcel.last_message_at

    def answer(_request: object) -> str:
        parcel.last_message_at = f"{before[:-1]}1Z"
        return "Hello Erika, which lamp is it?"

    fake.reply(answer)
    first = (await press("POST", ROUTE, BODY)).json()["data"]
    again = (await press("POST", ROUTE, BODY)).json()["data"]

    assert first.startswith("<p>Hello Erika, which lamp is it?</p><p><em>Please check")
    assert again == "<p>Hello Erika, which lamp is it?</p>"
    assert len(fake.requests) == 2


async def test_reply_is_streamed_on_request(press: Press, fake: FakeProvider) -> None:
    """`done` has what the composer would be given too."""
    fake.reply("You get 99 euros.")

    answer = await press("POST", ROUTE, BODY, **STREAMED)

    done = done_of(events_of(answer.text))
    assert done["text"] == "<p>You get 99 euros.</p>"
    assert done["data"].startswith("<p>You get 99 euros.</p><p><em>Please check")
    assert (len(done["warnings"]), done["stale"]) == (1, False)


@pytest.mark.parametrize("operations", ["own", "core", frozenset({"completion"}), frozenset({"generate-reply"})])
async def test_setting_says_whose_it_is(
    tmp_path: Path, fake: FakeProvider, helpdesk: Helpdesk, operations: str | frozenset[str]
) -> None:
    """Ours, or the helpdesk's own; the administrators' operations stay ours with a list."""
    fake.reply("Ours.")
    ours = operations == "own" or "generate-reply" in operations
    changes = {"core_url": helpdesk.url, "ai_operations": operations, **using(fake)}
    async with service(tmp_path / "var", **changes) as client:
        press = Press(client, helpdesk, session=False)
        answer = await press("POST", ROUTE, BODY)
        provider = await press("GET", "provider", by=ADA)
    assert answer.json()["data"] == ("<p>Ours.</p>" if ours else "Libredesk's own")
    assert (provider.status_code == 200) == (operations != "core")
