"""What is seen of a text at a glance is what reading all of it brings."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.masking.digits import grouped, runs_in, with_runs
from assistant.text.masking.masking import Mask, MaskingRules
from assistant.text.masking.revealing import Revealer
from tests.assistant.text.masking.building import TEXTS, distorted

COMMON = settings(max_examples=300 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)


@COMMON
@given(TEXTS, st.data())
def test_an_answer_is_revealed_at_a_glance_as_it_is_piece_by_piece(draft: str, data: st.DataObject) -> None:
    """Where each token stands by itself, the same text comes out, and the same things have been seen."""
    mask = Mask(MaskingRules())
    answer = distorted(mask.hide(draft, html=False), lambda most: data.draw(st.integers(0, most - 1)))
    quick, slow = (Revealer(mask.things, html=False) for _ in range(2))
    seen = quick.at_a_glance(answer)
    assert seen in {None, slow.feed(answer) + slow.finish()}
    assert seen is None or (quick.seen == slow.seen and not slow.withheld)


def test_a_token_in_a_link_that_the_model_made_up_is_not_revealed_at_a_glance() -> None:
    """A glance can't tell what a link is, so such an answer is read."""
    mask = Mask(MaskingRules())
    token = mask.hide("Order 48213 is packed.", html=False).split()[1]
    for link in (f"https://evil.example/?q={token}", f"[x](<https://evil.example/ {token} >)", f"{token}.evil.example"):
        assert Revealer(mask.things, html=False).at_a_glance(f"Look at {link} now") is None
        assert "48213" not in mask.reveal(f"Look at {link} now")


@pytest.mark.parametrize(
    ("draft", "hidden"),
    [
        ("1,5 Mio. € 1,5 Mio. € 1,5 Mio. €", "ZQX1SUM ZQX1SUM ZQX1SUM"),
        ("5 EUR 6 EUR", "ZQX1SUM ZQX2SUM"),
        ("5-7 €, -3 € and 7-€5", "ZQX1SUM, ZQX2SUM and 7-ZQX3SUM"),
        ("item 3: 2.50 or 20,—", "item 3: 2.50 or ZQX1SUM"),
        ("1 (415)-/555 0132 and (030)---12345", "ZQX1PHONE and ZQX2PHONE"),
        ("A-\n1234 and 12345-A of 3 May", "ZQX1REF and ZQX2REF of 3 May"),
    ],
)
def test_digits_are_looked_at_with_what_stands_beside_them(draft: str, hidden: str) -> None:
    """A value is found wherever others stand before it, and no other digits are."""
    assert Mask(MaskingRules()).hide(draft, html=False) == hidden


def test_digits_are_found_in_each_part_that_they_reach_into() -> None:
    """A run that ends one part and begins the next is in both; a part without any is none."""
    runs = runs_in("12 345 and 6")
    assert runs == [(0, 2), (3, 6), (11, 12)]
    assert [*with_runs([(0, 4), (4, 6), (7, 10), (10, 12)], runs)] == [
        (0, 4, runs[:2]),
        (4, 6, runs[1:2]),
        (10, 12, runs[2:]),
    ]
    assert grouped(runs) == [(0, 6), (11, 12)]
    assert grouped(runs, 5) == [(0, 6)]
