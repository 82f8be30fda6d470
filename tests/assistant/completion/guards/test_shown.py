"""What the model is told of values that were hidden from it."""

import pytest

from assistant.completion.guards.base import GuardOptions
from assistant.completion.guards.registry import GUARDS, check
from assistant.completion.guards.shown import shown_by

TOKENS = {
    "DE89 3704 0044 0532 0130 00": "[iban 1]",
    "anna@example.com": "[email 2]",
    "٠٥٠١٢٣٤٥٦٧": "[phone 3]",
    "(977) 625-2661": "[phone 4]",
}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("anna@example.com", "[email 2]"),
        ("3704 0044 0532 0130 00", "[iban 1]"),
        ("0044", "[iban 1]"),
        ("0501234567", "[phone 3]"),
        ("977-625-2661", "[phone 4]"),
        ('"write to Anna@Example.com"', "[email 2]"),
        ("12", "12"),
        ("https://example.com", "https://example.com"),
        ("", ""),
    ],
)
def test_shows_tokens_for_what_is_hidden(value: str, shown: str) -> None:
    """A value, a part of it, and a longer text that holds it become its token; all else stays."""
    assert shown_by(TOKENS)(value) == shown


def test_no_hidden_value_reaches_the_model() -> None:
    """An answer that loses everything leads to instructions without any of it."""
    draft = "Call (977) 625-2661 or ٠٥٠١٢٣٤٥٦٧, mail anna@example.com, pay to DE89 3704 0044 0532 0130 00 by 3 May."
    found = check(list(GUARDS), draft, "Done.", html=False, options=GuardOptions(), shown=shown_by(TOKENS))
    told = " ".join(breach.instruction for breach in found)
    assert not any(part in told for part in ("977", "625", "0501", "anna", "3704", "0044", "0532", "0130"))
    assert "[email 2]" in told
    assert "[iban 1]" in told
