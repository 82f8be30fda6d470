"""Gaps that an answer leaves to be filled in by whoever sends it, such as `[order number]`."""

import re
from collections.abc import Iterator

_GAP = re.compile(r"\[(?<![\w\]\[)!].)(?P<what>[^\[\]\n{}<>|]{2,60}+)\](?![(\[])")
_WORD = re.compile(r"[^\W\d_]{2}")
_MARKS = frozenset(("sic", "ok", "optional", "...", "…"))
_MOST = 20


def find_gaps(answer: str, known: str) -> tuple[str, ...]:
    """Return what is missing in an answer: what stands in its square brackets, and in none of what is known.

    Args:
        answer: as a reader sees it.
        known: all that it was written from.
    """
    found = dict.fromkeys(_whats(answer))
    held = set(_whats(known)) if found else ()
    return tuple(what for what in found if what not in held)[:_MOST]


def is_gap(placeholder: str) -> bool:
    """Tell whether a placeholder is such a gap, and no name of a field for a machine."""
    return _GAP.fullmatch(placeholder) is not None


def _whats(text: str) -> Iterator[str]:
    for match in _GAP.finditer(text):
        what = " ".join(match["what"].split())
        if _WORD.search(what) and what.casefold() not in _MARKS:
            yield what
