"""What the words next to a number make of it: 5月 is May, 令和8年 is 2026, 2 in the afternoon is 14."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from assistant.text.numbers.time_units import in_all, unit_after

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民國": 1911, "民国": 1911, "พ.ศ.": -543, "ค.ศ.": 0}
_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]")
_BUDDHIST = range(2400, 2700)
_MONTHS = range(1, 13)
_MONTH_AFTER = re.compile(r"\s?[月월]")
_MONTH_BEFORE = re.compile(r"th(?:[áa]n)?g\.?\s?\Z", re.IGNORECASE)
_NOON = 12
_DECADE = re.compile(r"(?:19|20)\d0")
_TEN_YEARS = re.compile(r"'?s\b|er\b|[-:]?tal")
_AND_HALF = re.compile(r"\s?(?:시간|時間|小时|小時|시|時|点|點|개월|か月|个月|년|年)\s?[半반]")
_LENGTH = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]([0-5]\d))?")
_FRACTIONS = {"½": "5", "¼": "25", "¾": "75"}
_PARTS = {"1/2": "0.5", "1/4": "0.25", "3/4": "0.75", "1/3": "0.33", "2/3": "0.67"}
_LATE_BEFORE_WORDS = (
    "午後", "下午", "晚上", "傍晚", "夜", "오후", "저녁", "밤", "délután", "este", "akşam", "öğleden sonra",
    "nachmittag", "nachmittags", "abend", "abends", "eftermiddagen",
)  # fmt: skip
_LATE_AFTER_WORDS = (
    "nachmittag", "abend", "afternoon", "evening", "tonight", "at night", "de la tarde", "de la noche", "da tarde",
    "da noite", "de l'apr", "du soir", "del pomeriggio", "di sera", "della sera", "popołudni", "po południu", "wieczor",
    "odpoledne", "odpoludni", "večer", "вечера", "вечора", "дня", "пополуд", "middags", "avonds", "middag",
    "eftermiddag", "ettermiddag", "kväll", "kveld", "aften", "iltapäiv", "illalla", "délután", "este", "akşam", "μ.μ",
    "مساء", "בערב", "chiều", "tối", "บ่าย",
)  # fmt: skip
_LATE_BEFORE = re.compile(rf"(?:{'|'.join(_LATE_BEFORE_WORDS)})\s?(?:um |kl\. ?|at )?\Z", re.IGNORECASE)
_LATE_AFTER = re.compile(rf"[^\d\n!?]{{0,16}}?(?:{'|'.join(map(re.escape, _LATE_AFTER_WORDS))})", re.IGNORECASE)
_ASCII_BEFORE, _ASCII_AFTER = (tuple(filter(str.isascii, each)) for each in (_LATE_BEFORE_WORDS, _LATE_AFTER_WORDS))


_MYRIAD = r"([\d.,]{1,12})\s?([万萬만億亿억])\s?"
_UP_TO = re.compile(_MYRIAD + r"\Z")
_BEGINS = re.compile(r"\s?([万萬만億亿억])\s?(?:(\d[\d,]{0,8})\s?([千천百백])?)?")
_REST = re.compile(r"\s?([千천百백])?")
_BY_MYRIAD = {**dict.fromkeys("万萬만", 10**4), **dict.fromkeys("億亿억", 10**8)}
_BY_UNIT = {**dict.fromkeys("千천", 1000), **dict.fromkeys("百백", 100)}
_INDIAN = {"लाख": 100_000, "करोड़": 10_000_000, "हज़ार": 1000, "हजार": 1000}


def nearby(core: str, before: str, after: str) -> Iterator[tuple[str, ...]]:
    """Return what a number means beside what it says, by what stands right before and after it."""
    if core.isdigit() and len(core) <= len("2027"):
        number = int(core)
        yield from _of_date(number, before, after)
        if not after.isascii() and _AND_HALF.match(after):
            yield (f"{number}.5",)
            yield (f"{number}.30",)
        if _DECADE.fullmatch(core) and _TEN_YEARS.match(after):
            yield (core[2:],)
        if after[:1] == "割":  # tenths
            yield (str(10 * number),)
        if after[:1] in _FRACTIONS:
            yield (f"{number}.{_FRACTIONS[after[:1]]}",)
    yield from _of_myriads(core, before, after)
    yield from _of_duration(core, after)
    clock = _CLOCK.fullmatch(core)
    if clock:
        yield from _of_clock(int(clock[1]), clock[2], before, after)


def _of_myriads(core: str, before: str, after: str) -> Iterator[tuple[str, ...]]:
    """Return what 1万5千 and 12만 3,400 mean, from either of their numbers."""
    if before.isascii() and after.isascii():
        return
    begun, found = _UP_TO.search(before), _BEGINS.match(after)
    if begun and (rest := _REST.match(after)):
        yield from _sum(begun[1], begun[2], core, rest[1])
    if found:
        yield from _sum(core, found[1], found[2] or "0", found[3])
    factor = next((factor for word, factor in _INDIAN.items() if after.lstrip().startswith(word)), None)
    if factor and core.replace(".", "", 1).isdigit() and len(core) <= len("123456.5"):
        yield (f"{(Decimal(core) * factor).normalize():f}",)


def _sum(high: str, myriad: str, low: str, unit: str | None) -> Iterator[tuple[str, ...]]:
    try:
        total = Decimal(high.replace(",", "")) * _BY_MYRIAD[myriad]
        total += Decimal(low.replace(",", "")) * _BY_UNIT.get(unit or "", 1)
    except InvalidOperation:
        return
    yield (f"{total.normalize():f}",)


def _of_duration(core: str, after: str) -> Iterator[tuple[str, ...]]:
    """Return how long so many units of time are: 14 days are as long as two weeks."""
    unit = unit_after(after) if _LENGTH.fullmatch(core) else None
    length = in_all(core.replace(",", "."), unit) if unit else None
    if length:
        yield (length,)


def _of_date(number: int, before: str, after: str) -> Iterator[tuple[str, ...]]:
    if before.isascii() and after.isascii() and not ("g" in before[-3:].lower() and _MONTH_BEFORE.search(before)):
        return
    if number in _MONTHS and (_MONTH_AFTER.match(after) or _MONTH_BEFORE.search(before)):
        yield (f"m{number}",)
    era = next((years for name, years in _ERAS.items() if before.rstrip().endswith(name)), None)
    if era is not None:
        yield (str(number + era),)
    if number in _BUDDHIST and _THAI.search(before + after):
        yield (str(number - 543),)


def _of_clock(hour: int, minutes: str | None, before: str, after: str) -> Iterator[tuple[str, ...]]:
    if hour < _NOON and _is_late(before, after):
        yield (str(hour + _NOON),) if minutes is None else (str(hour + _NOON), str(int(minutes)))
        if minutes:
            yield (f"{hour + _NOON}.{minutes}",)
    if hour == _NOON and re.match(r"\s?a\.?\s?m", after, re.IGNORECASE):
        yield ("0",) if minutes is None else ("0", str(int(minutes)))
        if minutes:
            yield (f"0.{minutes}",)


def _is_late(before: str, after: str) -> bool:
    """Tell whether a time is one of the afternoon; most texts have no word that would say so."""
    if (not before.isascii() or _has_any(_ASCII_BEFORE, before)) and _LATE_BEFORE.search(before):
        return True
    return (not after.isascii() or _has_any(_ASCII_AFTER, after)) and _LATE_AFTER.match(after) is not None


def _has_any(words: tuple[str, ...], text: str) -> bool:
    small = text.lower()
    return any(word in small for word in words)


def said(core: str) -> Iterator[tuple[str, ...]]:
    """Return the numbers by which people say a time or a part: 15:40 is twenty to four, 17:00 is five, 3/4 is 0.75."""
    if core in _PARTS:
        yield (_PARTS[core],)
    clock = re.fullmatch(r"(\d{1,2})[:.h](\d\d)", core)
    if clock is None or int(clock[1]) > 24 or int(clock[2]) > 59:  # noqa: PLR2004 - hours and minutes
        return
    hour, minutes = int(clock[1]) % _NOON or _NOON, int(clock[2])
    yield (str(hour), str(minutes)) if minutes else (str(hour),)
    yield str(hour % _NOON + 1), str(60 - minutes)
    yield str(hour % _NOON + 1), str(abs(30 - minutes))  # fünf nach halb vier
