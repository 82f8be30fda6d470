"""Reading numbers: what one may mean, so that 1,000 is 1.000,00 and 3/5/2027 is 3 May 2027."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from assistant.text.numbers.context import nearby
from assistant.text.numbers.dates import Reading, dates_of, of_era, of_short_year, spaced_dates
from assistant.text.numbers.number_words import FACTORS
from assistant.text.reading import shape_of

_DIGIT = re.compile("[0-9]")  # those of other scripts are written so before
_RUN = re.compile(r"[0-9]++(?>(?:(?:[.,:/'\u2013-]|[ ().-]{1,3}+|h(?=\d\d(?!\d)))(?=\d)\d++)*)")
_CORE = re.compile(r"\d++(?>(?:(?:[.,:/'\u2013-]|h)\d++)*)")
_AFTER = re.compile(r"\s?(?:([ap])\.?\s?m\b|([^\W\d_]+))?", re.IGNORECASE)
_JOINT = r"\s?(?:[,\u2013\u301c-]|to|and|or|until|till)\s?\d{1,2}(?:[:.][0-5]\d)?"
_ALSO_LATE = re.compile(rf"(?:{_JOINT}){{1,2}}\s?p\.?\s?m\b", re.IGNORECASE)
_GROUPS = re.compile(r"[:/\u2013h-]")
_DASH = re.compile(r"[\u2013-]")
_BETWEEN_DASHES = re.compile(r"[^\u2013-]+")
_MARK = re.compile(r"[.,']")
_MARKER = re.compile(r"^[ \t]*(?:[-*\u2022][ \t]*)?(\d{1,2})[.)](?=\s)", re.MULTILINE)
_CAPITALS = re.compile(r"[A-Z0-9](?<![\w-].)[A-Z0-9]{3,}+(?![a-z])")  # looks back second, so that the search is quick
_CODE = re.compile(r"[A-Z]++\d++[A-Z]|\d++[A-Z]++\d")
_MONTH = re.compile(r"(?<!\d)\d{1,2}\s?[月월]")
_OTHER_DIGIT = re.compile(r"\d(?<![0-9])")
_MARKS = str.maketrans({"\u066b": ".", "\u066c": ",", "\uff0e": ".", "\uff0c": ",", "\uff1a": ":", "\u2011": "-"})
_VARIANT = re.compile(rf"[\d{''.join(map(chr, _MARKS))}](?<![0-9])")
_ZEROS = re.compile(r"0\d{3,}+")
_HOURS_AND_MINUTES = re.compile(r"(0[1-9])([0-5]\d)")
_BEFORE, _AFTER_IT = 16, 32  # characters around a number that tell what it is
_THOUSAND = 3
_MOST_GROUPS = 3  # of which every value is looked at


class Figure(NamedTuple):
    """A number as it is written, where, what it may mean, and its parts, of which each may stand for itself.

    `counts` is false for the number of a list's item, which may come and go.
    """

    written: str
    start: int
    readings: tuple[Reading, ...]
    parts: tuple["Figure", ...] = ()
    counts: bool = True

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.written)


def written(text: str) -> set[str]:
    """Return the numbers and codes of a text as they are written."""
    plain = _digits(text)
    if not _DIGIT.search(plain):
        return set()
    months = (
        _MONTH.findall(plain) if "月" in text or "월" in text else ()
    )  # in 2月3日 both are 3 when it becomes 3月3日
    return {*_RUN.findall(plain), *months, *(code[0] for code in _codes(plain))}


def figures(text: str) -> list[Figure]:
    """Return the numbers and codes of a text, with all that they may mean."""
    plain = _digits(text)
    if not _DIGIT.search(plain):
        return []
    markers = {found.start(1) for found in _MARKER.finditer(plain)}
    codes = (Figure(code[0], code.start(), ((code[0],),)) for code in _codes(plain))
    runs = (piece for found in _RUN.finditer(plain) for piece in _pieces(plain, found))
    return [*codes, *(_figure(start, end, plain, markers) for start, end in runs)]


def meant(numbers: list[Figure]) -> set[str]:
    """Return all that the numbers may mean."""
    found: set[str] = set()
    for number in numbers:
        for reading in number.readings:
            found.update(reading)
        if number.parts:
            found |= meant(list(number.parts))
    return found


def _digits(text: str) -> str:
    if text.isascii() or not _VARIANT.search(text):
        return text
    return _OTHER_DIGIT.sub(lambda found: str(int(found[0])), text.translate(_MARKS))


def _pieces(text: str, run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Return where the numbers of a run stand: a date with blanks by itself, and what is before and after it."""
    last, end = run.span()
    if ". " in run[0]:
        for start, stop in spaced_dates(text, last, end):
            yield from (found.span() for found in _RUN.finditer(text, last, start))
            yield start, stop
            last = stop
    yield from (found.span() for found in _RUN.finditer(text, last, end))


def _figure(start: int, stop: int, text: str, markers: set[int]) -> Figure:
    run, counts = text[start:stop], start not in markers
    spans = list(_cores(run))
    dates = dates_of(run, text[stop : stop + 1]) if len(spans) > 1 and ". " in run else []
    months = {reading for date in dates for reading in date if reading.startswith("m")}
    parts = tuple(
        Figure(run[first:end], start + first, _part(text, start + first, start + end, months, len(spans)), (), counts)
        for first, end in spans
    )
    if len(parts) == 1:
        return parts[0]
    joined = re.sub(r"[ ()]", "", run)
    whole = {_only_digits(joined), re.sub(r"\D", "", joined)}
    readings = (*((value,) for value in sorted(whole)), *_readings(joined, ""), *dates)
    return Figure(run, start, readings, parts, counts or bool(dates))


