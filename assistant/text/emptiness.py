"""Whether a text holds anything: an empty editor sends tags and unseen characters, and a model may answer with less."""

import html as markup
import re
import unicodedata
from collections.abc import Iterator

from assistant.text.html.element_names import HTML
from assistant.text.html.tags import Piece, TagSplitter, tag_name

_SLICE = 1024  # characters that are looked at before more is read; most drafts say something in the first of them
_SHOWN = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So", "Sc"))
"""Unicode's categories of letters, figures, emoji and currencies; a dash or a full stop alone says nothing."""
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\ufffd")
"""Fillers and stand-ins, which Unicode counts among letters and symbols although nothing is seen."""
_WORD = re.compile(r"\s*+[A-Za-z]")
_WORD_BEHIND_TAG = re.compile(r"\s*+<(?:p|div|li)>[A-Za-z]")
_PICTURES = frozenset(("img", "video", "audio", "embed", "input", "source"))
_SOURCE = re.compile(r"\ssrc\s*+=\s*+(?:\"\s*+[^\"\s]|'\s*+[^'\s]|[^\s\"'>])", re.IGNORECASE)
_ELEMENTS = HTML | {"o:p"}
"""Any other word in angle brackets is one that a text shows."""


def is_empty(content: str, *, html: bool) -> bool:
    """Tell whether a draft, or an answer, has neither a word nor a picture.

    Args:
        content: the text.
        html: whether it is HTML. A text of nothing but HTML's own tags, comments and entities is empty too, but a word
            in angle brackets is a word in it, and what begins and never ends hides nothing.
    """
    if _WORD.match(content) or _WORD_BEHIND_TAG.match(content):  # most drafts begin with one
        return False
    splitter = TagSplitter()
    if any(_shows(piece, html=html) for piece in _pieces(splitter, content)):
        return False
    return html or not splitter.skipping


def _pieces(splitter: TagSplitter, content: str) -> Iterator[Piece]:
    for start in range(0, len(content), _SLICE):
        yield from splitter.feed(content[start : start + _SLICE])
    yield from splitter.finish()


def _shows(piece: Piece, *, html: bool) -> bool:
    if piece.kind == "text":
        return any(
            unicodedata.category(character) in _SHOWN and character not in _UNSEEN
            for character in markup.unescape(piece.text)
        )
    name = tag_name(piece.text)
    if name in _PICTURES:
        return _SOURCE.search(piece.text) is not None
    return not html and bool(name) and name not in _ELEMENTS
