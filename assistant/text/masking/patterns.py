"""What the things look like that a rewrite must leave alone: one finder for each kind.

Every expression is linear on any text: it starts at few places, and what it takes from each is bounded or possessive.
A finder is told where digits are. Most of them are too few, or have the wrong neighbours, to be of its kind, which is
much cheaper to see than to find out by its expressions.
"""
# ruff: noqa: RUF001 - marks of other scripts

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from assistant.text.currencies import AMOUNT, BEHIND, EDGE, GAP, MAY_BE_BEFORE, MAY_BE_BEHIND, PAID, SIGN
from assistant.text.html.regions import Zone
from assistant.text.lazy import regex
from assistant.text.masking.check_digits import IBAN_LENGTH, iban_end, is_card
from assistant.text.masking.digits import grouped
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
_LAST_OF_NAMING = f"{_WORDS}|nr|num|nummer|no|number|id|code|numéro|número|numero|n°|nº|ref".split("|")
_NAMING_BACKWARDS = "|".join(word[::-1] for word in _LAST_OF_NAMING)
_LONGEST_NAME = 10 + max(map(len, _LAST_OF_NAMING))  # characters with what may stand between it and the number
_MAY_BE_NAMED_ABROAD, _MAY_BE_NAMED = (
    re.compile(rf"[-/]?[A-Za-z]{{0,5}}[\s.:#]{{1,4}}(?:{_NAMING_BACKWARDS})", flags) for flags in (re.IGNORECASE, 0)
)
"""What stands before a number that is named, backwards: what it is called, or a word such as `number`."""
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
_DIGIT_BELOW = re.compile(r"\n(?<=[\d ()./-]\n)\(?\d")
_CURRENCY_SIGN = SIGN.removeprefix("[A-Z]{0,3}")
_AMOUNT = regex(rf"(?:{_START}(?:(?<!\w)(?<!{_CURRENCY_SIGN})-)?|(?<=\d-)(?=\D)){AMOUNT}")
"""A hyphen behind another amount parts the two; it makes neither of them negative."""
_NEVER_BEFORE = frozenset("!\"#%&'()*+,/:;<=>?@[]_abcdefghijklmnquvwxyz{}")  # figures of an amount
_MAY_BE_BEHIND, _MAY_BE_BEFORE = re.compile(MAY_BE_BEHIND), re.compile(MAY_BE_BEFORE)
_MOST_BEFORE = 10  # characters before the first digit of an amount that are looked at
_NUMBER = regex(rf"{_FIRST}\d{{0,39}}+(?:[.,:/-]\d{{1,40}}+){{0,8}}(?!{EDGE})")

_PAGE = 1024  # characters that one search looks through
_LONGEST = 512  # characters of a thing with what tells that it is one; the expressions allow for 450
_FEW = 3  # digits that a reference has at least
_FEWEST_OF_LONG = 6  # digits of one that nothing else tells of
_FEWEST_OF_CARD, _FEWEST_OF_PHONE = 13, 7
_BEHIND = 64  # characters behind the last digit that tell what a number is, generously
_LONGEST_LEAD = 41  # characters of a reference up to its first digit
_JOINTS = frozenset("-/")  # in a reference
_BEFORE_CHECK_DIGITS = frozenset(" -")
_BEFORE_NAMED = frozenset(" \t\n\r.:#-/")

Find = Callable[[str, int, int], Iterator[Zone]]
Runs: TypeAlias = Sequence[Zone]
"""The runs of digits in the part of a text that is looked through; the first and the last may go beyond it."""
FindNearDigits = Callable[[str, int, int, Runs], Iterator[Zone]]


def find_ibans(text: str, start: int, end: int, runs: Runs) -> Iterator[Zone]:
    """Find account numbers whose check digits are right."""
    for place, _ in runs:
        if place >= start and _follows_country(text, place) and _IBAN.match(text, place, end):
            first = place - (2 if text[place - 1].isalpha() else 3)
            last = iban_end(text, first)
            if last:
                yield first, last


def _follows_country(text: str, place: int) -> bool:
    """Tell whether the code of a country stands before digits, or before a blank or a hyphen there."""
    before = text[place - 1 : place]
    if before.isalpha():
        return text[place - 2 : place].upper() in IBAN_LENGTH
    return before in _BEFORE_CHECK_DIGITS and text[place - 3 : place - 1].upper() in IBAN_LENGTH


def find_cards(text: str, start: int, end: int, runs: Runs) -> Iterator[Zone]:
    """Find card numbers whose check digit is right."""
    groups = grouped(runs, _FEWEST_OF_CARD)
    for pattern in _CARDS if groups else ():
        for first, last in groups:
            found = _each(pattern, text, max(start, first), min(end, last))
            yield from (match.span() for match in found if is_card(match[0]))


def find_phones(text: str, start: int, end: int, runs: Runs) -> Iterator[Zone]:
    """Find telephone numbers, those too that a line end breaks."""
    groups = grouped(runs, _FEWEST_OF_PHONE)
    yield from (match.span() for match in _each_around(groups, _PHONE, text, start, end, before=2))
    if _DIGIT_BELOW.search(text, start, end) is None:
        return
    for match in _each(_BROKEN_PHONE, text, start, end):
        first, second = (sum(map(str.isdecimal, part)) for part in (match["first"], match["second"]))
        whole = _WHOLE_ABROAD if match["first"].startswith(("+", "00")) else _WHOLE_PHONE
        if first < whole <= first + second <= _MOST_DIGITS:
            yield match.span()


