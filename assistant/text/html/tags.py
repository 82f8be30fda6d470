"""Where tags begin and end: in a whole text, and in one that arrives in pieces."""

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from assistant.text.html.element_names import DROPPED, HTML

MOST_OPEN = 4096
"""Characters after which something that looks like an open tag is taken for text."""

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
"""A character by its number or its name."""

_LONGEST_END = 32  # characters of "</plaintext>", "-->" and the like, generously
_REST_OF_TAG = re.compile(r"[a-zA-Z/!?](?>(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*)>")
_BEGINS = re.compile(r"[a-zA-Z/!?]")
_OPENS = re.compile(r"[a-zA-Z]")
_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_BARE = {f"<{slash}{name}>": name for name in HTML for slash in ("", "/")}  # most tags are such
_OPEN_ENTITY = re.compile(r"&#?\w{0,31}\Z")
_CUT_TAG = re.compile(r"</?(?:[a-zA-Z][\w-]*(?:\s+(?:[\w-]+\s*(?:=.*)?|/)?|/)?)?\Z|<!.*\Z", re.DOTALL)


class Piece(Struct, frozen=True):
    """A part of an HTML text: a whole tag, or text between tags."""

    kind: Literal["text", "tag"]
    text: str


def open_tags(text: str) -> Iterator[tuple[int, int]]:
    """Find the opening tags of a whole text; something that never ends ends the search."""
    start = text.find("<")
    while start >= 0:
        if text.startswith("<!--", start):
            end = text.find("-->", start + 2) + 3
        elif _BEGINS.match(text, start + 1):
            match = _REST_OF_TAG.match(text, start + 1)
            end = match.end() if match else 2
            if match and _OPENS.match(text, start + 1):
                yield start, end
        else:
            end = start + 1
        start = text.find("<", end) if end > start else -1


def tag_name(tag: str) -> str:
    """Return the name in an opening or closing tag, in small letters; empty for a comment."""
    if name := _BARE.get(tag):
        return name
    match = _NAME.match(tag)
    return match[1].lower() if match else ""


class TagSplitter:
    """Cuts HTML that arrives in pieces into text and whole tags.

    Comments, and the tags in `DROPPED` with their content, are left out. A tag or an entity is held back until it is
    whole; an open tag for `MOST_OPEN` characters at most.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._until: re.Pattern[str] | None = None

    def feed(self, text: str) -> list[Piece]:
        """Take more, and return what is complete."""
        if text and not (self._rest or self._until or "<" in text or "&" in text):
            return [Piece("text", text)]
        return list(self._pieces(self._rest + text))

    @property
    def skipping(self) -> bool:
        """Whether something is being left out, and its end did not come yet."""
        return self._until is not None

    def finish(self) -> list[Piece]:
        """Return what was held back, as text; a tag that was cut off is left out."""
        rest, self._rest = self._rest, ""
        return [] if self._until or not rest or _CUT_TAG.match(rest) else [Piece("text", rest)]

    def _pieces(self, text: str) -> Iterator[Piece]:
        position = 0
        while position < len(text):
            step = self._skip(text, position) if self._until else self._next(text, position)
            if step is None:
                break
            position, piece = step
            if piece.text:
                yield piece
        self._rest = text[position:]

    def _skip(self, text: str, position: int) -> tuple[int, Piece] | None:
        """Step over what has no place in an answer; keep only as much as the end of it may need."""
        end = self._until.search(text, position) if self._until else None
        if end:
            self._until = None
            return end.end(), Piece("text", "")
        kept = max(position, len(text) - _LONGEST_END)
        return (kept, Piece("text", "")) if kept > position else None

    def _next(self, text: str, position: int) -> tuple[int, Piece] | None:
        start = text.find("<", position)
        if start != position:
            return self._text(text, position, start)
        if text.startswith("<!--", start):
            self._until = re.compile(r"--!?>")
            return start + 2, Piece("text", "")  # `<!-->` is a whole comment
        if "<!--".startswith(text[start : start + 4]):
            return None
        return self._tag(text, start)

    def _text(self, text: str, position: int, end: int) -> tuple[int, Piece] | None:
        if end < 0:
            entity = _OPEN_ENTITY.search(text, max(position, len(text) - 33))
            end = entity.start() if entity else len(text)
        return (end, Piece("text", text[position:end])) if end > position else None

    def _tag(self, text: str, start: int) -> tuple[int, Piece] | None:
        if len(text) == start + 1:
            return None
        if not _BEGINS.match(text, start + 1):
            return start + 1, Piece("text", "<")
        may_end = text.find(">", start, start + MOST_OPEN) > 0  # most that never end are told apart by this alone
        end = _REST_OF_TAG.match(text, start + 1, start + MOST_OPEN) if may_end else None
        if end is None:
            return (start + 1, Piece("text", "<")) if len(text) - start >= MOST_OPEN else None
        tag = text[start : end.end()]
        name = tag_name(tag)
        if name in DROPPED and tag[1] != "/":
            self._until = re.compile(rf"(?=</{name}[\s/>])", re.IGNORECASE)
        return end.end(), Piece("tag", tag)
