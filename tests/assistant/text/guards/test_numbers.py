# ruff: noqa: RUF001 - texts in other alphabets
"""Numbers, amounts, dates and codes stay, in whatever way they are written."""

import pytest

from tests.assistant.text.guards.checking import Pair, ask, assert_found, faithful, unfaithful

FAITHFUL = {
    "thousands": faithful("Limit is 1,000 files", "The limit is 1000 files."),
    "thousands in German": faithful("That is 1,250.00 EUR.", "Das sind 1.250,00 €.", language="German"),
    "thousands in French": faithful("It costs $12,500.50 a year", "Cela coûte 12 500,50 $ par an.", language="French"),
    "thousands in India": faithful("Your limit is ₹1,50,000", "Your limit is ₹150000."),
    "no cents": faithful("refund of $49.00", "We refund $49."),
    "a date in words": faithful("Renews 3 May 2027.", "It renews on May 3, 2027."),
    "a date in figures": faithful("Renews on May 3, 2027", "Verlängert sich am 03.05.2027.", language="German"),
    "an ISO date": faithful("due 2027-05-03", "It is due on 3 May 2027."),
    "a date of two figures": faithful("arrives 24 December", "Kommt am 24.12. an.", language="German"),
    "a short year": faithful("bought 14/02/26", "You bought it on 14 February 2026."),
    "digits of another script": faithful("Your order 48213 has 3 items", "طلبك ٤٨٢١٣ فيه ٣ قطع", language="Arabic"),
    "the Arabic dual": faithful("Wait 2 days for order 771", "انتظر يومين للطلب ٧٧١", language="Arabic"),
    "a small number written out": faithful("It takes 3 days and 2 steps", "It takes three days and two steps."),
    "a written-out number in figures": faithful(
        "Es dauert zwei Wochen und zwölf Tage", "Das dauert 2 Wochen und 12 Tage."
    ),
    "a compound number": faithful("within 24 hours", "Innerhalb von vierundzwanzig Stunden.", language="German"),
    "an English compound": faithful("takes twenty-one days", "It takes 21 days."),
    "a single one": faithful("You have 1 day left", "You have a day left."),
    "twice": faithful("charged 2 times", "You were charged twice."),
    "hours of the afternoon": faithful("We call at 5:30 pm", "Wir rufen um 17:30 Uhr an.", language="German"),
    "hours of the forenoon": faithful("Open at 9 am", "Ouvert à 9h00.", language="French"),
    "a range": faithful("takes 10-14 days", "It takes 10 to 14 days."),
    "a phone number": faithful("Call (977) 625-2661", "Please call 977-625-2661."),
    "a phone number with its country": faithful("Tel. +49 30 1234567", "Please call +49 (30) 123 4567."),
    "numbered steps": faithful("Open Settings, then reset, then log in.", "1. Open Settings.\n2. Reset.\n3. Log in."),
    "numbers of a list, as a browser shows them": faithful(
        "<p>please 1. open the menu 2. restart it 3. call us</p>",
        "<ol><li>Open the menu</li><li>Restart it</li><li>Call us</li></ol>",
        html=True,
    ),
    "numbers of a list that goes on": faithful(
        "<p>4) open it, 5) restart it</p>",
        '<OL start="4">\n<li>Open it<ul><li>now</li></ul></li><li>Restart</li></OL>',
        html=True,
    ),
    "a list that loses its numbers": faithful(
        "<ol><li>Open it</li><li>Close it</li></ol>", "<p>Open it, then close it.</p>", html=True
    ),
    "steps that lose their numbers": faithful("1. Open it\n2. Close it", "Open it, then close it."),
    "thousands in short": faithful("over 10k users", "More than 10,000 users."),
    "millions": faithful("We sent 2.5 million", "Wir haben 2.500.000 gesendet.", language="German"),
    "Japanese figures": faithful("It takes 3 days", "三日かかります", language="Japanese"),
    "Russian": faithful("Заказ 5521 придёт через 2 дня", "Ваш заказ 5521 придёт через два дня."),
    "units set apart": faithful("50GB for 30min", "50 GB for 30 min"),
    "an order number set apart": faithful("order #SO-1024", "Your order SO-1024"),
    "a factor in words": faithful("turn on two-factor login", "Turn on 2FA."),
    "in HTML": faithful("<p>Pay <b>1</b>,200.00</p>", "<p>Please pay <strong>1,200.00</strong>.</p>", html=True),
    "in a link": faithful("See https://example.com/99/a for 3", "See https://example.com/99/a for 3."),
}
UNFAITHFUL = {
    "left out": unfaithful(
        "Order 48213 ships in 5 days", "Your order ships in 5 days.", "The number 48213 is missing."
    ),
    "changed": unfaithful("Refund takes 5 days", "The refund takes 7 days.", "5 is missing", "7 is not in the draft"),
    "made up": unfaithful(
        "We'll answer soon.", "We will answer within 24 hours.", "The number 24 is not in the draft."
    ),
    "another amount": unfaithful("Das kostet 12,50 €", "Das kostet 125,00 €.", "The amount 12,50 € is missing"),
    "a lost thousand": unfaithful("Le plafond est de 1 000 €", "Le plafond est de 1 €.", "1 000 € is missing"),
    "another day": unfaithful("Valid until 3 May 2027", "Valid until May 13, 2027", "The number 3 is missing"),
    "another month": unfaithful("bis 03.05.2027", "until June 3, 2027", "03.05.2027 is missing", language="English"),
    "another version": unfaithful("Actualice a 3.1.2", "Actualice a 3.1.", "3.1.2 is missing"),
    "a mistyped code": unfaithful("Your voucher is THANKS7Q4D", "Your voucher is THANKS7Q4B", "THANKS7Q4D"),
    "another hour": unfaithful("Call at 5 pm", "Ruf um 16:00 an", "5 is missing", language="German"),
    "a mistyped phone number": unfaithful("Call 977-625-2661", "Call 977-625-2616", "977-625-2661"),
    "a part of a range": unfaithful("takes 10-14 days", "takes 10 days", "10-14"),
    "a written-out number exchanged": unfaithful("It takes 3 weeks", "It takes four weeks", "3 is missing"),
    "an Arabic number": unfaithful("طلبك رقم ٤٨٢١٣ جاهز", "طلبك رقم ٤٨٢٣١ جاهز", "٤٨٢١٣ is missing"),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """A number may be written in another way."""
    assert ask("numbers", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """A number that is lost, changed or made up is named."""
    assert_found("numbers", pair)


@pytest.mark.parametrize(
    ("draft", "answer", "values"),
    [
        ("We refund 19,99 € on Monday.", "We refund it on Monday.", ("19,99 €",)),
        ("Das macht 1.234,50 EUR.", "Das macht einiges aus.", ("1.234,50 EUR",)),
        ("The fee is US$1,000.00 a year", "There is a yearly fee.", ("US$1,000.00",)),
        ("Your ticket #48213 is solved", "Your ticket is solved.", ("#48213",)),
        ("Your voucher is THANKS7Q4D", "Here is your voucher.", ("THANKS7Q4D",)),
        ("Call +49 30 1234567 please", "Please call us.", ("+49 30 1234567",)),
        ("We keep 2517 files", "We keep many.", ("2517",)),
        ("Refund takes 5 days", "The refund takes 7 days.", ("5",)),
    ],
)
def test_a_lost_figure_refuses_the_answer(draft: str, answer: str, values: tuple[str, ...]) -> None:
    """What is lost is named as the agent wrote it, an amount with its currency, and no one gets such an answer."""
    lost = ask("numbers", unfaithful(draft, answer))[0]
    assert (lost.values, lost.refuses, lost.invented) == (values, True, False)
    assert f" {values[0]} is missing." in lost.message


@pytest.mark.parametrize(
    ("draft", "answer", "amount"),
    [
        ("送料は500円です。よろしくお願いいたします。", "送料がかかります。よろしくお願いいたします。", "500円"),
        ("送料は1,000円、手数料は300円です。", "送料は1,000円です。", "300円"),
        ("运费为20元，谢谢您的理解。", "运费需要您承担，谢谢您的理解。", "20元"),
        ("배송비는 3000원입니다. 감사합니다.", "배송비가 있습니다. 감사합니다.", "3000원"),
        ("Доставка стоит 500 рублей, спасибо.", "Доставка платная, спасибо.", "500 рублей"),
        ("Livrarea costă 20 lei, vă mulțumim.", "Livrarea este contra cost, vă mulțumim.", "20 lei"),
        (
            "Teslimat 50 TL, anlayışınız için teşekkürler.",
            "Teslimat ücretlidir, anlayışınız için teşekkürler.",
            "50 TL",
        ),
        ("ค่าจัดส่ง 50 บาท ขอบคุณค่ะ", "มีค่าจัดส่ง ขอบคุณค่ะ", "50 บาท"),
        ("डिलीवरी शुल्क 50 रुपये है। धन्यवाद।", "डिलीवरी शुल्क लागू है। धन्यवाद।", "50 रुपये"),
        ("رسوم التوصيل 20 ريال، شكرًا لك.", "هناك رسوم توصيل، شكرًا لك.", "20 ريال"),
        ("דמי המשלוח הם 30 שקל, תודה רבה.", "יש דמי משלוח, תודה רבה.", "30 שקל"),
        ("Toimitus maksaa 5 euroa, kiitos.", "Toimitus on maksullinen, kiitos.", "5 euroa"),
        ("Τα μεταφορικά είναι 5 ευρώ, ευχαριστούμε.", "Υπάρχουν μεταφορικά, ευχαριστούμε.", "5 ευρώ"),
        ("Frakten är 49:-, tack för att du väntar.", "Det tillkommer en fraktavgift, tack.", "49:-"),
        ("The fee is 50p, thank you.", "There is a fee, thank you.", "50p"),
        ("Versand 20 Fr.", "Versand kostet.", "20 Fr"),
    ],
)
def test_a_lost_amount_in_any_currency_is_told_whole(draft: str, answer: str, amount: str) -> None:
    """With nothing hidden, too, and where few of the language's words for numbers are known."""
    assert [breach.values for breach in ask("numbers", unfaithful(draft, answer))] == [(amount,)]


def test_a_made_up_figure_alone_does_not_refuse() -> None:
    """Nothing of the draft is lost: a warning tells it, and so it is where another stands in the place of one."""
    assert [breach.refuses for breach in ask("numbers", unfaithful("soon", "Within 24 hours."))] == [False]
    assert [breach.refuses for breach in ask("numbers", unfaithful("in 36 hours", "In 24 hours."))] == [True, True]
