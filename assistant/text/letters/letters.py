"""The parts of a letter: the greeting with its name, and the closing with its signature."""

import re
from itertools import islice
from typing import NamedTuple

from assistant.text.language.stop_words import STOP_WORDS
from assistant.text.lazy import regex
from assistant.text.letters.wording import ANYBODY, CLOSINGS, GREETINGS, NOT_NAMES, TITLES, WEAK_CLOSINGS
from assistant.text.reading import WORD, fold

NAME_WORD = regex(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
"""A word of a name, with its hyphens and apostrophes."""


def _words(*lists: str) -> frozenset[str]:
    return frozenset(fold(word.replace("_", " ")) for line in lists for word in line.split())


def _either(*lists: str) -> str:
    """Return a pattern for any of the phrases, the longest first, with any spaces in them.

    Those that begin alike stand together: of most texts the first letter tells that there is none.
    """
    phrases = sorted({phrase for line in lists for phrase in line.split()}, key=lambda phrase: (-len(phrase), phrase))
    rests: dict[str, list[str]] = {}
    for phrase in phrases:
        rests.setdefault(phrase[0], []).append(re.escape(phrase[1:]).replace("_", r"[ ]+"))
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())


_NO_NAMES = _words(ANYBODY, NOT_NAMES, TITLES) | {fold(word) for word in STOP_WORDS}
_GREETINGS = frozenset(phrase.replace("_", " ") for phrase in GREETINGS.split())
_TITLES = frozenset(TITLES.split())
_BEFORE_NAME = regex(r",?[ ]+(?=\S)")
_TITLE = regex(r"([^\W\d_]+)\.?[ ]+")
_STOPS = regex(r"[,!.:;\n\u2013\u2014(?]|$|[ ]-[ ]")
_STRONG = regex(rf"(?:{_either(CLOSINGS)})(?!\w)[ ]*[,.!:]?(?P<rest>.*)", re.IGNORECASE)
_WEAK = regex(rf"(?:{_either(WEAK_CLOSINGS)})(?!\w)[ ]*[,.!]?(?P<rest>.*)", re.IGNORECASE)
_WORD_AT_START = re.compile(r"[ ]*(\w+)")
_BEGUN_CLOSINGS = frozenset(
    phrase.partition("_")[0].replace("\u0131", "i") for phrase in f"{CLOSINGS} {WEAK_CLOSINGS}".split()
)
"""Their first words; to an expression that ignores the case, a dotless i is an i."""
_LENGTHS = {
    phrase.partition("_")[0]: phrase.count("_") + 1
    for phrase in sorted(GREETINGS.split(), key=lambda each: each.count("_"))
}
"""By the first word of greetings, how many words the longest of them has."""
_INLINE = regex(
    rf"[.!?\u3002][ ]+(?P<closing>(?:{_either(CLOSINGS)}|best|cheers),?[ ]+(?P<rest>[^\W\d_][^\n.!?,;:]{{0,40}}))\s*$",
    re.IGNORECASE,
)
_WIDE_STOP = "\u3002"
_DASHED = regex(r"[\u2013\u2014-]{1,2}[ ]*(?P<rest>[^\W\d_][^\n,;:!?]{0,40})$")
_TAIL = 2000  # characters at the end of a text in which its closing stands
_LAST_LINES = 6
_MOST_NAMES = 4
_MOST_GREETING_WORDS = 3
_SURE_NAMES = 2
_LONGEST_NAME = 60


class Greeting(NamedTuple):
    """The names in a greeting; `ends` tells whether a comma or the like follows, so that none begins a sentence."""

    names: tuple[str, ...]
    ends: bool


class Closing(NamedTuple):
    """A closing as it is written, with the names under it."""

    written: str
    names: tuple[str, ...]


def end_of_greeting(text: str) -> int:
    """Return where the words of greeting end that a text begins with, such as "Good morning"; 0 when there are none."""
    start = text[:_LONGEST_NAME]
    first = WORD.search(start)
    if first is None or first.start() > _MOST_GREETING_WORDS:
        return 0
    most = _LENGTHS.get(first[0].lower(), 0) if start.isascii() else _MOST_GREETING_WORDS
    if not most:
        return 0  # most texts begin with none
    found = list(islice(WORD.finditer(start), most))
    for last in reversed(found):
        if " ".join(text[found[0].start() : last.end()].casefold().split()) in _GREETINGS:
            return last.end()
    return 0


