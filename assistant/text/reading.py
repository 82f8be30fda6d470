"""Reading drafts and answers as a person reads them: without tags, invisible characters and typographic variants."""

import re
from html import unescape
from string import ascii_lowercase, ascii_uppercase, digits
from typing import NamedTuple

from assistant.text.html.element_names import DROPPED, HTML
from assistant.text.html.simple import is_simple
from assistant.text.normal_forms import normal

WORD = re.compile(r"[^\W\d_]+")
"""A word: letters of any script."""
_WORDS_APART = bytes(code if chr(code).isalpha() else ord(" ") for code in range(256))
"""A blank for all of ASCII that is no letter: to split a text is many times as quick as to search it."""
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that put no space beside a link: Thai, Lao, Burmese, Khmer, ideographs, kana, hangul."""
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)([^<>]*+)>")
"""A tag: whether it closes, its name, and the rest of it."""
START = re.compile(r"\sstart\s*+=\s*+[\"']?(\d{1,6})\b", re.IGNORECASE)
"""The number of a list's first entry, in its tag."""

_BREAK = re.compile(
    r"<(?:br|/?(?:p|div|li|ul|ol|dl|dd|dt|tr|table|h[1-6]|blockquote|pre|hr|section|article))(?![\w-])[^<>]*+>",
    re.IGNORECASE,
)
_SIMPLE_BREAK = re.compile("</?(?:p|div|br|li|ul|ol)>")
_CELL = re.compile(r"</?(?:td|th|img)(?![\w-])[^<>]*+>", re.IGNORECASE)
_LIST = re.compile(r"<(/?)(ol|ul|li)(?![\w-])([^<>]*+)>", re.IGNORECASE)
_OTHER = re.compile(r"<[!/?]?[a-zA-Z-][^<>]*+>")
_HIDDEN = re.compile(
    rf"<(?:!(--)|({'|'.join(sorted(DROPPED))})(?![\w-])[^<>]*+>)",
    re.IGNORECASE,
)
_COMMENT_ENDS = re.compile(r"--!?>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z_:][\w:.-]*+)(?>(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?)""")
_SPACES = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_UNSEEN = dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF))
_APOSTROPHES = dict.fromkeys((0x2018, 0x2019, 0x201B, 0x2BC, 0xFF07), "'")
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_FIRST_ACCENTS, _LAST_ACCENTS = b"\xcc", b"\xcd"  # in UTF-8 each of them begins so; nothing else begins as the first do
_WORD_SIGN_BEYOND = re.compile(r"[^\W\x00-\x7f]")
_SHAPES = bytes.maketrans(
    f"{ascii_uppercase}{ascii_lowercase}{digits}".encode(),
    b"A" * len(ascii_uppercase) + b"a" * len(ascii_lowercase) + b"0" * len(digits),
)
_PLAIN = {**_SPACES, **_UNSEEN, **_APOSTROPHES}
_VARIANT = re.compile(f"[{''.join(map(chr, _PLAIN))}]")


class Tag(NamedTuple):
    """A tag of an HTML text; `attributes` are by lower-case name, their entities resolved."""

    name: str
    closes: bool
    attributes: dict[str, str]


_BARE_TAGS = {f"<{'/' * closes}{name}>": Tag(name, closes, {}) for name in HTML for closes in (False, True)}


def read(text: str, *, html: bool, numbered: bool = False) -> str:
    """Return what a reader sees; every kind of space is one kind, and so is every apostrophe.

    Args:
        text: the source.
        html: whether it is HTML.
        numbered: whether the entries of numbered lists have the numbers that a browser shows.
    """
    return _plain(unescape(_without_tags(_numbered(text) if numbered else text))) if html else _plain(text)


def tags(text: str) -> list[Tag]:
    """Return the tags of a text in their order."""
    if "<" not in text:
        return []
    return [_BARE_TAGS.get(found[0]) or _read_tag(found) for found in TAG.finditer(text)]


def _read_tag(found: re.Match[str]) -> Tag:
    return Tag(found[2].lower(), bool(found[1]), _attributes(found[3]))


def words(text: str) -> list[str]:
    """Return the words in their order, in small letters."""
    return WORD.findall(text.casefold())


def folded_words(text: str) -> list[str]:
    """Return the words in their order, each as `fold` leaves it."""
    folded = fold(text)
    if folded.isascii() or not _WORD_SIGN_BEYOND.search(folded):
        return words_of_ascii(folded)
    return WORD.findall(folded)


def words_of_ascii(text: str) -> list[str]:
    """Return the words of a text that has no letter beyond ASCII."""
    return text.encode("ascii", "replace").translate(_WORDS_APART).decode().split()


def fold(word: str) -> str:
    """Return a word in small letters and without accents, so that José is Jose."""
    small = word.casefold()
    if small.isascii():
        return small
    parted = normal("NFKD", small)
    coded = parted.encode("utf-8", "surrogatepass")
    marks = coded.count(_FIRST_ACCENTS)
    if _LAST_ACCENTS not in coded:
        if not marks:
            return parted
        if len(plain := parted.encode("ascii", "ignore")) + marks == len(parted):
            return plain.decode()  # nothing but accents is beyond ASCII
    return _ACCENTS.sub("", parted)


def shape_of(text: str) -> bytes:
    """Return a text in UTF-8 with A, a and 0 for ASCII's capitals, small letters and figures.

    It takes no time to see in it that something cannot be in the text: no figure, no name in capitals.
    """
    return text.encode("utf-8", "surrogatepass").translate(_SHAPES)


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return normal("NFC", text.translate(_PLAIN) if _VARIANT.search(text) else text)


def _numbered(html: str) -> str:
    """Write the numbers of entries behind their tags."""
    if "<ol" not in html.lower():
        return html
    counts: list[int | None] = []

    def written(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name == "li" and not tag[1] and counts and counts[-1] is not None:
            counts[-1] += 1
            return f"{tag[0]}{counts[-1]}. "
        if name != "li" and not tag[1]:
            start = START.search(tag[3])
            counts.append((int(start[1]) if start else 1) - 1 if name == "ol" else None)
        elif name != "li" and counts:
            counts.pop()
        return tag[0]

    return _LIST.sub(written, html)


def _without_tags(text: str) -> str:
    if is_simple(text):
        return _OTHER.sub("", _SIMPLE_BREAK.sub("\n", text))
    seen = _CELL.sub(" ", _BREAK.sub("\n", _without_hidden(text)))
    return _OTHER.sub("", seen)


def _without_hidden(text: str) -> str:
    """Drop comments, scripts, styles and what else no answer may hold; one that never ends takes the rest with it."""
    kept, start = [], 0
    while found := _HIDDEN.search(text, start):
        kept.append(text[start : found.start()])
        closing = _COMMENT_ENDS if found[1] else re.compile(rf"</{found[2]}(?![\w-])[^<>]*+>", re.IGNORECASE)
        end = closing.search(text, found.start() + 2)
        if end is None:
            return "".join(kept)
        start = end.end()
    kept.append(text[start:])
    return "".join(kept)


def _attributes(rest: str) -> dict[str, str]:
    if not rest or rest.isspace():
        return {}
    return {found[1].lower(): unescape((found[2] or "").strip("\"'")) for found in _ATTRIBUTE.finditer(rest)}
