# ruff: noqa: RUF001 - words of other alphabets
"""The same figure of something else: 19,99 € that becomes $19.99, 10% that becomes 10 €, one of two 20 € gone."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.text.currencies import CURRENCIES, Currency
from assistant.text.numbers.numerals import Figure

_PERCENT = Currency(
    "",
    "% ％ ٪ cent zent ento цент 퍼센트 パーセント",
    r"[%％٪]|per ?cent\b|pro[cz]ent|por ?ciento\b|por cento\b|pour cent\b|per cento\b|процент|퍼센트|パーセント",
)
_MARKS = {name: mark for name, mark in {**CURRENCIES, "%": _PERCENT}.items() if mark.seen}
_SEEN_OF = {name: (mark.hints.split(), re.compile(mark.seen, re.IGNORECASE)) for name, mark in _MARKS.items()}
_HINTS = tuple(hint for hints, _ in _SEEN_OF.values() for hint in hints)
_SURE = frozenset(
    hint for hints, seen in _SEEN_OF.values() for hint in hints if len(hint) == 1 and seen.fullmatch(hint)
)
"""Signs that name a currency wherever they stand."""
_ANY = "|".join(f"(?P<k{place}>{mark.seen})" for place, mark in enumerate(_MARKS.values()))
_AFTER = re.compile(rf"(?:,-|\.-)?\s?(?:{_ANY})", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<![^\W\d_])(?:{_ANY})\s?\Z", re.IGNORECASE)
_SEEN = re.compile(_ANY, re.IGNORECASE)
_KINDS = tuple(_MARKS)
_LAST_WORD = re.compile(r"([^\W\d_]+)\s\Z")
_REACH = 12
_MOST_MARKS = 40


def marks_in(text: str) -> frozenset[str]:
    """Return the currencies of a text, and whether it has percentages."""
    small = text.casefold()
    found = set()
    for name, (hints, seen) in _SEEN_OF.items():
        for hint in hints:
            if hint in small:
                if hint in _SURE or seen.search(text):
                    found.add(name)
                break
    return frozenset(found)


def words_before_marks(text: str) -> list[str]:
    """Return the words that stand right before the first currencies."""
    found = (_LAST_WORD.search(text[max(0, mark.start() - 2 * _REACH) : mark.start()]) for mark in _SEEN.finditer(text))
    return [word[1] for word in islice(found, _MOST_MARKS) if word]


def exchanged(draft: Sequence[Figure], before: str, answer: Sequence[Figure], after: str) -> Iterator[Figure]:
    """Return the figures of a draft that the answer has of something else only.

    Args:
        draft: its figures.
        before: its text.
        answer: its figures.
        after: its text.
    """
    kinds = _marks(draft, before)
    if not any(kinds):
        return
    there: dict[str, set[str]] = {}
    for number, kind in zip(answer, _marks(answer, after), strict=True):
        for reading in number.readings:
            there.setdefault(reading[0], set()).add(kind)
    for number, kind in zip(draft, kinds, strict=True):
        found = set().union(*(there.get(reading[0], set()) for reading in number.readings)) if kind else set()
        if found and "" not in found and kind not in found:
            yield number


def fewer(draft: Sequence[Figure], before: str, answer: Sequence[Figure], after: str) -> Iterator[Figure]:
    """Return the amounts of which an answer has fewer than the draft, but has some."""
    kinds = _marks(draft, before)
    if not any(kinds):
        return
    left = Counter(
        (value, kind)
        for number, kind in zip(answer, _marks(answer, after), strict=True)
        for value in {each[0] for each in number.readings}
    )
    keys = [(number.readings[0][0], kind) for number, kind in zip(draft, kinds, strict=True)]
    had = Counter(keys)
    for number, key in zip(draft, keys, strict=True):
        if key[1] and 0 < left[key] < had[key]:
            had[key] = 0
            yield number


def _marks(numbers: Sequence[Figure], text: str) -> list[str]:
    """Return what each figure is of; nothing is looked for where no hint of a currency is."""
    small = text.casefold()
    if not any(hint in small for hint in _HINTS):
        return [""] * len(numbers)
    return [_mark(number, text) for number in numbers]


def _mark(number: Figure, text: str) -> str:
    """Return what a figure is of: a currency, or `%`."""
    found = _AFTER.match(text[number.end : number.end + _REACH])
    return _kind(found or _BEFORE.search(text[max(0, number.start - _REACH) : number.start]))


def _kind(found: re.Match[str] | None) -> str:
    return _KINDS[int(found.lastgroup[1:])] if found and found.lastgroup else ""
