"""The tokens that stand for things in what a provider sees: `ZQX1LINK` is the first thing, and a link.

The three letters are part of no language's words and no code in use that we know of, need no escaping in HTML,
Markdown, JSON or a URL, and tell a token from its first letter on. The number alone says which thing it is. The word
is for the model, so that it builds its sentence rightly, and closes the token, so that what follows is no part of it.
"""

import re
from collections.abc import Callable
from functools import partial

from msgspec import Struct

from assistant.text.masking.kinds import TOKEN_WORDS, Kind

TAG = "ZQX"
"""What each token begins with."""

_SMALL_TAG = TAG.lower()
_SPACE = "[ \u00a0_\\\\-]"
_WORD = "|".join(TOKEN_WORDS.values())
_OTHER = f"(?:(?!{TAG})[a-z])"
_TOKEN = (
    f"(?P<token>{TAG}(?:{_SPACE}{{0,2}}(?P<number>\\d{{1,40}}+)"
    f"(?:(?P<gap>{_SPACE}{{0,2}})(?P<word>{_WORD})|(?P<other>{_OTHER}{{1,24}}))?"
    f"|{_OTHER}{{0,24}}))"
)
_OPEN, _CLOSE = r"[\[{<`*_]{0,3}", r"[\]}>`*_]{0,3}"

APART_IN_TEXT = re.compile(
    rf"{TAG}(?<![^ \t\n]{TAG})(?P<number>\d{{1,9}})(?:{_WORD})(?=[.,;:!?)]{{0,3}}(?:[ \t\n]|\Z))"
)
"""A token as it is given out that stands by itself between blanks, or before the end of a sentence or a part of one.

No link has such a token in it, unless a text has `(<`: in Markdown, an address in brackets may have blanks.
"""

_KEPT = (
    "</?(?:a|b|br|div|em|i|li|p|strong|u)>"  # a tag that any answer may have, so that it parts what stands beside it
)
APART_IN_HTML = re.compile(
    rf"{TAG}(?:(?<![^ \t\n]{TAG})|(?<=<p>{TAG})|(?<=<(?:br|li)>{TAG})|(?<=[ \t\n]<[biu]>{TAG})"
    rf"|(?<=[ \t\n]<em>{TAG})|(?<=[ \t\n]<strong>{TAG}))(?P<number>\d{{1,9}})(?:{_WORD})"
    rf"(?=[.,;:!?)]{{0,3}}(?:[ \t\n]|{_KEPT}|\Z))"
)
"""The same in HTML, between blanks or such tags."""

WHOLE_VALUE = re.compile(rf'="{TAG}(?P<number>\d{{1,9}})(?:{_WORD})"')
"""A token that is all of an attribute's value."""

LOOKS_LIKE_TOKEN = re.compile(_TOKEN, re.IGNORECASE)
"""A token as a model may alter it: other case, spaces in it, escaped, half of it."""

IN_ATTRIBUTE = re.compile(f"(?P<open>{_OPEN}){_TOKEN}(?P<close>{_CLOSE})", re.IGNORECASE)
"""The same with brackets around it that make no sense in an address."""

_MOST_BEFORE = 4  # characters that may be around a token, before it
IN_TEXT = re.compile(f"(?P<space> ?)(?P<open>{_OPEN}){_TOKEN}(?P<close>{_CLOSE})", re.IGNORECASE)
"""The same with what a model may put around it: brackets, Markdown."""

_STARTED = re.compile(f" ?{_OPEN}(?:ZQ?)?\\Z", re.IGNORECASE)
_LONGEST_START = 6
_BEGUN_WORD = "|".join(word[:length] for word in TOKEN_WORDS.values() for length in range(1, len(word)))
_UNSETTLED = re.compile(f"{_SPACE}{{0,2}}(?:{_BEGUN_WORD})?\\Z", re.IGNORECASE)
_MIRRORED = str.maketrans("[{<", "]}>")


def tokens_in(text: str) -> Callable[[int], re.Match[str] | None]:
    """Return what finds the first token in a text from a place on, with what may be around it."""
    small = text.lower()
    if len(small) != len(text):  # a capital with a dot above becomes two characters
        return partial(IN_TEXT.search, text)

    def search(position: int) -> re.Match[str] | None:
        begin = small.find(_SMALL_TAG, position)
        return IN_TEXT.search(text, max(position, begin - _MOST_BEFORE)) if begin >= 0 else None

    return search


class Reading(Struct, frozen=True):
    """What a match says: the thing's number, 0 when it is none, and where the token ends."""

    number: int
    end: int


def count_tokens(text: str) -> int:
    """Return how often `LOOKS_LIKE_TOKEN` matches in a text: once for each tag, and most texts have none."""
    return text.lower().count(_SMALL_TAG)


def token(number: int, kind: Kind) -> str:
    """Return the token of a thing."""
    return f"{TAG}{number}{TOKEN_WORDS[kind]}"


def read(match: re.Match[str]) -> Reading:
    """Tell which thing a match stands for."""
    end = match.end("token")
    if match["word"] and match["gap"] and match["token"][:3].isupper() != match["word"].isupper():
        end = match.end("number")  # "ZQX1 link" is a token and a word of the model's own
    elif match["other"] and not _is_remains(match["other"]):
        end = match.end("number")
    return Reading(int(match["number"] or 0), end)


def _is_remains(letters: str) -> bool:
    """Tell whether letters glued to a number are what a model made of the word; those of a suffix are not."""
    return letters.isupper() or any(word.startswith(letters.upper()) for word in TOKEN_WORDS.values())


def is_settled(match: re.Match[str], text: str) -> bool:
    """Tell whether nothing that may follow the text changes how a match in it is read."""
    if match["word"] and not match["gap"] and not match["open"]:
        return True
    return _UNSETTLED.match(text, match.end()) is None


def unfinished(text: str, start: int) -> int:
    """Return from where on the end of a text may be the beginning of a token; the text's length when it can't be."""
    begun = _STARTED.search(text, max(start, len(text) - _LONGEST_START))
    return begun.start() if begun else len(text)


def wrapping(opened: str, closed: str) -> str:
    """Return the brackets or marks that open right before a token and close right after it, the opening ones."""
    expected = opened[::-1].translate(_MIRRORED)
    length = next(
        (size for size in range(min(len(expected), len(closed)), 0, -1) if closed.startswith(expected[:size])), 0
    )
    return opened[len(opened) - length :]


def opened_before(text: str, position: int) -> str:
    """Return the brackets and marks right before a place."""
    start = max(0, position - 3)
    return text[start + len(text[start:position].rstrip("[{<`*_")) : position]
