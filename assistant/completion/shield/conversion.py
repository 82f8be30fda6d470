"""From HTML to text and back, for an answer that came in the wrong one of the two."""

import html as markup
import re

from assistant.completion.shield.tags import TagSplitter, tag_name

_BLOCKS = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "section", "hr")
)
_HREF = re.compile(r"\shref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n]+")
_AROUND_BREAK = re.compile(r"[ \t]*+\n[ \t]*+")
_BREAK = re.compile(r"\r?\n")
_EMPTY_LINE = re.compile(r"\n[ \t\r]*+\n\s*+")
_EMPTY_LINES = re.compile(r"\n{3,}")


class _Text:
    """What has been read of some HTML."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._address = ""
        self._linked_from = 0

    def add_text(self, text: str) -> None:
        self._parts.append(_BLANKS.sub(" ", markup.unescape(text)))

    def add_tag(self, tag: str) -> None:
        name, closing = tag_name(tag), tag.startswith("</")
        if name == "a":
            self._end_link()
            if not closing:
                self._begin_link(tag)
        elif name in _BLOCKS:
            self._parts.append("\n\n")
        elif name in {"br", "tr"} or (name == "li" and not closing):
            self._parts.append("\n- " if name == "li" else "\n")

    def _begin_link(self, tag: str) -> None:
        match = _HREF.search(tag)
        self._address = markup.unescape(match[match.lastindex or 0]) if match else ""
        self._linked_from = len(self._parts)

    def _end_link(self) -> None:
        words = "".join(self._parts[self._linked_from :])
        if self._address and self._address.removeprefix("mailto:") not in words:
            self._parts.append(f" ({self._address})")
        self._address = ""

    def written(self) -> str:
        self._end_link()
        return _EMPTY_LINES.sub("\n\n", _AROUND_BREAK.sub("\n", "".join(self._parts))).strip()


def to_text(html: str) -> str:
    """Return what HTML says as text: paragraphs apart, list entries with a dash, a link's address after its words."""
    splitter, text = TagSplitter(), _Text()
    for piece in splitter.feed(html) + splitter.finish():
        (text.add_text if piece.kind == "text" else text.add_tag)(piece.text)
    return text.written()


def to_paragraphs(text: str) -> str:
    """Return HTML without any tag as paragraphs, at its empty lines; a single line break stays one."""
    paragraphs = _EMPTY_LINE.split(text.strip())
    return "".join(f"<p>{_BREAK.sub('<br>', paragraph)}</p>" for paragraph in paragraphs if paragraph)
