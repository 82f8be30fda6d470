"""Normal forms of texts, also of such as were made to take long."""

import time
import unicodedata
from typing import Literal

import pytest
from hypothesis import given, strategies

from assistant.characters import MOST_MARKS, normal

pytestmark = pytest.mark.usefixtures("no_collection")

FORMS: tuple[Literal["NFC", "NFKC", "NFKD"], ...] = ("NFC", "NFKC", "NFKD")
PILES = {
    "in order": "\u0316\u0301",
    "in no order": "\u0301\u0316",
    "all of one, then all of another": "",
    "marks that are two": "\u0344\u0316",
    "Hebrew": "\u05b0\u05bc\u05b7",
    "beyond the first plane": "\U0001d165\U0001d16d",
}


@given(
    strategies.text(
        strategies.sampled_from("ae\u00e9\u0301\u0316\u0344\u1112\u1161\u11ab\ufb03\ufdfa\u0390\u09c7\u09be ")
    )
)
def test_is_what_the_library_says(text: str) -> None:
    """Of any text without a pile of marks."""
    for form in FORMS:
        assert normal(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("pile", PILES.values(), ids=list(PILES))
def test_takes_time_in_proportion(pile: str) -> None:
    """Twice the marks on one letter take about twice as long."""

    def seconds(size: int) -> float:
        text = "a" + (pile * (size // len(pile)) if pile else "\u0301" * (size // 2) + "\u0316" * (size // 2))
        started = time.process_time()
        for form in FORMS:
            normal(form, text)
        return time.process_time() - started

    seconds(1000)
    once = min(seconds(20_000) for _ in range(3))
    assert min(seconds(40_000) for _ in range(3)) < 2.5 * once + 0.05


def test_keeps_every_mark() -> None:
    """A pile is put in order part by part; nothing is lost, and what stands around it is as it was."""
    text = "caf" + "e\u0301" + " a" + "\u0316\u0301" * (2 * MOST_MARKS) + " e\u0301"
    found = normal("NFC", text)
    assert found.startswith("caf\u00e9 \u00e1\u0316")
    assert found.endswith(" \u00e9")
    assert found.count("\u0316") + found.count("\u0301") >= 4 * MOST_MARKS - 1
