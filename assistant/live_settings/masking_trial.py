"""Trying masking on a text: what would be hidden, by the code that hides it; nothing is kept."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from assistant.errors import TooLargeError
from assistant.live_settings.masking import BrokenPattern, MaskingDocument, MaskingSettings
from assistant.text.masking.custom import CustomPattern, OwnSearch, SlowPatternError
from assistant.text.masking.kinds import Kind, Span
from assistant.text.masking.masking import Mask, MaskingRules
from assistant.text.offloading import offload_always

MOST_TEXT = 16 * 1024
"""Bytes of a text that masking is tried on."""


class HiddenSpan(Struct, frozen=True, kw_only=True):
    """A part of the text that a provider would not see.

    Attributes:
        start: its first character, counted in Unicode code points from 0.
        end: the first one after it.
        kind: what it is; `custom` is what an own pattern finds.
        pattern: the name of that pattern; empty for other kinds.
        private: whether it is hidden whatever a prompt says.
        token: what the provider reads in its place.
    """

    start: int
    end: int
    kind: Kind
    pattern: str
    private: bool
    token: str


class TriedMasking(Struct, frozen=True, kw_only=True):
    """A text as a provider would get it, what is hidden in it, and the patterns that can't be used."""

    masked: str
    spans: list[HiddenSpan]
    problems: tuple[BrokenPattern, ...]


async def tried(settings: MaskingSettings, document: MaskingDocument, text: str) -> TriedMasking:
    """Hide what a document would hide in a text, with what the operator has made private for good.

    Patterns that can't be used are left out, and named.

    Args:
        settings: what else is private.
        document: what is tried.
        text: that is no HTML.

    Raises:
        InvalidRequestError: a member of the document can't be used; the error names it.
        TooLargeError: a pattern takes too long on this text.
    """
    rules, broken = await settings.rules_for(document)
    try:
        masked, spans = await offload_always(_hidden, rules, text)
    except SlowPatternError as error:
        raise TooLargeError(*error.args) from None
    return TriedMasking(masked=masked, spans=spans, problems=broken)


def _hidden(rules: MaskingRules, text: str) -> tuple[str, list[HiddenSpan]]:
    mask = Mask(rules)
    masked, spans = mask.show(text)
    tokens = {thing.value: token for token, thing in mask.tokens.items()}
    shown = _named(rules, text, spans)
    return masked, [_shown(rules, span, own, tokens[text[span.start : span.end]]) for span, own in shown]


def _shown(rules: MaskingRules, span: Span, own: CustomPattern | None, token: str) -> HiddenSpan:
    return HiddenSpan(
        start=span.start,
        end=span.end,
        kind=span.kind,
        pattern=own.name if own else "",
        private=own in rules.private_patterns() if own else span.kind in rules.private_kinds(),
        token=token,
    )


def _named(rules: MaskingRules, text: str, spans: Iterable[Span]) -> Iterator[tuple[Span, CustomPattern | None]]:
    """Tell which own pattern finds something: the first one that matches there."""
    search, patterns = OwnSearch(text), rules.active_patterns()
    for span in spans:
        place = [(span.start, span.end)]
        own = (each for each in patterns if next(search.find(each, place), None)) if span.kind == "custom" else ()
        yield span, next(iter(own), None)
