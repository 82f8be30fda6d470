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


def normal(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Return a text in a normal form; a row of more than `MOST_MARKS` marks is taken so many at a time."""
    if text.isascii():
        return text
    cuts = [found.end() for found in _row_of_marks().finditer(text)]
    if not cuts:
        return unicodedata.normalize(form, text)
    return "".join(unicodedata.normalize(form, text[start:end]) for start, end in pairwise([0, *cuts, len(text)]))


@cache
def _row_of_marks() -> re.Pattern[str]:
    marks = (chr(point) for point in range(_FIRST, _LAST + 1) if unicodedata.combining(chr(point)))
    return re.compile(f"[{''.join(marks)}]{{{MOST_MARKS}}}")
