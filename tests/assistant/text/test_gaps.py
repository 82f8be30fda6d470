"""What an answer leaves to be filled in is found."""

import pytest

from assistant.text.gaps import find_gaps, find_requests
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


REQUESTS = [
    "Could you send us your order number?",
    "Please tell us which lamp it is.",
    "Which colour did you order?",
    "Bitte teilen Sie uns Ihre Bestellnummer mit.",
    "Wann haben Sie bestellt?",
    "Pourriez-vous nous envoyer une photo ?",
    "¿Podría enviarnos una foto?",
    "Potrebbe inviarci una foto?",
    "Kunt u ons een foto sturen?",
    "Você poderia enviar uma foto?",
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_what_the_reader_is_asked_for_is_told(request_: str) -> None:
    """Sentence by sentence, in several languages."""
    assert find_requests(f"Thank you for your message. {request_}\nWe look into it.") == (request_,)


OFFERS = [
    "Is there anything else we can do?",
    "Please let us know if you have any questions.",
    "Your parcel left on Monday.",
    "Wie besprochen kommt es morgen.",
    "Haben Sie sonst noch Fragen?",
    "Please wait for our call.",
    "",
]


@pytest.mark.parametrize("sentence", OFFERS)
def test_what_closes_a_reply_asks_for_nothing(sentence: str) -> None:
    """Nor does what tells something."""
    assert find_requests(f"Hello. {sentence}") == ()


@pytest.mark.parametrize("piece", ["could you ", "please also ", "bitte a b c d ", "what?", "? ", "a. "])
def test_requests_are_found_in_time(piece: str) -> None:
    """However many there are."""
    grows_no_faster(lambda size: find_requests(repeated(piece, size)), 50_000)


@pytest.mark.parametrize("piece", ["[", "[a", "[order number] ", "]", "[ab" + "c" * 60])
def test_gaps_are_found_in_time(piece: str) -> None:
    """However many brackets there are."""
    grows_no_faster(lambda size: find_gaps(repeated(piece, size), repeated(piece, size)), 100_000)
