"""The guard `numbers`: every number, amount, date and code of the draft is in the answer, and no other."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from assistant.completion.guards.base import Breach, Case, invented, lost
from assistant.completion.guards.numerals import Figure, figures, in_words, meant, written
from assistant.completion.shield.finding import Finder
from assistant.completion.shield.kinds import KINDS, Span

_SPACED = re.compile(r"\d{1,3}(?: \d{3})++(?:[.,]\d++)?")
_WHOLES = Finder(KINDS - {"number", "link", "email"}, ())
_SMALL = 2  # digits


def check_numbers(case: Case) -> Iterator[Breach]:
    """Report numbers that are lost and numbers that are made up; another way of writing one is neither."""
    if written(case.draft.prose) == written(case.answer.prose):
        return
    wanted, found = figures(case.draft.prose), figures(case.answer.prose)
    missing = _missing(wanted, meant(found))
    if missing:
        missing = _missing(wanted, meant(found) | in_words(case.answer.text))
    added = _missing(found, meant(wanted))
    if added:
        added = _missing(found, meant(wanted) | in_words(case.draft.text))
    if missing:
        noun, values = _wholes(missing, case.draft.prose)
        yield lost(case, "numbers", noun, values, refuses=bool(added) or any(map(_is_certain, missing)))
    if added:
        noun, values = _wholes(added, case.answer.prose)
        yield invented(case, "numbers", noun, values, refuses=bool(missing))


def _is_certain(number: Figure) -> bool:
    """Tell whether a lost figure is lost for certain: a small one may stand there in words that are not known here."""
    return not number.written.isdecimal() or len(number.written) > _SMALL


def _wholes(numbers: list[Figure], text: str) -> tuple[str, list[str]]:
    """Return what numbers are called, and for each the whole that a text has it in.

    That is an amount with its currency, `#48213`, `+49 30 1234567`, the code that the number is a part of.
    """
    spans = _WHOLES.find(text, html=False)
    kinds: dict[str, str] = {}
    last = 0
    for number in sorted(numbers, key=lambda number: (number.start, -number.end)):
        if number.end > last:
            start, last, kind = _whole(number, spans)
            kinds.setdefault(text[start:last], kind)
    return "amount" if set(kinds.values()) == {"amount"} else "number", list(kinds)


def _whole(number: Figure, spans: list[Span]) -> tuple[int, int, str]:
    after = bisect_right(spans, number.start, key=lambda span: span.start)
    span = spans[after - 1] if after else None
    return (
        (span.start, span.end, span.kind) if span and number.end <= span.end else (number.start, number.end, "number")
    )


def _missing(numbers: list[Figure], there: set[str]) -> list[Figure]:
    """Return the numbers that may mean nothing of what is there."""
    missing: dict[str, Figure] = {}
    for number in numbers:
        if not number.counts or _is_there(number, there):
            continue
        lacking = [part for part in number.parts if not _is_there(part, there)]
        whole = len(lacking) == len(number.parts) or (lacking and _SPACED.fullmatch(number.written))
        for each in [number] if whole else lacking:
            missing.setdefault(each.written, each)
    return list(missing.values())


def _is_there(number: Figure, there: set[str]) -> bool:
    return any(all(value in there for value in reading) for reading in number.readings)
