"""Normal forms of texts, also of such as were made to take long."""

import time
import unicodedata
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given, strategies

from assistant.text.normal_forms import MOST_MARKS, normal
from tests.growth import grows_no_faster

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

ORDINARY = {
    "German": "Stra\u00dfe \u201ex\u201c 19,99 \u20ac \u2013 vielen Dank f\u00fcr Ihre Nachricht. ",
    "Russian": "\u0421\u043f\u0430\u0441\u0438\u0431\u043e \u0437\u0430 \u043f\u0438\u0441\u044c\u043c\u043e. ",
    "Chinese": "\u8bf7\u5199\u4fe1\u81f3\u6211\u4eec\u7684\u4fe1\u7bb1\u3002",
    "Japanese": "\u30e1\u30fc\u30eb\u3067\u3054\u9023\u7d61\u304f\u3060\u3055\u3044\u3002",
    "Thai": "\u0e02\u0e2d\u0e1a\u0e04\u0e38\u0e13\u0e17\u0e35\u0e48\u0e15\u0e34\u0e14\u0e15\u0e48\u0e2d",
    "vowelled Arabic": "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627 ",
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


@pytest.mark.parametrize("text", ORDINARY.values(), ids=list(ORDINARY))
def test_looks_for_piles_in_no_time(text: str) -> None:
    """A text without any takes a few times as long as the library alone, not a hundred times."""
    long = text * (20_000 // len(text))

    def seconds(run: Callable[[], str]) -> float:
        started = time.process_time()
        for _ in range(5):
            run()
        return time.process_time() - started

    normal("NFC", long)
    ours = min(seconds(lambda: normal("NFC", long)) for _ in range(5))
    assert ours < 60 * min(seconds(lambda: unicodedata.normalize("NFC", long)) for _ in range(5))


@pytest.mark.parametrize("row", ["\U0001f600", "\U00011099\U000110ba", "\U0001d15e"], ids=["emoji", "Kaithi", "notes"])
def test_a_row_beyond_the_first_plane_is_no_pile(row: str) -> None:
    """However long it is."""
    for form in FORMS:
        assert normal(form, row * 100) == unicodedata.normalize(form, row * 100)


@pytest.mark.parametrize("pile", PILES.values(), ids=list(PILES))
def test_takes_time_in_proportion(pile: str) -> None:
    """Twice the marks on one letter take about twice as long."""

    def work(size: int) -> None:
        text = "a" + (pile * (size // len(pile)) if pile else "\u0301" * (size // 2) + "\u0316" * (size // 2))
        for form in FORMS:
            normal(form, text)

    grows_no_faster(work, 20_000)


def test_keeps_every_mark() -> None:
    """A pile is put in order part by part; nothing is lost, and what stands around it is as it was."""
    text = "caf" + "e\u0301" + " a" + "\u0316\u0301" * (2 * MOST_MARKS) + " e\u0301"
    found = normal("NFC", text)
    assert found.startswith("caf\u00e9 \u00e1\u0316")
    assert found.endswith(" \u00e9")
    assert found.count("\u0316") + found.count("\u0301") >= 4 * MOST_MARKS - 1
