"""What of an answer may be shown while it arrives."""

import re
from itertools import groupby

from assistant.text.answers.cleaning import Unwrapper
from assistant.text.html.brackets import TextTags
from assistant.text.html.element_names import PARTING
from assistant.text.html.sanitising import Sanitiser
from assistant.text.html.simple import is_simple
from assistant.text.html.tags import Piece, TagSplitter, tag_name
from assistant.text.lazy import Lazy
from assistant.text.masking.masking import Mask
from assistant.text.masking.revealing import Revealer
from assistant.text.masking.tokens import LOOKS_LIKE_TOKEN

_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")


class StreamText:
    """Turns the deltas of a model into deltas for the agent, however the former are cut.

    Held back is only what may still become a token or a link around one, a preamble, a code fence, white space at the
    end and, in HTML, a tag or an entity. In HTML a tag leaves whole and only if an answer to this draft may hold it,
    and nothing of scripts and the like does; in text, what stands in angle brackets is text, unless it is a tag that
    the draft lacks.

    Args:
        mask: of the request.
        html: whether the draft is HTML.
        draft: the draft, as the agent wrote it.
    """

    def __init__(self, mask: Mask, *, html: bool, draft: str) -> None:
        self._unwrapper = Unwrapper(draft)
        self._shown = Shown(mask, html=html, draft=draft)

    def feed(self, delta: str) -> str:
        """Take a delta, and return what may be shown now."""
        return self._shown.feed(self._unwrapper.feed(delta))

    def finish(self) -> str:
        """Return the rest."""
        return self._shown.feed(self._unwrapper.finish()) + self._shown.finish()


class Shown:
    """The same without the beginning: puts things in the place of tokens and lets through the tags that may pass."""

    def __init__(self, mask: Mask, *, html: bool, draft: str) -> None:
        self.revealer = Revealer(mask.things, html=html)
        self._active = mask.active
        self._html = html
        self._draft = draft
        self._begun = False
        self._blanks: list[str] = []

    @Lazy
    def _sanitiser(self) -> Sanitiser:
        return Sanitiser(self._draft)

    @Lazy
    def _splitter(self) -> TagSplitter:
        return TagSplitter()

    @Lazy
    def _brackets(self) -> TextTags:
        return TextTags(self._draft)

    def feed(self, text: str) -> str:
        """Take more, and return what may be shown now."""
        return self._without_blanks(self._read(text))

    def finish(self) -> str:
        """Return the rest."""
        rest = self.revealer.finish() if self._active else ""
        if self._html:
            return self._without_blanks(self._shown(self._splitter.finish()) + rest)
        return self._without_blanks(self._brackets.feed(rest) + self._brackets.finish())

    def whole(self, text: str) -> str:
        """Return what is shown of a whole text."""
        seen = self._at_a_glance(text)
        if seen is None:
            return self.feed(text) + self.finish()
        return (seen if self._html or "<" not in seen else self._brackets.feed(seen) + self._brackets.finish()).strip()

    def safe(self, text: str) -> str:
        """Return HTML with nothing in it but what an answer to the draft may hold."""
        return self._sanitiser.clean(text) if self._html and not is_simple(text) else text

    def _at_a_glance(self, text: str) -> str | None:
        """Return a whole text with the things in their places; None where each tag and token has to be read."""
        if not (is_simple(text) if self._html else "<" not in text):
            return None
        if not self._active:
            return text
        return self.revealer.in_simple_html(text) if self._html else self.revealer.at_a_glance(text)

    def _read(self, text: str) -> str:
        if self._html:
            return self._shown(self._splitter.feed(text))
        return self._brackets.feed(self._text(text))

    def _shown(self, pieces: list[Piece]) -> str:
        if len(pieces) == 1 and pieces[0].kind == "text":
            return self._text(_escaped(pieces[0].text))
        parts = list[str]()
        for kind, some in groupby(pieces, lambda piece: piece.kind):
            texts = [piece.text for piece in some]
            parts += [self._text(_escaped("".join(texts)))] if kind == "text" else map(self._piece, texts)
        return "".join(parts)

    def _text(self, text: str) -> str:
        return self.revealer.feed(text) if self._active else text

    def _piece(self, tag: str) -> str:
        name = tag_name(tag)
        if name in self._sanitiser.tags:
            return self._tag(tag, name)
        if self._active and LOOKS_LIKE_TOKEN.fullmatch(name):
            return self._text(_escaped(tag[1:-1]))  # `<ZQX1LINK>`
        return ""  # what stands around it will stand together

    def _tag(self, tag: str, name: str) -> str:
        if not self._active:
            return self._sanitiser.clean_tag(tag)
        before = self.revealer.flush()
        if name in PARTING:
            self.revealer.end_word()
        return before + self._sanitiser.clean_tag(self.revealer.in_tag(tag))

    def _without_blanks(self, text: str) -> str:
        """Leave out white space at the beginning, and hold it back where the end may be."""
        if self._begun and not text.strip():
            self._blanks.append(text)
            return ""
        text = "".join(self._blanks) + text if self._begun else text.lstrip()
        kept = text.rstrip()
        self._begun = self._begun or bool(kept)
        self._blanks = [text[len(kept) :]]
        return kept


def _escaped(text: str) -> str:
    known = _BARE_AMPERSAND.sub("&amp;", text) if "&" in text else text
    return known.replace("<", "&lt;").replace(">", "&gt;")
