"""A model is told the current conversation, turn by turn, without what was said before, as far as its budget goes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.conversation.thread import Message, Thread, message_of
from assistant.conversation.transcript import Transcript, transcript_of

_START = datetime(2026, 11, 3, 10, tzinfo=UTC)


def _said(number: int, author: str, body: str, **more: Any) -> Message:  # noqa: ANN401 - any field
    at = _START + timedelta(minutes=number)
    return Message(id=number, uuid=f"m{number}", at=at, author=author, body=body, **more)  # type: ignore[arg-type]


def _told(messages: Sequence[Message], budget: int = 10_000, **more: Any) -> Transcript:  # noqa: ANN401 - any option
    thread = Thread(uuid="c", contact="Tom Weber", messages=tuple(messages), resolved_at=more.pop("resolved_at", None))
    return transcript_of(thread, budget=budget, **{"notes": False, "all_episodes": False, **more})


def _texts(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.voice, turn.text) for turn in transcript.turns]


def _reasons(transcript: Transcript) -> list[tuple[str, str]]:
    return [(cut.message, cut.reason) for cut in transcript.cuts]


def test_messages_in_a_row_are_one_turn() -> None:
    """Customers press Enter often."""
    told = _told([_said(1, "customer", "Hi"), _said(2, "customer", "Where is it?"), _said(3, "agent", "On its way.")])

    assert _texts(told) == [("customer", "Hi\n\nWhere is it?"), ("agent", "On its way.")]
    assert told.turns[0].messages == ("m1", "m2")
    assert told.turns[0].at == _START + timedelta(minutes=1)


def test_history_and_signature_of_a_mail_are_cut_and_said() -> None:
    """The same words are in the message before."""
    above = "On Tue, 3 Nov 2026 at 10:15, Mia <mia@shop.example> wrote:"
    mail = f"It came broken.\n\nKind regards\nTom Weber\n\n{above}\n> It is on its way."
    told = _told([_said(1, "customer", mail)])

    assert _texts(told) == [("customer", "It came broken.")]
    assert _reasons(told) == [("m1", "signature"), ("m1", "quoted")]
    assert "On its way" not in told.turns[0].text


def test_html_is_told_as_text_with_its_links() -> None:
    """A model reads words better than tags."""
    told = _told([_said(1, "customer", '<p>See <a href="https://shop.example/a">this page</a></p>', html=True)])

    assert _texts(told) == [("customer", "See this page (https://shop.example/a)")]


def test_notes_are_told_only_to_prompts_that_ask_for_them() -> None:
    """They are for agents alone."""
    messages = [_said(1, "customer", "Hi"), _said(2, "agent", "He is angry", private=True)]

    assert _texts(_told(messages)) == [("customer", "Hi")]
    assert _reasons(_told(messages)) == [("m2", "private")]
    assert _texts(_told(messages, notes=True)) == [("customer", "Hi"), ("note", "He is angry")]


def test_what_was_said_before_the_last_resolve_is_another_episode() -> None:
    """Unless a prompt asks for all."""
    messages = [
        _said(1, "customer", "My old question"),
        _said(2, "agent", "Answered"),
        _said(3, "agent", "marked the conversation as Resolved", resolves=True, spoken=False),
        _said(4, "customer", "A new one"),
    ]

    assert _texts(_told(messages)) == [("customer", "A new one")]
    assert ("m1", "older episode") in _reasons(_told(messages))
    assert len(_told(messages, all_episodes=True).turns) == 3


def test_conversation_that_is_resolved_is_told_whole() -> None:
    """Nothing was said since, so its last episode is what a summary is about."""
    messages = [_said(1, "customer", "My question"), _said(2, "agent", "Answered")]

    assert len(_told(messages, resolved_at=_START + timedelta(minutes=3)).turns) == 2
    assert _texts(_told(messages, resolved_at=_START + timedelta(minutes=1))) == [("agent", "Answered")]


def test_newest_turns_are_told_first() -> None:
    """What does not fit is said to be left out."""
    messages = [
        _said(number, ("customer", "agent")[number % 2], f"{number} " + "word " * 50) for number in range(1, 11)
    ]
    told = _told(messages, budget=3 * 72)

    assert [turn.messages for turn in told.turns] == [("m8",), ("m9",), ("m10",)]
    assert told.tokens <= 3 * 72
    assert sorted(_reasons(told)) == [(f"m{number}", "over budget") for number in range(1, 8)]


def test_one_long_message_is_told_in_part() -> None:
    """As much as fits."""
    told = _told([_said(1, "customer", "word " * 1000)], budget=100)

    assert told.turns[0].text.endswith("word")
    assert told.tokens <= 100
    assert told.cuts[0].reason == "over budget"
    assert f"{told.turns[0].text} {told.cuts[0].text}" == ("word " * 1000).strip()


def test_bare_forward_is_told() -> None:
    """Nothing else is known of it."""
    told = _told(
        [_said(1, "customer", "---------- Forwarded message ---------\nFrom: a@b.example\nSubject: x\n\nYour invoice")]
    )

    assert "Your invoice" in told.turns[0].text
    assert not told.cuts


def test_copies_and_surveys_are_no_conversation() -> None:
    """Helpdesks mark them."""
    row = {
        "id": 1,
        "uuid": "m1",
        "created_at": "2026-11-03T10:00:00Z",
        "type": "outgoing",
        "content": "x",
        "sender_type": "agent",
    }
    for meta in ({"continuity_email": True}, {"is_csat": True}):
        message = message_of({**row, "meta": meta})
        assert message is not None
        assert _texts(_told([_said(2, "customer", "Hi"), message])) == [("customer", "Hi")]


def test_names_of_files_are_told() -> None:
    """Their content is not."""
    told = _told([_said(1, "customer", "", attachments=("invoice.pdf",))])

    assert told.turns[0].attachments == ("invoice.pdf",)
