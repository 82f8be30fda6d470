# ruff: noqa: RUF001 - texts in other alphabets
"""The closing block stays, and none is made up."""

import pytest

from tests.assistant.text.guards.checking import Pair, ask, ask_all, assert_found, faithful, unfaithful

FAITHFUL = {
    "another closing": faithful("done. Cheers, Dana", "This has been done.\n\nBest regards,\nDana"),
    "the same": faithful("Erledigt.\n\nViele Grüße\nJonas", "Das ist erledigt.\n\nViele Grüße\nJonas"),
    "no closing": faithful("it's sent", "Your parcel has been sent. Have a nice day!"),
    "thanks are no closing": faithful("please wait. thanks", "Please wait. Thank you!"),
    "translated": faithful(
        "It works.\n\nKind regards,\nTom", "Cela fonctionne.\n\nCordialement,\nTom", language="French"
    ),
    "translated into a rare language": faithful(
        "It works.\n\nKind regards,\nTom", "See toimib.\n\nLugupidamisega\nTom", language="Estonian"
    ),
    "a closing without a name, translated": faithful(
        "Done.\nBest regards", "Tehtud.\nLugupidamisega", language="Estonian"
    ),
    "a dash": faithful("all good now\n- Kim", "All is well now.\n\nBest,\nKim"),
    "a bare name": faithful("Hi Bo,\nall good.\nKim", "Hi Bo,\n\nAll good.\n\nBest regards,\nKim"),
    "in HTML": faithful(
        "<p>Listo.</p><p>Un saludo,<br>Inés</p>", "<p>Ya está listo.</p><p>Saludos cordiales,<br>Inés</p>", html=True
    ),
    "regards in a sentence": faithful("my regards to your team", "Please give my regards to your team."),
    "on one line": faithful("What version? Regards, Tom", "Which version do you use?\n\nRegards,\nTom"),
    "a team": faithful("Fixed.\n\nYour support team", "This is fixed.\n\nYour support team"),
    "a list with dashes": faithful("need:\n- Photo\n- Serial number", "We need:\n- Photo\n- Serial number"),
    "Polish": faithful("Gotowe.\nPozdrawiam\nEwa", "To już gotowe.\n\nZ poważaniem\nEwa"),
}
UNFAITHFUL = {
    "left out": unfaithful(
        "It's on its way.\n\nBest regards,\nAnna", "It's on its way.", 'The closing "Best regards, Anna" is missing.'
    ),
    "made up": unfaithful(
        "it's on its way",
        "It's on its way.\n\nBest regards,\nSupport Team",
        "Best regards, Support Team",
        "is not in the draft",
    ),
    "made up in German": unfaithful(
        "ist raus", "Das ist raus.\n\nMit freundlichen Grüßen\nIhr Kundenservice", "Mit freundlichen Grüßen"
    ),
    "made up in one line": unfaithful(
        "send the form", "Please send us the form. Best regards, Mia", "is not in the draft"
    ),
    "left out in French": unfaithful(
        "C'est fait.\nBien cordialement,\nLéa", "C'est fait, merci de votre patience.", "Bien cordialement, Léa"
    ),
    "made up thanks with a name": unfaithful(
        "send it again pls", "Please send it again.\n\nThanks,\nOliver", "Thanks, Oliver"
    ),
    "left out in Russian": unfaithful("Готово.\n\nС уважением,\nОльга", "Готово, спасибо.", "С уважением"),
    "left out in HTML": unfaithful(
        "<p>Done</p><p>Kind regards,<br>Joe</p>", "<p>This is done.</p>", "Kind regards", html=True
    ),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """Another closing phrase above the same name is no loss."""
    assert ask("signature", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """A closing that is lost or made up is named."""
    assert_found("signature", pair)


def test_one_loss_is_told_once() -> None:
    """A signature that is gone with its name is one message, not two."""
    pair = unfaithful("It's on its way.\n\nBest regards,\nAnna", "It's on its way.")
    assert ask_all(pair) == ['The closing "Best regards, Anna" is missing.']
