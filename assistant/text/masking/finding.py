"""Finds everything in a text that must survive, kind after kind; what one has found, the next leaves alone.

Placeholders are looked for in the text, everything else in a copy in which all is written the usual way; an admin's
patterns in both. An inline tag or a dash may stand inside one value or between two. Where there are any, each side is
looked at by itself first, then both as one; what is one value only as a whole is joined to what was found before.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import structs

from assistant.text.html.regions import APART, Zone, common, regions_of
from assistant.text.links.addressing import find_emails, find_links
from assistant.text.masking.custom import CustomPattern, OwnSearch, check_pattern
from assistant.text.masking.digits import near, runs_in, with_runs
from assistant.text.masking.kinds import Kind, Span
from assistant.text.masking.patterns import FINDERS, Find
from assistant.text.masking.plain import ORDINARY_LETTERS, Plain, plain_copy
from assistant.text.masking.span_lists import gaps, joined, merged
from assistant.text.masking.tokens import LOOKS_LIKE_TOKEN, count_tokens
from assistant.text.placeholders import find_placeholders

_FOR_MACHINES: frozenset[Kind] = frozenset({"phone", "order", "amount", "number", "placeholder"})
"""What sizes, colours and ids are taken for."""
_TELLS = re.compile(
    rf"[^ \n!\"'),/;=>?A-Ya-y\\^`|~+\u00a0\u00ab\u00bb\u2013\u2014\u2018\u2019\u201c-\u201e\u2026{ORDINARY_LETTERS}-]"
    r"(?:(?<![.:Zz])|(?<=[.:])(?=\S)|(?<=[Zz])(?=[Qq]))"
)
"""What every text has in which there is something: a digit, a sign that things have in them, or the begin of a token.

