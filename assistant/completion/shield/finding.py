"""Finds everything in a text that must survive, kind after kind; what one has found, the next leaves alone.

Placeholders are looked for in the text, everything else in a copy in which all is written the usual way; an admin's
patterns in both.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from assistant.completion.shield.addressing import find_emails, find_links
from assistant.completion.shield.custom import CustomPattern, OwnSearch, check_pattern
from assistant.completion.shield.kinds import Kind, Span
from assistant.completion.shield.patterns import FINDERS, Find
from assistant.completion.shield.placeholders import find_placeholders
from assistant.completion.shield.plain import Plain, plain_copy
from assistant.completion.shield.regions import APART, Zone, regions_of
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
        found = self._text.find(text, regions.text, regions.joints, html=html)
        aimed = self._text.aimed(text, regions.targets, html=html)
        unseen = _merged(
            self._hidden.find(text, regions.hidden, _apart(regions.hidden), html=html),
            self._styling.find(text, regions.styling, _apart(regions.styling), html=html),
        )
        return _merged(_merged(found, aimed), [structs.replace(span, seen=False) for span in unseen])


def _apart(zones: list[Zone]) -> list[str]:
    return [APART] * len(zones)


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
        self._emails = "email" in kinds
        self._near_digits = [(kind, find) for kind, find in FINDERS if kind in kinds]

    def aimed(self, text: str, targets: list[Zone], *, html: bool) -> list[Span]:
        """Return those addresses that tags hold which are hidden: all, or those in which something is found."""
        if not self._links and targets:
            found = self.find(text, targets, _apart(targets), html=html)
            starts = [span.start for span in found]
            targets = [zone for zone in targets if bisect_left(starts, zone[0]) < bisect_left(starts, zone[1])]
        return [Span(start=start, end=end, kind="link") for start, end in targets]

    def find(self, text: str, zones: list[Zone], joints: list[str], *, html: bool) -> list[Span]:
        """Return what was found in some zones of a text; something that tags part is found in pieces."""
        if not zones:
            return []
        copy = plain_copy(text, zones, joints, html=html)
        spans = self._found(text, copy)
        return _merged([], [piece for span in spans for piece in _pieces(text, copy, span)])

    def _found(self, text: str, copy: Plain) -> list[Span]:
        """Return what was found, by its place in the copy."""
        whole = [(0, len(copy.text))]
        links = _merged([], _spans("link", find_links, copy.text, whole))
        found = list(links) if self._links else []
        if self._placeholders:
            found = _merged(found, _in_copy("placeholder", find_placeholders, text, copy))
        tokens = [] if copy.text == text else _in_copy("custom", _find_tokens, text, copy)
        found = _merged(found, [span for span in tokens if not _inside(span, found)])
        found = _merged(found, _spans("custom", _find_tokens, copy.text, _gaps(whole, found)))
        found = _with_own(found, self._own, text, copy)
        if self._emails:
            found = _merged(found, _spans("email", find_emails, copy.text, _gaps(whole, found)))
        near = _zones(copy.text) if self._near_digits else []
        for kind, find in self._near_digits:
            found = _merged(found, _spans(kind, find, copy.text, _gaps(near, found)))
        return found if self._links else _widened(found, links)


def _with_own(found: list[Span], patterns: Sequence[CustomPattern], text: str, copy: Plain) -> list[Span]:
    """Add what the admin's patterns find, one after the other, in the text as it was written and in the copy."""
    if not patterns:
        return found
    as_written, plain = OwnSearch(text), OwnSearch(copy.text)
    for own in patterns:
        if copy.text != text and as_written.occurs(own):
            places = [copy.to_copy(*place) for place in as_written.find(own, copy.zones)]
            found = _merged(found, [span for span in _merged([], _customs(places)) if not _inside(span, found)])
        if plain.occurs(own):
            found = _merged(found, _customs(plain.find(own, _gaps([(0, len(copy.text))], found))))
    return found


def _customs(places: Iterable[Zone]) -> list[Span]:
    return [Span(start=start, end=end, kind="custom") for start, end in places if start < end]


def _in_copy(kind: Kind, find: Find, text: str, copy: Plain) -> list[Span]:
    """Find something in the text itself, and return where it stands in the copy."""
    places = (copy.to_copy(*place) for low, high in copy.zones for place in find(text, low, high))
    return _merged([], [Span(start=start, end=end, kind=kind) for start, end in places if start < end])


def _pieces(text: str, copy: Plain, span: Span) -> Iterator[Span]:
    """Return where something of the copy stands in the text; what holds no letter or digit needs no hiding."""
    pieces = copy.to_text(span.start, span.end)
    for start, end in pieces:
        piece = text[start:end]
        if len(pieces) == 1:
            yield Span(start=start, end=end, kind=span.kind)
        elif any(map(str.isalnum, piece)):
            first = start + len(piece) - len(piece.lstrip())
            yield Span(start=first, end=first + len(piece.strip()), kind=span.kind)


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
