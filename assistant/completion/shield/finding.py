"""Finds everything in a text that must survive, kind after kind; what one has found, the next leaves alone."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from assistant.completion.shield.custom import CustomPattern, check_pattern
from assistant.completion.shield.kinds import Kind, Span
from assistant.completion.shield.patterns import (
    FINDERS,
    Find,
    find_emails,
    find_links,
    find_links_in_tags,
    find_matches,
)
from assistant.completion.shield.tokens import LOOKS_LIKE_TOKEN

_DIGITS = re.compile(r"\d++")
_REACH = 48  # characters from a digit to the farther end of what it belongs to

Zone: TypeAlias = tuple[int, int]


class Finder:
    """Finds things of some kinds.

    Links come first, then the admin's patterns, then the other kinds. A thing inside a link makes the whole link one.

    Args:
        kinds: what to find.
        patterns: of the admin; each has passed `check_pattern`.
    """

    def __init__(self, kinds: frozenset[Kind], patterns: Iterable[CustomPattern]) -> None:
        self._links = "link" in kinds
        self._anywhere: list[tuple[Kind, Find]] = [("custom", _find_tokens)]
        self._anywhere += [("custom", find_matches(check_pattern(each.pattern))) for each in patterns]
        self._anywhere += [("email", find_emails)] if "email" in kinds else []
        self._near_digits = [(kind, find) for kind, find in FINDERS if kind in kinds]

    def find(self, text: str, *, html: bool) -> list[Span]:
        """Return what was found, in order and without overlaps."""
        links = _links(text, html=html)
        found = list(links) if self._links else []
        for kind, find in self._anywhere:
            found = _merged(found, _spans(kind, find, text, _gaps([(0, len(text))], found)))
        zones = _zones(text)
        for kind, find in self._near_digits:
            found = _merged(found, _spans(kind, find, text, _gaps(zones, found)))
        return found if self._links else _widened(found, links)


def _find_tokens(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find what looks like a token already; it is hidden like anything else, and so comes back as it was."""
    return (
        (match.span() for match in LOOKS_LIKE_TOKEN.finditer(text, start, end)) if "zqx" in text.lower() else iter(())
    )


def _links(text: str, *, html: bool) -> list[Span]:
    everywhere = [(0, len(text))]
    found = _merged([], _spans("link", find_links_in_tags, text, everywhere)) if html else []
    return _merged(found, _spans("link", find_links, text, _gaps(everywhere, found)))


def _zones(text: str) -> list[Zone]:
    """Return the parts of a text that are near a digit; most of a draft is not, and need not be looked at."""
    zones: list[Zone] = []
    for match in _DIGITS.finditer(text):
        low, high = max(0, match.start() - _REACH), min(len(text), match.end() + _REACH)
        if zones and low <= zones[-1][1]:
            zones[-1] = (zones[-1][0], high)
        else:
            zones.append((low, high))
    return zones


def _gaps(zones: list[Zone], found: list[Span]) -> Iterator[Zone]:
    """Return what is left of the zones between what was found before."""
    index = 0
    for low, high in zones:
        position = low
        while index < len(found) and found[index].start < high:
            if position < found[index].start:
                yield position, found[index].start
            position = max(position, found[index].end)
            if found[index].end > high:
                break
            index += 1
        if position < high:
            yield position, high


def _spans(kind: Kind, find: Find, text: str, zones: Iterable[Zone]) -> list[Span]:
    return [Span(start=start, end=end, kind=kind) for low, high in zones for start, end in find(text, low, high)]


def _merged(found: list[Span], new: list[Span]) -> list[Span]:
    """Join two lists; of two new ones that overlap, the first and longer one stays."""
    if not new:
        return found
    kept: list[Span] = []
    for span in sorted(found + new, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _widened(found: list[Span], links: list[Span]) -> list[Span]:
    """Take the whole link wherever something was found in it."""
    starts = [span.start for span in found]
    touched = []
    for link in links:
        after = bisect_left(starts, link.end)
        if after and found[after - 1].end > link.start:
            touched.append(link)
    return _merged([], touched + [span for span in found if not _inside(span, touched)])


def _inside(span: Span, links: list[Span]) -> bool:
    index = bisect_left(links, span.end, key=lambda link: link.start)
    return bool(index) and links[index - 1].end > span.start
