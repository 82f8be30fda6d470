"""The marks that the texts of a request have themselves."""

from collections.abc import Iterable
from html import unescape

from providers.replies.marks import Mark, find_mark
from providers.replies.places import LOOKED_AT, begins_line


class OwnMarks:
    """What the texts of a request have of marks, written as they are or as entities; those are text in the reply too.

    Args:
        texts: of the request, as its user wrote them.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._kinds: set[tuple[str, str, bool]] = set()
        self._first: set[tuple[str, str, bool]] = set()
        self._lone_end = False
        self._closes_thoughts = False
        for text in texts:
            self._read(unescape(text))

    def has(self, mark: Mark) -> bool:
        """Tell whether a text has such a mark."""
        return mark.key in self._kinds

    def begins_with(self, mark: Mark) -> bool:
        """Tell whether a line of a text begins with such a mark."""
        return mark.key in self._first

    @property
    def closes_thoughts(self) -> bool:
        """Whether a text has the end of thoughts."""
        return self._closes_thoughts

    @property
    def has_lone_end(self) -> bool:
        """Whether a text has an end of thoughts before any beginning."""
        return self._lone_end

    def _read(self, text: str) -> None:
        position, opened = 0, False
        while mark := find_mark(text, position):
            self._kinds.add(mark.key)
            if begins_line(text[max(0, mark.start - LOOKED_AT) : mark.start]):
                self._first.add(mark.key)
            if mark.role == "think":
                self._lone_end = self._lone_end or (mark.closes and not opened)
                self._closes_thoughts = self._closes_thoughts or mark.closes
                opened = opened or not mark.closes
            position = mark.end
