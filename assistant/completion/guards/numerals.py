"""Reading numbers: what one may mean, so that 1,000 is 1.000,00 and 3/5/2027 is 3 May 2027."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from assistant.completion.guards.number_words import FACTORS
from assistant.completion.guards.surroundings import nearby

Reading: TypeAlias = tuple[str, ...]
"""What a number may mean: the plain numbers that must all be there for it to be there."""

_RUN = re.compile(r"\d++(?:(?:[.,:/'\u2013-]|[ ().-]{1,3}+|h(?=\d\d(?!\d)))(?=\d)\d++)*+")
_CORE = re.compile(r"\d++(?:(?:[.,:/'\u2013-]|h)\d++)*+")
_AFTER = re.compile(r"\s?(?:([ap])\.?\s?m\b|([^\W\d_]+))?", re.IGNORECASE)
_GROUPS = re.compile(r"[:/\u2013h-]")
_DASH = re.compile(r"[\u2013-]")
_BETWEEN_DASHES = re.compile(r"[^\u2013-]+")
_MARK = re.compile(r"[.,']")
_MARKER = re.compile(r"^[ \t]*(?:[-*\u2022][ \t]*)?(\d{1,2})[.)](?=\s)", re.MULTILINE)
_CAPITALS = re.compile(r"[A-Z\d](?<![\w-].)[A-Z\d]{3,}+(?![a-z])")  # looks back second, so that the search is quick
_CODE = re.compile(r"[A-Z]++\d++[A-Z]|\d++[A-Z]++\d")
_MONTH = re.compile(r"(?<!\d)\d{1,2}\s?[月월]")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_MARKS = str.maketrans({"\u066b": ".", "\u066c": ",", "\uff0e": ".", "\uff0c": ",", "\uff1a": ":", "\u2011": "-"})
_BEFORE, _AFTER_IT = 16, 32  # characters around a number that tell what it is
_THOUSAND = 3
_DAYS, _MONTHS_OF_YEAR = 31, 12
_YEAR = 4


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
    months = () if text.isascii() else _MONTH.findall(plain)  # in 2月3日 both are 3 when it becomes 3月3日
    return {*_RUN.findall(plain), *months, *(code[0] for code in _codes(plain))}


def figures(text: str) -> list[Figure]:
    """Return the numbers and codes of a text, with all that they may mean."""
    plain = _digits(text)
    markers = {found.start(1) for found in _MARKER.finditer(plain)}
    codes = (Figure(code[0], code.start(), ((code[0],),)) for code in _codes(plain))
    return [*codes, *(_figure(found, plain, markers) for found in _RUN.finditer(plain))]


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
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda found: str(int(found[0])), text.translate(_MARKS))


def _figure(found: re.Match[str], text: str, markers: set[int]) -> Figure:
    run, start = found[0], found.start()
    counts = start not in markers
    parts = tuple(
        Figure(run[first:end], start + first, _in_place(text, start + first, start + end), (), counts)
        for first, end in _cores(run)
    )
    if len(parts) == 1:
        return parts[0]
    joined = re.sub(r"[ ()]", "", run)
    return Figure(run, start, ((_only_digits(joined),), *_readings(joined, "")), parts, counts)


def _in_place(text: str, start: int, end: int) -> tuple[Reading, ...]:
    """Return what the number at a place may mean, by what stands around it."""
    core, before, after = text[start:end], text[max(0, start - _BEFORE) : start], text[end : end + _AFTER_IT]
    found = tuple(nearby(core, before, after))
    if any(reading[0].startswith("m") for reading in found):
        return found  # 5月 is May and no 5
    return (*_readings(core, after), *found)


def _codes(text: str) -> list[re.Match[str]]:
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
        found = [(value,) for value in _values(core)] + _dates(core, after)
    else:
        found = [tuple(_values(group)[0] for group in groups), *_dates(core, after)]
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


def _dates(core: str, after: str) -> list[Reading]:
    """Return the day, month and year that a number may be, the month as `m5`."""
    groups = re.split(r"[./-]", core)
    if not 2 <= len(groups) <= 3 or not all(group.isdigit() for group in groups):  # noqa: PLR2004 - without or with year
        return []
    if len(groups) == 2:  # noqa: PLR2004 - day and month
        return _days(*groups) if "/" in core or after.startswith(".") else []
    if len(groups[0]) == _YEAR:
        return _days(groups[1], groups[2], groups[0])
    year = groups[2]
    if len(year) == 2:  # noqa: PLR2004 - 27 for 2027
        return [*_days(groups[0], groups[1], year), *_days(groups[0], groups[1], f"20{year}")]
    return _days(groups[0], groups[1], year) if len(year) == _YEAR else []


def _days(one: str, two: str, *year: str) -> list[Reading]:
    found: list[Reading] = []
    for day, month in ((one, two), (two, one)):
        if len(day) <= 2 and len(month) <= 2 and 1 <= int(day) <= _DAYS and 1 <= int(month) <= _MONTHS_OF_YEAR:  # noqa: PLR2004 - digits
            found += [(_plain(day), f"m{int(month)}", *year), (_plain(day), _plain(month), *year)]
    return found


def _scaled(readings: list[Reading], after: str) -> list[Reading]:
    """Return what the readings become by what follows them: 5 pm is 17, and 2k is 2000."""
    found = _AFTER.match(after)
    if not found:
        return []
    if found[1] and found[1] in "pP":
        return [(_afternoon(reading[0]), *reading[1:]) for reading in readings]
    word = found[2] or ""
    factor = FACTORS.get(word) or (None if word.isascii() else FACTORS.get(word[0]))
    return [(_product(reading[0], factor),) for reading in readings if len(reading) == 1] if factor else []


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
