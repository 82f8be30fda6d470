"""Where in HTML there is text, and where there is what no reader sees: tags, comments, styles and scripts."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from assistant.text.html.element_names import BLOCKS, DROPPED, RARE_BLOCKS
from assistant.text.html.simple import is_simple

Zone: TypeAlias = tuple[int, int]

LINE_END = "\n"
"""What stands between two zones that a line break parts."""

APART = "\n\ufdd0\n"
"""What stands between two zones that no value reaches across: a sign that no text has, and that is no blank."""

_OTHERS = frozenset(
    ["audio", "button", "canvas", "caption", "img", "input", "legend", "optgroup", "option", "sup", "video"]
)
_PARTING = BLOCKS | RARE_BLOCKS | DROPPED | _OTHERS
_MARKUP_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*+)")

_STYLING_WORDS = (
    "style class id width height color bgcolor background border bordercolor align valign face size cellpadding "
    "cellspacing colspan rowspan span start dir lang xml:lang target rel role type scope nowrap tabindex viewbox fill "
    "stroke hspace vspace clear frame rules xmlns srcset sizes loading"
)
_STYLING = frozenset(_STYLING_WORDS.split())
_TARGETS = frozenset({"href", "src"})
_BEGINS = re.compile(r"<(?:!--|([a-zA-Z][^\s/>]*+)|[/!?])")
_BARE = re.compile(r"</?(?!zqx)[a-z][a-z0-9]{0,11}\s?/?>", re.IGNORECASE)
_REST = re.compile(r"(?>(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*)>")
_SIMPLE_TAG = re.compile(r"</?([a-z]+)(?: href=\"([^\"]*+)\")?>")
_JOINTS = {**dict.fromkeys(_PARTING, APART), "br": LINE_END}
"""What the names of tags stand for."""
_COMMENT_ENDS = re.compile(r"--!?>")
ATTRIBUTE = re.compile(r"[\s\"'/]([a-zA-Z_:@][\w:.@-]*+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")
"""A name and its value, with or without quotes: the last group that matched."""


class Regions(Struct, frozen=True, kw_only=True):
    """A text in parts.

    Args:
        text: what a reader sees.
        joints: by part of the text, what stands before it: nothing where inline tags do, `LINE_END` or `APART`.
        targets: the values of `href` and `src`.
        hidden: what else stands in tags, such as other attributes, and comments, styles and scripts whole.
        styling: the values of attributes that say how something looks.
    """

    text: list[Zone]
    joints: list[str]
    targets: list[Zone]
    hidden: list[Zone]
    styling: list[Zone]


def regions_of(text: str) -> Regions:
    """Return the parts of an HTML text."""
    found = Regions(text=[], joints=[], targets=[], hidden=[], styling=[])
    if is_simple(text):
        _sort_simple(text, found)
        return found
    position, joint = 0, ""
    for start, end, name in _markup(text):
        if start > position:
            found.text.append((position, start))
            found.joints.append(joint)
            joint = ""
        position = end
        new = _joint(text, start)
        joint = APART if joint and new else joint or new
        _sort(text, start, end, name, found)
    if position < len(text):
        found.text.append((position, len(text)))
        found.joints.append(joint)
    return found


def _sort_simple(text: str, found: Regions) -> None:
    """Do the same with HTML of which no tag has more than an address; there is nothing to find around that."""
    position, joint = 0, ""
    for tag in _SIMPLE_TAG.finditer(text):
        start, end = tag.span()
        if start > position:
            found.text.append((position, start))
            found.joints.append(joint)
            joint = ""
        position = end
        new = _JOINTS.get(tag[1], "")
        joint = APART if joint and new else joint or new
        if tag[2]:
            found.targets.append(tag.span(2))


def _joint(text: str, start: int) -> str:
    """Return how much a tag or a comment parts what stands before it from what stands behind it."""
    match = _MARKUP_NAME.match(text, start)
    return _JOINTS.get(match[1].lower(), "") if match else ""


def _sort(text: str, start: int, end: int, name: str, found: Regions) -> None:
    """Put a piece of markup where its parts belong; all that says neither where to nor how is hidden."""
    if _BARE.fullmatch(text, start, end):
        return
    position = start
    for match in ATTRIBUTE.finditer(text, start, end) if name and name not in DROPPED else ():
        zone = match.span(match.lastindex or 0)
        into = _zones_for(match[1].lower(), found)
        if into is not None and zone[0] < zone[1]:
            found.hidden.append((position, zone[0]))
            into.append(zone)
            position = zone[1]
    found.hidden.append((position, end))


def _zones_for(attribute: str, found: Regions) -> list[Zone] | None:
    if attribute in _TARGETS:
        return found.targets
    return found.styling if attribute in _STYLING or attribute.startswith("xmlns") else None


def _markup(text: str) -> Iterator[tuple[int, int, str]]:
    """Return tags, with their names, and comments; a tag whose content no reader sees goes as far as that does.

    What begins like a tag and never ends is text, and so is all that follows.
    """
    start = 0
    while match := _BEGINS.search(text, start):
        name = (match[1] or "").lower()
        if match[0] == "<!--":
            end = _end(_COMMENT_ENDS, text, match.start() + 2)
        else:
            rest = _REST.match(text, match.end())
            if rest is None:
                return
            end = rest.end()
            if name in DROPPED:
                end = _end(re.compile(rf"</{name}(?=[\s/>])[^>]*+>", re.IGNORECASE), text, end)
        yield match.start(), end, name
        start = end


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text, start)
    return match.end() if match else len(text)


def common(zones: Iterable[Zone], others: list[Zone]) -> Iterator[Zone]:
    """Return what two lists of zones, each in order, have in common."""
    for low, high in zones:
        index = bisect_left(others, low, key=lambda zone: zone[1])
        while index < len(others) and others[index][0] < high:
            start, end = max(low, others[index][0]), min(high, others[index][1])
            if start < end:
                yield start, end
            index += 1
