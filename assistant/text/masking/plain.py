# ruff: noqa: RUF001 - signs of other scripts
"""A copy of a text in which everything is written the usual way, and where in the text each character of it stands.

Values are looked for in the copy; what is hidden, and shown again, is the text's own spelling. In the copy there are
no invisible characters and no accents of their own, every blank is one, every hyphen is `-`, digits and wide letters
are ASCII, entities are characters, and inline tags are gone. A dash may join the groups of one number or part two
values, so there is the same copy once more with dashes and the like as they were written.
"""

import html as markup
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct, structs

from assistant.text.html.regions import Zone
from assistant.text.html.tags import ENTITY
from assistant.text.lazy import regex

MOST_FOR_ONE = 3
"""Characters of the copy that one of the text becomes at most: a ligature has three letters."""

_BLANK = " \\t\\x0b\\x0c\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_LINE_END = "\\r\\n\\x85\u2028\u2029"
_LETTERS = "\uff21-\uff3a\uff41-\uff5a\ufb00-\ufb06\U0001d400-\U0001d7cb"  # wide ones, ligatures, those of formulas
_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_SPELLED = regex(
    rf"(?P<gap>(?! (?![{_BLANK}{_LINE_END}{_UNSEEN}]))[{_BLANK}{_LINE_END}][{_BLANK}{_LINE_END}{_UNSEEN}]*+"
    rf"(?>(?:(?<=\n)>[>{_BLANK}]*+)?))"
    rf"|(?P<entity>{ENTITY.pattern})"
    r"|(?P<escaped>%40)"
    r"|[ ]?[(\[{](?:(?P<at>(?i:at))|(?P<point>\.|(?i:dot|punkt|point|punto)))[)\]}][ ]?"
    r"|（(?P<area>\d{1,5})）"
    rf"|(?P<accent>[{_ACCENTS}])"
    rf"|[^\w\s\x00-\x7f]|[\x00-\x08\x0e-\x1f\x7f]|[{_LETTERS}]|(?![0-9])\d"
)
ORDINARY_LETTERS = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0410-\u044f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fef\uac00-\ud7a3"
)
"""Letters beyond ASCII that a copy has as they are."""
_ORDINARY = " !-$')-Z\\\\\\]-z|}~" + ORDINARY_LETTERS
"""Characters that are no beginning of that."""
_LINE_END_ALONE = rf"(?<! \n)(?<=\n)(?![{_BLANK}{_LINE_END}{_UNSEEN}>])"  # it stays as it is, but in HTML
_NOTHING_SPELLED = r"(?<=&)(?![#a-zA-Z])|(?<=%)(?!40)|(?<=[(\[{])(?!(?i:at|\.|dot|punkt|point|punto)[)\]}])"
_OTHER_IN_HTML = f"[^{_ORDINARY}](?!{_NOTHING_SPELLED})"
_OTHER_IN_TEXT = f"[^{_ORDINARY}](?!{_NOTHING_SPELLED}|{_LINE_END_ALONE})"
_OTHER, _OTHER_OR_BLANKS = (
    tuple(re.compile(f"{other}{blanks}") for other in (_OTHER_IN_TEXT, _OTHER_IN_HTML)) for blanks in ("", "|  ")
)
"""Where something may begin that is written otherwise in the copy of a text, or of HTML."""
_BLANKS = regex(rf"[{_BLANK}{_LINE_END}{_UNSEEN}]*+")
_JOINING = dict(zip("‒–−﹘﹣－⁃⁄∕／．", "-------///.", strict=True))
_JOINING_DIGITS = dict(zip("—―─ーｰ·•‧∙⋅・，", "-----......,", strict=True))
_JOINS = str.maketrans(_JOINING)
_JOINING_SIGN, _JOINING_DIGITS_SIGN = (f"[{''.join(signs)}]" for signs in (_JOINING, _JOINING_DIGITS))
_MAY_JOIN = re.compile(f"[{''.join((*_JOINING, *_JOINING_DIGITS))}]")
_JOINS_DIGITS = regex(rf"{_JOINING_DIGITS_SIGN}(?<=[0-9].)(?=[0-9])")
_MAY_PART = regex(
    rf"[{''.join(_JOINING)}{''.join(_JOINING_DIGITS)}](?:(?<=\S{_JOINING_SIGN})(?=\S)"
    rf"|(?<=[0-9]{_JOINING_DIGITS_SIGN})(?=[0-9])|(?<=[0-9] {_JOINING_SIGN})(?= [0-9]))"
)
_KEPT = {sign: sign for sign in _JOINING}
_HYPHENS = dict.fromkeys("‐‑", "-")
_APOSTROPHES = dict.fromkeys("‘’ʼ＇", "'")
_POINTS = {"٫": ".", "٬": ","}
_KNOWN = {**_KEPT, **_HYPHENS, **_APOSTROPHES, **_POINTS}
_WIDE_SIGNS = frozenset("@.+:/#&_%=-")
_NOT_SHOWN = frozenset({"Cf", "Cc"})
_MOST_BLANKS = 3  # that are one; more part the columns of a table
_MOST_LINE_ENDS = 2
_USUAL_GAPS = frozenset(("\n", "\n\n"))
_COUNTED = array("l", range(4096))  # as far as most texts go


