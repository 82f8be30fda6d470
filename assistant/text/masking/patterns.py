"""What the things look like that a rewrite must leave alone: one finder for each kind.

Every expression is linear on any text: it starts at few places, and what it takes from each is bounded or possessive.
"""
# ruff: noqa: RUF001 - marks of other scripts

import re
from collections.abc import Callable, Iterator

from assistant.text.currencies import AMOUNT, BEHIND, EDGE, GAP, PAID, SIGN
from assistant.text.html.regions import Zone
from assistant.text.lazy import regex
from assistant.text.masking.check_digits import iban_end, is_card
from assistant.text.masking.kinds import Kind

_START = rf"(?<!{EDGE})(?<!\d[.,/-])"
_FIRST = (
    rf"[0-9](?<!{EDGE}\d)(?<!\d[.,/-]\d)"  # the first digit at such a place: a search for digits is the quicker one
)
_END = f"(?!{EDGE}|@)"
_WORDS = (
    "order|invoice|ticket|case|booking|reservation|reference|ref|tracking|shipment|parcel|customer|contract|account|policy|"
    "serial|rma|request|bestellung|bestellnummer|rechnung|rechnungsnummer|auftrag|auftragsnummer|vorgang|kundennummer|"
    "sendung|commande|facture|dossier|pedido|factura|fatura|encomenda|ordine|fattura|pratica|bestelling|factuur|"
    "klantnummer|zamówienie|faktura|заказ|счёт|sipariş|ordre|beställning"
)
_STEMS = "bestell|kunden|rechnungs|auftrags|vertrags|sendungs|vorgangs|ticket|konto|order|klant|faktura"
_WHICH = "(?:no|nr|num|number|id|code|nummer|numéro|número|numero|n[°º])"

