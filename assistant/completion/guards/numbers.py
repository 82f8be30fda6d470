"""The guard `numbers`: every number, amount, date and code of the draft is in the answer, and no other."""

import re
from collections.abc import Iterator

from assistant.completion.guards.base import Breach, Case, invented, lost
from assistant.completion.guards.numerals import Figure, figures, in_words, meant, written

_SPACED = re.compile(r"\d{1,3}(?: \d{3})++(?:[.,]\d++)?")


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
        yield lost(case, "numbers", "number", missing)
    if added:
        yield invented(case, "numbers", "number", added)


def _missing(numbers: list[Figure], there: set[str]) -> list[str]:
    """Return the numbers that may mean nothing of what is there."""
    missing: dict[str, None] = {}
    for number in numbers:
        if not number.counts or _is_there(number, there):
            continue
        lacking = [part.written for part in number.parts if not _is_there(part, there)]
        whole = len(lacking) == len(number.parts) or (lacking and _SPACED.fullmatch(number.written))
        missing.update(dict.fromkeys([number.written] if whole else lacking))
    return list(missing)


def _is_there(number: Figure, there: set[str]) -> bool:
    return any(all(value in there for value in reading) for reading in number.readings)
