"""Keeps the tags of an answer from nesting so deep, or overlapping so much, that its parser would need long or much."""

from collections import Counter
from collections.abc import Iterator

from assistant.text.html.element_names import BLOCKS, RARE_BLOCKS, TABLE_PARTS, VOID
from assistant.text.html.tags import TagSplitter, tag_name

_DEEPEST = 200  # elements in one another
_FEW = 200  # tags with which nothing can happen
_TABLE = TABLE_PARTS | {"table"}
_LISTS = frozenset(("ul", "ol"))
_ENDING_PARAGRAPHS = (BLOCKS | RARE_BLOCKS) - TABLE_PARTS - {"body", "html"}
_ROWS = frozenset(("tbody", "thead", "tfoot"))
_ENDED_BY = {
    "li": (frozenset(("li",)), _LISTS | _TABLE),
    "dd": (frozenset(("dd", "dt")), frozenset(("dl",)) | _TABLE),
    "dt": (frozenset(("dd", "dt")), frozenset(("dl",)) | _TABLE),
    "td": (frozenset(("td", "th")), frozenset(("table", "tr"))),
    "th": (frozenset(("td", "th")), frozenset(("table", "tr"))),
    "tr": (frozenset(("tr",)), frozenset(("table",)) | _ROWS),
    **dict.fromkeys(_ROWS, (_ROWS, frozenset(("table",)))),
}
"""Which open elements end where a tag opens, and which ones keep it from reaching those around them."""


def tamed(html: str) -> str:
    """Return HTML of which no element stands in more than 200 others, and none goes on where what it stands in ends.

    A parser looks through all that is open at each tag, and repeats `<b>` in each paragraph until it is closed: both
    grow with the square of an answer. What a browser shows of sound HTML stays as it is.
    """
    return "".join(_Tamer().parts(html)) if html.count("<") > _FEW else html


class _Tamer:
    def __init__(self) -> None:
        self._opened: list[str] = []
        self._dropped: Counter[str] = Counter()

    def parts(self, html: str) -> Iterator[str]:
        """Return the pieces of which what is left is made."""
        splitter = TagSplitter()
        for piece in splitter.feed(html) + splitter.finish():
            name = tag_name(piece.text) if piece.kind == "tag" else ""
            if not name:
                yield piece.text if piece.kind == "text" else ""
            elif piece.text.startswith("</"):
                yield self._close(name)
            else:
                yield from self._open(piece.text, name)

    def _open(self, tag: str, name: str) -> Iterator[str]:
        if name in _ENDING_PARAGRAPHS and "p" in self._opened:
            yield self._end(frozenset(("p",)), _TABLE)
        if name in _ENDED_BY:
            yield self._end(*_ENDED_BY[name])
        if name in VOID:
            yield tag
        elif len(self._opened) >= _DEEPEST:
            self._dropped[name] += 1
        else:
            self._opened.append(name)
            yield tag

    def _close(self, name: str) -> str:
        if self._dropped[name]:
            self._dropped[name] -= 1
            return ""
        return self._end(frozenset((name,)), frozenset())

    def _end(self, names: frozenset[str], limits: frozenset[str]) -> str:
        """End the innermost element of these names, with all that stands in it, unless a limit stands in between."""
        for place in range(len(self._opened) - 1, -1, -1):
            if self._opened[place] in names:
                ended = self._opened[place:]
                del self._opened[place:]
                self._dropped.clear()
                return "".join(f"</{name}>" for name in reversed(ended))
            if self._opened[place] in limits:
                break
        return ""