def _part(text: str, start: int, end: int, months: set[str], count: int) -> tuple[Reading, ...]:
    """Return what a part of a run may mean; a part of a date may be its month, and the only part keeps its zeros."""
    found, core = _in_place(text, start, end), text[start:end]
    month = f"m{_plain(core)}"
    if month in months:
        return (*found, (month,))
    return _with_zeros(core, found) if count == 1 and _ZEROS.fullmatch(core) else found


def _with_zeros(core: str, found: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return what 0042 may mean: no 42, but 0800 may be eight o'clock."""
    kept = ((core,), *(reading for reading in found if reading != (_plain(core),)))
    time = _HOURS_AND_MINUTES.fullmatch(core)
    return (*kept, *_times([time[1], time[2]]), (_plain(time[1]), _plain(time[2]))) if time else kept


def _in_place(text: str, start: int, end: int) -> tuple[Reading, ...]:
    """Return what the number at a place may mean, by what stands around it."""
    core, before, after = text[start:end], text[max(0, start - _BEFORE) : start], text[end : end + _AFTER_IT]
    found = (*nearby(core, before, after), *of_era(core, before), *of_short_year(core, before))
    if any(reading[0].startswith("m") for reading in found):
        return found  # 5月 is May and no 5
    return (*_readings(core, after), *found)


def _codes(text: str) -> list[re.Match[str]]:
    shape = shape_of(text)
    if b"A0" not in shape or b"0A" not in shape:
        return []
    return [code for code in _CAPITALS.finditer(text) if _CODE.match(code[0])]


def _cores(run: str) -> Iterator[tuple[int, int]]:
    """Return where the parts of a run begin and end; a span of time, as in 9:00-17:00, has two."""
    for core in _CORE.finditer(run):
        if ":" not in core[0] or not _DASH.search(core[0]):
            yield core.span()
            continue
        yield from (
            (core.start() + part.start(), core.start() + part.end()) for part in _BETWEEN_DASHES.finditer(core[0])
        )


def _readings(core: str, after: str) -> tuple[Reading, ...]:
    if core.isdigit() and not after.lstrip()[:1].isalpha():
        return ((_plain(core),),)
    groups = _GROUPS.split(core)
    if len(groups) == 1:
        found = [(value,) for value in _values(core)] + dates_of(core, after)
    else:
        values = product(
            *(_values(group) for group in groups[:_MOST_GROUPS]),
            *(_values(group)[:1] for group in groups[_MOST_GROUPS:]),
        )
        found = [*values, *dates_of(core, after)]
        found += _times(groups) if ":" in core or "h" in core else [(_only_digits(core),)]
    return tuple(found + _scaled(found, after))


def _values(text: str) -> list[str]:
    """Return the values that digits with marks for thousands and decimals may have."""
    marks, groups = _MARK.findall(text), _MARK.split(text)
    if not marks:
        return [_plain(text)]
    if len(set(marks)) > 1:
        return _decimal("".join(groups[:-1]), groups[-1]) if marks.count(marks[-1]) == 1 else [".".join(groups)]
    literal = ".".join([_plain(groups[0]), *groups[1:]])
    if _are_thousands(groups) or marks[0] == "'":
        return [_plain("".join(groups)), literal]
    return _decimal(*groups) if len(groups) == 2 else [literal]  # noqa: PLR2004 - before and after the mark


def _are_thousands(groups: list[str]) -> bool:
    """Tell whether marks part thousands, as in 1,000,000 or, in India, 10,00,000."""
    sizes = {len(group) for group in groups[1:-1]}
    return (
        len(groups[-1]) == _THOUSAND
        and 1 <= len(groups[0]) <= _THOUSAND
        and groups[0] != "0"
        and (sizes <= {_THOUSAND} or sizes == {2})
    )


def _decimal(whole: str, fraction: str) -> list[str]:
    value = f"{_plain(whole)}.{fraction}"
    return [value, _plain(whole)] if fraction in ("0", "00") else [value]


def _times(groups: list[str]) -> list[Reading]:
    if len(groups) != 2:  # noqa: PLR2004 - hours and minutes
        return []
    return [(value,) for value in _decimal(groups[0], groups[1])]


def _scaled(readings: list[Reading], after: str) -> list[Reading]:
    """Return what the readings become by what follows them: 5 pm is 17, and 2k is 2000."""
    found = _AFTER.match(after)
    if not found:
        return []
    if "p" in after.lower() and _ALSO_LATE.match(after):  # 6 to 8 pm
        return _afternoons(readings)
    if found[1] and found[1] in "pP":
        return _afternoons(readings)
    word = found[2] or ""
    factor = FACTORS.get(word) or (None if word.isascii() else FACTORS.get(word[0]))
    return [(_product(reading[0], factor),) for reading in readings if len(reading) == 1] if factor else []


def _afternoons(readings: list[Reading]) -> list[Reading]:
    """Return what times become with a pm after them; of 9-12 and 10-2 the later or both may be meant."""
    return [
        time
        for first, *rest in readings
        for time in (
            (_afternoon(first), *rest),
            (first, *map(_afternoon, rest)),
            (_afternoon(first), *map(_afternoon, rest)),
        )
    ]


def _afternoon(hour: str) -> str:
    whole, dot, rest = hour.partition(".")
    return f"{int(whole) + 12}{dot}{rest}" if whole.isdigit() and len(whole) <= 2 and int(whole) < 12 else hour  # noqa: PLR2004 - hours


def _product(value: str, factor: int) -> str:
    if value.count(".") > 1 or len(value) > 20 or not value.replace(".", "").isdigit():  # noqa: PLR2004 - no amount is longer
        return value
    return f"{(Decimal(value) * factor).normalize():f}"


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text).lstrip("0") or "0"
