"""From HTML to text, for an answer that came in the wrong one of the two."""

import html as markup
import re

from assistant.text.html.brackets import elements_in
from assistant.text.html.element_names import BLOCKS
from assistant.text.html.recognition import TAG, enclosing, markup_in, tag_names, with_words_shown
from assistant.text.html.simple import is_simple
from assistant.text.html.tags import ENTITY
from assistant.text.masking.masking import Mask
from assistant.text.reading import START

_BLOCKS = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "section", "hr")
)
_HREF = re.compile(r"\shref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.IGNORECASE)
_UNSEEN = ("script", "style", "head", "title")
_BRACKETED = re.compile(r"<[^<>\n]{1,80}>")
_TAG = re.compile(r"<[^<>]*+>")
_ESCAPED_TAG = re.compile(r"&(?:lt|#0*60|#x0*3c);/?([a-z][a-z0-9]{0,12})", re.IGNORECASE)
_KEPT_BLANKS = str.maketrans(" \t\n", "\ufdd0\ufdd1\ufdd2", "\r")  # those of <pre>, by signs that no text has
_ENTRY, _CELL = "\ufdd4", "\ufdd3"
_BEFORE_ENTRY = re.compile(f" ?\n?{_ENTRY}")
_AROUND_CELL = re.compile(f" ?{_CELL} ?")
_SHOWN_BLANKS = str.maketrans("\ufdd0\ufdd1\ufdd2", " \t\n")
_BLANKS = re.compile(r"[ \t\r\n]+")
_ROW_OF_BLANKS = re.compile(r"[ \t]{2,}")
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
        self._lists: list[int | None] = []  # of each that is open, the number of its last entry if it counts
        self._pre = False
        self._filled = False  # whether something stands on the line already

    def add_text(self, text: str) -> None:
        folded = _BLANKS.sub(" ", text) if self._folds and not self._pre else text
        folded = ENTITY.sub(self._character, folded)
        self._filled = self._filled or bool(folded.strip())
        self._parts.append(folded.translate(_KEPT_BLANKS) if self._pre and self._folds else folded)

    def add_tag(self, tag: str, name: str, *, closing: bool) -> None:
        if name == "a":
            self._end_link()
            if not closing:
                match = _HREF.search(tag)
                self._address = markup.unescape(match[match.lastindex or 0]) if match else ""
                self._linked_from = len(self._parts)
        elif name in _BLOCKS:
            inner = self._enter(tag, name, closing=closing)
            self._parts.append("\n" if inner else "\n\n")
            self._filled = False
        elif name == "br" or (name == "tr" and not closing):
            self._parts.append("\n")
            self._filled = False
        elif name == "li" and not closing:
            self._parts.append(f"{_ENTRY}{self._mark()} ")
        elif name in {"td", "th"} and not closing and self._filled:
            self._parts.append(_CELL)

    def _enter(self, tag: str, name: str, *, closing: bool) -> bool:
        """Keep in mind which list what follows stands in, and tell whether that is inside another one."""
        if name == "pre":
            self._pre = not closing
        elif name in {"ol", "ul"} and closing:
            del self._lists[-1:]
        elif name in {"ol", "ul"}:
            start = START.search(tag)
            self._lists.append((int(start[1]) if start else 1) - 1 if name == "ol" else None)
        return name in {"ol", "ul"} and len(self._lists) > (0 if closing else 1)

    def _mark(self) -> str:
        """Return what an entry of a list begins with."""
        last = self._lists[-1] if self._lists else None
        if last is None:
            return "-"
        self._lists[-1] = last + 1
        return f"{last + 1}."

    def _character(self, entity: re.Match[str]) -> str:
        return entity[0] if entity[0] in self._own else markup.unescape(entity[0])

    def _end_link(self) -> None:
        if self._address and self._address.removeprefix("mailto:") not in "".join(self._parts[self._linked_from :]):
            self._parts.append(f" ({self._address})")
        self._address = ""

    def written(self) -> str:
        self._end_link()
        text = "".join(self._parts)
        if not self._folds:
            return text
        text = _ROW_OF_BLANKS.sub(" ", text)
        text = _BEFORE_ENTRY.sub("\n", _AROUND_BREAK.sub("\n", text))
        text = _AROUND_CELL.sub(" | ", text)
        text = _EMPTY_LINES.sub("\n\n", text).strip()
        return text.translate(_SHOWN_BLANKS)


def to_text(answer: str, draft: str = "") -> str:
    """Return an answer to a text as text: tags that work in it and that the draft lacks are gone.

    Paragraphs stand apart, entries of lists have a dash or their number, cells a bar between them, and a link has its
    address after its words. What else stands in angle brackets is text, and so are the draft's own tags and entities,
    unless they enclose whole lines, or stand beside escaped ones of their name.

    Args:
        answer: what the model wrote.
        draft: a text.
    """
    if "<" not in answer:
        return _unescaped(answer, draft)
    named = tag_names(draft)
    own = named - _working_names(answer, draft, named)
    seen = _without_unseen(answer, draft)
    around = frozenset(enclosing(seen, own) if not enclosing(draft, own) else ())
    found = markup_in(seen, own)
    if found == "none" and not around:
        return _unescaped(seen, draft)
    answer = seen
    folds = found == "block" or any(match["name"].lower() in BLOCKS for match in _tags_at(answer, around))
    text = _Text(frozenset(ENTITY.findall(draft)), folds=folds)
    position = 0
    for match in TAG.finditer(answer):
        if (name := match["name"].lower()) in own and match.start() not in around:
            continue
        text.add_text(answer[position : match.start()])
        text.add_tag(match[0], name, closing=bool(match["close"]))
        position = match.end()
    text.add_text(answer[position:])
    return text.written()


def _working_names(answer: str, draft: str, named: frozenset[str]) -> frozenset[str]:
    """Return those of the tags that a draft names which an answer escapes where it names them: the others work."""
    if "&" not in answer:
        return frozenset()
    escaped, known = (
        {match[1].lower() for match in _ESCAPED_TAG.finditer(text)} if "&" in text else set[str]()
        for text in (answer, draft)
    )
    return named & (escaped - known)


def _tags_at(text: str, starts: frozenset[int]) -> list[re.Match[str]]:
    return [match for start in starts if (match := TAG.match(text, start))]


def _unescaped(answer: str, draft: str) -> str:
    """Return a text without the entities that a model wrote as in HTML, unless tags would come of them."""
    if "&" not in answer or ENTITY.search(draft):
        return answer
    text = ENTITY.sub(lambda entity: markup.unescape(entity[0]), answer)
    if elements_in(text) <= elements_in(answer) | elements_in(draft):
        return text
    return ENTITY.sub(lambda entity: _unless_bracket(entity[0]), answer)


def _unless_bracket(entity: str) -> str:
    sign = markup.unescape(entity)
    return entity if sign in {"<", ">"} else sign


def _without_unseen(answer: str, draft: str) -> str:
    """Leave out scripts, styles and the head of a page."""
    if "<" not in answer:
        return answer
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
    if is_simple(draft):
        return answer  # it shows none
    shown = {match[0].lower() for match in _BRACKETED.finditer(markup.unescape(_TAG.sub("", with_words_shown(draft))))}
    if not shown:
        return answer
    used = tag_names(draft)

    def escaped(match: re.Match[str]) -> str:
        inner = match[0][1:-1]
        said = f"<{mask.reveal(inner)}>" if "ZQX" in inner.upper() else match[0]
        return f"&lt;{inner}&gt;" if said.lower() in shown and tag_names(said).isdisjoint(used) else match[0]

    return _BRACKETED.sub(escaped, answer)
