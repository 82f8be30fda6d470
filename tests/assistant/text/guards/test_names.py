"""Whoever is greeted, whoever signs, and what products are called."""

import pytest

from assistant.text.guards.base import GuardOptions
from assistant.text.guards.registry import check
from tests.assistant.text.guards.checking import Pair, ask, assert_found, faithful, unfaithful

FAITHFUL = {
    "the same people": faithful(
        "Hi Sam,\nit's fixed.\nCheers, Dana", "Hello Sam,\n\nThe issue is fixed.\n\nBest regards,\nDana"
    ),
    "a first name in small letters": faithful("hi sam, it works now", "Hi Sam, it works now."),
    "a title added": faithful("Hallo Frau Müller, erledigt.", "Sehr geehrte Frau Müller,\n\ndas ist erledigt."),
    "nobody in particular": faithful("works now", "Hello there,\n\nIt works now.\n\nKind regards"),
    "a general address": faithful("ok, done", "Dear Customer,\n\nThis has been done."),
    "a general German address": faithful("ist erledigt", "Sehr geehrte Damen und Herren,\n\ndas ist erledigt."),
    "a Spanish customer": faithful("está hecho", "Estimado cliente:\n\nYa está hecho.\n\nUn saludo"),
    "a name translated into another script": faithful(
        "Hi Anna, done. Best, Tom", "Привет, Анна! Готово. Том", language="Russian"
    ),
    "a Polish vocative": faithful("Hi Anna, done.", "Cześć Anno, gotowe.", language="Polish"),
    "an accent": faithful("Hola Jose, está listo", "Hola, José: está listo."),
    "a product respelled": faithful("open paypal or PayPal on your iPhone", "Open PayPal on your iPhone."),
    "a hyphen": faithful("check your WiFi", "Please check your Wi-Fi."),
    "a missing space mended": faithful(
        "thanksFor waiting, pleaseLet us know", "Thanks for waiting, please let us know."
    ),
    "stressed words": faithful("do NOT restart, ASAP please. It's VERY hot", "Please don't restart it; it is hot."),
    "shouting": faithful("PLEASE READ THIS FIRST. BAD IDEA", "Please look at this first. That would be unwise."),
    "terms in plain words": faithful(
        "Flush your DNS cache or use SSO", "Clear the stored web addresses, or sign in as at work."
    ),
    "currency codes": faithful("That's 12 EUR or 14 USD", "That is €12 or $14."),
    "a name within the greeting line": faithful("Thanks Priya for the photo", "Thank you for the photo, Priya."),
    "half of a long name": faithful("Dear Mr. John Smith,\ndone.", "Hi John,\n\nthis is done."),
    "a product in another script": faithful("Open GitHub", "GitHub를 열어 주세요.", language="Korean"),
    "a greeting that goes on": faithful("Hi, Monday works", "Hello, Monday works for us."),
    "a short form": faithful("Alexander is waiting", "Hi Alex,\n\nAlexander is waiting."),
    "a team that signs": faithful("it's sent.\nThe Lumbrel Team", "It has been sent.\n\nYour Lumbrel Team"),
    "a company from the address": faithful(
        "Mail us: help@lumbrel.example.com", "Please mail us at help@lumbrel.example.com.\n\nLumbrel"
    ),
}
UNFAITHFUL = {
    "the well-known Alex": unfaithful(
        "gimme a sec, checking", "Hi Alex,\n\nOne moment please, I'm checking.", "The name Alex is not in the draft."
    ),
    "a name that only begins like a word": unfaithful(
        "Alessandro wrote", "Hi Alex,\n\nAlessandro wrote.", "Alex is not in"
    ),
    "another customer": unfaithful(
        "Hi Sam, it's fixed.", "Hi Tom, it's fixed.", "The name Sam is missing.", "Tom is not in"
    ),
    "a misspelt customer": unfaithful("Hi Jon, done", "Hi John, this is done.", "The name Jon is missing."),
    "an invented signature": unfaithful(
        "ist raus", "Die Sendung ist raus.\n\nMit freundlichen Grüßen\nAnna Schmidt", "Anna and Schmidt are not in"
    ),
    "a lost signature": unfaithful(
        "Bonjour,\nc'est fait.\nCordialement,\nZoé", "Bonjour, c'est fait.\n\nCordialement", "The name Zoé is missing."
    ),
    "a placeholder": unfaithful("all done now", "All done now.\n\nBest regards,\n[Your Name]", "[Your Name] is not in"),
    "a German placeholder": unfaithful("ist erledigt", "Hallo [Name],\n\ndas ist erledigt.", "[Name] is not in"),
    "a lost product": unfaithful(
        "Pay with PayPal or IKEA points", "Pay with your account or points.", "PayPal and IKEA are missing"
    ),
    "a lost customer": unfaithful(
        "Hola Lucía, su pedido llega mañana.", "Hola, su pedido llega mañana.", "Lucía is missing"
    ),
    "a signature of another": unfaithful(
        "It's sent.\n\nThanks,\nMarc", "It's sent.\n\nThanks,\nMike", "Marc is missing", "Mike is not in"
    ),
    "an invented lady": unfaithful("wird geprüft", "Sehr geehrte Frau Weber,\n\nwir prüfen das.", "Weber is not in"),
    "in HTML": unfaithful("<p>All done</p>", "<p>Dear Olivia,</p><p>All done.</p>", "Olivia is not in", html=True),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """Names may move, and general addressees are no one's name."""
    assert ask("names", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """A name that is lost or made up is named."""
    assert_found("names", pair)


def test_knows_the_people_of_the_conversation() -> None:
    """A name that the request brings along may be used."""
    options = GuardOptions(names=("Olivia Brandt",))
    assert check(["names"], "all done", "Dear Olivia,\n\nAll done.", html=False, options=options) == ()


@pytest.mark.parametrize(
    ("draft", "answer", "message", "refuses"),
    [
        (
            "Hi {{contact.first_name}}, solved.",
            "Hi there, solved!",
            "The placeholder {{contact.first_name}} is missing.",
            True,
        ),
        ("Hi #{ticket.customer.firstname}, ok", "Hi, ok", "#{ticket.customer.firstname} is missing", True),
        ("Hi [First Name], solved.", "Hi there, solved!", "The placeholder [First Name] is missing.", True),
        ("<p>Hi &lt;%= name %&gt;</p>", "<p>Hi</p>", "The placeholder <%= name %> is missing.", True),
        ("It's done.", "It is done.\n\nBest,\n[Your Name]", "The placeholder [Your Name] is not in the draft.", False),
        ("your parcel left", "Your parcel [Order Number] left.", "[Order Number] is not in the draft", False),
        ("ist da", "Hallo [Kundenname], ist da.", "[Kundenname] is not in the draft", False),
        ("done", "Dear {{first_name}}, done.", "{{first_name}} is not in the draft", False),
    ],
)
def test_names_placeholders(draft: str, answer: str, message: str, refuses: bool) -> None:  # noqa: FBT001 - a row's value
    """One that is lost refuses the answer; one that is made up is a warning."""
    found = ask("names", unfaithful(draft, answer, html="<p>" in draft))
    assert message in found[0].message
    assert [each.refuses for each in found if "placeholder" in each.message] == [refuses]
    assert message not in " ".join(each.message for each in ask("names", faithful(answer, answer)))


@pytest.mark.parametrize(
    ("draft", "answer"),
    [
        ("Hi {{ contact.name }}, ok", "Hi {{contact.name}}, ok"),
        ("Hi {{contact.name}}, ok", "Hi {{ contact.name }}, ok"),
        ('Hi {{ name | default: "there" }}', 'Hi {{name|default: "there"}}'),
        ("{% if late %}Sorry{% endif %}", "{%if late%}Sorry{%endif%}"),
        ("Hi <%= name %>, ok", "Hi <%=name%>, ok"),
        ("【注文番号】12345\n【日付】5月3日", "Order number: 12345\nDate: 5月3日"),
        ("Click [Company] > [Date].", "Klicken Sie auf [Firma] > [Datum]."),
    ],
)
def test_spaces_beside_the_marks_of_a_placeholder_say_nothing(draft: str, answer: str) -> None:
    """Helpdesks fill in either; headings and the names of buttons are none, and may be translated."""
    assert [found for found in ask("names", faithful(draft, answer)) if "placeholder" in found.message] == []


@pytest.mark.parametrize(
    ("draft", "answer"),
    [
        ("Hi {{ contact.name }}, ok", "Hi {{contact.email}}, ok"),
        ("Call us at [phone number].", "Call us."),
        ("Hi $NAME$, ok", "Hi there, ok"),
        ("Hi #NAME#, ok", "Hi there, ok"),
        ("Hi {0}, ok", "Hi, ok"),
        ("Dear {contact:name}, ok", "Dear customer, ok"),
        ("〇〇様、ありがとうございます。", "お客様、ありがとうございます。"),
    ],
)
def test_a_lost_placeholder_refuses_whatever_its_marks(draft: str, answer: str) -> None:
    """Without it, the customer would read something else."""
    found = [each for each in ask("names", unfaithful(draft, answer)) if each.refuses]
    assert [each.message.startswith("The placeholder") for each in found][:1] == [True]
