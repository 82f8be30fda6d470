"""From HTML to text, for an answer that came in the wrong one of the two."""

import html as markup
import re

from assistant.completion.output import TAG, markup_in, tag_names, with_words_shown
from assistant.completion.shield.masking import Mask

_BLOCKS = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "section", "hr")
)
_HREF = re.compile(r"\shref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.IGNORECASE)
_UNSEEN = ("script", "style", "head", "title")
_BRACKETED = re.compile(r"<[^<>\n]{1,80}>")
_TAG = re.compile(r"<[^<>]*+>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ESCAPED = re.compile(r"&(?:lt|gt|amp|quot|apos|#0*39|#x0*27);", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n]+")
_AROUND_BREAK = re.compile(r"[ \t]*+\n[ \t]*+")
_EMPTY_LINES = re.compile(r"\n{3,}")


class _Text:
    """What has been read of some HTML.

    Args:
        folds: whether white space is folded, as between tags that make lines.
        own: entities that are text.
    """

    def __init__(self, own: frozenset[str], *, folds: bool) -> None:
        self._own = own
        self._folds = folds
        self._parts: list[str] = []
        self._address = ""
        self._linked_from = 0

    def add_text(self, text: str) -> None:
        text = _BLANKS.sub(" ", text) if self._folds else text
        self._parts.append(_ENTITY.sub(self._character, text))

    def add_tag(self, tag: str, name: str, *, closing: bool) -> None:
        if name == "a":
            self._end_link()
            if not closing:
                self._begin_link(tag)
        elif name in _BLOCKS:
            self._parts.append("\n\n")
        elif name in {"br", "tr"} or (name == "li" and not closing):
            self._parts.append("\n- " if name == "li" else "\n")

    def _character(self, entity: re.Match[str]) -> str:
        return entity[0] if entity[0] in self._own else markup.unescape(entity[0])

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
        text = "".join(self._parts)
        if not self._folds:
            return text
        return _EMPTY_LINES.sub("\n\n", _AROUND_BREAK.sub("\n", text)).strip()


def to_text(answer: str, draft: str = "") -> str:
    """Return an answer to a text as text: tags that work in it and that the draft lacks are gone.

    Paragraphs stand apart, entries of lists have a dash, and a link has its address after its words. What else stands
    in angle brackets is text, and so are the draft's own tags and entities.

    Args:
        answer: what the model wrote.
        draft: a text.
    """
    own = tag_names(draft)
    found = markup_in(answer, own)
    if found == "none":
        return _unescaped(answer, draft)
    text = _Text(frozenset(_ENTITY.findall(draft)), folds=found == "block")
    position = 0
    for match in TAG.finditer(answer := _without_unseen(answer, draft)):
        if (name := match["name"].lower()) in own:
            continue
        text.add_text(answer[position : match.start()])
        text.add_tag(match[0], name, closing=bool(match["close"]))
        position = match.end()
    text.add_text(answer[position:])
    return text.written()


def _unescaped(answer: str, draft: str) -> str:
    """Return a text in which that is as in the draft what a model escaped as in HTML."""
    if "&" not in answer or _ENTITY.search(draft):
        return answer
    return _ESCAPED.sub(lambda entity: sign if (sign := markup.unescape(entity[0])) in draft else entity[0], answer)


def _without_unseen(answer: str, draft: str) -> str:
    """Leave out scripts, styles and the head of a page."""
    for name in _UNSEEN:
        if f"<{name}" not in draft.lower():
            answer = _without_element(answer, name)
    return answer


def _without_element(text: str, name: str) -> str:
    parts, position = [], 0
    opened, closed = (re.compile(rf"<{slash}{name}(?:\s[^<>]*+)?>", re.IGNORECASE) for slash in ("", "/"))
    while (first := opened.search(text, position)) and (last := closed.search(text, first.end())):
        parts.append(text[position : first.start()])
        position = last.end()
    return "".join(parts) + text[position:]


def with_text_shown(answer: str, draft: str, mask: Mask) -> str:
    """Return an HTML answer in which what the draft shows in angle brackets, such as `&lt;your-name&gt;`, is escaped.

    Models forget to escape it, and a browser takes it for a tag.
    """
    used = tag_names(draft)
    shown = {match[0].lower() for match in _BRACKETED.finditer(markup.unescape(_TAG.sub("", with_words_shown(draft))))}
    if not shown:
        return answer

    def escaped(match: re.Match[str]) -> str:
        inner = match[0][1:-1]
        said = f"<{mask.reveal(inner)}>" if "ZQX" in inner.upper() else match[0]
        return f"&lt;{inner}&gt;" if said.lower() in shown and tag_names(said).isdisjoint(used) else match[0]

    return _BRACKETED.sub(escaped, answer)
