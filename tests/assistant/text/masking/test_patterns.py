# ruff: noqa: RUF001 - signs and words of other scripts
"""What is found in a text, and what is left alone."""

import pytest

from assistant.text.masking.masking import Mask, MaskingRules

FOUND = {
    "link": [
        ("Go to https://example.com/a_b?c=1&d=2#e.", "https://example.com/a_b?c=1&d=2#e"),
        ("(see www.example.org/x_(y))", "www.example.org/x_(y)"),
        ("**HTTPS://EXAMPLE.COM/X**", "HTTPS://EXAMPLE.COM/X"),
        ("请看https://example.com/帮助。谢谢", "https://example.com/帮助"),
        ("[help](https://example.com/a)", "https://example.com/a"),
        ("write to mailto:a@example.com?subject=x!", "mailto:a@example.com?subject=x"),
        ("user@www.example.org", None),
        ("http:// is a scheme", None),
    ],
    "email": [
        ("'ana.o'neil+x@mail.example.co.uk'.", "ana.o'neil+x@mail.example.co.uk"),
        ("联系john@example.com谢谢", "john@example.com"),
        ("jörg@müller.example", "jörg@müller.example"),
        ("почта@пример.рф", "почта@пример.рф"),
        ("meet @ 5", None),
        ("root@localhost", None),
    ],
    "iban": [
        ("IBAN: DE89 3704 0044 0532 0130 00 please", "DE89 3704 0044 0532 0130 00"),
        ("gb82west12345698765432.", "gb82west12345698765432"),
        ("NO93\u00a08601\u00a01117\u00a0947", "NO93\u00a08601\u00a01117\u00a0947"),
        ("DE89 3704 0044 0532 0130 01", None),
    ],
    "card": [
        ("4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("card 378282246310005,", "378282246310005"),
        ("4111-1111-1111-1111", "4111-1111-1111-1111"),
        ("4111 1111 1111 1112", None),
        ("0000000000000000", None),
    ],
    "phone": [
        ("call +49 (0)151 2345-678 now", "+49 (0)151 2345-678"),
        ("+1 415 555 0132.", "+1 415 555 0132"),
        ("0044 20 7946 0958", "0044 20 7946 0958"),
        ("(977) 625-2661", "(977) 625-2661"),
        ("415-555-0132", "415-555-0132"),
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("020 7946 0958", "020 7946 0958"),
        ("0171/2345678", "0171/2345678"),
        ("(11) 91234-5678", "(11) 91234-5678"),
        ("612 345 678", "612 345 678"),
        ("98765 43210", "98765 43210"),
        ("on 01.02.2024", None),
        ("01/02/2024 or 2024-01-02", None),
        ("612 345 678 €", None),
    ],
    "order": [
        ("ticket #48213.", "#48213"),
        ("ORD-2024-0001 is packed", "ORD-2024-0001"),
        ("INV 123", "INV 123"),
        ("your order 48213, please", "48213"),
        ("Order ID: 3348917502", "3348917502"),
        ("Rechnung Nr. 2024-117", "2024-117"),
        ("facture n° 5521", "5521"),
        ("parcel 1Z999AA10123456784", "1Z999AA10123456784"),
        ("9f1c7a52-0b6e-4c1d-9e5f-3a2b1c0d4e5f", "9f1c7a52-0b6e-4c1d-9e5f-3a2b1c0d4e5f"),
        ("UTF-8, COVID-19, MP3, 24/7", None),
        ("order 2 items", None),
        ("it&#8217;s", None),
    ],
    "amount": [
        ("$49.00,", "$49.00"),
        ("25.00 EUR", "25.00 EUR"),
        ("EUR 25", "EUR 25"),
        ("1.234,56 € now", "1.234,56 €"),
        ("US$1,000", "US$1,000"),
        ("CHF 1'200.50", "CHF 1'200.50"),
        ("12 345,00 zł", "12 345,00 zł"),
        ("1\u202f234,50\u00a0€", "1\u202f234,50\u00a0€"),
        ("₹500", "₹500"),
        ("-5 €", "-5 €"),
        ("$5k", "$5k"),
        ("50 %, 30 days, 4.2", None),
    ],
}
MONEY = (
    "500円",
    "1,000円",
    "１，０００円",
    "1万円",
    "1万2800円",
    "3億円",
    "150000円",
    "1.5万元",
    "198元",
    "500元",
    "人民币500元",
    "50块钱",
    "3000원",
    "15,000원",
    "5천 원",
    "2만5천원",
    "1만 5천 원",
    "12만 3,400원",
    "2ドル",
    "20美元",
    "50 บาท",
    "500 рублей",
    "500 руб",
    "1500 ₽",
    "1,5 млн рублей",
    "100 грн",
    "100 гривень",
    "49 лв",
    "20 lei",
    "20 de lei",
    "50 TL",
    "50 lira",
    "20 złotych",
    "99 korun",
    "99,- Kč",
    "990 forint",
    "49 kronor",
    "kr. 499,00",
    "499:-",
    "499,-",
    "5 euroa",
    "20 Eur",
    "5 ευρώ",
    "20 ريال",
    "50 درهم",
    "۵۰۰۰ تومان",
    "30 שקל",
    '30 ש"ח',
    "50 रुपये",
    "Rs. 500",
    "Rs. 1,50,000",
    "500 Rs",
    "Rp 20.000",
    "RM 5.90",
    "30.000đ",
    "50.000 VNĐ",
    "5,000 won",
    "20 Franken",
    "Fr. 20.–",
    "CHF 20.-",
    "20 pounds",
    "50p",
    "99 Cent",
    "5 dólares",
    "20 dolarów",
    "20-Euro",
    "20-30 €",
    "20 – 30 Euro",
    "5 Mio. Euro",
    "2 millions d'euros",
    "1 millón de euros",
    "PHP 500",
    "PHP 8.30",
    "150000 €",
)
NO_MONEY = (
    "at 5 p.m. or 5p.m. or 5pm",
    "p. 3, see 3 p.",
    "20 cent years",
    "the 3 Lei, Mrs Lei 3",
    "2 TL Zucker",
    "5 TL;DR",
    "2025元旦",
    "3円形",
    "3元素",
    "3块蛋糕",
    "3원칙",
    "5 krachten und 10 Krimis",
    "am Fr. 3. Mai",
    "Fr. 9-17 Uhr",
    "Fr. 9.30 Uhr",
    "Fr. 12.05.2027",
    "PHP 8.3",
    "PHP 8, PHP 7.4.33",
    "the 3 Rs",
    "in 2024 won",
    "5 European or 5 Europa",
    "1080p",
    "at 5:-)",
    "12.-15. Mai",
    "12,-15",
    "1.- Abrir",
)
CASES = [(kind, text, value) for kind, cases in FOUND.items() for text, value in cases]


@pytest.mark.parametrize(("kind", "text", "value"), CASES, ids=[f"{kind} {text}" for kind, text, _ in CASES])
def test_a_thing_is_found_whole(kind: str, text: str, value: str | None) -> None:
    """Its kind is right, and punctuation around it is no part of it."""
    mask = Mask(MaskingRules(enabled=False, private=frozenset({kind})))
    hidden = mask.hide(text, html=False)
    assert [thing.value for thing in mask.tokens.values()] == ([] if value is None else [value])
    assert mask.reveal(hidden) == text
    assert {thing.kind for thing in mask.tokens.values()} <= {kind}


@pytest.mark.parametrize("amount", MONEY)
def test_money_is_one_thing_in_any_currency(amount: str) -> None:
    """The figure goes with its currency, as each language writes it, and no other kind takes a part of it."""
    mask = Mask(MaskingRules())
    for text in (f"X: {amount}!", f"Is {amount} right?"):
        assert mask.hide(text, html=False) == text.replace(amount, "ZQX1SUM")
    assert [(thing.kind, thing.value) for thing in mask.tokens.values()] == [("amount", amount)]


@pytest.mark.parametrize("amount", ["500円", "1万2800円", "198元", "3000원", "50บาท"])
def test_money_needs_no_space_around_it(amount: str) -> None:
    """There are languages that write none."""
    assert Mask(MaskingRules()).hide(f"送料は{amount}です。", html=False) == "送料はZQX1SUMです。"


@pytest.mark.parametrize("text", NO_MONEY)
def test_what_only_looks_like_money_is_none(text: str) -> None:
    """Words and dates that begin like a currency, versions, sizes of pictures."""
    mask = Mask(MaskingRules(private=frozenset({"amount"})))
    assert mask.hide(f"{text} ok", html=False) == f"{text} ok"


@pytest.mark.parametrize(
    "text",
    [
        "am 03. 05. 2027 um 14 Uhr",
        "vom 03.05.-07.05. und 03.05. - 07.05.2027",
        "vom 03.-07.05.2027",
        "01/2027 - 03/2027",
        "02 03 2027 - 05 03 2027",
        "05. 2027 - 07. 2027",
        "open 0800-1200 and 1300-1700",
        "We reopened the ticket. 3rd-party apps may need it.",
        "Thanks for your order. 100 units are in stock.",
        "Open the case. 24h later it dries.",
        "We received your request. 2026 was good.",
        "your account 30days trial",
    ],
)
def test_dates_hours_and_the_next_sentence_are_neither_numbers_nor_references(text: str) -> None:
    """They stay in clear, so that a model can write them as its language does."""
    assert Mask(MaskingRules()).hide(text, html=False) == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("06 12 34 56 78", "ZQX1PHONE"),
        ("06. 12. 34. 56. 78", "ZQX1PHONE"),
        ("01 20 27 34 56", "ZQX1PHONE"),
        ("0800-1234567", "ZQX1PHONE"),
        ("02 2034 5678", "ZQX1PHONE"),
        ("Ref. 48213", "Ref. ZQX1REF"),
        ("order no. 48213", "order no. ZQX1REF"),
        ("Rechnung Nr.2024-117", "Rechnung Nr.ZQX1REF"),
        ("ticket: 48213", "ticket: ZQX1REF"),
    ],
)
def test_numbers_that_begin_like_a_date_are_hidden(text: str, hidden: str) -> None:
    """So are references behind an abbreviation."""
    assert Mask(MaskingRules()).hide(text, html=False) == hidden


@pytest.mark.parametrize("text", [text for _, text, _ in CASES])
def test_everything_comes_back(text: str) -> None:
    """With all kinds at work, nothing is changed on the way out and back."""
    mask = Mask(MaskingRules(private=frozenset({"number"})))
    assert mask.reveal(mask.hide(text, html=False)) == text


def test_numbers_stay_in_clear_unless_private() -> None:
    """A model needs `30 days` to build its sentence."""
    draft = "Within 30 days, by 03.05.2027, version 4.2"
    assert Mask(MaskingRules()).hide(draft, html=False) == draft
    hidden = Mask(MaskingRules(private=frozenset({"number"}))).hide(draft, html=False)
    assert hidden == "Within ZQX1NUM days, by ZQX2NUM, version ZQX3NUM"
