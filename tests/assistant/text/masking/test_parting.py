# ruff: noqa: RUF001 - dashes
"""Two values side by side, with tags or a dash between them, and one value with tags or dashes in it."""

import re

import pytest

from assistant.text.masking.custom import CustomPattern
from assistant.text.masking.masking import Mask, MaskingRules
from tests.growth import grows_no_faster, repeated

_CARD, _OTHER_CARD = "4111 1111 1111 1111", "5500 0000 0000 0004"


def hidden(text: str, *patterns: str) -> str:
    """Return what a provider gets of a text, which comes back as it was."""
    own = tuple(CustomPattern(name=f"p{index}", pattern=pattern) for index, pattern in enumerate(patterns))
    mask = Mask(MaskingRules(patterns=own))
    html = re.search(r"<[\w!]|&\w+;", text) is not None
    sent = mask.hide(text, html=html)
    assert mask.reveal(sent, html=html) == text.replace("&shy;", "\u00ad").replace("&ndash;", "–")
    return re.sub(r"ZQX\d+", "ZQX", sent)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (f"<span>Karte</span><span>{_CARD}</span>", "<span>Karte</span><span>ZQXCARD</span>"),
        ("<span>Card</span><span>4111111111111111</span>", "<span>Card</span><span>ZQXCARD</span>"),
        (f"<font>Karte</font><font>{_CARD}</font>", "<font>Karte</font><font>ZQXCARD</font>"),
        (f"<label>Card</label><output>{_CARD}</output>", "<label>Card</label><output>ZQXCARD</output>"),
        ("<code>id</code>4111111111111111", "<code>id</code>ZQXCARD"),
        (f"Ref<!-- x -->{_CARD}", "Ref<!-- x -->ZQXCARD"),
        (f"Karte<o:p></o:p>{_CARD}", "Karte<o:p></o:p>ZQXCARD"),
        (f"<b>{_CARD}</b><i>12/27</i>", "<b>ZQXCARD</b><i>12/27</i>"),
        (f"<b>{_CARD}</b><b>{_OTHER_CARD}</b>", "<b>ZQXCARD</b><b>ZQXCARD</b>"),
        ("<span>Konto</span><span>DE89370400440532013000</span>", "<span>Konto</span><span>ZQXIBAN</span>"),
        ("<i>DE89 3704 0044 0532 0130 00</i><b>COBADEFFXXX</b>", "<i>ZQXIBAN</i><b>COBADEFFXXX</b>"),
        ("<s>29,99 €</s><b>19,99 €</b>", "<s>ZQXSUM</s><b>ZQXSUM</b>"),
        ("<del>$29.99</del><ins>$19.99</ins>", "<del>ZQXSUM</del><ins>ZQXSUM</ins>"),
        ("<span>Total</span><span>19,99 €</span>", "<span>Total</span><span>ZQXSUM</span>"),
        ("<b>Tel</b><span>0171 2345678</span>", "<b>Tel</b><span>ZQXPHONE</span>"),
        ("Tel<tt>0171 2345678</tt>", "Tel<tt>ZQXPHONE</tt>"),
        ("<b>0171 2345678</b><b>030 1234567</b>", "<b>ZQXPHONE</b><b>ZQXPHONE</b>"),
        ("<span>Bestellung</span><span>48213123</span>", "<span>Bestellung</span><span>ZQXREF</span>"),
        ("<span>Order</span><span>ORD-2024-0001</span>", "<span>Order</span><span>ZQXREF</span>"),
        ("<b>ORD-2024-0001</b><b>19,99 €</b>", "<b>ZQXREF</b><b>ZQXSUM</b>"),
        ("<i>a@example.com</i><b>b.c@example.com</b>", "<i>ZQXMAIL</i><b>ZQXMAIL</b>"),
        ("<i>max@example.com</i><b>0171 2345678</b>", "<i>ZQXMAIL</i><b>ZQXPHONE</b>"),
        ("<i>www.example.com</i><b>max@example.com</b>", "<i>ZQXLINK</i><b>ZQXMAIL</b>"),
        ("<a>max@example.com</a><span>Call us</span>", "<a>ZQXMAIL</a><span>Call us</span>"),
        ("<a>max@example.com</a><span>sign here</span>", "<a>ZQXMAIL</a><span>sign here</span>"),
        ("<b>E-Mail</b><i>max@example.com</i>", "<b>E-Mail</b><i>ZQXMAIL</i>"),
        ("<a>https://x.example/a</a><b>Next</b> word", "<a>ZQXLINK</a><b>Next</b> word"),
        ("<a>https://x.example/a</a>and more", "<a>ZQXLINK</a>and more"),
        ("https://x.example/a<b>Next</b>", "ZQXLINK<b>Next</b>"),
    ],
)
def test_values_beside_a_tag(text: str, sent: str) -> None:
    """Each is found whole, as a reader who sees boxes side by side takes it; the words beside it stay."""
    assert hidden(text) == sent