_ISSUER = rf"[2-6](?<!{EDGE}\d)(?<!\d[.,/-]\d)(?:(?<!2)|(?=[2-7]))"
_BETWEEN = " ?[-./_] ?|[ \\n]"
_LIKE_BEFORE = "(?:(?P=gap)|[ \\n])"
_IBAN = regex(
    r"\d\d(?:(?<=[A-Za-z]{2}\d\d)(?:(?<![^\W_][A-Za-z]{2}\d\d)|(?<=(?i:IBAN)[A-Za-z]{2}\d\d))"
    r"|(?<=[A-Za-z]{2}[ -]\d\d)(?<![^\W_][A-Za-z]{2}[ -]\d\d))(?=[ .\n/-]{0,3}+[A-Za-z0-9])"
)
_CARDS = (
    regex(rf"{_FIRST}(?:[ -]?\d){{12,18}}(?!\d)"),
    regex(rf"{_FIRST}\d{{12,18}}+(?!\d)"),
    regex(rf"{_ISSUER}\d{{3}}(?P<gap>{_BETWEEN})\d{{4}}{_LIKE_BEFORE}\d{{4}}{_LIKE_BEFORE}\d{{4}}(?!\d)"),
    regex(rf"{_ISSUER}\d{{3}}(?P<gap>{_BETWEEN})\d{{6}}{_LIKE_BEFORE}\d{{4,5}}(?!\d)"),
    regex(rf"{_ISSUER}\d{{3}}(?:(?:{_BETWEEN})\d{{4}}){{3}}(?:{_BETWEEN})\d{{1,3}}(?!\d)"),
)
_HASH = regex(
    rf"#(?<!{EDGE}#)(?<![&/=#]#)(?=[A-Za-z-]{{0,12}}\d)[A-Za-z0-9]{{1,40}}+(?:[-/_][A-Za-z0-9]{{1,40}}+){{0,6}}"
)
_CODED = regex(
    rf"(?<!{EDGE})(?<![.@&/#-])(?=(?:[A-Za-z/]|-\n?){{0,20}}\d)[A-Za-z0-9]{{1,40}}+(?:[-/](?:\n(?=\d))?[A-Za-z0-9]{{1,40}}+){{0,7}}{_END}"
)
_PREFIX_WORDS = "INV ORD PO RMA TKT CASE REF TICKET ORDER INVOICE"
_PREFIXES = "|".join(rf"{prefix}(?<!{EDGE}{prefix})" for prefix in _PREFIX_WORDS.split())
_PREFIXED = regex(
    rf"(?:{_PREFIXES})[ .:#-]{{1,3}}\d{{3,20}}+"
    rf"(?: ?[-/](?: |\n(?=\d))?\d{{2,20}}+| (?:0\d{{2,20}}|\d{{4,20}})){{0,3}}{_END}"
)
_MEASURE = r"\d{0,2}(?:st|nd|rd|th|h|hrs?|min|days?|am|pm|GB|MB|kg|[ckm]m)(?![A-Za-z0-9])"
_NUMBERED = regex(
    rf"\d(?<!\d\d)(?!{_MEASURE})[A-Za-z0-9]{{2,30}}+(?:[-/][A-Za-z0-9]{{1,30}}+){{0,5}}{_END}(?![.,]\d|{PAID})"
)
_NAMING = regex(
    rf"(?<![^\W_])(?:ref\.|(?:{_STEMS})-?(?:nr\.?|nummer)|(?:{_WORDS})(?:[\s-]{{1,3}}{_WHICH}(?![^\W_])\.?)?)(?:[\s:#]{{1,3}}|[.:#]{{1,3}})"
    r"([A-Za-z]{0,5}[-/]?)\Z",
    re.IGNORECASE,
)
_MOST_NAMING = 48  # characters of a word such as "order number: " before a number
_LONG = regex(rf"{_FIRST}\d{{5,39}}+(?:[-/]\d{{1,20}}+){{0,4}}{_END}(?![.,:]\d|{PAID})")
_UUID = regex(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DAY, _YEAR = r"(?:0[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d(?!\d)"
_TO = f"{GAP}?[-–]{GAP}?"
_QUARTER = r"[0-2]\d(?:00|15|30|45)"
_NO_DATE = (  # nor hours: 03.05.2027, 03. 05. 2027, 03 05 2027, 03.05.-07.05., 03.-07.05., 01/2027, 0800-1200
    rf"(?!\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}(?!\d)|{_DAY}\.{GAP}{_DAY}\.{GAP}{_YEAR}|{_DAY}{GAP}{_DAY}{GAP}{_YEAR}(?!{GAP}\d)"
    rf"|{_DAY}[./]{_DAY}\.?{_TO}{_DAY}[./]{_DAY}(?!\d)|{_DAY}\.{_TO}{_DAY}\.|{_DAY}\.{GAP}{_DAY}\.{_TO}"
    rf"|{_DAY}(?:[./]{GAP}?|{GAP}){_YEAR}(?!{GAP}?\d)|{_QUARTER}{_TO}{_QUARTER}(?!\d|[ -]\d))"
)
_PHONE = regex(
    rf"{_START}(?<!#)(?:(?:\+{GAP}?|00{GAP}?)[1-9](?:(?:{GAP}|[./()-]){{0,3}}\d){{6,14}}"
    rf"|0[1-9](?P<mark>[.-])\d\d(?:(?P=mark)\d\d){{3}}|{_NO_DATE}\(?0[1-9]\d{{0,4}}\)?(?:(?:{GAP}|[./-]){{0,3}}\d){{5,10}}"
    rf"|(?:1[ .-])?(?:\([2-9]\d{{2}}\)|[2-9]\d{{2}})(?:{GAP}|[./-]){{0,2}}[2-9]\d{{2}}"
    rf"(?:{GAP}?[.-]{GAP}?|{GAP})?\d{{4}}"
    rf"|\(\d{{2,5}}\){GAP}?\d{{3,5}}[ .-]?\d{{3,5}}"
    rf"|[6-9]\d{{2}}{GAP}\d{{3}}{GAP}\d{{3}}|[6-9]\d{{4}}{GAP}\d{{5}})"
    rf"{_END}(?![.,]\d|{GAP}?{BEHIND})"
)
_BROKEN_PHONE = regex(
    rf"{_START}(?<!#)(?P<first>(?:\+|00)[1-9][\d ()./-]{{0,16}}|{_NO_DATE}\(?0[1-9][\d ()./-]{{0,14}})\n"
    rf"(?P<second>\(?\d[\d ()/-]{{0,14}}\d){_END}(?![.,)]\d|(?<!\d\d\d)[.):]|{GAP}?{BEHIND})"
)
"""A number that a line end breaks before it is whole."""
_WHOLE_PHONE, _WHOLE_ABROAD, _MOST_DIGITS = 9, 10, 15  # digits; ITU-T E.164 allows 15
_CURRENCY_SIGN = SIGN.removeprefix("[A-Z]{0,3}")
_AMOUNT = regex(rf"(?:{_START}(?:(?<!\w)(?<!{_CURRENCY_SIGN})-)?|(?<=\d-)(?=\D)){AMOUNT}")
"""A hyphen behind another amount parts the two; it makes neither of them negative."""
_NUMBER = regex(rf"{_FIRST}\d{{0,39}}+(?:[.,:/-]\d{{1,40}}+){{0,8}}(?!{EDGE})")

_PAGE = 1024  # characters that one search looks through
_LONGEST = 512  # characters of a thing with what tells that it is one; the expressions allow for 450
_FEW = 3  # digits that a reference has at least
Find = Callable[[str, int, int], Iterator[Zone]]


def find_ibans(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find account numbers whose check digits are right."""
    for match in _each(_IBAN, text, start, end):
        first = match.start() - (2 if text[match.start() - 1].isalpha() else 3)
        last = iban_end(text, first)
        if last:
            yield first, last


def find_cards(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find card numbers whose check digit is right."""
    for pattern in _CARDS:
        yield from (match.span() for match in _each(pattern, text, start, end) if is_card(match[0]))


def find_phones(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find telephone numbers, those too that a line end breaks."""
    yield from (match.span() for match in _each(_PHONE, text, start, end))
    for match in _each(_BROKEN_PHONE, text, start, end):
        first, second = (sum(map(str.isdecimal, part)) for part in (match["first"], match["second"]))
        whole = _WHOLE_ABROAD if match["first"].startswith(("+", "00")) else _WHOLE_PHONE
        if first < whole <= first + second <= _MOST_DIGITS:
            yield match.span()


def find_named_orders(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find references that something before them tells of: `#48213`, `INV 123`, the number alone in `order 48213`."""
    for pattern in (_HASH, _PREFIXED):
        yield from (match.span() for match in _each(pattern, text, start, end))
    for match in _each(_NUMBERED, text, start, end):
        naming = _NAMING.search(text, max(start, match.start() - _MOST_NAMING), match.start())
        if naming:
            yield naming.start(1), match.end()


def find_orders(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find references that their looks tell of: `ORD-2024-0001`, six digits and more."""
    yield from (match.span() for match in _each(_LONG, text, start, end))
    yield from (match.span() for match in _each(_CODED, text, start, end) if _is_reference(match[0]))


def _is_reference(word: str) -> bool:
    """Tell a reference from a word with digits: capitals or a hyphen, and three digits at least; `UTF-8` is none."""
    digits = sum(map(str.isdecimal, word))
    if digits < _FEW or word.isdecimal() or not any(map(str.isalpha, word)):
        return False
    if not word.isalnum():
        return word.isupper() or (word[0].isalpha() and digits > _FEW) or _UUID.fullmatch(word) is not None
    return word.isupper() and digits > _FEW


def find_matches(pattern: re.Pattern[str]) -> Find:
    """Return a finder of all that a pattern matches."""

    def find(text: str, start: int, end: int) -> Iterator[Zone]:
        return (match.span() for match in _each(pattern, text, start, end) if match[0])

    return find


def _each(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Find all that a pattern matches, a page at a time: no other thread gets its turn within one search."""
    while start < end:
        over = start + _PAGE
        for match in pattern.finditer(text, start, min(end, over + _LONGEST)):
            if match.start() >= over and over + _LONGEST < end:
                break
            yield match
            start = match.end()
        start = max(start, over) if over + _LONGEST < end else end


FINDERS: tuple[tuple[Kind, Find, int], ...] = (
    ("iban", find_ibans, 2),
    ("card", find_cards, 13),
    ("order", find_named_orders, 1),
    ("phone", find_phones, 7),
    ("order", find_orders, 3),
    ("amount", find_matches(_AMOUNT), 1),
    ("number", find_matches(_NUMBER), 1),
)
"""The finders of things with digits, and how many one has at least; those first that win where two find the same."""
