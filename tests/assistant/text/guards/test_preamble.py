"""The answer is the reply alone."""

import pytest

from tests.assistant.text.guards.checking import Pair, ask, assert_found, faithful, unfaithful

FAITHFUL = {
    "a reply": faithful("checking ur order", "One moment please, I'm checking your order."),
    "sure, as a word of the reply": faithful("yes we can do that", "Sure! We can do that."),
    "here is the link": faithful("link: https://example.com/a", "Here is the link: https://example.com/a"),
    "here is the version, as in the draft": faithful("here is the new version: 3.1", "Here is the new version: 3.1."),
    "of course": faithful("klar, geht", "Natürlich, das geht."),
    "a note of the draft": faithful("Done.\nNote: it takes a day", "It's done.\n\nNote: it takes a day."),
    "quotes within": faithful('"Yes" or "No"', '"Yes" or "No"?'),
    "the draft in quotes": faithful('"Thanks a lot"', '"Thank you very much"'),
    "code in the draft": faithful("```\nls\n```", "```\nls -l\n```"),
    "let me know": faithful("done, tell me if ok", "It's done. Let me know if you need anything else."),
    "a subject of the draft": faithful("Subject: Order\nsent", "Subject: Order\n\nIt has been sent."),
    "an apology": faithful("c'est cassé, désolé", "Nous sommes désolés que ce soit cassé."),
    "an AI product": faithful("our AI helps as an assistant", "Our AI is an assistant that helps."),
}
UNFAITHFUL = {
    "here is": unfaithful(
        "send it", "Here is a more polite version:\n\nPlease send it.", 'begins with "Here is a more polite version:"'
    ),
    "sure": unfaithful("hi sam, done", "Sure!\n\nHi Sam, this is done.", 'begins with "Sure!"'),
    "sure, here's": unfaithful(
        "send it", "Sure, here's the rewritten draft:\nPlease send it.", "Sure, here's the rewritten draft:"
    ),
    "certainly, for a friendlier one": unfaithful(
        "send it", "Certainly! Here is the revised message:\n\nCould you send it?", "Certainly!"
    ),
    "a label": unfaithful("send it", "Rewritten draft: Please send it.", "Rewritten draft:"),
    "in German": unfaithful(
        "schick es", "Hier ist die überarbeitete Fassung:\n\nBitte schicken Sie es.", "Hier ist die"
    ),
    "in French": unfaithful(
        "envoie-le", "Voici la version corrigée :\n\nEnvoyez-le, s'il vous plaît.", "Voici la version"
    ),
    "in Spanish": unfaithful("mándalo", "Aquí tienes la versión mejorada:\n\nEnvíelo, por favor.", "Aquí tienes"),
    "in Polish": unfaithful("wyślij", "Oto poprawiona wersja:\n\nProszę to wysłać.", "Oto poprawiona wersja"),
    "in Swedish": unfaithful("skicka det", "Här är den omskrivna versionen:\n\nVar god skicka det.", "Här är den"),
    "in Turkish": unfaithful("gönder", "Elbette!\n\nMerhaba, lütfen gönderin.", 'begins with "Elbette!"'),
    "a label in Dutch": unfaithful("stuur het", "Vertaling: Stuurt u het, alstublieft.", "Vertaling:"),
    "a fence": unfaithful("send it", "```\nPlease send it.\n```", "code fence"),
    "quotes around all": unfaithful("send it", '"Please send it."', "quotation marks"),
    "typographic quotes around all": unfaithful("schick es", "„Bitte schicken Sie es.“", "quotation marks"),
    "quotes the other way round": unfaithful("schick es", "»Bitte schicken Sie es.«", "quotation marks"),
    "a note": unfaithful("send it", "Please send it.\n\nNote: I kept the tone friendly.", "a note of its own"),
    "an offer": unfaithful("send it", "Please send it.\n\nLet me know if you'd like any changes!", "a note of its own"),
    "of itself": unfaithful("can you fix it", "As an AI language model, I can't fix it.", "speaks of itself"),
    "a subject": unfaithful("it's sent", "Subject: Your order\n\nIt has been sent.", "Subject: Your order"),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """What the draft says may open or end the answer."""
    assert ask("no_preamble", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """A word of the model's own is quoted."""
    assert_found("no_preamble", pair)
