"""What differs between two texts: byte for byte, in words that a reader sees."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.word_diff import word_diff

WORDS = st.sampled_from(
    [
        "a",
        "Anna",
        " ",
        "  ",
        "\n",
        ".",
        "<p>",
        "</p>",
        "<a href='x'>",
        "48213",
        "é",
        "日本",
        "ไทย",
        "👩‍👧",
        "שלום",
        "_",
        "<",
    ]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=40).map("".join)


def side(steps: list[dict[str, str]], leave_out: str) -> str:
    """Put one of the two texts together again."""
    return "".join(each["text"] for each in steps if each["op"] != leave_out)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_put_together_again(before: str, after: str) -> None:
    """Nothing is lost, and no step is empty or stands twice in a row."""
    steps = word_diff(before, after)
    assert (side(steps, "insert"), side(steps, "delete")) == (before, after)
    assert all(each["text"] for each in steps)
    assert all(one["op"] != other["op"] for one, other in pairwise(steps))


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        ("", "", []),
        ("the same", "the same", [("equal", "the same")]),
        ("no refund", "No refund.", [("delete", "no"), ("insert", "No"), ("equal", " refund"), ("insert", ".")]),
        ("one two three", "four five three", [("delete", "one two"), ("insert", "four five"), ("equal", " three")]),
        ("<p>a</p>", "<p>b</p>", [("equal", "<p>"), ("delete", "a"), ("insert", "b"), ("equal", "</p>")]),
        ("我要退款", "我想退款", [("equal", "我"), ("delete", "要"), ("insert", "想"), ("equal", "退款")]),
    ],
)
def test_steps_are_what_a_reader_sees(before: str, after: str, steps: list[tuple[str, str]]) -> None:
    """Words and tags stay whole, and changes that only a space parts are one."""
    assert [(each["op"], each["text"]) for each in word_diff(before, after)] == steps


def test_large_texts_are_bounded() -> None:
    """Where too much differs, the whole is replaced, between what both have in common."""
    before, after = ("Dear Anna, " + word * 12_000 + "Bye" for word in ("a ", "b "))
    assert [each["op"] for each in word_diff(before, after)] == ["equal", "delete", "insert", "equal"]
