"""Telling HTML from text."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from assistant.text.html.element_names import BLOCKS, HTML_EVER, INLINE
from assistant.text.html.simple import is_simple

Markup: TypeAlias = Literal["none", "inline", "block"]
_Found: TypeAlias = Literal["inline", "block", "page"]

_ALONE = frozenset(("br", "hr", "img"))
_FLAGS = frozenset(("/", "nowrap", "noshade", "compact", "reversed", "hidden", "clear", "ismap", "disabled"))


def _one_of(names: Iterable[str]) -> str:
    """Return a pattern of names, of either case; by their first letters, most of which are not tried one by one."""
    kinds: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        kinds.setdefault(name[0], []).append(name[1:])
    return "|".join(f"[{first}{first.upper()}](?i:{'|'.join(rest)})" for first, rest in kinds.items())


TAG = re.compile(rf"<(?=/?[a-zA-Z])(?P<close>/)?(?P<name>{_one_of(BLOCKS | INLINE | _ALONE)})(?P<rest>\s[^<>]*+|/)?>")
"""A tag of one of these elements."""

_IN_BRACKETS = re.compile(r"<(?P<close>/?)(?P<name>[^\W\d_][^\s<>/]{0,80}+)(?P<rest>[^<>\n]{0,200}+)>")
_NAMESPACED = re.compile(r"[a-z]\w{0,3}:[a-z][\w-]*", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*+\n")
_WORD = re.compile(r"\w")
_BEFORE_WORD = frozenset(" \t\r\n\"'`([{“„«‘")  # noqa: RUF001 - quotation marks
_AFTER_WORD = frozenset(" \t\r\n\"'`)]}.,;:!?…”“»’")  # noqa: RUF001 - as above


class _Tag(NamedTuple):
    name: str
    start: int
    end: int


def is_html(content: str) -> bool:
    """Tell whether a draft is an HTML fragment.

    It is one when a tag in it works, rather than being spoken of:

    - an element that stands by itself (`<p>…</p>`, `<li>…`), opened right before its text or alone on its line;
    - a line break or a picture that touches the text around it, as in `Hi<br>Ana`;
    - a pair around words, as in `Hello <b>Ana</b>, thanks`, unless blank lines part its paragraphs, which HTML folds.

    A tag that stands in a sentence like a word is text (`put <b> before it`, `<b> and </b>`), and so is everything else
    in angle brackets: `<your-name>`, `List<String>`, `a<b and c>d`, an address. Since a composer escapes what its agent
    writes, such words tell of a text: beside them, only a paragraph or the like makes HTML that is closed too.
    """
    if "<" not in content:
        return False
    if is_simple(content):
        return True
    found = set(_working(content, frozenset()))
    if not found or "page" in found:
        return bool(found)
    return next(_spoken(content), None) is None and ("block" in found or _BLANK_LINE.search(content) is None)


def with_words_shown(html: str) -> str:
    """Return HTML in which words in angle brackets that are no elements (`<Name>`) are escaped, as they were meant."""
    if "<" not in html or is_simple(html):
        return html
    parts, position = list[str](), 0
    for match in _spoken(html):
        parts += (html[position : match.start()], f"&lt;{match[0][1:-1]}&gt;")
        position = match.end()
    return "".join(parts) + html[position:]


def markup_in(text: str, ignored: frozenset[str] = frozenset()) -> Markup:
    """Return what kind of tags work in a text.

    Args:
        text: any text.
        ignored: names of tags that don't count.
    """
    found: Markup = "none"
    if "<" not in text:
        return found
    for kind in _working(text, ignored):
        if kind != "inline":
            return "block"
        found = kind
    return found


def tag_names(text: str) -> frozenset[str]:
    """Return the names of the known tags that stand in a text, whether they work or not."""
    return frozenset(match["name"].lower() for match in TAG.finditer(text))


def enclosing(text: str, names: frozenset[str]) -> list[int]:
    """Return where the tags stand, of those named, that enclose whole lines: no sentence has them so.

    Args:
        text: any text.
        names: of the tags.
    """
    found: list[int] = []
    opened: dict[str, list[_Tag]] = {}
    for match in TAG.finditer(text):
        name, tag = match["name"].lower(), _Tag(match["name"].lower(), match.start(), match.end())
        if name not in names or name in _ALONE:
            continue
        if not match["close"]:
            if _begins(text, tag):
                opened.setdefault(name, []).append(tag)
        elif (before := opened.get(name)) and _ends(text, tag) and _WORD.search(text, before[-1].end, tag.start):
            found += (before.pop().start, tag.start)
    return found


def _spoken(text: str) -> Iterator[re.Match[str]]:
    """Find words in angle brackets that are no elements, nor made to be some: with values, or closed."""
    found = [match for match in _IN_BRACKETS.finditer(text) if _is_unknown(match)]
    closed = {match["name"].lower() for match in found if match["close"]}
    return (match for match in found if match["name"].lower() not in closed and "=" not in match["rest"])


def _is_unknown(match: re.Match[str]) -> bool:
    name = match["name"].lower()
    return name not in HTML_EVER and not (_NAMESPACED.fullmatch(name) and "/" not in match["rest"].rstrip(" /"))


def _working(text: str, ignored: frozenset[str]) -> Iterator[_Found]:
    """Tell of each tag that works; of a page, when it begins a line, encloses words, and no text would have it so."""
    opened: dict[str, _Tag] = {}
    for match in TAG.finditer(text):
        name = match["name"].lower()
        tag = _Tag(name, match.start(), match.end())
        if name in ignored or not _has_attributes(match["rest"] or ""):
            continue
        if name in _ALONE:
            if (name == "img" and "src" in (match["rest"] or "").lower()) or _touches(text, tag) or _is_line(text, tag):
                yield "block"
        elif not match["close"]:
            opened[name] = tag
            if name in BLOCKS and _begins(text, tag) and _follows(text, tag):
                yield "block"
        elif (before := opened.pop(name, None)) and _is_pair(text, before, tag):
            yield "inline" if name not in BLOCKS else "page" if _begins(text, before) else "block"


def _has_attributes(rest: str) -> bool:
    """Tell whether what follows a name can be attributes; `<Section 1>` is a heading to be filled in."""
    return "=" in rest or _FLAGS.issuperset(rest.lower().replace("/", " / ").split())


def _is_pair(text: str, first: _Tag, last: _Tag) -> bool:
    """Tell whether two tags enclose something, rather than being spoken of."""
    holds_words = _WORD.search(text, first.end, last.start) is not None
    if not holds_words:
        return first.name in BLOCKS and _begins(text, first)
    return _touches(text, first) or _touches(text, last) or (_begins(text, first) and _ends(text, last))


def _touches(text: str, tag: _Tag) -> bool:
    """Tell whether a tag touches what stands before or after it, as a word in a sentence does not."""
    before, after = text[tag.start - 1 : tag.start], text[tag.end : tag.end + 1]
    return bool(before and before not in _BEFORE_WORD) or bool(after and after not in _AFTER_WORD)


def _begins(text: str, tag: _Tag) -> bool:
    """Tell whether a tag stands at the beginning of a line, or right behind another tag."""
    return not (before := text[max(0, tag.start - 80) : tag.start].rstrip(" \t")) or before[-1] in "\n>"


def _ends(text: str, tag: _Tag) -> bool:
    """Tell whether a tag stands at the end of a line, or right before another tag."""
    return not (after := text[tag.end : tag.end + 80].lstrip(" \t")) or after[0] in "\r\n<"


def _follows(text: str, tag: _Tag) -> bool:
    """Tell whether something follows a tag at once; alone on its line, `<Address>` is to be filled in."""
    after = text[tag.end : tag.end + 80].lstrip(" \t")
    return after[:1] == "<" or text[tag.end : tag.end + 1] not in {"", *_AFTER_WORD}


def _is_line(text: str, tag: _Tag) -> bool:
    return _begins(text, tag) and _ends(text, tag)
