"""What an answer leaves to be filled in is found."""

import pytest

from assistant.text.gaps import find_gaps
from tests.growth import grows_no_faster, repeated


@pytest.mark.parametrize(
    ("answer", "gaps"),
    [
        ("Please tell us [order number].", ["order number"]),
        ("Your parcel [tracking number] left on [date of dispatch].", ["tracking number", "date of dispatch"]),
        ("Wir rufen Sie am [Datum] an; [Datum] passt?", ["Datum"]),
        ("[Name of  the\u00a0colleague] will call.", ["Name of the colleague"]),
        ("See [our page](https://shop.example).", []),
        ("It is in source [1] and [12].", []),
        ("He wrote that it was broke [sic] already.", []),
        ("items[index] and x[0]", []),
        ("[[order number]] and {{order_number}}", []),
        ("[]", []),
        ("No gap.", []),
    ],
)
def test_gaps_are_told(answer: str, gaps: list[str]) -> None:
    """Each once, in their order."""
    assert list(find_gaps(answer, "")) == gaps


def test_brackets_of_the_conversation_are_no_gaps() -> None:
    """What somebody wrote in brackets stays."""
    assert find_gaps("Open [My Account], then [order number].", "I can't find [My Account].") == ("order number",)


@pytest.mark.parametrize("piece", ["[", "[a", "[order number] ", "]", "[ab" + "c" * 60])
def test_gaps_are_found_in_time(piece: str) -> None:
    """However many brackets there are."""
    grows_no_faster(lambda size: find_gaps(repeated(piece, size), repeated(piece, size)), 100_000)