@pytest.mark.parametrize(
    "text",
    [
        "4<b>1</b>11 1111 1111 1111",
        "<b>DE</b><i>89 3704 0044</i> 0532 0130 00",
        "GB82 <b>WEST</b><i>1234 5698 7654 32</i>",
        "<b>ma</b><i>x</i>.muster<u>@</u>example.<b>com</b>",
        "max@example.co<b>m</b>",
        "<b>max</b>muster@example.com",
        "https://example.com/re<b>set</b>",
        "https://example.com/re<!-- x -->set",
        "<b>https://example.com/reset/</b><i>abc</i>",
        "https://example.com/reset<wbr>abc",
        "https://example.com/\u034f<b>reset</b>",
        "https://example.com/re\u00ad<b>set</b>",
        "<b>1.</b><i>234,50 €</i>",
        "ORD-2<b>024-0001</b>",
        "+49 151 23<b>45678</b>",
        "0151–<b>234</b>–5678",
    ],
)
def test_a_value_with_tags_in_it(text: str) -> None:
    """It is hidden to the last letter, however many tags there are."""
    assert re.sub(r"ZQX[A-Z]+|<[^<>]*>|[^\w<>]", "", hidden(text)) == ""


_PARTED = [
    (f"{_CARD}–{_OTHER_CARD}", "ZQXCARD–ZQXCARD"),
    (f"12/27–{_CARD}", "12/27–ZQXCARD"),
    ("12.05.2024–4111111111111111", "12.05.2024–ZQXCARD"),
    ("Karte 1–4111111111111111", "Karte 1–ZQXCARD"),
    ("3·4111111111111111", "3·ZQXCARD"),
    ("1．4111111111111111", "1．ZQXCARD"),
    ("4111111111111111，5500000000000004", "ZQXCARD，ZQXCARD"),
    ("$5–$10", "ZQXSUM–ZQXSUM"),
    ("$5-$10", "ZQXSUM-ZQXSUM"),
    ("€1190–€1250", "ZQXSUM–ZQXSUM"),
    ("USD 5–USD 10", "ZQXSUM–ZQXSUM"),
    ("USD 5-USD 10", "ZQXSUM-ZQXSUM"),
    ("¥1,000–¥2,000", "ZQXSUM–ZQXSUM"),
    ("1,000円–2,000円", "ZQXSUM–ZQXSUM"),
    ("5 €–10 €", "ZQXSUM–ZQXSUM"),
    ("5 €−3 €=2 €", "ZQXSUM−ZQXSUM=ZQXSUM"),
    ("5 €-10 €", "ZQXSUM-ZQXSUM"),
    ("5€‒10€", "ZQXSUM‒ZQXSUM"),
    ("max@example.com–0171 2345678", "ZQXMAIL–ZQXPHONE"),
    ("a@b.de–c@d.de", "ZQXMAIL–ZQXMAIL"),
    ("Kontakt–max@example.com", "Kontakt–ZQXMAIL"),
    ("16:00–0171 2345678", "16:00–ZQXPHONE"),
    ("0171 2345678–0172 3456789", "ZQXPHONE–ZQXPHONE"),
    ("0171 2345678—0172 3456789", "ZQXPHONE—ZQXPHONE"),
    ("0171 2345678 – 030 1234567", "ZQXPHONE – ZQXPHONE"),
    (f"https://example.com/a–{_CARD}", "ZQXLINK–ZQXCARD"),
    (f"example.com/a—{_CARD}", "ZQXLINK—ZQXCARD"),
    ("www.example.org–0171 2345678", "ZQXLINK–ZQXPHONE"),
    ("ORD-2024-0001–12.05.2024", "ZQXREF–12.05.2024"),
    ("DE89370400440532013000–BIC", "ZQXIBAN–BIC"),
    ("DE89370400440532013000–GB29NWBK60161331926819", "ZQXIBAN–ZQXIBAN"),
]


