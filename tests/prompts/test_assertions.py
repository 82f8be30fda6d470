"""What a prompt's tests can tell about an answer."""

import pytest

from prompts.assertions import Assertion, AssertionType, check
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")

LINKS = "See https://a.example/x?y=1. Or www.b.example!"


@pytest.mark.parametrize(
    ("assertion", "draft", "answer", "reason"),
    [
        (Assertion(type="contains", value="Refund"), "", "your refund", None),
        (Assertion(type="contains", value="refund"), "", "your money", "'refund' is missing"),
        (Assertion(type="not-contains", value="gimme"), "", "one moment", None),
        (Assertion(type="not-contains", value="gimme"), "", "Gimme a sec", "'gimme' should not appear"),
        (Assertion(type="equals", value="Yes."), "", " Yes.\n", None),
        (Assertion(type="equals", value="Yes."), "", "No.", "the answer is not 'Yes.'"),
        (Assertion(type="equals", value="It's fine."), "", "It\u2019s fine.", None),
        (Assertion(type="contains", value="can\u2019t"), "", "We can't.", None),
        (Assertion(type="not-contains", value="can't"), "", "We can\u2019t.", '"can\'t" should not appear'),
        (Assertion(type="contains-any", value=("if", "once the")), "", "Once\nthe part is here", None),
        (
            Assertion(type="contains-any", value=("if", "once")),
            "",
            "a notification",
            "none of these appears: if, once",
        ),
        (Assertion(type="contains-any", value=("apolog*",)), "", "We apologise.", None),
        (Assertion(type="contains-any", value=("apolog*",)), "", "Unapologetic.", "none of these appears: apolog*"),
        (Assertion(type="contains-any", value=("can't", "?")), "", "We can\u2019t!", None),
        (Assertion(type="contains-any", value=("strong",)), "", "<strong>x</strong>", "none of these appears: strong"),
        (Assertion(type="contains-any", value=("a.c",)), "", "abc", "none of these appears: a.c"),
        (Assertion(type="not-contains-any", value=("kind of", "sort of")), "", "of a kind", None),
        (
            Assertion(type="not-contains-any", value=("kind of", "nope", "sort of")),
            "",
            "Sort of kind  of it",
            "should not appear: kind of, sort of",
        ),
        (Assertion(type="max-words", value=2), "", "<b>two</b> words", None),
        (Assertion(type="max-words", value=2), "", "these three words", "the word count is 3, but may be at most 2"),
        (Assertion(type="min-words", value=2), "", "two words", None),
        (Assertion(type="min-words", value=2), "", "one", "the word count is 1, but must be at least 2"),
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
        (Assertion(type="is-html"), "", "<p>y</p>", None),
        (Assertion(type="is-html"), "", "a < b", "the answer is not HTML"),
        (Assertion(type="is-json"), "", '{"a": [1]}', None),
        (Assertion(type="is-json"), "", "Here: {}", "the answer is not JSON"),
        (Assertion(type="max-length", value=3), "", "abc", None),
        (Assertion(type="max-length", value=3), "", "abcd", "the length is 4 characters, but may be at most 3"),
        (Assertion(type="regex", value=r"(?i)^hi\b.*thanks"), "", "Hi Ann, many thanks", None),
        (Assertion(type="regex", value=r"^\d+$"), "", "12a", r"nothing matches ^\d+$"),
        (Assertion(type="similar", value="We will refund you."), "", "We'll refund you.", None),
        (
            Assertion(type="similar", value="abcd", threshold=1),
            "",
            "abce",
            "the similarity is 0.75, but must be at least 1.00",
        ),
        (Assertion(type="judged", value="It is kind."), "", "No!", None),
        (Assertion(type="html"), "x < y", "y > x", None),
        (Assertion(type="html"), "<p>x</p>", "y", "the draft is HTML, but the answer is not"),
        (Assertion(type="html"), "x", "<p>y</p>", "the draft is plain text, but the answer is HTML"),
    ],
)
def test_checks_an_answer(assertion: Assertion, draft: str, answer: str, reason: str | None) -> None:
    """Each assertion holds, or says in words why it does not."""
    assert check(assertion, draft, answer) == reason


KINDS = [
    Assertion(type="contains", value="a" * 2000 + "b"),
    Assertion(type="contains-any", value=tuple("a " * n + "b" for n in range(1, 51))),
    Assertion(type="not-contains-any", value=("a*", ".*.*.*x", "(a+)+$")),
    Assertion(type="keeps-links"),
    Assertion(type="keeps-numbers"),
    Assertion(type="html"),
    Assertion(type="max-words", value=1),
    Assertion(type="regex", value="(a+)+$"),
    Assertion(type="regex", value="((a|aa)*b|.*.*.*x)"),
    Assertion(type="similar", value="a " * 9000),
    Assertion(type="is-json"),
]
LONG = ["a", "a ", "<a", "1.", "1 ", "http://", "''"]


@pytest.mark.parametrize("assertion", KINDS, ids=lambda assertion: assertion.type)
def test_no_answer_keeps_an_assertion_busy(assertion: Assertion) -> None:
    """Twice as long an answer, however it is made, takes about twice as long."""

    def compare(size: int) -> None:
        for piece in LONG:
            check(assertion, repeated(piece, size), repeated(piece, size))

    grows_no_faster(compare, 50_000)


@pytest.mark.parametrize(
    ("kind", "value", "more"),
    [
        ("regex", "(", {}),
        ("regex", "(?=x)", {}),
        ("regex", "x" * 501, {}),
        ("regex", 3, {}),
        ("similar", None, {}),
        ("similar", "x", {"threshold": 1.5}),
        ("contains", "x", {"threshold": 0.5}),
        ("judged", "", {}),
        ("max-length", 0, {}),
        ("is-json", "x", {}),
    ],
)
def test_value_that_does_not_fit(kind: AssertionType, value: str, more: dict[str, float]) -> None:
    """An author is told when the test is saved, and not when it runs."""
    with pytest.raises(ValueError, match=f"^{kind} "):
        Assertion(type=kind, value=value, **more)


def test_many_different_numbers_take_a_moment() -> None:
    """Looking up each number of a draft among those of the answer does not compare each with each."""

    def compare(size: int) -> None:
        text = " ".join(str(number) for number in range(size))
        assert check(Assertion(type="keeps-numbers"), text, text) is None

    grows_no_faster(compare, 12_500)