A text without it is prose, in which a full stop or a colon ends a word. No copy of it has more.
"""
_WORD_BREAKS = re.compile(r"(?>(?:</?wbr\s*/?>)+)", re.IGNORECASE)


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
        if not html:
            return self._text.find(text, [(0, len(text))], [""], html=False) if self._text.may_be_in(text) else []
        regions = regions_of(text)
        seen = "".join([text[start:end] for start, end in regions.text])
        may_be_in = self._text.may_be_in(seen)
        found = self._text.find(text, regions.text, regions.joints, html=True) if may_be_in else []
        aimed = self._text.aimed(text, regions.targets)
        unseen = merged(
            self._hidden.find(text, regions.hidden, _apart(regions.hidden), html=True),
            self._styling.find(text, regions.styling, _apart(regions.styling), html=True),
        )
        return merged(merged(found, aimed), [structs.replace(span, seen=False) for span in unseen])

    def find_near(self, text: str, places: Iterable[Zone]) -> list[Span]:
        """Return what was found in a text that is no HTML at some places, or near them."""
        zones = near(sorted(places), len(text))
        return self._text.find(text, zones, _apart(zones), html=False)


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

    def may_be_in(self, text: str) -> bool:
        """Tell whether anything can be found in a text, at a glance: most prose has nothing."""
        return bool(self._own) or _TELLS.search(text) is not None

    def aimed(self, text: str, targets: list[Zone]) -> list[Span]:
        """Return those addresses that tags hold which are hidden: all, or those in which something is found."""
        if not self._links and targets:
            found = self.find(text, targets, _apart(targets), html=True)
            starts = [span.start for span in found]
            targets = [zone for zone in targets if bisect_left(starts, zone[0]) < bisect_left(starts, zone[1])]
        return [Span(start=start, end=end, kind="link") for start, end in targets]

    def find(self, text: str, zones: list[Zone], joints: list[str], *, html: bool) -> list[Span]:
        """Return what was found in some zones of a text; something that tags part is found in pieces."""
        if not zones:
            return []
        own = _OwnPatterns(self._own, text, zones)
        *parting, whole = _copies(text, zones, joints, html=html)
        found: list[Span] = []
        for copy in parting:
            found = joined(text, zones, found, self._found(text, copy, own.written))
        found = joined(text, zones, found, self._found(text, whole, own.anywhere))
        if len(zones) == 1:
            return found  # nothing parts it
        return merged([], [piece for span in found for piece in _pieces(text, zones, span)])

    def _found(self, text: str, copy: Plain, own: Callable[[Plain, list[Span]], list[Span]]) -> list[Span]:
        """Return what was found, by its place in the text."""
        return [_in_text(copy, span) for span in self._found_in(text, copy, own)]

    def _found_in(self, text: str, copy: Plain, own: Callable[[Plain, list[Span]], list[Span]]) -> list[Span]:
        """Return what was found, by its place in the copy."""
        whole = [(0, len(copy.text))]
        links = merged([], _spans("link", find_links, copy.text, whole))
        found = list(links) if self._links else []
        if self._placeholders:
            found = merged(found, _in_copy("placeholder", find_placeholders, text, copy))
        if copy.text != text and count_tokens(text):
            tokens = _in_copy("custom", _find_tokens, text, copy)
            found = merged(found, [span for span in tokens if not _inside(span, found)])
        if count_tokens(copy.text):
            found = merged(found, _spans("custom", _find_tokens, copy.text, gaps(whole, found)))
        found = own(copy, found)
        if self._emails and "@" in copy.text:
            found = merged(found, _spans("email", find_emails, copy.text, gaps(whole, found)))
        found = self._with_digits(copy.text, found)
        return found if self._links else _widened(found, links)

    def _with_digits(self, text: str, found: list[Span]) -> list[Span]:
        """Add what has digits; each kind is looked for in what those before it have left."""
        runs = runs_in(text) if self._near_digits else []
        zones = near(runs, len(text))
        left = list(with_runs(gaps(zones, found), runs))
        for kind, find in self._near_digits:
            new = [
                Span(start=start, end=end, kind=kind)
                for low, high, there in left
                for start, end in find(text, low, high, there)
            ]
            if new:
                found = merged(found, new)
                left = list(with_runs(gaps(zones, found), runs))
        return found


class _OwnPatterns:
    """The admin's patterns on one text: what they find in it as it was written, and in each copy.

    Args:
        patterns: in the order in which they are looked for.
        text: any text.
        zones: where in it to look.
    """

    def __init__(self, patterns: Sequence[CustomPattern], text: str, zones: list[Zone]) -> None:
        self._patterns = patterns
        self._text = text
        self._search = OwnSearch(text) if patterns else None
        self._zones = zones
        self._found: dict[str, list[Zone]] = {}

    def written(self, copy: Plain, found: list[Span]) -> list[Span]:
        """Add to what was found in a copy what the patterns find in the text as it was written."""
        for own in self._patterns:
            found = merged(found, _customs(self._places(own, copy, found)))
        return found

    def anywhere(self, copy: Plain, found: list[Span]) -> list[Span]:
        """Add to what was found in a copy what the patterns find in the text or in the copy.

        Raises:
            SlowPatternError: it takes too long.
        """
        if not self._patterns:
            return found
        plain = OwnSearch(copy.text)
        for own in self._patterns:
            places = self._places(own, copy, found) if copy.text != self._text else []
            if plain.occurs(own):
                places += plain.find(own, gaps([(0, len(copy.text))], found))
            found = merged(found, _customs(_hulls(places)))
        return found

    def _places(self, own: CustomPattern, copy: Plain, found: list[Span]) -> list[Zone]:
        if own.pattern not in self._found:
            search = self._search
            self._found[own.pattern] = list(search.find(own, self._zones)) if search and search.occurs(own) else []
        spans = merged([], _customs(copy.to_copy(*place) for place in self._found[own.pattern]))
        return [(span.start, span.end) for span in spans if not _inside(span, found)]


def _hulls(places: Iterable[Zone]) -> list[Zone]:
    """Join places that overlap, whichever of them is longer."""
    hulls: list[Zone] = []
    for start, end in sorted(places):
        if hulls and start < hulls[-1][1]:
            hulls[-1] = (hulls[-1][0], max(hulls[-1][1], end))
        else:
            hulls.append((start, end))
    return hulls


def _customs(places: Iterable[Zone]) -> list[Span]:
    return [Span(start=start, end=end, kind="custom") for start, end in places if start < end]


def _in_copy(kind: Kind, find: Find, text: str, copy: Plain) -> list[Span]:
    """Find something in the text itself, and return where it stands in the copy."""
    places = (copy.to_copy(*place) for low, high in copy.zones for place in find(text, low, high))
    return merged([], [Span(start=start, end=end, kind=kind) for start, end in places if start < end])


def _copies(text: str, zones: list[Zone], joints: list[str], *, html: bool) -> Iterator[Plain]:
    """Return the copies to look at: those first in which more is parted."""
    apart = _parted(text, zones, joints)
    if apart != joints:
        copy = plain_copy(text, zones, apart, html=html)
        yield copy.parting() or copy
    copy = plain_copy(text, zones, joints, html=html)
    parting = copy.parting()
    if parting:
        yield parting
    yield copy


def _parted(text: str, zones: list[Zone], joints: list[str]) -> list[str]:
    """Return joints that part the zones between which there are tags and no blank."""
    apart = list(joints)
    for index, ((_, end), (start, _)) in enumerate(pairwise(zones), 1):
        glued = not (joints[index] or text[end - 1].isspace() or text[start].isspace())
        if glued and not _WORD_BREAKS.fullmatch(text, end, start):
            apart[index] = APART
    return apart


def _in_text(copy: Plain, span: Span) -> Span:
    start, end = copy.to_text(span.start, span.end)
    return Span(start=start, end=end, kind=span.kind)


def _pieces(text: str, zones: list[Zone], span: Span) -> Iterator[Span]:
    """Return something in pieces where tags part it; what holds no letter or digit needs no hiding."""
    pieces = list(common([(span.start, span.end)], zones))
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


def _spans(kind: Kind, find: Find, text: str, zones: Iterable[Zone]) -> list[Span]:
    return [Span(start=start, end=end, kind=kind) for low, high in zones for start, end in find(text, low, high)]


def _widened(found: list[Span], links: list[Span]) -> list[Span]:
    """Take the whole link wherever something was found in it."""
    starts = [span.start for span in found]
    touched = []
    for link in links:
        after = bisect_left(starts, link.end)
        if after and found[after - 1].end > link.start:
            touched.append(link)
    return merged([], touched + [span for span in found if not _inside(span, touched)])


def _inside(span: Span, links: list[Span]) -> bool:
    index = bisect_left(links, span.end, key=lambda link: link.start)
    return bool(index) and links[index - 1].end > span.start