@pytest.mark.parametrize(("text", "sent"), _PARTED)
def test_values_beside_a_dash(text: str, sent: str) -> None:
    """It parts two values, and makes no price negative."""
    assert hidden(text) == sent
    assert hidden(f"<p>{text.replace('–', '&ndash;')}</p>") == f"<p>{sent}</p>"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("+49–151–2345678", "ZQXPHONE"),
        ("+49 30 123456–0", "ZQXPHONE"),
        ("4111–1111–1111–1111", "ZQXCARD"),
        ("DE89–3704–0044–0532–0130–00", "ZQXIBAN"),
        ("ORD–2024–0001", "ZQXREF"),
        ("max–muster@example.com", "ZQXMAIL"),
        ("https://example.com/wiki/Paris–Roubaix", "ZQXLINK"),
        ("https://example.com/wiki/Paris—Nice", "ZQXLINK"),
        ("https://example.com/wiki/1990–2000", "ZQXLINK"),
        ("example.com/von–bis/a", "ZQXLINK"),
        ("1190–1250 €", "ZQXSUM"),
        ("Saldo –5 €", "Saldo ZQXSUM"),
        ("Saldo -5 €", "Saldo ZQXSUM"),
    ],
)
def test_a_value_with_dashes_in_it(text: str, sent: str) -> None:
    """It is one; and a sign that stands alone before an amount belongs to it."""
    assert hidden(text) == sent


def test_a_value_with_tags_in_it_beside_a_dash() -> None:
    """Both at once."""
    sent = hidden("4<b>1</b>11 1111 1111 1111–55<i>00 0000 0000 0004</i>")
    assert sent == "ZQXCARD<b>ZQXCARD</b>ZQXCARD–ZQXCARD<i>ZQXCARD</i>"


@pytest.mark.parametrize(
    ("pattern", "text", "sent"),
    [
        (r"KD-?\d{4,8}", "KD-1234<b>5678</b> ok", "ZQXCODE<b>ZQXCODE</b> ok"),
        (r"KD-?\d{4,8}", "KD-1234<wbr>5678 ok", "ZQXCODE<wbr>ZQXCODE ok"),
        (r"KD-?\d{4,8}", "KD-1234\u00ad5678 ok", "ZQXCODE ok"),
        (r"KD-?\d{4,8}", "KD-1234&shy;5678 ok", "ZQXCODE ok"),
        (r"KD-?\d{4,8}", "KD-1234\u200b5678 ok", "ZQXCODE ok"),
        (r"KD-?\d{4,8}", "KD-12345678–KD-87654321", "ZQXCODE–ZQXCODE"),
        (r"Herr \w+", "Herr Mu\u0308ller, ok", "ZQXCODE, ok"),
        (r"Herr \w+", "Herr Mül<b>ler</b>, ok", "ZQXCODE<b>ZQXCODE</b>, ok"),
        (r"Passwort: \S+", "Passwort: ge<b>heim</b>!1 ok", "ZQXCODE<b>ZQXCODE</b>ZQXCODE ok"),
        (r"[\w.]+@corp\b", "<span>m</span>ax.m@corp", "<span>ZQXCODE</span>ZQXCODE"),
        (r"[\w.]+@corp\b", "hans.mu\u0308ller@corp", "ZQXCODE"),
        (r"\w+straße \d+", "Hauptstraße 12<span>3</span> x", "ZQXCODE<span>ZQXCODE</span> x"),
    ],
)
def test_an_own_pattern_takes_all_it_finds(pattern: str, text: str, sent: str) -> None:
    """What it finds in the text as it was written is no end of what it finds in the plain copy."""
    assert hidden(text, pattern) == sent


@pytest.mark.parametrize(
    "text",
    [
        "<p><b>Schritt</b><span>1</span> und <i>Schritt</i><span>2</span></p>",
        "<p>H<sub>2</sub>O bei 10<sup>6</sup> Pa</p>",
        "<p><b>Mo–Fr</b><span>8–12 Uhr</span></p>",
        "<p>Seite 3<sup>1</sup>, Kapitel 2–4</p>",
        "Berlin–München, Mo–Fr, 2019–2024, S. 12–14",
        "Er kam – wie immer – zu spät; 8–12 Uhr, 01.05.–03.05.",
    ],
)
def test_ordinary_sentences_stay(text: str) -> None:
    """Tags and dashes alone make no value."""
    assert hidden(text) == text


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize(
    "part", ["<b>Tel</b><i>0171 2345678</i>", "<b>1</b>", "5 €–10 €, ", f"{_CARD}–", "a.de–", "<b>a</b>"]
)
def test_looking_twice_grows_with_the_text(part: str) -> None:
    """Twice the input takes at most 2.5 times the processor time."""
    grows_no_faster(lambda size: Mask(MaskingRules()).hide(repeated(part, size), html="<" in part), 20_000)
