# ruff: noqa: RUF001 - texts in other alphabets
"""Quoted text stays word for word."""

import pytest

from tests.assistant.text.guards.checking import Pair, ask, assert_found, faithful, unfaithful

FAITHFUL = {
    "reworded around": faithful('hit "Save changes" then wait', 'Please click "Save changes" and wait a moment.'),
    "other marks": faithful('Klick auf "Speichern"', "Klicken Sie auf „Speichern“."),
    "French marks": faithful("Cliquez sur « Envoyer le formulaire »", 'Veuillez cliquer sur "Envoyer le formulaire".'),
    "the stop inside": faithful('It says "Access denied".', "You see the message “Access denied.”"),
    "a capital": faithful('the "reset link" is there', 'The "Reset link" is there.'),
    "bold instead of marks": faithful('<p>Press "Next"</p>', "<p>Please press <strong>Next</strong>.</p>", html=True),
    "inches and apostrophes": faithful('a 15" screen and a 17" one, it\'s ok', 'It is fine: a 15" and a 17" screen.'),
    "a quoted link": faithful('open "https://example.com/a"', "Open https://example.com/a."),
    "code": faithful("run `assistant serve` now", "Please run assistant serve now."),
    "Japanese": faithful("「保存」を押す", "「保存」を押してください。"),
    "a typographic apostrophe": faithful("it says “can't connect”", 'It says "can\u2019t connect".'),
    "no quotation": faithful("don't do that", "Please don’t do that."),
}
UNFAITHFUL = {
    "reworded": unfaithful('It says "Access denied"', 'It says "No access".', '"Access denied" is missing'),
    "left out": unfaithful("Öffnen Sie „Konto löschen“ im Menü", "Öffnen Sie das Menü.", "Konto löschen"),
    "translated": unfaithful("Cliquez sur « Valider »", "Cliquez sur « OK ».", "Valider"),
    "corrected": unfaithful('You wrote "it dont work"', 'You wrote "it doesn\'t work".', "it dont work"),
    "a changed option": unfaithful("Set `cache_ttl: 5m` there", "Set cache_ttl: 10m there.", "cache_ttl: 5m"),
    "one of two": unfaithful('Pick "Blue" or "Dark red"', 'Pick "Blue" or a red.', '"Dark red" is missing'),
    "in HTML": unfaithful("<p>Press &quot;Apply all&quot;</p>", "<p>Press Apply.</p>", "Apply all", html=True),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """The marks may change, the words stay."""
    assert ask("quotes", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """A quotation that is lost or reworded is named."""
    assert_found("quotes", pair)
