"""The marks that the texts of a request have themselves."""

from collections.abc import Iterable
from html import unescape

from providers.replies.marks import Mark, find_mark
from providers.replies.places import LOOKED_AT, begins_line

_SHORT = 2_000
"""Characters that are read once someone asks, as most answers have no mark; more are read where that is waited for."""


class OwnMarks:
    """What the texts of a request have of marks, written as they are or as entities; those are text in the reply too.

    Args:
        texts: of the request, as its user wrote them.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._unread = tuple(texts)
        self._marks: set[tuple[str, str, bool]] = set()
        self._beginnings: set[tuple[str, str, bool]] = set()
        self._ends_alone = False
        self._ends_thoughts = False
        if sum(map(len, self._unread)) > _SHORT:
            self._read()

    def has(self, mark: Mark) -> bool:
        """Tell whether a text has such a mark."""
        self._read()
        return mark.key in self._marks

    def begins_with(self, mark: Mark) -> bool:
        """Tell whether a line of a text begins with such a mark."""
        self._read()
        return mark.key in self._beginnings

    @property
    def closes_thoughts(self) -> bool:
        """Whether a text has the end of thoughts."""
        self._read()
        return self._ends_thoughts

    @property
    def has_lone_end(self) -> bool:
        """Whether a text has an end of thoughts before any beginning."""
        self._read()
        return self._ends_alone

    def _read(self) -> None:
        texts, self._unread = self._unread, ()
        for text in texts:
            self._read_one(unescape(text))

    def _read_one(self, text: str) -> None:
        position, opened = 0, False
        while mark := find_mark(text, position):
            self._marks.add(mark.key)
            if begins_line(text[max(0, mark.start - LOOKED_AT) : mark.start]):
                self._beginnings.add(mark.key)
            if mark.role == "think":
                self._ends_alone = self._ends_alone or (mark.closes and not opened)
                self._ends_thoughts = self._ends_thoughts or mark.closes
                opened = opened or not mark.closes
            position = mark.end
