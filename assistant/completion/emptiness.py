"""Whether a draft holds anything that could be rewritten: an empty editor sends tags and invisible characters."""

import html as markup
import re
import unicodedata

from assistant.completion.shield.tags import Piece, TagSplitter, tag_name

_SLICE = 1024  # characters that are looked at before more is read; most drafts say something in the first of them
_SHOWN = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So", "Sc"))
"""Unicode's categories of letters, figures, emoji and currencies; a dash or a full stop alone says nothing."""
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\ufffd")
"""Fillers and stand-ins, which Unicode counts among letters and symbols although nothing is seen."""
_PICTURES = frozenset(("img", "video", "audio", "embed", "input", "source"))
_SOURCE = re.compile(r"\ssrc\s*+=\s*+(?:\"\s*+[^\"\s]|'\s*+[^'\s]|[^\s\"'>])", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:a|b|blockquote|body|br|code|div|em|font|h[1-6]|head|hr|html|i|li|ol|p|pre|s|small|span|strong|sub|sup"
    r"|table|tbody|td|th|thead|tr|u|ul)(?:\s[^<>]*+)?/?>",
    re.IGNORECASE,
)


def is_empty(content: str, *, html: bool) -> bool:
    """Tell whether a draft has neither a word nor a picture.

    Args:
        content: the draft.
        html: whether it is HTML. A text of nothing but common tags is empty too.
    """
    if not html:
        return not _says(_MARKUP.sub(" ", content))
    splitter = TagSplitter()
    for start in range(0, len(content), _SLICE):
        if any(map(_shows, splitter.feed(content[start : start + _SLICE]))):
            return False
    return not any(map(_shows, splitter.finish()))


def _shows(piece: Piece) -> bool:
    if piece.kind == "text":
        return _says(markup.unescape(piece.text))
    return tag_name(piece.text) in _PICTURES and _SOURCE.search(piece.text) is not None


def _says(text: str) -> bool:
    return any(unicodedata.category(character) in _SHOWN and character not in _UNSEEN for character in text)
