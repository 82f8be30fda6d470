# ruff: noqa: RUF001 - dashes
"""What was found in a text, in order and without overlaps: what lies between, and how two such lists become one."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from msgspec import structs

from assistant.text.html.regions import Zone, common
from assistant.text.links.host_names import is_end
from assistant.text.masking.kinds import Kind, Span
from assistant.text.masking.plain import plain_copy

_WEAK: frozenset[Kind] = frozenset({"order", "number"})
"""What any digits may be taken for."""
_CERTAIN: frozenset[Kind] = frozenset({"iban", "card", "custom"})
"""What is right to the character: by check digits, or by a pattern."""
_ADDRESSES: frozenset[Kind] = frozenset({"link", "email"})
_ONE_TAG = re.compile(r"(?:<!--[^<>]*+>|</?(?!a[\s/>])[a-z][^<>]*+>)(?!<)", re.IGNORECASE)
"""A tag inside a word, rather than the end of one element and the beginning of another."""
_WORD = re.compile(r"[^\W\d_](?>(?:[^\W\d_]|[-'])+)")
_SHORTEST_LABEL, _SHORTEST_OF_REFERENCE = 2, 4  # letters: `An` before an address; `ORD` is a part of `ORD1234`
_DASHES = "‒–—―−"
_UNFINISHED = "/=?&#%_@+-.:"  # at its end, an address goes on
_GOES_ON = re.compile(r"[.,:/]\d")  # of a date, a time or an amount: `12.05.2024`
_SEVERAL = 2


def merged(found: list[Span], new: list[Span]) -> list[Span]:
    """Join two lists; of two new ones that overlap, the first and longer one stays."""
    if not new:
        return found
    kept: list[Span] = []
    for span in sorted(found + new, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def gaps(zones: list[Zone], found: list[Span]) -> Iterator[Zone]:
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


def joined(text: str, zones: list[Zone], found: list[Span], whole: list[Span]) -> list[Span]:
    """Join what was found with tags and dashes between values and what was found with them inside values."""
    if not found:
        return merged([], whole)
    starts, ends = [span.start for span in found], [span.end for span in found]
    gone: set[int] = set()
    new: list[Span] = []
    for span in whole:
        first, last = bisect_right(ends, span.start), bisect_left(starts, span.end)
        touched = found[first:last]
        if touched == [span] or (touched and span.kind in _WEAK and _GOES_ON.match(text, span.end)):
            continue
        if _is_one(span, touched):
            gone.update(range(first, last))
            new.append(_without_words(text, zones, span, touched))
        elif span.kind not in _WEAK or _holds(span, touched):
            new += _left(text, zones, span, touched)
    return merged([span for index, span in enumerate(found) if index not in gone], new)


def _holds(span: Span, touched: list[Span]) -> bool:
    return all(span.start <= part.start and part.end <= span.end for part in touched)


def _is_one(span: Span, touched: list[Span]) -> bool:
    """Tell whether all that was found before in something is a part of it, rather than a whole value by itself."""
    if not _holds(span, touched):
        return False
    if span.kind in _WEAK:
        return all(part.kind in _WEAK for part in touched)
    alike = _ADDRESSES if span.kind in _ADDRESSES else {span.kind}
    return span.kind == "custom" or sum(part.kind in alike for part in touched) < _SEVERAL


def _left(text: str, zones: list[Zone], span: Span, touched: list[Span]) -> Iterator[Span]:
    """Return what something has besides what was found in it before; words belong to nothing."""
    for start, end in gaps([(span.start, span.end)], touched):
        said = _said(text, zones, start, end)
        if any(map(str.isalnum, said)) and (span.kind in _CERTAIN or not _WORD.fullmatch(said)):
            yield Span(start=start, end=end, kind=span.kind)


def _without_words(text: str, zones: list[Zone], span: Span, touched: list[Span]) -> Span:
    """Take off the words that merely stand before and behind a value.

    They are `Mail` and `Call` in `<b>Mail</b><i>max@example.com</i><b>Call us</b>`.
    """
    if not touched or span.kind in _CERTAIN:
        return span
    start, end = touched[0].start, touched[-1].end
    value, whole = (_said(text, zones, *place) for place in ((start, end), (span.start, span.end)))
    before, behind = _said(text, zones, span.start, start), _said(text, zones, end, span.end)
    shortest = _SHORTEST_OF_REFERENCE if span.kind in _WEAK else _SHORTEST_LABEL
    label = _is_label(before, shortest) and (span.kind in _WEAK or not value[:1].isupper())
    goes_on = value[-1:] in _UNFINISHED or is_end(whole.rpartition(".")[2])
    inside = behind[:1].islower() and _is_inside(text, zones, end, span.end)
    in_address = span.kind == "link" and text.find("<", end, span.end) < 0
    other = _WORD.fullmatch(behind) and not inside and not in_address
    return structs.replace(span, start=start if label else span.start, end=end if other and not goes_on else span.end)


def _is_label(said: str, shortest: int) -> bool:
    """Tell whether a word before a value may be another one, as `Mail` is."""
    return len(said) >= shortest and not said[0].islower() and _WORD.fullmatch(said) is not None


def _is_inside(text: str, zones: list[Zone], start: int, end: int) -> bool:
    """Tell whether one tag stands here, inside a word rather than between two."""
    tag = text.find("<", start, end)
    return tag >= 0 and _ONE_TAG.match(text, tag) is not None and not _said(text, zones, start, tag)


def _said(text: str, zones: list[Zone], start: int, end: int) -> str:
    """Return what a part of a text says without its tags, and without dashes at its ends."""
    if start >= end:
        return ""
    said = "".join(text[low:high] for low, high in common([(start, end)], zones))
    return plain_copy(said, [(0, len(said))], [""], html=False).dashed.strip(_DASHES)
