"""Texts that were made to take long."""

import pytest

from assistant.text.masking.kinds import KINDS
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.text.masking.hostile import BEGINNINGS, PIECES, SIZE, shown_at_once, there_and_back
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_takes_long(piece: str) -> None:
    """Twice as much of anything takes twice as long, there and back."""
    grows_no_faster(lambda size: there_and_back(repeated(piece, size), html=False), SIZE // 16)


@pytest.mark.parametrize(
    "piece", ["1\u200b", "a-", "a.b ", "4111 1111\n", "+49 1\n", "&#8203;1", "<b>1</b>", "a @ b.de "]
)
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    """Finding things in any spelling, over and over."""
    grows_no_faster(lambda size: Mask(MaskingRules(private=KINDS)).hide(repeated(piece, size), html=True), SIZE // 4)


@pytest.mark.parametrize("piece", BEGINNINGS)
def test_no_beginning_is_held_back_for_long(piece: str) -> None:
    """What is waited for is looked through at each delta."""
    assert shown_at_once(piece, html=False)
