"""The guard `numbers`: every number, amount, date and code of the draft is in the answer, and no other."""

import re
from collections.abc import Iterator

from msgspec import structs

from assistant.completion.guards.base import Breach, Case, invented, lost
from assistant.completion.guards.numerals import Figure, figures, in_words, meant, written
from assistant.completion.shield.finding import Finder
from assistant.completion.shield.kinds import KINDS, Span

_SPACED = re.compile(r"\d{1,3}(?: \d{3})++(?:[.,]\d++)?")
_WHOLES = Finder(KINDS - {"number", "link", "email", "placeholder"})
_SMALL = 2  # digits
_AROUND = 48  # characters around a number that may belong to it
_MOST_WHOLE = 40  # numbers for which that is looked at


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
    kinds: dict[str, str] = {}
    last = 0
    for index, number in enumerate(sorted(numbers, key=lambda number: (number.start, -number.end))):
        if number.end > last:
            span = _span(number, text) if index < _MOST_WHOLE else None
            start, last = (span.start, span.end) if span else (number.start, number.end)
            kinds.setdefault(text[start:last], span.kind if span else "number")
    return "amount" if set(kinds.values()) == {"amount"} else "number", list(kinds)


def _span(number: Figure, text: str) -> Span | None:
    """Return where the thing stands that a number is a part of."""
    first = max(0, number.start - _AROUND)
    found = _WHOLES.find(text[first : number.end + _AROUND], html=False)
    spans = (structs.replace(span, start=span.start + first, end=span.end + first) for span in found)
    return next((span for span in spans if span.start <= number.start and number.end <= span.end), None)


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
