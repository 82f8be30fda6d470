"""A mail line by line, as a reader sees it, and what each line is known to be by its marks alone."""

import html as markup
import re
from collections import Counter
from itertools import takewhile

from msgspec import Struct

from assistant.text.html.element_names import PARTING, RARE_BLOCKS, VOID
from assistant.text.html.tags import TagSplitter, tag_name

_MARKS = re.compile(r"[ \t]{0,3}((?:\|?>(?!:)[ \t]?)+)")
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF))
_SPACES = re.compile(r"[^\S\n]+")
_FOLDED = re.compile(r"\s+")
_CLASSES = re.compile(r"\s(?:class|id)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|applemailsignature|ms-outlook-mobile-signature|protonmail_signature_block"
    r"|zmail_signature|\b(?:x_|mail-?)?signature\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"yahoo_quoted|divrplyfwdmsg|appendonsend|moz-forward-container|olk_src_body_section|protonmail_quote"
    r"|tutanota_quote|mail-editor-reference-message|replyforwardmessage|stopspelling|zmail_extra(?!_)",
    re.IGNORECASE,
)
_TO_THE_END = re.compile(r"divrplyfwdmsg|appendonsend|stopspelling", re.IGNORECASE)
_CITED = re.compile(
    r"\s(?:cite\b|type\s*=\s*[\"']?cite|(?:class|id)\s*=\s*(?:\"[^\"]*|'[^']*|[^\s\"'>]*)quote"
    r"|style\s*=\s*(?:\"[^\"]*|'[^']*|[^\s\"'>]*)border-(?:left|right|inline-start)\s*:)",
    re.IGNORECASE,
)
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_PARTING = PARTING | RARE_BLOCKS
_CELLS = frozenset(("td", "th"))
_TABLE = _CELLS | {"table", "tbody", "tr"}
_APART = frozenset(("p", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote"))
_DEEPEST = 200
_RULE = "________________"
_CITE, _INDENT = "cite", "indent"  # parts that tell what block quotations in them are


class Line(Struct, frozen=True):
    """A line of a mail.

    Attributes:
        text: without the marks of a quotation.
        depth: how often it is marked as quoted; 0 for a line that is not.
        part: of an HTML mail, what its program says that the line belongs to.
        indented: of an HTML mail, how much of the depth may be an indent of its writer's: block quotations that no mail
            program has marked as what someone else wrote.
    """

    text: str
    depth: int = 0
    part: str = ""
    indented: int = 0


def text_lines(text: str) -> list[Line]:
    """Return the lines of a mail that is plain text."""
    return [_marked(line) for line in text.translate(_UNSEEN).splitlines()]


def _marked(line: str) -> Line:
    marks = _MARKS.match(line)
    if marks is None:
        return Line(line.rstrip())
    return Line(line[marks.end() :].rstrip(), depth=marks[1].count(">"))


def html_lines(text: str) -> list[Line]:
    """Return the lines of a mail that is HTML: its blocks and breaks, with the address of each link after its words."""
    page = _Page()
    splitter = TagSplitter()
    for piece in (*splitter.feed(text), *splitter.finish()):
        if piece.kind == "text":
            page.add_text(piece.text)
        else:
            page.add_tag(piece.text)
    return page.ended()


class _Page:
    """What has been read of an HTML mail."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._words: list[str] = []
        self._open: list[tuple[str, str]] = []  # elements by name, and the part that each makes of its content
        self._inside = Counter[str]()
        self._rest = ""
        self._address = ""
        self._linked_from = 0

    def add_text(self, text: str) -> None:
        shown = markup.unescape(text).translate(_UNSEEN)
        if not self._inside["pre"]:
            self._words.append(_FOLDED.sub(" ", shown))
            return
        first, *others = shown.split("\n")
        self._words.append(first)
        for other in others:
            self._break()
            self._words.append(other)

    def add_tag(self, tag: str) -> None:
        name = tag_name(tag)
        if "@" in name:  # an address in angle brackets that its program forgot to escape
            self.add_text(tag)
        elif name == "a":
            self._add_link(tag)
        elif name in _CELLS:
            self._words.append(" ")
            self._nest(tag, name)
        elif name in _PARTING:
            self._part(tag, name)
        elif name in {"span", "font"}:
            self._nest(tag, name)

    def _add_link(self, tag: str) -> None:
        if self._address and self._address not in "".join(self._words[self._linked_from :]):
            self._words.append(f" ({self._address})")
        href = _HREF.search(tag)
        address = markup.unescape(href[href.lastindex or 0]) if href else ""
        self._address = address.removeprefix("mailto:") if address[:1] != "#" else ""
        self._linked_from = len(self._words)

    def _part(self, tag: str, name: str) -> None:
        self._break(empty=name == "br", apart=name in _APART)
        if name == "hr":
            self._words.append(_RULE)
            self._nest(tag, name)
            self._break()
        elif name == "br":
            return
        elif name == "li" and tag[1] != "/":
            self._words.append("- ")
        if name != "li":
            self._nest(tag, name)

    def _nest(self, tag: str, name: str) -> None:
        if tag[1] == "/":
            self._leave(name)
            return
        said = " ".join(match[1] for match in _CLASSES.finditer(tag))
        part = "signature" if _SIGNATURE.search(said) else "quoted" if _HISTORY.search(said) else ""
        if part == "quoted" and _TO_THE_END.search(said):
            self._rest = part
        if name in VOID or len(self._open) >= _DEEPEST:
            return
        if not part:
            part = _CITE if _CITED.search(tag) else _INDENT if name == "blockquote" and not self._inside[_CITE] else ""
        self._open.append((name, part))
        self._inside.update((name, part))

    def _leave(self, name: str) -> None:
        within = self._open if name in _TABLE else self._cell()
        if all(opened != name for opened, _ in within):
            return
        while True:
            left = self._open.pop()
            self._inside.subtract(left)
            if left[0] == name:
                return

    def _cell(self) -> list[tuple[str, str]]:
        """Return what is open in the cell of a table: tags in it end nothing outside of it."""
        return list(takewhile(lambda opened: opened[0] not in _TABLE, reversed(self._open)))

    def _break(self, *, empty: bool = True, apart: bool = False) -> None:
        """End a line; an empty one only if it is to be seen, and none after another."""
        text = "".join(self._words)
        self._words.clear()
        self._linked_from = 0
        if not self._inside["pre"]:
            text = _SPACES.sub(" ", text).strip()
        if text:
            self._add(text)
        if ((empty and not text) or apart) and self._lines and self._lines[-1].text:
            self._add("")

    def _add(self, text: str) -> None:
        marked = _marked(text)
        part = self._rest or next((part for part in ("quoted", "signature") if self._inside[part]), "")
        depth = marked.depth + self._inside["blockquote"]
        self._lines.append(Line(marked.text, depth, part, self._inside[_INDENT]))

    def ended(self) -> list[Line]:
        self._break()
        return self._lines
