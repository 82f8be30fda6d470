"""What is read of an answer: the fields that its text needs, whatever a host puts into the others.

Hosts differ in all else: a text may be a list of parts, and a field that nobody needs null or of any type.
"""

import json
import re
from typing import Any, TypeAlias

import msgspec

Fields: TypeAlias = dict[str, Any]
BLANK = b"\xef\xbb\xbf \t\r\n"
"""Bytes before an answer that say nothing: a byte order mark, and lines that keep the connection awake."""
EVENTS = (b"data:", b"event:", b"id:", b"retry:", b":")
"""How a line of server-sent events begins."""

_LONGEST_END = 20
_decode = msgspec.json.Decoder().decode
_lenient = json.JSONDecoder(strict=False)
_TEXT = frozenset(("", "text", "output_text", "text_delta"))
_HALF = re.compile("[\ud800-\udfff]")
_FIRST_HALF = re.compile("[\ud800-\udbff]\\Z")


def parsed(content: bytes) -> object:
    """Return what JSON says; half of a surrogate pair, NaN and control characters in texts are let pass.

    So is the end of a stream behind it, which gateways leave there when they make a whole answer of one.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deeply.
    """
    try:
        return _decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = content.decode("utf-8-sig").strip()
    found, end = _lenient.raw_decode(text)
    rest = text[end:].strip().removeprefix("data:").encode()
    if rest and not is_end(rest):
        raise ValueError
    return found


def is_end(data: bytes) -> bool:
    """Tell whether the data of an event says that no other follows, as hosts of every dialect do."""
    return len(data) < _LONGEST_END and data.strip(b' "\t\r\n').upper() == b"[DONE]"


def fields(value: object) -> Fields:
    """Return an object's members; none for anything else."""
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[Fields]:
    """Return the objects of a list, or the one that stands for a list."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def word(value: object) -> str:
    """Return a text; nothing for anything else."""
    return value if isinstance(value, str) else ""


def written(content: object) -> str:
    """Return the text of a content: a text, a part, or a list of both; parts that hold thoughts are left out."""
    if isinstance(content, str):
        return content
    return "".join(map(_part, content)) if isinstance(content, list) else _part(content)


def thinks(content: object) -> bool:
    """Tell whether a content has parts that are not text, as thoughts are."""
    return isinstance(content, list) and any(word(part.get("type")) not in _TEXT for part in entries(content))


def whole_pairs(text: str) -> str:
    """Put surrogate pairs together; what has no other half becomes U+FFFD, as no text can hold it."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class Pieces:
    """The text of a stream so far; a character whose halves come in two pieces is held back until it is whole."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._half = ""

    def add(self, piece: str) -> str:
        """Take a piece and return what may be shown."""
        if piece.isascii() and not self._half:
            self._pieces.append(piece)
            return piece
        text = self._half + piece
        half = _FIRST_HALF.search(text)
        self._half = half.group() if half else ""
        shown = whole_pairs(text[: half.start()] if half else text)
        self._pieces.append(shown)
        return shown

    def __bool__(self) -> bool:
        return any(self._pieces)

    def __str__(self) -> str:
        return "".join(self._pieces)


def _part(part: object) -> str:
    if isinstance(part, str):
        return part
    found = fields(part)
    if found.get("thought") is True or word(found.get("type")) not in _TEXT:
        return ""
    text = found.get("text")
    return word(fields(text).get("value")) if isinstance(text, dict) else word(text)
