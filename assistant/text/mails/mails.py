"""What the sender of a mail newly wrote."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from assistant.text.letters.letters import find_greeting
from assistant.text.mails.endings import find_endings, is_device_footer
from assistant.text.mails.headers import find_opening, introduces, introduces_marked, is_whole_mail, shared_line
from assistant.text.mails.lines import Line, html_lines, text_lines
from assistant.text.reading import fold

Part = Literal["fresh", "quoted", "signature"]

_WRAPPED_AT, _LONGEST_WRAPPED = 60, 25  # characters of a quoted line, and of its rest that has lost its mark


class Cut(Struct, frozen=True):
    """Lines that were left out, and why."""

    reason: Literal["quoted", "signature"]
    text: str


class Mail(Struct, frozen=True):
    """A mail, read.

    Attributes:
        fresh: what its sender newly wrote, inline answers apart by an empty line; empty for a bare forward.
        cuts: what was left out, in order.
    """

    fresh: str
    cuts: tuple[Cut, ...]


def read_mail(body: str, *, html: bool = False, names: Sequence[str] = ()) -> Mail:
    """Return what the sender of a mail newly wrote, and what was left out: quoted history, signatures and footers.

    Args:
        body: text, or HTML.
        html: whether it is HTML, of which the text is read, each link with its address after its words.
        names: of those who take part in the conversation, if known: a line that is only a name ends a mail.
    """
    lines = _parted(_with_indents(html_lines(body)) if html else text_lines(body))
    parts = _history(lines)
    known = frozenset(fold(word) for name in (*names, *_greeted(lines, parts)) for word in name.split())
    _sign(lines, parts, known)
    return _told(lines, parts)


def _with_indents(lines: Sequence[Line]) -> list[Line]:
    """Take what is indented, and stands below what its sender wrote, for theirs: an error message, a list."""
    own: list[Line] = []
    begun = all(line.indented for line in lines if line.text.strip())  # whether its sender has written something
    for indented, run in groupby(lines, key=lambda line: line.indented > 0):
        block = list(run)
        if not indented:
            begun = begun or any(line.text.strip() and not line.depth for line in block)
        elif begun and not introduces(own):
            block = [replace(line, depth=line.depth - line.indented) for line in block]
        own += block
    return own


def _parted(lines: Sequence[Line]) -> list[Line]:
    """Part lines in which an answer stands before the line above the quotation."""
    parted: list[Line] = []
    for line in lines:
        cut = shared_line(line.text)
        if cut:
            parted += [
                Line(line.text[:cut].rstrip(), line.depth, line.part),
                Line(line.text[cut:], line.depth, line.part),
            ]
        else:
            parted.append(line)
    return parted


def _history(lines: Sequence[Line]) -> list[Part]:
    parts: list[Part] = [_part(line) for line in lines]
    place, told = 0, False  # whether something was written above: without that, its sender writes below
    while place < len(lines):
        if parts[place] != "fresh" or not lines[place].text.strip():
            place += 1
        elif told and is_device_footer(lines[place].text):
            return [*parts[:place], "signature", *_below_footer(lines, place + 1)]
        elif end := find_opening(lines, place):
            parts[place:end] = ["quoted"] * (end - place)
            if not _is_marked(lines, parts, end) and (told or is_whole_mail(lines, place)):
                return [*parts[:end], *_rest(parts, end)]
            place = end
        else:
            if introduces_marked(lines, place):
                parts[place] = "quoted"
            told = told or parts[place] == "fresh"
            place += 1
    return _with_lost_marks(lines, parts) if parts.count("quoted") > 1 else [_own(line) for line in lines]


def _own(line: Line) -> Part:
    """Return the part of a line where one line alone begins with a mark: "> 5 kg" is no quotation."""
    return "signature" if line.part == "signature" else "quoted" if line.part else "fresh"


def _part(line: Line) -> Part:
    if line.depth or line.part == "quoted":
        return "quoted"
    return "signature" if line.part == "signature" else "fresh"


def _below_footer(lines: Sequence[Line], start: int) -> list[Part]:
    """Return what the lines below a telephone's footer are: history, but for a signature of whose it is."""
    return ["signature" if line.part == "signature" else "quoted" for line in lines[start:]]


def _rest(parts: Sequence[Part], start: int) -> list[Part]:
    return ["quoted"] * (len(parts) - start)


def _is_marked(lines: Sequence[Line], parts: Sequence[Part], start: int) -> bool:
    """Tell whether history that was introduced is marked by itself, line by line, so that it tells where it ends."""
    following = (place for place in range(start, len(lines)) if lines[place].text.strip() or lines[place].depth)
    first = next(following, -1)
    return first >= 0 and (bool(lines[first].depth) or parts[first] == "quoted")


def _with_lost_marks(lines: Sequence[Line], parts: list[Part]) -> list[Part]:
    """Take short lines amid quoted ones for the rest of those, which programs wrap without a mark."""
    for place in range(1, len(lines) - 1):
        before, line, after = lines[place - 1 : place + 2]
        wrapped = (
            before.depth
            and len(before.text) >= _WRAPPED_AT
            and line.text.strip()
            and len(line.text) <= _LONGEST_WRAPPED
        )
        if parts[place] == "fresh" and wrapped and after.depth:
            parts[place] = "quoted"
    return parts


def _greeted(lines: Sequence[Line], parts: Sequence[Part]) -> Iterator[str]:
    """Give whom the history greets: who writes now."""
    for part, run in groupby(range(len(lines)), key=lambda place: parts[place]):
        if part == "quoted":
            for place in run:
                yield from find_greeting(lines[place].text[:80]).names


def _sign(lines: Sequence[Line], parts: list[Part], names: frozenset[str]) -> None:
    answers = "quoted" in parts
    for part, run in groupby(range(len(lines)), key=lambda place: parts[place]):
        if part == "fresh":
            places = list(run)
            texts = [lines[place].text for place in places]
            for at in find_endings(texts, names, answers=answers, begins="fresh" not in parts[: places[0]]):
                parts[places[at]] = "signature"


def _join(lines: Sequence[Line], parts: list[Part]) -> None:
    """Count empty lines to what stands before them, so that one thing is left out in one piece."""
    for place in range(1, len(lines)):
        if not lines[place].text.strip() and parts[place] == "fresh":
            parts[place] = parts[place - 1]


def _told(lines: Sequence[Line], parts: list[Part]) -> Mail:
    _join(lines, parts)
    fresh: list[str] = []
    cuts: list[Cut] = []
    for part, run in groupby(range(len(lines)), key=lambda place: parts[place]):
        text = "\n".join(lines[place].text for place in run).strip("\n")
        if not text.strip():
            continue
        if part == "fresh":
            fresh.append(text)
        else:
            cuts.append(Cut(part, text))
    return Mail("\n\n".join(fresh), tuple(cuts))
