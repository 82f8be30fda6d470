"""Unicode's normal forms, in time that grows with a text, whatever it holds."""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import Literal

MOST_MARKS = 32
"""Combining marks in a row that are put in order together; the library's time grows with the square of their number.

Unicode's Stream-Safe Text Format (UAX #15, 12) has 30 at most, and no language needs as many.
"""

_FIRST, _LAST = 0x300, 0x1FFFF  # where combining marks stand
_PLANE = 0x10000  # a class of characters up to here is a table; beyond, each range of it is looked at in turn
_BEYOND = f"{chr(_PLANE)}-{chr(_LAST)}"


def normal(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Return a text in a normal form; a row of more than `MOST_MARKS` marks is taken so many at a time."""
    if text.isascii():
        return text
    # A mark has two bytes or more, so that most texts of Latin letters have too few bytes for a row of them.
    few = len(text.encode("utf-8", "surrogatepass")) - len(text) < MOST_MARKS
    if few or _row_of_likely_marks().search(text) is None:
        return unicodedata.normalize(form, text)
    cuts = [found.end() for found in _row_of_marks().finditer(text)]
    return "".join(unicodedata.normalize(form, text[start:end]) for start, end in pairwise([0, *cuts, len(text)]))


@cache
def _row_of_likely_marks() -> re.Pattern[str]:
    """Return what finds every row of marks, and rows of other characters beyond the first plane, such as emoji."""
    return _row_of(_marks(_PLANE) + _BEYOND)


@cache
def _row_of_marks() -> re.Pattern[str]:
    return _row_of(_marks(_LAST + 1))


def _row_of(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{characters}]{{{MOST_MARKS}}}")


def _marks(end: int) -> str:
    return "".join(chr(point) for point in range(_FIRST, end) if unicodedata.combining(chr(point)))
