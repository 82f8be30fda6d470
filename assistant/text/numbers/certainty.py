# ruff: noqa: RUF001 - words of other alphabets
"""When a figure that is lost refuses an answer, and does not only warn.

By loss alone a figure refuses that is no date, no time and no duration, and that no one says in words: an amount, a
code, a phone number, four digits and more, decimals. Another one in its place refuses where both are the same sort of
figure: neither a date, a time of day nor an ordinal, and not in units of which one may be turned into the other.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from assistant.text.numbers.time_units import unit_after, unit_of
from assistant.text.reading import fold

Role: TypeAlias = Literal["date", "clock", "ordinal", "duration", "thing", "plain"]
"""What a figure is in its text; a `thing` is an amount, a phone number or a reference, with whatever belongs to it."""

_CHAIN = r"(?:\s?[-–—−〜~～,/&]?\s?(?:[^\W\d_]{1,5}\s)?\d{1,2}(?:[:.h][0-5]\d)?(?!\d)){0,5}"
_CLOCK_AFTER = re.compile(
    _CHAIN + r"\s?(?:[ap]\.?\s?m\b|uhr\b|h\b(?!\w)|o'clock|hrs\b|時(?!間)|点|點|시(?!간)|godz|hod\b|klo\b|ч\.|น\.)",
    re.IGNORECASE,
)
_CLOCK_BEFORE = re.compile(
    r"(?<!\w)(?:at|um|gegen|kl\.?|klo|klockan|klokken|a las|às|om|godz\.?|godzinie)\s\Z", re.IGNORECASE
)
_ALONE = re.compile(r"\s?(?:[-–.,;!?)]|\Z|(?:and|or|to|und|oder|bis|in|on|today|tomorrow|tonight)\b)")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-4])[:h][0-5]\d(?:[-–](?:[01]?\d|2[0-4])[:h][0-5]\d)?")
_DOTTED = re.compile(r"(?:[01]?\d|2[0-4])\.[0-5]\d(?:[-–](?:[01]?\d|2[0-4])\.[0-5]\d)?")
_HOURS = re.compile(r"(?:[01]?\d|2[0-4])(?:[:.h][0-5]\d)?(?:[-–](?:[01]?\d|2[0-4])(?:[:.h][0-5]\d)?)?")
_ORDINAL_AFTER = re.compile(
    r"(?:st|nd|rd|th|er|ère|re|e|de|ème|[:.]?e|º|ª|°(?!\s?[CF])|\.?\s?[oa])\b|[ºª]", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19[5-9]\d|20(?!00)\d\d)(?:[-–/](?:19|20)?\d\d)?")
_SPAN = re.compile(_CHAIN + r"(?:\s?[-–]|\+)?")
_QUALIFIED = re.compile(r"\s(?:business|working|calendar|werk\w+|full|whole|more|jours)\b(?=\s)", re.IGNORECASE)
_MEASURE = re.compile(r"\s?(?:([%％٪])|(°\s?[CF])|([^\W\d_]+(?: c?ent\w*| mille)?))")
_MEASURES = (
    ("%", "% percent prozent procent procenta procentů procentów procento процент процента процентов"),
    ("%", "por_ciento por_cento pour_cent per_cento"),
    ("kg", "kg kilo kilos kilogram kilograms kilogramm"),
    ("g", "g gram grams gramm gramo gramos gramme grammes grammi gramas"),
    ("lb", "lb lbs pound pounds"), ("oz", "oz ounce ounces"),
    ("km", "km kilometer kilometers kilometre kilometres"), ("mi", "mi mile miles meilen"),
    ("m", "m meter meters metre metres metros"), ("ft", "ft foot feet"),
    ("cm", "cm centimeter centimeters zentimeter"), ("mm", "mm"), ("in", "inch inches zoll"),
    ("l", "l liter liters litre litres litros"), ("ml", "ml"), ("gal", "gal gallon gallons"),
    ("kb", "kb"), ("mb", "mb"), ("gb", "gb"), ("tb", "tb"),
    ("°c", "°c celsius"), ("°f", "°f fahrenheit"),
)  # fmt: skip
_UNITS = {word.replace("_", " "): unit for unit, words in _MEASURES for word in words.split()}
_LONG = 4
_LONGER = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,}+")  # a short word may be anything
_BESIDE = 16
_DECIMALS = re.compile(r"\d+[.,](?!5\Z|25\Z|50\Z|75\Z)\d+|\d+(?:\.\d+){2,}")  # and versions
_SAID = re.compile(r"[1-9]\d{0,2}[.,']?0{2,}(?:[.,']?000)*")


class Sight(NamedTuple):
    """A figure as a reader takes it: what it is, in what unit, and between which words.

    `sure` is whether nothing in the other text's language can say it in words.
    """

    written: str
    role: Role
    unit: str = ""
    before: str = ""
    after: str = ""
    sure: bool = True


def refuses_by_loss(lost: Sight, added: Sequence[Sight]) -> bool:
    """Tell whether it refuses that a figure is lost, whatever else is in the answer."""
    if lost.role == "thing":
        return lost.sure
    if lost.role != "plain" or _YEAR.fullmatch(lost.written) or _is_converted(lost, added):
        return False
    if _DECIMALS.fullmatch(lost.written):
        return True
    return len(re.sub(r"\D", "", lost.written)) >= _LONG and _SAID.fullmatch(lost.written) is None


def is_replaced(lost: Sequence[Sight], added: Sequence[Sight]) -> bool:
    """Tell whether a figure that is added stands in the place of one that is lost."""
    fewer = [each for each in lost if _may_refuse(each)]
    more = [each for each in added if _may_refuse(each)]
    even = len(fewer) == len(more)
    return any(_are_alike(one, other) and (even or _share_words(one, other)) for one in fewer for other in more)


def role_of(written: str, before: str, after: str) -> tuple[Role, str]:
    """Return what a figure is that is neither a thing nor a date, and its unit.

    Args:
        written: the figure.
        before: what stands right before it.
        after: what stands right after it.
    """
    unit = _unit(after)
    if _is_clock(written, before, after, unit):
        return "clock", ""
    last = _SPAN.match(after)
    rest = after[last.end() :] if last else after
    time = unit_after(_QUALIFIED.sub("", rest)) or unit_after(_QUALIFIED.sub("", after))
    if time:
        return "duration", _with_others(time, before, rest)
    if _ORDINAL_AFTER.match(after) or before.endswith("第"):
        return "ordinal", ""
    return "plain", unit


def _with_others(unit: str, before: str, after: str) -> str:
    """Return a unit of time with those right beside it, as in an hour and 30 minutes."""
    words = [*_LONGER.findall(fold(before[-_BESIDE:])), *_LONGER.findall(fold(after[: 2 * _BESIDE]))]
    return "+".join(sorted({unit, *filter(None, map(unit_of, words))}))


def _is_clock(written: str, before: str, after: str, unit: str) -> bool:
    if _CLOCK.fullmatch(written):
        return True
    if _HOURS.fullmatch(written) is None or unit:
        return False
    if _CLOCK_AFTER.match(after):
        return True
    return bool(_CLOCK_BEFORE.search(before) and (_DOTTED.fullmatch(written) or _ALONE.match(after)))


def _unit(after: str) -> str:
    found = _MEASURE.match(after)
    if not found:
        return ""
    word = fold(found[0]).replace(" ", "") if found[2] else fold(found[0].strip()).replace("％", "%").replace("٪", "%")
    return _UNITS.get(word) or _UNITS.get(word.partition(" ")[0], "")


def _may_refuse(number: Sight) -> bool:
    return number.role in ("plain", "thing", "duration") and _YEAR.fullmatch(number.written) is None


def _are_alike(one: Sight, other: Sight) -> bool:
    """Tell whether two figures may be the same thing changed."""
    if "duration" in (one.role, other.role):
        return one.role == other.role and one.unit == other.unit
    return one.unit == other.unit or not (one.unit and other.unit)


def _is_converted(lost: Sight, added: Sequence[Sight]) -> bool:
    return bool(lost.unit) and any(each.unit and each.unit != lost.unit for each in added)


def _share_words(one: Sight, other: Sight) -> bool:
    return bool((one.after and one.after == other.after) or (one.before and one.before == other.before))
