"""Angle brackets in an answer to a text: words in them stay, tags that a browser would act on go."""

import html as markup
import re
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from assistant.text.html.element_names import ELEMENTS, FLAGS

MOST_OPEN = 1024
"""Characters after which something that looks like an open tag in a text is taken for words."""

_Attributes: TypeAlias = frozenset[tuple[str, str | None]]
_Step: TypeAlias = tuple[int, str]  # where reading goes on, and what is shown of what was read

_MOST_INNER = 8  # brackets in one another that are looked at: `Map<String, List<Integer>>` has two
_BLANK = r"\t\n\f\r "  # as browsers have it, unlike \s
_NAME = rf"</?([a-zA-Z][^{_BLANK}/>]*+)"
_VALUE = rf"\"[^\"]*+\"|'[^']*+'|(?=>)|[^{_BLANK}\"'>][^{_BLANK}>]*+"
_ASSIGNED = rf"[^{_BLANK}/>][^{_BLANK}/>=]*+[{_BLANK}]*+=[{_BLANK}]*+(?:{_VALUE})"
_ATTRIBUTE = re.compile(rf"([^{_BLANK}/>][^{_BLANK}/>=]*+)(?:[{_BLANK}]*+=[{_BLANK}]*+({_VALUE})|(?![{_BLANK}]*+=))")
_TAG = re.compile(rf"{_NAME}(?>(?:[{_BLANK}/]++|{_ATTRIBUTE.pattern})*)>")
"""A whole tag, as the HTML Standard's tokenizer takes it: 13.2.5.6 and on."""
_OPENED = re.compile(rf"{_NAME}(?P<assigned>(?>(?:[{_BLANK}/]++{_ASSIGNED})*))")
_BEGINS = re.compile(r"<(?:/?[a-zA-Z]|[!?]|/?\Z)")
_DECLARATION = re.compile(
    r"<!--(?:-?>|.*?--!?>)|<!\[CDATA\[.*?\]\]>|<(?!!--|!\[CDATA\[)[!?][^>]*+>", re.DOTALL | re.IGNORECASE
)
_BEGUN_DECLARATION = re.compile(r"<!--|<!\[CDATA\[|<[!?]", re.IGNORECASE)
_INNER = re.compile(rf"</?([a-zA-Z][^{_BLANK}/><]*+)|<[!?]")
_ADDRESS = re.compile(r"<[a-zA-Z][a-zA-Z0-9+.-]*+:[^\s<>\"'`]++>")
_RUNS = re.compile(r"on[a-z].*|style", re.DOTALL)
_WORKS = re.compile(
    rf"{_RUNS.pattern}|class|id|is|slot|src.*|href|action|formaction|tabindex|contenteditable|data-.*|.*[:@].*",
    re.DOTALL,
)
"""Attributes that do something in an element that no browser knows."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_JOINING_END = re.compile(r"</?\Z")
_TYPE_NAME = re.compile(r"[A-Z][a-z]\w*")


class _Tag(Struct, frozen=True):
    """A tag: its name in small letters, without signs that no one sees, and its attributes with their values."""

    name: str
    closing: bool
    attributes: _Attributes


class TextTags:
    """Lets through what an answer to a text may have in angle brackets, however it arrives in pieces.

    Tags of the draft stay, each with the attributes that it has there, and so does what is no tag to a browser, or one
    of no known element and without an attribute that works: `<your name>`, `<ana@example.com>`, `List<String>`,
    `a < b`. Other tags, comments and the like go; words that only look like a tag get a space: `a< b and c>d`.

    What may become a tag is held back until it is whole, for `MOST_OPEN` characters at most.

    Args:
        draft: a text.
    """

    def __init__(self, draft: str) -> None:
        self._own = _Own(draft)
        self._rest = ""
        self._last = ""

    def feed(self, text: str) -> str:
        """Take more, and return what may be shown now."""
        if not self._rest and "<" not in text:
            self._last = (self._last + text)[-2:]
            return text
        return self._read(self._rest + text, final=False)

    def finish(self) -> str:
        """Return what was held back."""
        return self._read(self._rest, final=True)

    def _read(self, text: str, *, final: bool) -> str:
        parts, position = [self._last], 0
        while begin := _BEGINS.search(text, position):
            parts.append(text[position : begin.start()])
            position = begin.start()
            step = self._step(text, position, "".join(parts[-2:])[-2:], final=final)
            if step is None:
                break
            position, shown = step
            parts.append(shown)
        else:
            parts.append(text[position:])
            position = len(text)
        self._rest = text[position:]
        clear = "".join(parts)
        given, self._last = clear[len(self._last) :], clear[-2:]
        return given

    def _step(self, text: str, start: int, before: str, *, final: bool) -> _Step | None:
        """Decide about one bracket; nothing as long as that can't be told."""
        end = start + MOST_OPEN
        match = _match(text, start, end)
        if match is None and not final and len(text) < end:
            return None
        step = self._whole(match, before) if match else _unclosed(text, start, end)
        joins = not step[1] and _JOINING_END.search(before)
        return (step[0], " ") if joins else step  # or what follows would be a tag, with the bracket before it

    def _whole(self, match: re.Match[str], before: str) -> _Step:
        goes = match.end(), ""
        if self._own.has(match):
            return match.end(), match[0]
        if match.re is _DECLARATION:
            return goes
        if match[0].count("<") > _MOST_INNER:
            return match.end(), match[0].replace("<", "< ")
        tag, name = _read_tag(match), match[1]
        if tag.name in ELEMENTS:
            is_type = not tag.attributes and before[-1:].isalnum() and _TYPE_NAME.fullmatch(name)
            return _apart(match.start()) if is_type or not _is_meant(tag) else goes
        if _works(match, tag):
            return goes
        return _apart(match.start()) if _holds_tags(match[0]) else (match.end(), match[0])


