"""The patterns that an administrator adds. RE2 runs them, whose time grows with the text and no faster."""

import re
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import re2
from msgspec import Struct

from assistant.text.masking.folding import folded, folded_pattern
from messages.sentences import Sentence

LONGEST_PATTERN = 300
"""Characters that a pattern may have."""
LARGEST_PATTERN = 1_500
"""Steps of RE2's program that a pattern may have: what it repeats counts as often as it is repeated."""
MOST_MEMORY = 1 << 20
"""Bytes that a compiled pattern may take, with all that it remembers of texts."""
MOST_COMPILED = 128
"""Compiled patterns that are kept."""
MOST_SECONDS = 2.0
"""Processor time for all patterns together on one text; ordinary ones take a thousandth of it."""

_LINES = "(?m)"  # ^ and $ are the beginning and end of a line
_PROBE = b"a b, 1\n"  # has places of every kind at which nothing could be found
_SINGLE = [bytes([code]) for code in (*range(32, 127), 0x80)]
_BRACES = re.compile(
    r"\\Q.*?(?:\\E|\Z)|\\[xpPN]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|(?P<odd>\{[^}]{0,12}\}?)",
    re.DOTALL,
)
"""What may hold a brace, and a brace that begins no repeat: RE2 would take it for a sign, and find nothing."""
_DELIMITED = re.compile(r"/.*(?<!\\)/[a-z]*", re.DOTALL)
_REMEDIES = (
    (r"\(\?<?[=!]", "look-aheads and look-behinds are not supported: let the pattern match the text around it as well"),
    (r"\(\?>|\+\+$|\*\+$|\?\+$", "possessive quantifiers and atomic groups are not supported: write a plain +, * or ?"),
    (r"\\[1-9]|\(\?P", "references to earlier groups are not supported: write that part out again"),
    (r"\(\?\(", "conditions are not supported: write both ways, with | between them"),
    (r"\(\?[a-zA-Z]", r"only the flags i, m, s and U are supported, at the beginning: (?i)"),
    (
        r"repetition size",
        "a repeat may count to 1000 at most, with those around it multiplied; the smaller number goes first",
    ),
    (r"\\N|\\u|\\U|\\x", "write the character itself"),
    (r"too large", "use shorter repeats, or fewer"),
)


class SlowPatternError(Exception):
    """An admin's pattern takes too long on a text; the sentence is for whoever wrote the text."""


class CustomPattern(Struct, frozen=True, kw_only=True):
    """A regular expression of the admin; `private` keeps what it finds from every provider, masking on or off.

    Make one only of a pattern that `check_pattern` accepts.
    """

    name: str
    pattern: str
    private: bool = False


def check_pattern(text: str) -> int:
    """Return how large a pattern is, in steps of RE2's program.

    Refused is what RE2 does not know, what finds empty text or single characters, and what is too large.

    Raises:
        ValueError: the pattern can't be used; it says why, and what to write instead.
    """
    return int(_compiled(text).programsize)


class OwnSearch:
    """Looks for what patterns find in one text."""

    def __init__(self, text: str) -> None:
        self._text = folded(text)
        self._until = time.thread_time() + MOST_SECONDS

    def find(self, own: CustomPattern, gaps: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Find what a pattern matches within parts of the text, in order.

        Parts are passed over without a look in which nothing begins: there may be thousands.

        Raises:
            SlowPatternError: it takes too long.
            ValueError: the pattern is none that `check_pattern` accepts.
        """
        begin = -1
        for low, high in gaps:
            if begin < low:
                place = self._next(own, low, len(self._text))
                if place is None:
                    return
                begin = place[0]
            position = begin
            while position < high and (place := self._next(own, position, high)):
                if place[0] < place[1]:
                    yield place
                position = max(place[1], position + 1)
                begin = -1

    def occurs(self, own: CustomPattern) -> bool:
        """Tell whether a pattern matches anywhere."""
        return self._next(own, 0, len(self._text)) is not None

    def _next(self, own: CustomPattern, start: int, end: int) -> tuple[int, int] | None:
        if time.thread_time() > self._until:
            raise SlowPatternError(
                Sentence(
                    "The masking pattern {name!r} takes too long on this text, so it is not sent to a provider. "
                    "Shorten the text, or ask an administrator to make the pattern simpler.",
                    name=own.name,
                )
            )
        found = _compiled(own.pattern).search(self._text, start, end)
        return None if found is None else found.span()


@lru_cache(MOST_COMPILED)
def _compiled(text: str) -> Any:  # noqa: ANN401 - RE2's own type
    """Compile a pattern; raises ValueError."""
    if len(text) > LONGEST_PATTERN:
        raise ValueError(f"has {len(text)} characters; the limit is {LONGEST_PATTERN}")
    _refuse_slips(text)
    try:
        compiled = re2.compile(_LINES.encode() + folded_pattern(text), _options())
    except re2.error as error:
        raise ValueError(_explained(error)) from None
    if compiled.programsize > LARGEST_PATTERN:
        raise ValueError("is too large when its repeats are written out; use shorter repeats, or fewer")
    _refuse_too_short(compiled)
    return compiled


def _refuse_slips(text: str) -> None:
    """Refuse what RE2 accepts and what would find nothing of what was meant."""
    for part in _BRACES.finditer(text):
        if odd := part["odd"]:
            least = re.fullmatch(r"\{,(\d+)\}", odd)
            right = f"{{0,{least[1]}}}" if least else "{6} or {6,8}, without blanks,"
            raise ValueError(rf"{odd} is not a repeat: write {right} or \{{ for the brace itself")
    if _DELIMITED.fullmatch(text):
        raise ValueError(r"leave out the slashes around the pattern, or write \/ for a slash that is part of it")


def _options() -> Any:  # noqa: ANN401 - likewise
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = MOST_MEMORY
    options.never_capture = True
    options.log_errors = False
    return options


def _explained(error: Exception) -> str:
    """Say what RE2 does not take, and what to write instead."""
    raw = error.args[0]
    reason = raw.decode("latin-1") if isinstance(raw, bytes) else str(raw)
    reason = reason.replace(_LINES, "", 1)
    remedy = next((f"; {remedy}" for sign, remedy in _REMEDIES if re.search(sign, reason)), "")
    return f"is not a pattern that can be used ({reason}){remedy}"


def _refuse_too_short(compiled: Any) -> None:  # noqa: ANN401 - likewise
    if compiled.fullmatch(b"") or any(found.start() == found.end() for found in compiled.finditer(_PROBE)):
        raise ValueError("could match empty text; let it begin with something that has to be there")
    if any(compiled.fullmatch(single) for single in _SINGLE):
        raise ValueError("could match single characters; it must match at least 2")
