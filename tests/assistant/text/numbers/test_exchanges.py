"""The figure stays and what it is of does not: another currency, no percentage any more, one of two amounts."""

import pytest

from tests.assistant.text.guards.checking import ask, faithful, unfaithful

CHANGED = [
    ("We refund 19,99 €.", "We refund $19.99."),
    ("We refund $20 today.", "We refund 20 EUR today."),
    ("We refund £20 today.", "We refund 20 € today."),
    ("It costs 20 CHF.", "It costs 20 €."),
    ("料金は1,980円です。", "The fee is $1,980."),
    ("You get 10% off.", "You get 10 euros off."),
    ("You get 10% off.", "Sie erhalten 10 € Rabatt."),
    ("You get 15 € off.", "You get 15% off."),
    ("Refund 20 € for one and 20 € for the other.", "Refund 20 € for one and 25 € for the other."),
    ("Pay $30 now and $30 later.", "Pay $30 now and $35 later."),
    ("There is a 1 euro fee here.", "There is one fee of 4 euros here."),
    ("10% here, 10% there", "10% here, 12% there"),
]
SAME = [
    ("We refund 19,99 €.", "We refund EUR 19.99."),
    ("We refund $20 today.", "Today we refund 20 US dollars."),
    ("料金は1,980円です。", "The fee is ¥1,980."),
    ("You get 10% off.", "Sie erhalten 10 Prozent Rabatt."),
    ("You get 10 % off for 3 items.", "You get 10% off for 3 items."),
    ("Refund 20 €, that is 20 €.", "Refund 20 €."),
    ("Prices: 20 € or $22", "Prices: $22 or 20 €"),
    ("Rabatt: 20 Prozent", "Discount: 20 percent"),
    ("I have a 1 euro fee here.", "I have a one euro fee here."),
    ("It costs 2 euros.", "It costs two euros."),
    ("5 EUR plus 5% fee", "5 EUR and a fee of 5%"),
]


@pytest.mark.parametrize(("draft", "answer"), CHANGED)
def test_the_same_figure_of_something_else_refuses(draft: str, answer: str) -> None:
    """An amount is its figure and its currency."""
    assert any(breach.refuses for breach in ask("numbers", unfaithful(draft, answer)))


@pytest.mark.parametrize(("draft", "answer"), SAME)
def test_a_currency_may_be_written_in_another_way(draft: str, answer: str) -> None:
    """By its sign, its code or its name."""
    assert ask("numbers", faithful(draft, answer)) == ()