class _Own:
    """What the draft has in angle brackets that a browser would take for a tag, a comment or the like."""

    def __init__(self, draft: str) -> None:
        self._tags: set[_Tag] = set()
        self._others: set[str] = set()
        for match in _brackets(draft):
            if match.re is _DECLARATION:
                self._others.add(match[0].lower())
            else:
                tag = _read_tag(match)
                self._tags |= {tag, _Tag(tag.name, True, frozenset())}

    def has(self, match: re.Match[str]) -> bool:
        """Tell whether the draft has the same, whatever the case of its letters."""
        return match[0].lower() in self._others if match.re is _DECLARATION else _read_tag(match) in self._tags


def elements_in(text: str) -> frozenset[str]:
    """Return the names of the elements of HTML, SVG and MathML whose tags stand in a text, whatever they are for."""
    return frozenset(_read_tag(each).name for each in _brackets(text) if each.re is _TAG) & ELEMENTS


def _brackets(text: str) -> Iterator[re.Match[str]]:
    """Find what a browser takes for a tag, a comment or the like in a whole text."""
    position = 0
    while begin := _BEGINS.search(text, position):
        match = _match(text, begin.start(), begin.start() + MOST_OPEN)
        if match:
            yield match
        position = match.end() if match else begin.start() + 1


def _match(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the whole tag, comment or the like that begins at a bracket; nothing when it does not end by `end`."""
    if text.find(">", start, end) < 0:  # most that never end are told apart by this alone
        return None
    return (_DECLARATION if text[start + 1 : start + 2] in {"!", "?"} else _TAG).match(text, start, end)


def _read_tag(match: re.Match[str]) -> _Tag:
    tag = match[0]
    found = _ATTRIBUTE.finditer(tag, match.end(1) - match.start(), len(tag) - 1)
    attributes = frozenset((each[1].lower(), None if each[2] is None else _value(each[2])) for each in found)
    return _Tag(_UNSEEN.sub("", match[1]).lower(), tag.startswith("</"), attributes)


def _value(written: str) -> str:
    return markup.unescape(written[1:-1] if written[:1] in {"'", '"'} else written)


def _unclosed(text: str, start: int, end: int) -> _Step:
    """Decide about what begins like a tag and never ends, or not soon enough."""
    declaration = _BEGUN_DECLARATION.match(text, start, end)
    if declaration:
        return declaration.end(), ""
    opened = _OPENED.match(text, start, end)
    if opened is None:
        return start + 1, "<"  # the end of the text
    over, known = len(text) >= end, _UNSEEN.sub("", opened[1]).lower() in ELEMENTS
    if not over and (opened["assigned"] or (known and not text[opened.end() :].strip(" \t\r\n/"))):
        return opened.end(), ""
    is_word = not (over or known or "=" in text[start:] or "<" in text[start + 1 :])
    return (opened.end(), opened[0]) if is_word else _apart(start)


def _apart(start: int) -> _Step:
    """Show a bracket that is none of a tag: what follows it is read as text."""
    return start + 1, "< "


def _is_meant(tag: _Tag) -> bool:
    """Tell whether it is a tag rather than words of a sentence, as in `a<b and c>d` or `<Section 1>`."""
    return all(value is not None or name in FLAGS for name, value in tag.attributes)


def _works(match: re.Match[str], tag: _Tag) -> bool:
    """Tell whether an element that no browser knows does something by its attributes, or hides a bracket in them."""
    if _ADDRESS.fullmatch(match[0]):
        return any(value is not None and _RUNS.fullmatch(name) for name, value in tag.attributes)
    quoted = '="' in (folded := re.sub(r"\s+", "", match[0])) or "='" in folded
    return quoted or any(value is not None and _WORKS.fullmatch(name) for name, value in tag.attributes)


def _holds_tags(tag: str) -> bool:
    """Tell whether a tag of no known element has others inside, which it keeps only as long as it is no tag itself."""
    if "<" not in tag[1:]:
        return False
    return "\n" in tag or any(not inner[1] or inner[1].lower() in ELEMENTS for inner in _INNER.finditer(tag, 1))