class Plain(Struct, frozen=True):
    """The copy.

    Args:
        text: the copy itself.
        dashed: the same with dashes, and with points and slashes of other scripts, as they were written.
        starts: by character of the copy, where that of the text begins.
        ends: by character of the copy, where that of the text ends.
        zones: the parts of the text that were copied.
    """

    text: str
    dashed: str
    starts: "array[int]"
    ends: "array[int]"
    zones: list[Zone]

    def to_copy(self, start: int, end: int) -> Zone:
        """Return where something of the text stands in the copy."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def to_text(self, start: int, end: int) -> Zone:
        """Return where something of the copy stands in the text, with the tags in it."""
        return self.starts[start], self.ends[end - 1]

    def parting(self) -> "Plain | None":
        """Return the copy in which dashes part what they stand between; None where none may do so."""
        parts = not self.dashed.isascii() and _MAY_PART.search(self.dashed)
        return structs.replace(self, text=self.dashed) if parts else None


def plain_copy(text: str, zones: list[Zone], joints: Iterable[str], *, html: bool) -> Plain:
    """Copy some zones of a text; the work grows with their length.

    Args:
        text: the text, in HTML the source.
        zones: in order and without overlaps.
        joints: by zone, what stands before it.
        html: whether a line end in the text is a blank, as a browser shows it.
    """
    copy = _Copy(text)
    for (low, high), joint in zip(zones, joints, strict=True):
        copy.write(joint, low, low)
        blanks = _BLANKS.match(text, low, high) if copy.ends_blank and not joint else None
        position = blanks.end() if blanks else low
        for match in _spelled(text, position, high, html=html):
            copy.keep(position, match.start())
            position = match.end()
            _write(copy, match, html=html)
        copy.keep(position, high)
    return copy.finished(zones)


def _spelled(text: str, start: int, end: int, *, html: bool) -> Iterator[re.Match[str]]:
    """Find what is written otherwise in the copy; most of a text is not, and is passed over quickly."""
    may_begin = (_OTHER_OR_BLANKS if text.find("  ", start, end) >= 0 else _OTHER)[html]
    position = start
    while place := may_begin.search(text, position, end):
        first = place.start() - (place.start() > position and text[place.start() - 1] == " ")
        match = _SPELLED.match(text, first, end) or _SPELLED.match(text, place.start(), end)
        if match:
            yield match
        position = match.end() if match else place.start() + 1


def usual(text: str) -> str:
    """Return a text in which everything is written the usual way, for comparing two spellings."""
    return plain_copy(text, [(0, len(text))], [""], html=False).text


class _Copy:
    """A copy that is being written."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self._starts = array("l")
        self._ends = array("l")

    def keep(self, start: int, end: int) -> None:
        """Copy a part of the text as it is."""
        if start < end:
            self._parts.append(self._text[start:end])
            self._starts += _places(start, end)
            self._ends += _places(start + 1, end + 1)

    def write(self, said: str, start: int, end: int) -> None:
        """Write something for a part of the text."""
        if said:
            self._parts.append(said)
        for _ in said:
            self._starts.append(start)
            self._ends.append(end)

    @property
    def ends_blank(self) -> bool:
        """Whether a blank was written last."""
        return bool(self._parts) and self._parts[-1].endswith(" ")

    def lengthen(self, end: int) -> None:
        """Make a part of the text that says nothing by itself one with the character before it."""
        if self._ends:
            self._ends[-1] = end

    def finished(self, zones: list[Zone]) -> Plain:
        dashed = "".join(self._parts)
        return Plain(_joining(dashed), dashed, self._starts, self._ends, zones)


