"""One side of a case, the draft or the answer, with what guards want to know of it, each found out once."""

from functools import cached_property

from assistant.text.language.detector import Guess, detect
from assistant.text.letters.letters import Closing, Greeting, find_closing, find_greeting
from assistant.text.links import Link, links_behind, links_in_text, without_links
from assistant.text.masking.placeholders import find_placeholders
from assistant.text.reading import WORD, Tag, fold, read, tags


class Side:
    """A text.

    Args:
        source: as the agent wrote it, or would get it.
        html: whether it is HTML.
    """

    def __init__(self, source: str, *, html: bool) -> None:
        self.source = source
        self.html = html

    @cached_property
    def text(self) -> str:
        """What a reader sees."""
        return read(self.source, html=self.html, numbered=True)

    @cached_property
    def tags(self) -> list[Tag]:
        """Its tags, in their order."""
        return tags(self.source)

    @cached_property
    def links(self) -> list[Link]:
        """The links that a reader sees."""
        return links_in_text(self.text)

    @cached_property
    def links_behind(self) -> list[Link]:
        """The links of its anchors and pictures."""
        return links_behind(self.tags) if self.html else []

    @cached_property
    def placeholders(self) -> list[tuple[int, int]]:
        """Where in the text something stands that is filled in later, such as `{{name}}`."""
        return sorted(find_placeholders(self.text, 0, len(self.text)))

    @cached_property
    def prose(self) -> str:
        """The text without links."""
        return without_links(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words as `fold` leaves them; those of links and addresses are among them."""
        return frozenset(WORD.findall(fold(self.text)))

    @cached_property
    def guess(self) -> Guess:
        """Its script and language."""
        return detect(self.prose)

    @cached_property
    def greeting(self) -> Greeting:
        """Whom it greets."""
        return find_greeting(self.text)

    @cached_property
    def closing(self) -> Closing | None:
        """How it closes."""
        return find_closing(self.text)
