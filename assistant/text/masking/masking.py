"""Puts tokens in the place of what must survive, before a text leaves the process."""

import html as markup
import re
from functools import lru_cache

from msgspec import Struct

from assistant.text.html.sanitising import safe_html
from assistant.text.html.tags import ENTITY
from assistant.text.masking.custom import CustomPattern
from assistant.text.masking.finding import Finder
from assistant.text.masking.kinds import KINDS, Kind, Span
from assistant.text.masking.links_with_tokens import links_with_tokens
from assistant.text.masking.revealing import BEGIN_OF_TOKEN, Revealer, Thing, Things
from assistant.text.masking.tokens import opened_before, token

_MARKUP = frozenset("<>&\"'")


class MaskingRules(Struct, frozen=True, kw_only=True):
    """What is masked.

    With `enabled`, all kinds are, so that they survive the model; all but `number`: bare numbers and dates stay in
    clear, since a model needs them for its grammar, and are left to the guards. What is in `private`, kinds and names
    of patterns, and patterns marked so, is masked even when `enabled` is false, `number` too; a link that holds any of
    it is masked whole.
    """

    enabled: bool = True
    private: frozenset[str] = frozenset()
    patterns: tuple[CustomPattern, ...] = ()

    def kinds(self) -> frozenset[Kind]:
        """Return the kinds that are masked."""
        shown: frozenset[Kind] = frozenset({"number"}) if self.enabled else KINDS
        return frozenset(kind for kind in KINDS if kind in self.private or kind not in shown)

    def private_kinds(self) -> frozenset[Kind]:
        """Return the kinds that no provider may see, wherever they stand."""
        return frozenset(kind for kind in KINDS if kind in self.private)

    def active_patterns(self) -> tuple[CustomPattern, ...]:
        """Return the admin's patterns that are masked."""
        return self.patterns if self.enabled else self.private_patterns()

    def private_patterns(self) -> tuple[CustomPattern, ...]:
        """Return the admin's patterns of which no provider may see what they find, wherever it stands."""
        every = "custom" in self.private
        return tuple(each for each in self.patterns if every or each.private or each.name in self.private)


class Mask:
    """Hides things in the texts of one request, and shows them again in the answer.

    The same thing has the same token in all texts; the same texts in the same order give the same tokens.

    Args:
        rules: what to hide.

    Raises:
        ValueError: a custom pattern is none that `check_pattern` accepts.
    """

    def __init__(self, rules: MaskingRules) -> None:
        self._finder = _finder_for(rules)
        self._numbers: dict[str, int] = {}
        self.things = Things()

    @property
    def active(self) -> bool:
        """Whether anything is hidden at all; if not, texts and answers pass as they are."""
        return self._finder is not None

    @property
    def tokens(self) -> dict[str, Thing]:
        """The tokens given out and what they stand for."""
        return {token(number, thing.kind): thing for number, thing in self.things.by_number.items()}

    def hide(self, text: str, *, html: bool, expected: bool = True) -> str:
        """Return a text with tokens in it.

        Args:
            text: the draft, or what else the prompt takes from the request.
            html: whether it is HTML.
            expected: whether an answer must hold what stands here: true for the draft or the selection, false for a
                variable, an instruction, a conversation or what surrounds a selection.
        """
        if self._finder is None:
            return text
        source = _without_entities(text) if html else text
        return self._hide(source, self._finder.find(source, html=html), expected=expected, html=html)

    def show(self, text: str) -> tuple[str, list[Span]]:
        """Return a text that is no HTML with tokens in it, and where they stand for what: to try rules out."""
        if self._finder is None:
            return text, []
        spans = self._finder.find(text, html=False)
        return self._hide(text, spans, expected=True, html=False), spans

    def _hide(self, source: str, spans: list[Span], *, expected: bool, html: bool) -> str:
        self.things.begins_of_tokens |= BEGIN_OF_TOKEN.search(source) is not None
        lasting = markup.unescape(safe_html(source, source)) if html and expected and spans else None
        parts: list[str] = []
        position = 0
        for span in spans:
            parts += (source[position : span.start], self._token(source, span, expected, lasting, html=html))
            position = span.end
        hidden = "".join(parts) + source[position:]
        self.things.words.update(links_with_tokens(hidden, self.things, html=html))
        return hidden

    def reveal(self, text: str, *, html: bool = False) -> str:
        """Return a text with the things back in the place of their tokens, and other tokens gone."""
        if not self.active:
            return text
        revealer = Revealer(self.things, html=html)
        seen = revealer.at_a_glance(text)
        return revealer.feed(text) + revealer.finish() if seen is None else seen

    def _token(self, source: str, span: Span, expected: bool, lasting: str | None, *, html: bool) -> str:  # noqa: FBT001
        """Give out a token; the answer must hold what a reader sees, unless no answer may hold it."""
        raw = source[span.start : span.end]
        value = ENTITY.sub(lambda entity: markup.unescape(entity[0]), raw) if html else raw
        number = self._number(value, span.kind)
        self.things.wrapped.setdefault(number, set()).add(opened_before(source, span.start))
        if expected and span.seen and (lasting is None or value in lasting):
            self.things.expected[number] = None
        return token(number, self.things.by_number[number].kind)

    def _number(self, value: str, kind: Kind) -> int:
        number = self._numbers.setdefault(value, len(self._numbers) + 1)
        self.things.by_number.setdefault(number, Thing(value=value, kind=kind))
        return number


@lru_cache(4)
def _finder_for(rules: MaskingRules) -> Finder | None:
    """Return what finds the things to hide; the rules hardly ever change."""
    kinds, patterns = rules.kinds(), rules.active_patterns()
    if not kinds and not patterns:
        return None
    return Finder(kinds, patterns, private=rules.private_kinds(), private_patterns=rules.private_patterns())


def _without_entities(text: str) -> str:
    """Write characters for entities, so that nothing hides behind them; those stay that would change the markup."""
    return ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    character = markup.unescape(entity[0])
    return entity[0] if character in _MARKUP else character