def find_greeting(text: str) -> Greeting:
    """Return whom a text greets; no one's name is in it when there is no greeting, or a general one."""
    start = text.lstrip()[:200]
    end = end_of_greeting(start)
    rest = start[end:]
    if not end or not (between := _BEFORE_NAME.match(rest)):
        return Greeting((), ends=False)
    if rest.islower():
        return Greeting((), ends=False)
    rest = _without_title(rest[between.end() :][:_LONGEST_NAME])
    stop = _STOPS.search(rest)
    before = rest[: stop.start()] if stop else rest
    named = _leading_names(before)
    return Greeting(named, ends=bool(stop) and len(before.split()) == len(named))


def _without_title(text: str) -> str:
    while (found := _TITLE.match(text)) and found[1].casefold() in _TITLES:
        text = text[found.end() :]
    return text


def _last_lines(text: str) -> list[str]:
    return [stripped for line in text[-_TAIL:].splitlines() if (stripped := line.strip())]


def find_closing(text: str) -> Closing | None:
    """Return the closing block at the end of a text, or None."""
    lines = _last_lines(text)[-_LAST_LINES:]
    for place in range(len(lines) - 1, -1, -1):
        found = _closing_at(lines, place)
        if found:
            return found
    return _in_line(lines[-1]) if lines else None


def find_signer(text: str) -> tuple[str, ...]:
    """Return the name that stands alone on the last line of a text, under no closing."""
    if not text[-_TAIL:].rstrip()[-1:].isalpha():
        return ()
    lines = _last_lines(text)
    if len(lines) < 2 or len(lines[-1]) > _LONGEST_NAME or not lines[-1][-1].isalpha():  # noqa: PLR2004 - a letter and a name
        return ()
    named = _leading_names(lines[-1])
    return named if len(named) == len(lines[-1].split()) <= 2 and not _WEAK.match(lines[-1]) else ()  # noqa: PLR2004


def _closing_at(lines: list[str], place: int) -> Closing | None:
    line = lines[place]
    dashed = _DASHED.match(line) if place == len(lines) - 1 and not line[0].isalpha() else None
    if dashed:
        return _if_named(line, dashed["rest"])
    if not _may_close(line, 0):
        return None  # most lines are no closing
    strong = _STRONG.match(line)
    if strong and _is_signature(strong["rest"]):
        return _signed(lines, place, strong["rest"])
    weak = _WEAK.match(line)
    if weak and not weak["rest"].strip() and place == len(lines) - 2:
        return _if_named(f"{line} {lines[-1]}", lines[-1])
    if weak and "," in line and 0 < place == len(lines) - 1:
        return _if_named(line, weak["rest"])
    return None


def _signed(lines: list[str], place: int, rest: str) -> Closing:
    after = lines[place + 1] if place + 1 < len(lines) else ""
    signer = rest if rest.strip() else after
    written = f"{lines[place]} {after}" if signer is after else lines[place]
    return Closing(written.strip(), names_in(signer[:_LONGEST_NAME]))


def _if_named(written: str, signer: str) -> Closing | None:
    """Return a closing only if nothing but a name stands in the signer's place."""
    named = _leading_names(signer)
    return Closing(written, named) if named and len(named) == len(signer.split()) else None


def _in_line(line: str) -> Closing | None:
    stop = max(line.rfind("."), line.rfind("!"), line.rfind("?"))  # none stands in a closing
    if _WIDE_STOP not in line and not (line.startswith(" ", stop + 1) and _may_close(line, stop + 1)):
        return None
    found = _INLINE.search(line, max(stop, 0))
    named = _leading_names(found["rest"]) if found else ()
    return Closing(found["closing"], named) if found and named else None


def _may_close(line: str, start: int) -> bool:
    """Tell whether a line goes on with the first word of a closing, behind any spaces; each begins with a letter."""
    word = _WORD_AT_START.match(line, start)
    return word is not None and (not word[1].isascii() or word[1].lower() in _BEGUN_CLOSINGS)


def _is_signature(rest: str) -> bool:
    """Tell a signature from a sentence that goes on: "Regards, Tom" from "Regards to your sister, who …"."""
    found = rest.split()
    if len(found) <= _SURE_NAMES:
        return True
    return len(found) <= _MOST_NAMES + 1 and (found[0][0].isupper() or not found[0].isascii())


def _leading_names(text: str) -> tuple[str, ...]:
    """Return the capitalised words that a text begins with."""
    named: list[str] = []
    for word in text.split()[:_MOST_NAMES]:
        found = NAME_WORD.match(word)
        if not found or not _is_name(found[0]):
            break
        named.append(found[0])
    return tuple(named)


def names_in(text: str) -> tuple[str, ...]:
    """Return the capitalised words of a text that may be names, such as Anna in "Your Anna from Support"."""
    return tuple(word for word in NAME_WORD.findall(text)[:8] if _is_name(word))


def _is_name(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and _NO_NAMES.isdisjoint((fold(word), fold(word.partition("'")[0])))
