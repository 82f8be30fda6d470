"""Reading dates in figures: 3/5/2027, 3. 5. 2027, 2027. 5. 3., 05/2027, 2024-25; a month is read as `m5`."""

import re
from collections.abc import Iterator
from typing import TypeAlias

_SPACED = re.compile(
    r"(?<!\d)(?:\d{4}\. ?(?:1[0-2]|0?[1-9])\. ?(?:3[01]|[12]\d|0?[1-9])(?!\d)"
    r"|(?:3[01]|[12]\d|0?[1-9])\. (?:1[0-2]|0?[1-9])(?:\. ?(?:19|20)\d\d(?!\d)|(?=\.(?!\d))))"
)
_ISO_ERA = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{1,2})")
_ERAS = {"R": 2018, "H": 1988, "S": 1925}
_YEARS = range(1900, 2100)
_DAYS, _MONTHS = 31, 12
_YEAR, _SHORT = 4, 2

Reading: TypeAlias = tuple[str, ...]
"""What a number may mean: the plain numbers that must all be there for it to be there."""


def spaced_dates(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return where dates with blanks stand in a part of a text; what follows the part tells where one ends."""
    yield from (found.span() for found in _SPACED.finditer(text, start, min(end + 1, len(text))))


def dates_of(core: str, after: str) -> list[Reading]:
    """Return the day, month and year that a number may be."""
    groups = re.split(r"[./\u2013-] ?", core)
    if not 2 <= len(groups) <= 3 or not all(group.isdigit() for group in groups):  # noqa: PLR2004 - without or with year
        return []
    if len(groups) == 2:  # noqa: PLR2004 - two of day, month and year
        days = _days(*groups) if "/" in core or after.startswith(".") or ". " in core else []
        return [*days, *_months(core, *groups)]
    if len(groups[0]) == _YEAR:
        return _days(groups[1], groups[2], groups[0])
    year = groups[2]
    if len(year) == _SHORT:
        return [*_days(groups[0], groups[1], year), *_days(groups[0], groups[1], f"20{year}")]
    return _days(groups[0], groups[1], year) if len(year) == _YEAR else []


def of_era(core: str, before: str) -> Iterator[Reading]:
    """Return the date that R9.5.3 is in Japan."""
    years = _ERAS.get(before[-1:])
    found = _ISO_ERA.fullmatch(core) if years else None
    if found and years and 1 <= int(found[2]) <= _MONTHS:
        yield str(int(found[1]) + years), f"m{int(found[2])}", str(int(found[3]))


def of_short_year(core: str, before: str) -> Iterator[Reading]:
    """Return the year that '27 is."""
    if len(core) == _SHORT and core.isdigit() and before[-1:] in ("'", "\u2019"):
        yield (f"20{core}",)


def _months(core: str, one: str, two: str) -> Iterator[Reading]:
    """Return the month and year, or the two years, that a number may be: 05/2027, 2027-05, 5/27, 2024-25."""
    for month, year in ((one, two), (two, one)):
        if len(month) <= _SHORT and len(year) == _YEAR and int(year) in _YEARS and 1 <= int(month) <= _MONTHS:
            yield f"m{int(month)}", year
    if "/" in core and len(one) <= _SHORT == len(two) and 1 <= int(one) <= _MONTHS:
        yield f"m{int(one)}", f"20{two}"
    if len(one) == _YEAR and len(two) == _SHORT and int(one) in _YEARS and int(two) == (int(one) + 1) % 100:
        yield one, f"{one[:2]}{two}"


def _days(one: str, two: str, *year: str) -> list[Reading]:
    found: list[Reading] = []
    for day, month in ((one, two), (two, one)):
        if max(len(day), len(month)) <= _SHORT and 1 <= int(day) <= _DAYS and 1 <= int(month) <= _MONTHS:
            number = str(int(day))
            found += [(number, f"m{int(month)}", *year), (number, str(int(month)), *year)]
    return found
