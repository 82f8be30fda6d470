"""The runs of digits in a text: most that is looked for there can only be where some stand, or many together."""

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.text.html.regions import Zone

_RUN = re.compile("[0-9]++")  # a copy has no others
_REACH = 48  # characters from a digit to the farther end of what it belongs to
_MOST_BETWEEN = 4  # characters between two digits of one number, as in `(030) - 12`


def runs_in(text: str) -> list[Zone]:
    """Return the runs of digits of a text, in order."""
    return [match.span() for match in _RUN.finditer(text)]


def near(places: Iterable[Zone], size: int) -> list[Zone]:
    """Return the parts of a text that are near some places: most of a draft is near no digit, and need not be read."""
    zones: list[Zone] = []
    for start, end in places:
        low, high = start - _REACH, end + _REACH
        if zones and low <= zones[-1][1]:
            zones[-1] = (zones[-1][0], max(zones[-1][1], high))
        else:
            zones.append((max(0, low), high))
    return [(low, min(size, high)) for low, high in zones]


def with_runs(zones: Iterable[Zone], runs: Sequence[Zone]) -> Iterator[tuple[int, int, Sequence[Zone]]]:
    """Return those zones in which there are digits, each with the runs that are in it, wholly or in part."""
    place, count = 0, len(runs)
    for low, high in zones:
        while place < count and runs[place][1] <= low:
            place += 1
        first = place
        while place < count and runs[place][0] < high:
            place += 1
        if place > first:
            yield low, high, runs[first:place]
            place -= 1  # the last one may go on in the next zone


def grouped(runs: Iterable[Zone], fewest: int = 1) -> list[Zone]:
    """Return where digits stand so close that they may be those of one number, and are no fewer than that has."""
    groups: list[Zone] = []
    first = last = count = 0
    for start, end in runs:
        if count and start - last > _MOST_BETWEEN:
            if count >= fewest:
                groups.append((first, last))
            count = 0
        if not count:
            first = start
        last = end
        count += end - start
    if count >= fewest:
        groups.append((first, last))
    return groups