def _places(start: int, end: int) -> "array[int]":
    """Return the numbers from one to another, without the last one; to copy them is quicker than to count."""
    return _COUNTED[start:end] if end <= len(_COUNTED) else array("l", range(start, end))


def _joining(dashed: str) -> str:
    """Return a copy in which a dash joins what it stands between, sign for sign."""
    if dashed.isascii() or _MAY_JOIN.search(dashed) is None:
        return dashed
    return _JOINS_DIGITS.sub(lambda match: _JOINING_DIGITS[match[0]], dashed.translate(_JOINS))


def _write(copy: _Copy, match: re.Match[str], *, html: bool) -> None:
    start, end = match.span()
    if match["area"]:
        copy.write("(", start, start + 1)
        for index, digit in enumerate(match["area"], start + 1):
            copy.write(_usual(digit), index, index + 1)
        copy.write(")", end - 1, end)
    elif match["accent"]:
        copy.lengthen(end)
    else:
        copy.write(_said(match, html=html), start, end)


def _said(match: re.Match[str], *, html: bool) -> str:
    kind = match.lastgroup
    if kind == "gap":
        return _gap(match[0], html=html)
    if kind == "entity":
        return "".join(map(_usual, markup.unescape(match[0])))
    if kind is None:
        return _usual(match[0])
    return {"escaped": "@", "at": "@", "point": "."}[kind]


def _gap(gap: str, *, html: bool) -> str:
    """Return what a run of blanks and line ends is: one blank, a line end or two, or the columns of a table."""
    if html or gap in _USUAL_GAPS:
        return " " if html else gap
    seen = gap.replace("\r\n", "\n")
    lines = len(re.findall("[\r\n\x85\u2028\u2029]", seen))
    if lines:
        return "\n" * min(lines, _MOST_LINE_ENDS)
    blanks = [sign for sign in seen if sign.isspace()]
    if "\t" in blanks or len(blanks) > _MOST_BLANKS:
        return "".join("\t" if sign == "\t" else " " for sign in blanks)
    return " "


@lru_cache(maxsize=4096)
def _usual(sign: str) -> str:
    """Return how one character is usually written; nothing where no reader sees it."""
    if sign in _KNOWN or (sign.isascii() and sign.isprintable()):
        return _KNOWN.get(sign, sign)
    if sign.isspace():
        return " "
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if unicodedata.category(sign) in _NOT_SHOWN or re.match(f"[{_UNSEEN}]", sign):
        return ""
    usual = unicodedata.normalize("NFKC", sign)
    if len(usual) == 1 and (usual in _WIDE_SIGNS or (usual.isascii() and usual.isalpha() and sign.isalpha())):
        return usual
    return usual if "\ufb00" <= sign <= "\ufb06" and len(usual) <= MOST_FOR_ONE else sign
