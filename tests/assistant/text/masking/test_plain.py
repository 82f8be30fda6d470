# ruff: noqa: RUF001 - signs of other scripts
"""The plain copy, and finding in it what a text spells in another way."""

import os
import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.masking.custom import CustomPattern
from assistant.text.masking.equal_values import common_form
from assistant.text.masking.masking import Mask, MaskingRules
from assistant.text.masking.plain import MOST_FOR_ONE, plain_copy, usual

COMMON = settings(max_examples=200 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2069\ufe0f\ufeff\u034f"
BLANKS = (" ", "  ", "\u00a0", "\u2002", "\u2007", "\u2009", "\u202f", " \u00a0", "\u3000")
HYPHENS = "-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
DIGITS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
VALUES = (
    "max.muster@example.com",
    "https://example.com/reset",
    "example.com/reset",
    "+49 151 2345678",
    "0171-234 5678",
    "415-555-0132",
    "DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111",
    "ORD-2024-0001",
    "1 234,50 €",
)


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """Make another spelling of a value: other blanks, hyphens and digits, and invisible characters anywhere in it."""
    value = draw(st.sampled_from(VALUES))
    digits = draw(st.sampled_from(DIGITS)) if "/" not in value else DIGITS[0]
    parts = [value[0].translate({ord(str(index)): digit for index, digit in enumerate(digits)})]
    for sign in value[1:]:
        parts.append(draw(st.text(INVISIBLE, max_size=2)))
        parts.append(_respelled(draw, sign, digits))
    return "".join(parts)


def _respelled(draw: st.DrawFn, sign: str, digits: str) -> str:
    if sign == " ":
        return draw(st.sampled_from(BLANKS))
    if sign == "-":
        return draw(st.sampled_from(HYPHENS))
    return digits[int(sign)] if sign.isdecimal() else sign


@COMMON
@given(spellings(), st.booleans())
def test_no_spelling_hides_a_value(value: str, html: bool) -> None:  # noqa: FBT001 - drawn
    """It is one thing, the text around it stays, and it comes back to the character."""
    text = f"<p>Hello, {escape(value)} ok?</p>" if html else f"Hello, {value} ok?"
    mask = Mask(MaskingRules())
    hidden = mask.hide(text, html=html)
    assert re.fullmatch(r"(?:<p>)?Hello, ZQX1[A-Z]+ ok\?(?:</p>)?", hidden)
    assert mask.reveal(hidden, html=html) == text


@COMMON
@given(spellings(), st.data())
def test_no_tag_hides_a_value(value: str, data: st.DataObject) -> None:
    """In HTML, a tag may stand anywhere in it; tags stay where they are."""
    at = data.draw(st.integers(1, len(value) - 1))
    tag = data.draw(st.sampled_from(["<wbr>", "<b>", "</span>", '<font color="red">', "<!-- x -->"]))
    text = f"<p>Hello, {escape(value[:at])}{tag}{escape(value[at:])} ok?</p>"
    mask = Mask(MaskingRules())
    hidden = mask.hide(text, html=True)
    left = re.sub(r"ZQX\d+[A-Z]+|<[^<>]*>", "", hidden)
    assert not [sign for sign in usual(left.removeprefix("Hello, ").removesuffix(" ok?")) if sign.isalnum()]
    assert hidden.count(tag) == 1
    assert mask.reveal(hidden, html=True) == text


@COMMON
@given(st.text(max_size=80))
def test_a_copy_keeps_its_place(text: str) -> None:
    """Each character of the copy comes from a place in the text, in order; and the copy of a copy is the same."""
    copy = plain_copy(text, [(0, len(text))], [""], html=False)
    assert len(copy.text) == len(copy.starts) == len(copy.ends)
    assert list(copy.starts) == sorted(copy.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(copy.starts, copy.ends, strict=True))


def test_no_character_becomes_many() -> None:
    """Some signs stand for a whole sentence in Unicode's own tables; a copy is never longer than three times a text."""
    for number in [*range(0xD800), *range(0xE000, 0x20000)]:
        assert len(usual(chr(number))) <= MOST_FOR_ONE


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("a\u200bb\u00adc", "abc"),
        ("1\u20092\u00a0\u00a03", "1 2 3"),
        ("1    2\t3", "1    2\t3"),
        ("a \r\n> b\n\n\n\nc", "a\nb\n\nc"),
        ("١２३", "123"),
        ("Ａｂ＠ﬃ", "Ab@ffi"),
        ("1–2−3‑4 — 5", "1-2-3-4 — 5"),
        ("o\u0308k é", "ok é"),
        ("&lt;&nbsp;&#8203;&amp;", "< &"),
        ("１，２３４；x", "1,234；x"),
        ("10² ½ ™ ①", "10² ½ ™ ①"),
        ("۰٫۵ پ‌ن", "0.5 پن"),
    ],
)
def test_the_usual_way_of_writing(text: str, copy: str) -> None:
    """What is for the eye is gone; what has a meaning stays: superscripts, fractions, paragraphs, columns."""
    assert usual(text) == copy


def test_two_spellings_have_two_codes_and_are_the_same_thing() -> None:
    """So each comes back as it was written, and an answer that has one of them lost nothing."""
    mask = Mask(MaskingRules())
    text = "+49 151 2345678, +49–151–2345678"
    assert mask.hide(text, html=False) == "ZQX1PHONE, ZQX2PHONE"
    assert mask.reveal("ZQX2PHONE and ZQX1PHONE") == "+49–151–2345678 and +49 151 2345678"
    assert common_form("phone", "+49 151 2345678") == common_form("phone", "+٤٩–151–\u200b2345678")


def test_own_patterns_see_the_text_and_its_copy() -> None:
    """A pattern may name a dash that a copy does not have, and finds a number with something invisible in it."""
    mask = Mask(MaskingRules(patterns=(CustomPattern(name="a", pattern="KD–[0-9]{3}"),)))
    assert mask.hide("KD–123", html=False) == "ZQX1CODE"
    mask = Mask(MaskingRules(patterns=(CustomPattern(name="a", pattern="KD-[0-9]{3}"),)))
    assert mask.hide("KD–１２\u200b3", html=False) == "ZQX1CODE"


@pytest.mark.parametrize(
    ("draft", "hidden"),
    [
        ("<b>max@example.com</b>, thanks", "<b>ZQX1MAIL</b>, thanks"),
        ("<b>+49</b> 151 2345678", "<b>ZQX1PHONE</b> ZQX2PHONE"),
        ("max<b>@</b>example.com", "ZQX1MAIL<b>@</b>ZQX2MAIL"),
        ("<p>0151</p><p>2345678 items</p>", "<p>0151</p><p>ZQX1REF items</p>"),
        ("<td>4111 1111</td><td>1111 1111</td>", "<td>4111 1111</td><td>1111 1111</td>"),
        ("DE89 3704 0044<br>0532 0130 00", "ZQX1IBAN<br>ZQX2IBAN"),
        ("order <b>48213</b>", "order <b>ZQX1REF</b>"),
    ],
)
def test_tags_stay_in_the_open(draft: str, hidden: str) -> None:
    """What tags part has a code for each part; blocks and cells part what is no value."""
    mask = Mask(MaskingRules())
    assert mask.hide(draft, html=True) == hidden
    assert mask.reveal(hidden, html=True) == draft
