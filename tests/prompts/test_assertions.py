"""What a prompt's tests can tell about an answer."""

import pytest

from prompts.assertions import Assertion, check

LINKS = "See https://a.example/x?y=1. Or www.b.example!"


@pytest.mark.parametrize(
    ("assertion", "draft", "answer", "reason"),
    [
        (Assertion(type="contains", value="Refund"), "", "your refund", None),
        (Assertion(type="contains", value="refund"), "", "your money", "'refund' is missing"),
        (Assertion(type="not-contains", value="gimme"), "", "one moment", None),
        (Assertion(type="not-contains", value="gimme"), "", "Gimme a sec", "'gimme' should not be there"),
        (Assertion(type="equals", value="Yes."), "", " Yes.\n", None),
        (Assertion(type="equals", value="Yes."), "", "No.", "the answer is not 'Yes.'"),
        (Assertion(type="matches", value="[0-9]+ days"), "", "in 12 days", None),
        (Assertion(type="matches", value="[0-9]+ days"), "", "soon", "nothing matches '[0-9]+ days'"),
        (Assertion(type="not-matches", value="^Hi"), "", "Hello", None),
        (Assertion(type="not-matches", value="^Hi"), "", "Hi you", "'Hi' matches '^Hi'"),
        (Assertion(type="max-words", value=2), "", "<b>two</b> words", None),
        (Assertion(type="max-words", value=2), "", "these three words", "3 words, at most 2 wanted"),
        (Assertion(type="min-words", value=2), "", "two words", None),
        (Assertion(type="min-words", value=2), "", "one", "1 words, at least 2 wanted"),
        (Assertion(type="keeps-links"), LINKS, "www.b.example and (https://a.example/x?y=1)", None),
        (
            Assertion(type="keeps-links"),
            LINKS,
            "https://a.example/x",
            "lost the link https://a.example/x?y=1, www.b.example",
        ),
        (Assertion(type="keeps-numbers"), "12.50 EUR on 2026-11-03", "On 2026-11-03: 12.50 EUR", None),
        (Assertion(type="keeps-numbers"), "12.50 EUR in 5 days", "12.5 EUR in 5 days", "lost the number 12.50"),
        (Assertion(type="keeps-numbers"), "see https://a.example/77", "see the page", None),
        (Assertion(type="html"), "<p>x</p>", "<p>y</p>", None),
        (Assertion(type="html"), "x < y", "y > x", None),
        (Assertion(type="html"), "<p>x</p>", "y", "the draft is HTML, the answer is not"),
        (Assertion(type="html"), "x", "<p>y</p>", "the draft is plain text, the answer is HTML"),
    ],
)
def test_checks_an_answer(assertion: Assertion, draft: str, answer: str, reason: str | None) -> None:
    """Each assertion holds, or says in words why it does not."""
    assert check(assertion, draft, answer) == reason
