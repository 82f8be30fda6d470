"""What the model is told of values that were hidden from it."""

import pytest

from assistant.text.guards.base import GuardOptions
from assistant.text.guards.redaction import redaction_of
from assistant.text.guards.registry import GUARDS, check

TOKENS = {
    "DE89 3704 0044 0532 0130 00": "ZQX1IBAN",
    "anna@example.com": "ZQX2MAIL",
    "٠٥٠١٢٣٤٥٦٧": "ZQX3PHONE",
    "(977) 625-2661": "ZQX4PHONE",
    "Mr. Ng": "ZQX5CODE",
    "Bachstra\u00dfe 12": "ZQX6CODE",
    "+33\n6\n\u0661\u0663\n34\n56": "ZQX7PHONE",
    "\u4f50\u85e4": "ZQX8CODE",
}
SAID = (
    "<p>Dear ZQX5CODE, pay 15,50 \u20ac to https://example.com, ZQX6CODE; see caf\u00e9</p>",
    "<p>&quot;R&amp;D&quot; and 5 wor<b>ld</b>s.</p>",
    "\u5c71\u7530\u69d8\u3001ZQX8CODE\u69d8\u3002",
    "I wrote \u0664\u0662 things.",
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("anna@example.com", "ZQX2MAIL"),
        ("3704 0044 0532 0130 00", "ZQX1IBAN"),
        ("0044", "ZQX1IBAN"),
        ("0501234567", "ZQX3PHONE"),
        ("977-625-2661", "ZQX4PHONE"),
        ('"write to Anna@Example.com"', "ZQX2MAIL"),
        ("15,50 \u20ac", "15,50 \u20ac"),
        ("https://example.com", "https://example.com"),
        ("", ""),
        ("Ng", "ZQX5CODE"),
        ("NG", "ZQX5CODE"),
        ("Dear Ng", "ZQX5CODE"),
        ("12", "ZQX6CODE"),
        ("12,50 \u20ac", "ZQX6CODE"),
        ("33", "ZQX7PHONE"),
        ("6", "ZQX7PHONE"),
        ("13", "ZQX7PHONE"),
        ("\u0663\u0664", "ZQX7PHONE"),
        ("\u4f50", "\u2026"),
        ("\u5c71\u7530", "\u5c71\u7530"),
        ("\u5c71\u7530 Ng", "ZQX5CODE"),
        ("1", "\u2026"),
        ("8", "\u2026"),
        ("code", "\u2026"),
        ("5", "5"),
        ("42", "42"),
        ('"Caf\u00e9"', '"Caf\u00e9"'),
        ("cafe\u0301", "cafe\u0301"),
        ("R&D", "R&D"),
        ("worlds", "worlds"),
        ("Dear ZQX5CODE", "Dear ZQX5CODE"),
        ("Dear ZQXNG", "\u2026"),
    ],
)
def test_shows_tokens_for_what_is_hidden(value: str, shown: str) -> None:
    """A value, a part of it however short, and a text that holds it become its token; what the model knows stays."""
    assert redaction_of(TOKENS, SAID)(value) == shown


def test_a_word_of_several_values_is_the_first_of_them() -> None:
    """Which one it is, the whole value tells, which is reported by itself."""
    show = redaction_of({"Ng 12": "ZQX1CODE", "Li 12": "ZQX2CODE"}, ())
    assert (show("12"), show("Li")) == ("ZQX1CODE", "ZQX2CODE")


def test_where_nothing_is_hidden_all_is_shown() -> None:
    """The model has seen it."""
    assert redaction_of({}, ())("Ng") == "Ng"


def test_no_hidden_value_reaches_the_model() -> None:
    """An answer that loses everything leads to instructions without any of it."""
    draft = "Call (977) 625-2661 or ٠٥٠١٢٣٤٥٦٧, mail anna@example.com, pay to DE89 3704 0044 0532 0130 00 by 3 May."
    found = check(list(GUARDS), draft, "Done.", html=False, options=GuardOptions(), shown=redaction_of(TOKENS, ()))
    told = " ".join(breach.instruction for breach in found)
    assert not any(part in told for part in ("977", "625", "0501", "anna", "3704", "0044", "0532", "0130"))
    assert "ZQX2MAIL" in told
    assert "ZQX1IBAN" in told
