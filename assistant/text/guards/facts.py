"""What guards want to know of a draft or an answer, each fact found out once, when it is first asked for."""

import re
from collections.abc import Iterable

from assistant.text.html.regions import Zone
from assistant.text.language.detector import Guess, detect
from assistant.text.lazy import Lazy
from assistant.text.letters.letters import Closing, Greeting, find_closing, find_greeting
from assistant.text.links.addressing import find_addresses
from assistant.text.links.links import Link, links_behind, read_link
from assistant.text.masking.finding import Finder
from assistant.text.masking.kinds import KINDS, Span
from assistant.text.placeholders import find_placeholders
from assistant.text.reading import Tag, folded_words, read, shape_of, tags

_THINGS = Finder(KINDS - {"number", "link", "email", "placeholder"})
_LETTERS_BEYOND = bytes(range(0x80, 0xC0)) + bytes((*range(0xC3, 0xC6), *range(0xCE, 0xD2), *range(0xD7, 0xDC)))
"""Bytes of UTF-8 of which letters are made, Latin to Arabic; of all marks that count, only `_TIMES` is made of them."""
_USUAL = b"Aa0 \n\r\t.,;:!?'()+/-" + _LETTERS_BEYOND
_TIMES = "\u00d7"
_FIGURE = re.compile(r"\d")
_MAY_LEAD = re.compile(r"[.@:](?:(?<=@)|(?<=:)(?://|(?<=[oO]:)\S)|(?<=\.)(?:[^\W\d_]|(?<=[wW]\.)))")
"""What every address has one of: an @, `://`, the o of `mailto:`, the w of `www.`, or a dot before a letter."""


_NO_GREETING = Greeting((), ends=False)


class Facts:
    """The facts of one text.

    Args:
        source: as the agent wrote it, or would get it.
        html: whether it is HTML.
    """

    def __init__(self, source: str, *, html: bool) -> None:
        self.source = source
        self.html = html

    @Lazy
    def text(self) -> str:
        """What a reader sees."""
        return read(self.source, html=self.html, numbered=True)

    @Lazy
    def shape(self) -> bytes:
        """Its capitals, small letters and figures, as `shape_of` leaves them."""
        return shape_of(self.text)

    @Lazy
    def signs(self) -> bytes:
        """What its shape has beside letters, figures, blanks and stops: nothing in most texts.

        No mark of a quotation, a placeholder, a tag or Markdown is among what is left out here.
        """
        return self.shape.translate(None, _USUAL) or (b"x" if _TIMES in self.text else b"")

    @Lazy
    def has_figures(self) -> bool:
        """Whether it has figures of any script, be it in links alone."""
        return b"0" in self.shape or (not self.text.isascii() and _FIGURE.search(self.text) is not None)

    @Lazy
    def tags(self) -> list[Tag]:
        """Its tags, in their order."""
        return tags(self.source)

    @Lazy
    def _addresses(self) -> list[Zone]:
        """Where in the text links and e-mail addresses stand."""
        return find_addresses(self.text) if _MAY_LEAD.search(self.text) else []

    @Lazy
    def links(self) -> list[Link]:
        """The links that a reader sees."""
        return [read_link(self.text[start:end]) for start, end in self._addresses]

    @Lazy
    def links_behind(self) -> list[Link]:
        """The links of its anchors and pictures."""
        return links_behind(self.tags) if self.html else []

    @Lazy
    def placeholders(self) -> list[tuple[int, int]]:
        """Where in the text something stands that is filled in later, such as `{{name}}`."""
        return sorted(find_placeholders(self.text, 0, len(self.text))) if self.signs else []

    @Lazy
    def prose(self) -> str:
        """The text with a space in place of each link."""
        if not self._addresses:
            return self.text
        starts, ends = [0, *(end for _, end in self._addresses)], [*(start for start, _ in self._addresses), None]
        return " ".join(self.text[start:end] for start, end in zip(starts, ends, strict=True))

    def things_near(self, places: Iterable[Zone]) -> list[Span]:
        """Return what stands at some places of the prose, or near: amounts, references, telephone numbers."""
        return _THINGS.find_near(self.prose, places)

    @Lazy
    def words(self) -> frozenset[str]:
        """Its words as `fold` leaves them; those of links and addresses are among them."""
        return frozenset(folded_words(self.text))

    @Lazy
    def guess(self) -> Guess:
        """Its script and language."""
        return detect(self.prose)

    @Lazy
    def greeting(self) -> Greeting:
        """Whom it greets: no one where only its first letter is a capital."""
        named = b"A" in self.shape[1:] or not self.text.isascii()
        return find_greeting(self.text) if named else _NO_GREETING

    @Lazy
    def closing(self) -> Closing | None:
        """How it closes."""
        return find_closing(self.text)