def find_named_orders(text: str, start: int, end: int, runs: Runs) -> Iterator[Zone]:
    """Find references that something before them tells of: `#48213`, `INV 123`, the number alone in `order 48213`."""
    for pattern in (_HASH, _PREFIXED):
        yield from (match.span() for match in _each(pattern, text, start, end))
    for place, _ in runs:
        if place > start and _may_be_named(text, place) and (match := _NUMBERED.match(text, place, end)):
            naming = _NAMING.search(text, max(start, place - _MOST_NAMING), place)
            if naming:
                yield naming.start(1), match.end()


def _may_be_named(text: str, place: int) -> bool:
    before = text[place - 1]
    if not (before in _BEFORE_NAMED or before.isalpha() or before.isspace()):
        return False
    if text[place - 2 : place - 1].isdigit() and (before in _JOINTS or before.isalpha()):
        return False  # it goes on in a number
    backwards = text[max(0, place - _LONGEST_NAME) : place][::-1]
    if backwards.isascii():  # by far the quicker way
        return _MAY_BE_NAMED.match(backwards.lower()) is not None
    return _MAY_BE_NAMED_ABROAD.match(backwards) is not None


def find_orders(text: str, start: int, end: int, runs: Runs) -> Iterator[Zone]:
    """Find references that their looks tell of: `ORD-2024-0001`, six digits and more."""
    for first, last in runs:
        if last - first >= _FEWEST_OF_LONG and first >= start and (match := _LONG.match(text, first, end)):
            yield match.span()
    lead = next((first for first, last in runs if _may_lead(text, first, last)), None)
    found = () if lead is None else _each(_CODED, text, max(start, lead - _LONGEST_LEAD), end)
    yield from (match.span() for match in found if _is_reference(match[0]))


def _may_lead(text: str, first: int, last: int) -> bool:
    """Tell whether digits may be the first ones of a word in which there are letters too, or hyphens."""
    before, behind = text[first - 1 : first], text[last : last + 1]
    if before == "\n":
        before = text[first - 2 : first - 1]
        return before in _JOINTS or behind.isalpha() or behind in _JOINTS
    return before.isalpha() or before in _JOINTS or behind.isalpha() or behind in _JOINTS


def find_amounts(text: str, start: int, end: int, runs: Runs) -> Iterator[Zone]:
    """Find sums of money; digits with no sign or word of a currency beside them are none."""
    if any(_may_be_signed(text, first) for first, _ in runs):
        yield from (match.span() for match in _each(_AMOUNT, text, start, end))
        return
    position = start
    for group in grouped(runs):
        there = runs[bisect_left(runs, group[:1]) : bisect_left(runs, group[1:])]
        if any(_MAY_BE_BEHIND.match(text, last, end) for _, last in there):
            for figure in _figures(text, position, end, there):
                yield figure
                position = figure[1]


def _may_be_signed(text: str, place: int) -> bool:
    if text[place - 1 : place] in _NEVER_BEFORE:
        return False
    return _MAY_BE_BEFORE.match(text[max(0, place - _MOST_BEFORE) : place][::-1]) is not None


def _figures(text: str, start: int, end: int, runs: Runs) -> Iterator[Zone]:
    """Find sums of money that begin with their digits, or a minus before those."""
    position = start
    for place, _ in runs:
        if place >= position:
            negative = place > position and text[place - 1] == "-"
            match = _AMOUNT.match(text, place - 1, end) if negative else None
            match = match or _AMOUNT.match(text, place, end)
            if match:
                yield match.span()
                position = match.end()


def _is_reference(word: str) -> bool:
    """Tell a reference from a word with digits: capitals or a hyphen, and three digits at least; `UTF-8` is none."""
    digits = sum(map(str.isdecimal, word))
    if digits < _FEW or word.isdecimal() or not any(map(str.isalpha, word)):
        return False
    if not word.isalnum():
        return word.isupper() or (word[0].isalpha() and digits > _FEW) or _UUID.fullmatch(word) is not None
    return word.isupper() and digits > _FEW


def find_numbers(text: str, start: int, end: int, _runs: Runs) -> Iterator[Zone]:
    """Find bare numbers, dates and times."""
    return (match.span() for match in _each(_NUMBER, text, start, end))


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


def _each_around(
    groups: Iterable[Zone], pattern: re.Pattern[str], text: str, start: int, end: int, *, before: int
) -> Iterator[re.Match[str]]:
    """Find all that a pattern matches whose digits are in some groups, and which begins shortly before them at most."""
    zones: list[Zone] = []
    for first, last in groups:
        if zones and first - before <= zones[-1][1] + _BEHIND:
            zones[-1] = (zones[-1][0], last)
        else:
            zones.append((first, last))
    for first, last in zones:
        for match in _each(pattern, text, max(start, first - before), min(end, last + _BEHIND)):
            if match.start() >= last:
                break
            yield match


FINDERS: tuple[tuple[Kind, FindNearDigits], ...] = (
    ("iban", find_ibans),
    ("card", find_cards),
    ("order", find_named_orders),
    ("phone", find_phones),
    ("order", find_orders),
    ("amount", find_amounts),
    ("number", find_numbers),
)
"""The finders of things with digits; those first that win where two find the same."""
