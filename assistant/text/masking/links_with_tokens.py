"""The links that a model was shown with tokens in them: an answer may hold those again."""

import html as markup
import re
from collections.abc import Iterable
from itertools import groupby, product

from assistant.text.html.element_names import HTML_EVER, PARTING
from assistant.text.html.sanitising import Sanitiser
from assistant.text.html.simple import is_simple
from assistant.text.html.tags import Piece, TagSplitter, tag_name
from assistant.text.masking.revealing import Revealer, Things
from assistant.text.masking.tokens import APART_IN_HTML, APART_IN_TEXT, LOOKS_LIKE_TOKEN, WHOLE_VALUE, count_tokens

_TAG = re.compile(r"<[a-zA-Z][^<>]*+>")
_NOTHING, _END = Piece("text", ""), Piece("tag", "<br>")


class _Learner(Revealer):
    """Reads a text that the model is shown as an answer is read, and takes all its links for known."""

    def __init__(self, things: Things, *, html: bool) -> None:
        super().__init__(things, html=html)
        self.known: set[str] = set()

    def _is_made_up(self, link: str | None) -> bool:
        if link is not None:
            self.known.add(link)
        return False


def links_with_tokens(masked: str, things: Things, *, html: bool) -> set[str]:
    """Return the links of a text that have tokens in them, as an answer with the same text would have them.

    Such are the draft's own, where a link can't be told to be one and only a part of it is hidden.

    Args:
        masked: the text as the model is shown it.
        things: what was hidden, in this text too.
        html: whether it is HTML.
    """
    if _stand_apart(masked, html=html):
        return set()
    learner = _Learner(things, html=html)
    if html:
        for pieces in _readings(masked):
            _read(learner, pieces)
    else:
        learner.feed(masked)
        learner.flush()
    return learner.known


def _stand_apart(masked: str, *, html: bool) -> bool:
    """Tell at a glance that each token stands by itself between blanks, or is all of an attribute, as most do."""
    tokens = count_tokens(masked)
    if not tokens or "(<" in masked:
        return not tokens
    if not html:
        return _count(APART_IN_TEXT, masked) == tokens
    if is_simple(masked):
        return _count(APART_IN_HTML, masked) + _count(WHOLE_VALUE, masked) == tokens
    tags = [tag for tag in _TAG.findall(masked) if count_tokens(tag)]
    text = _TAG.sub(lambda tag: "<>" if count_tokens(tag[0]) else tag[0], masked) if tags else masked
    return _count(APART_IN_HTML, text) + sum(_count(WHOLE_VALUE, tag) for tag in tags) == tokens


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def _readings(masked: str) -> set[tuple[Piece, ...]]:
    """Return text and tags as an answer may have them.

    Of a tag that no answer may hold, nothing may be left, or the end of a paragraph; `<your name>` may be words.
    """
    splitter, kept = TagSplitter(), Sanitiser(masked).tags
    pieces = (*splitter.feed(masked), *splitter.finish())
    if all(piece.kind == "text" or tag_name(piece.text) in kept for piece in pieces):
        return {pieces}
    choices = product((_NOTHING, _END), (_NOTHING, None))
    return {tuple(_as_read(piece, kept, gone, unknown) for piece in pieces) for gone, unknown in choices}


def _as_read(piece: Piece, kept: frozenset[str], gone: Piece, unknown: Piece | None) -> Piece:
    """Return a piece, or what stands for its tag; without anything that does, the tag is text."""
    name = tag_name(piece.text)
    if piece.kind == "text" or name in kept or LOOKS_LIKE_TOKEN.fullmatch(name):
        return piece
    return gone if name in HTML_EVER else unknown or Piece("text", piece.text)


def _read(learner: Revealer, pieces: Iterable[Piece]) -> None:
    for kind, some in groupby(pieces, lambda piece: piece.kind):
        texts = [piece.text for piece in some]
        if kind == "text":
            learner.feed(_escaped("".join(texts)))
        else:
            _read_tags(learner, texts)
    learner.flush()
    learner.end_word()


def _read_tags(learner: Revealer, tags: list[str]) -> None:
    for tag in tags:
        name = tag_name(tag)
        if LOOKS_LIKE_TOKEN.fullmatch(name):
            learner.feed(_escaped(tag[1:-1]))  # `<ZQX1LINK>`
        else:
            learner.flush()
            learner.in_tag(tag)
            if name in PARTING:
                learner.end_word()


def _escaped(text: str) -> str:
    return markup.escape(markup.unescape(text), quote=False)
