# ruff: noqa: RUF001 - texts in other alphabets
"""An answer is there, and in proportion to the draft."""

import pytest

from tests.assistant.text.guards.checking import Pair, ask, assert_found, faithful, unfaithful

SENTENCE = "We have looked at your order and found that the parcel is still at the depot. "
FAITHFUL = {
    "the same": faithful(SENTENCE, SENTENCE),
    "notes that become a reply": faithful("refund done, 5 days", SENTENCE * 2),
    "half": faithful(SENTENCE * 8, SENTENCE * 4),
    "a fifth": faithful(SENTENCE * 10, SENTENCE * 2),
    "one half longer": faithful(SENTENCE * 10, SENTENCE * 15),
    "one word": faithful("ok", "Sure, that works for us."),
    "Chinese for English": faithful(SENTENCE * 10, "我们查看了您的订单，发现包裹仍在仓库。" * 10, language="Chinese"),
    "English for Chinese": faithful("我们查看了您的订单，发现包裹仍在仓库。" * 10, SENTENCE * 10, language="English"),
    "a picture alone": faithful('<img src="cid:a">', '<p><img src="cid:a"></p>', html=True),
    "German for English": faithful(
        SENTENCE * 10, "Wir haben Ihre Bestellung geprüft; das Paket ist noch im Lager. " * 10, language="German"
    ),
}
UNFAITHFUL = {
    "empty": unfaithful("Please wait.", "", "The answer is empty."),
    "white": unfaithful("Bitte warten.", " \n\t", "The answer is empty."),
    "tags alone": unfaithful("<p>Attendez.</p>", "<p>&nbsp;</p>", "The answer is empty.", html=True),
    "running on": unfaithful(SENTENCE * 2, SENTENCE * 20, "too long: it has 320 words, the draft 32"),
    "an essay on two words": unfaithful("ok done", SENTENCE * 6, "too long"),
    "repeating itself": unfaithful("Danke!", "Danke! " * 200, "too long"),
    "next to nothing": unfaithful(SENTENCE * 8, "All fine.", "The answer has 2 words, the draft 128."),
    "Japanese without end": unfaithful("ありがとう", "ありがとうございます。" * 40, "too long"),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """Short drafts may grow, long ones may shrink."""
    assert ask("length", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """An answer that is empty or out of all proportion is reported with its size."""
    assert_found("length", pair)
