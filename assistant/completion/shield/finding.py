"""Finds everything in a text that must survive, kind after kind; what one has found, the next leaves alone."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from msgspec import structs

from assistant.completion.shield.custom import CustomPattern, OwnSearch, check_pattern
from assistant.completion.shield.kinds import Kind, Span
from assistant.completion.shield.patterns import FINDERS, Find, find_emails, find_links
from assistant.completion.shield.placeholders import find_placeholders
from assistant.completion.shield.regions import Zone, common, regions_of
from assistant.completion.shield.tokens import LOOKS_LIKE_TOKEN

_DIGITS = re.compile(r"\d++")
_REACH = 48  # characters from a digit to the farther end of what it belongs to
_FOR_MACHINES: frozenset[Kind] = frozenset({"phone", "order", "amount", "number", "placeholder"})
"""What sizes, colours and ids are taken for."""


class Finder:
    """Finds things of some kinds.

    In HTML those are facts that a reader sees, and the addresses that `href` and `src` hold. In other attributes, and
    in comments, styles and scripts, digits are sizes, colours and ids; there only what gives a person away is found,
    and what is private. How something looks is left alone, but for private addresses.

    Args:
        kinds: what to find.
        patterns: of the admin; each has passed `check_pattern`.
        private: which of the kinds to find where no reader sees them, too.
        private_patterns: which of the patterns to find even in what says how something looks.
    """

    def __init__(
        self,
        kinds: frozenset[Kind],
        patterns: Iterable[CustomPattern] = (),
        *,
        private: frozenset[Kind] = frozenset(),
        private_patterns: Iterable[CustomPattern] = (),
    ) -> None:
        self._text = _Kinds(kinds, patterns)
        self._hidden = _Kinds((kinds - _FOR_MACHINES) | private, patterns)
        self._styling = _Kinds(private - _FOR_MACHINES, private_patterns)

    def find(self, text: str, *, html: bool) -> list[Span]:
        """Return what was found, in order and without overlaps."""
        regions = regions_of(text, html=html)
        found = self._text.find(text, regions.text, regions.targets)
        unseen = _merged(self._hidden.find(text, regions.hidden), self._styling.find(text, regions.styling))
        return _merged(found, [structs.replace(span, seen=False) for span in unseen])


class _Kinds:
    """Some kinds to find.

    Links and placeholders come first, then the admin's patterns, then the other kinds. A thing inside a link makes the
    whole link one.
    """

    def __init__(self, kinds: frozenset[Kind], patterns: Iterable[CustomPattern]) -> None:
        self._links = "link" in kinds
        self._placeholders = "placeholder" in kinds
        self._own = tuple(patterns)
        for each in self._own:
            check_pattern(each.pattern)
        self._anywhere: list[tuple[Kind, Find]] = [("email", find_emails)] if "email" in kinds else []
        self._near_digits = [(kind, find) for kind, find in FINDERS if kind in kinds]

    def find(self, text: str, zones: list[Zone], targets: list[Zone] | None = None) -> list[Span]:
        """Return what was found in some zones of a text, and in those that are links as a whole."""
        if not (zones or targets):
            return []
        aimed = [Span(start=start, end=end, kind="link") for start, end in targets or ()]
        links = _merged(aimed, _spans("link", find_links, text, zones))
        found = list(links) if self._links else []
        if self._placeholders:
            found = _merged(found, _spans("placeholder", find_placeholders, text, zones))
        places = zones if self._links or not targets else sorted([*zones, *targets])
        found = _merged(found, _spans("custom", _find_tokens, text, _gaps(places, found)))
        found = _with_own(found, self._own, text, places)
        for kind, find in self._anywhere:
            found = _merged(found, _spans(kind, find, text, _gaps(places, found)))
        near = list(common(_zones(text), places)) if self._near_digits else []
        for kind, find in self._near_digits:
            found = _merged(found, _spans(kind, find, text, _gaps(near, found)))
        return found if self._links else _widened(found, links)


def _with_own(found: list[Span], patterns: Iterable[CustomPattern], text: str, places: list[Zone]) -> list[Span]:
    """Add what the admin's patterns find, one after the other."""
    search: OwnSearch | None = None
    for own in patterns:
        search = search or OwnSearch(text)
        if search.occurs(own):
            new = [Span(start=start, end=end, kind="custom") for start, end in search.find(own, _gaps(places, found))]
            found = _merged(found, new)
    return found


def _find_tokens(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find what looks like a token already; it is hidden like anything else, and so comes back as it was."""
    return (match.span() for match in LOOKS_LIKE_TOKEN.finditer(text, start, end))


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
