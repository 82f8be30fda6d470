"""The guard `numbers`: every number, amount, date and code of the draft is in the answer, and no other."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from assistant.text.guards.base import Breach, Case, invented, lost
from assistant.text.guards.facts import Facts
from assistant.text.language.names import code_of
from assistant.text.language.stop_words import STOP_WORDS
from assistant.text.masking.kinds import Span
from assistant.text.masking.span_lists import merged
from assistant.text.numbers.certainty import Sight, is_replaced, refuses_by_loss, role_of
from assistant.text.numbers.context import said
from assistant.text.numbers.exchanges import exchanged, fewer, marks_in, words_before_marks
from assistant.text.numbers.months import months_in, months_in_parts
from assistant.text.numbers.numerals import Figure, figures, meant, written
from assistant.text.numbers.written_out import UNTOLD, Grip, grip_of, in_words
from assistant.text.reading import fold, words

_SPACED = re.compile(r"\d{1,3}(?>(?: \d{3})+)(?:[.,]\d++)?")
_SAYABLE = re.compile(r"\d{1,2}|100|[1-9]\d?0{2,}|\d{1,2}[.,](?:5|50|25|75)|\d{1,2}[:.h][0-5]\d|[1-3]/[2-4]")
_PLAIN = re.compile(r"\d{1,2}|100")  # the forms of hundreds, halves and times are many
_OFTEN_SAID = frozenset("012")  # none, a single one, both
_DATE_UNITS = frozenset("年月日号號년월일")
_DATED = re.compile(r"\d{1,2}|\d{4}|\d{1,4}[./-] ?\d{1,4}(?:[./-] ?\d{1,4})?")
_NEAR = 24  # characters between the parts of a date, and a month
_JOINTS = r"(?:(?:st|nd|rd|th|er|of|de|del|den|the|d|\d{1,2}|[.,º°'\s])\s?){0,4}"
_MONTH_BEFORE = re.compile(rf"([^\W\d_]+){_JOINTS}\Z")
_MONTH_AFTER = re.compile(rf"{_JOINTS}([^\W\d_]+)", re.IGNORECASE)
_NO_MONTHS = frozenset(
    ("ago", "may", "out", "set", "led", "pro", "Pro")
)  # words that are months in other languages, or with a capital
_UNKNOWN = "?"
_HINTS = 2
_AROUND = 48  # characters around a number that may belong to it
_LETTERS = re.compile(r"[A-Zi-z]")  # 9h30 is a time
_GLUED = re.compile(r"[A-Z]{3,}+[-/]?\Z")  # SAVE20
_LAST = re.compile(r"([^\W\d_]+)\W{0,3}\Z")
_FIRST = re.compile(r"\W{0,3}([^\W\d_]+)")
_MOST_SEEN = 100  # numbers of which it is told what they are


def check_numbers(case: Case) -> Iterator[Breach]:
    """Report numbers that are lost and numbers that are made up; another way of writing one is neither.

    A small number may be written out. Where the language's words are not known well enough to say that it is not, it is
    reported only if another number stands in its place.
    """
    if not (case.draft.has_figures or case.answer.has_figures) or _are_same(case.draft.prose, case.answer.prose):
        return
    draft, answer = _Text(case.draft, _language(case, case.draft)), _Text(case.answer, _language(case, case.answer))
    missing, added = draft.lacking(answer), answer.lacking(draft)
    if not (missing and added):
        missing = [number for number in missing if not answer.may_say(number, draft)]
        added = [number for number in added if not draft.may_say(number, answer)]
    changed = draft.changed(answer)
    others = [*changed, *(draft.rarer(answer) if added else ())]
    draft.look_at(others)
    missing += others
    gone, come = draft.sights(missing, answer), answer.sights(added, draft)
    replaced = is_replaced(gone, come)
    if missing:
        noun, values = draft.wholes(missing)
        certain = replaced or bool(changed) or any(refuses_by_loss(each, come) for each in gone)
        yield lost(case, "numbers", noun, values, refuses=certain)
    if added:
        noun, values = answer.wholes(added)
        yield invented(case, "numbers", noun, values, refuses=replaced)


def _are_same(draft: str, answer: str) -> bool:
    """Tell at a glance whether an answer has the draft's figures, of the same currencies."""
    numbers = written(draft)
    return numbers == written(answer) and (not numbers or marks_in(draft) == marks_in(answer))


def _names_month(before: str, after: str) -> bool:
    """Tell whether a month stands next to a number."""
    found = [match[1] for match in (_MONTH_BEFORE.search(before), _MONTH_AFTER.match(after)) if match]
    return any(word not in _NO_MONTHS and months_in(word) for word in found) or bool(months_in_parts(before + after))


def _language(case: Case, facts: Facts) -> str:
    """Return the code of a text's language, as it was asked for, as it is told, or as the other text's is."""
    asked = case.options.language
    if asked is not None and facts is case.answer:
        return code_of(asked) or _UNKNOWN
    other = case.answer if facts is case.draft else case.draft
    code = facts.guess.code or (other.guess.code if asked is None else None)
    if code is None and facts.guess.script not in (None, "latin"):
        return _UNKNOWN
    return code or _hinted(facts) or (UNTOLD if asked is None else _UNKNOWN)


def _hinted(facts: Facts) -> str | None:
    """Return the language of which a short text has two words, and more than of any other."""
    found = Counter(code for word in set(words(facts.text)) for code, _ in STOP_WORDS.get(word, ()))
    (code, most), *rest = (*found.most_common(2), (None, 0))
    return code if most >= _HINTS and most > rest[0][1] else None


class _Text:
    """The numbers of one text, and how well it is known which of the other's it lacks."""

    def __init__(self, facts: Facts, language: str) -> None:
        self.facts = facts
        self.text = facts.prose
        self.language = language
        self.figures = figures(self.text)
        self.meant = meant(self.figures)
        self.grip: Grip = grip_of(language)
        self._things: list[Span] = []

    def look_at(self, numbers: list[Figure]) -> None:
        """Read what the numbers are parts of, all of it at once."""
        self._things = merged(self._things, self.facts.things_near((each.start, each.end) for each in numbers))

    def lacking(self, other: "_Text") -> list[Figure]:
        """Return the numbers that are not in the other text, in figures or in words."""
        found = _missing(self.figures, other.meant, set())
        if not found:
            return []
        self.look_at(found)
        spelled = in_words(other.facts.text, other.language)
        gone = set(_missing(found, other.meant, spelled))
        return [
            number
            for number in found
            if number in gone
            or (number.written in _OFTEN_SAID and self.is_paid(number) and not other.says_of_money(number.written))
        ]

    def changed(self, other: "_Text") -> list[Figure]:
        """Return the numbers that the other text has of another currency."""
        return list(exchanged(self.figures[:_MOST_SEEN], self.text, other.figures[:_MOST_SEEN], other.text))

    def rarer(self, other: "_Text") -> list[Figure]:
        """Return the amounts that the other text has less often."""
        return list(fewer(self.figures[:_MOST_SEEN], self.text, other.figures[:_MOST_SEEN], other.text))

    def says_of_money(self, value: str) -> bool:
        """Tell whether a number stands in words before a currency, as in one euro."""
        words_before = " . ".join(words_before_marks(self.text))
        return value in in_words(words_before, self.language)

    def is_paid(self, number: Figure) -> bool:
        """Tell whether a number is an amount: in `$1` it is more than an article."""
        span = self.whole_of(number)
        return span is not None and span.kind == "amount"

    def sights(self, numbers: list[Figure], other: "_Text") -> list[Sight]:
        """Return the first of some numbers as a reader takes them; the other text is where they are not."""
        return [self._sight(number, other) for number in numbers[:_MOST_SEEN]]

    def _sight(self, number: Figure, other: "_Text") -> Sight:
        before, after = self.text[max(0, number.start - _NEAR) : number.start], self.text[number.end :][:_AROUND]
        words = (_last_word(before), _first_word(after))
        span = self.whole_of(number)
        if span is not None and (span.kind == "amount" or not _is_date(number)):
            unsure = other.grip == "none" and _SAYABLE.fullmatch(number.written) is not None
            return Sight(number.written, "thing", "", *words, sure=not unsure)
        if self.is_dated(number, before, after):
            return Sight(number.written, "date", "", *words)
        if _LETTERS.search(number.written) or _GLUED.search(before):
            return Sight(number.written, "thing", "", *words)
        return Sight(number.written, *role_of(number.written, before, after), *words)

    def is_dated(self, number: Figure, before: str, after: str) -> bool:
        """Tell whether a number is a part of a date, which may be said in many ways."""
        if _DATED.fullmatch(number.written) is None:
            return False
        if _is_date(number):
            return True
        return after.strip()[:1] in _DATE_UNITS or _names_month(before, after[:_NEAR])

    def may_say(self, number: Figure, other: "_Text") -> bool:
        """Tell whether a number of the other text may be here in words that are not known."""
        if self.grip == "whole" or not other.is_sayable(number):
            return False
        return self.grip == "none" or (self.language != UNTOLD and _PLAIN.fullmatch(number.written) is None)

    def is_sayable(self, number: Figure) -> bool:
        """Tell whether people may write a number in words: a small or a round one, a half, a time; never an amount."""
        return _SAYABLE.fullmatch(number.written) is not None and self.whole_of(number) is None

    def wholes(self, numbers: list[Figure]) -> tuple[str, list[str]]:
        """Return what numbers are called, and for each the whole that the text has it in.

        That is an amount with its currency, `#48213`, `+49 30 1234567`, the code that the number is a part of.
        """
        kinds: dict[str, str] = {}
        last = 0
        for number in sorted(numbers, key=lambda number: (number.start, -number.end)):
            if number.end > last:
                span = self.whole_of(number)
                start, last = (span.start, span.end) if span else (number.start, number.end)
                kinds.setdefault(self.text[start:last], span.kind if span else "number")
        return "amount" if set(kinds.values()) == {"amount"} else "number", list(kinds)

    def whole_of(self, number: Figure) -> Span | None:
        """Return the thing that a number is a part of that was looked at."""
        index = bisect_right(self._things, number.start, key=lambda thing: thing.start) - 1
        return self._things[index] if index >= 0 and number.end <= self._things[index].end else None


def _is_date(number: Figure) -> bool:
    return any(value.startswith("m") for reading in number.readings for value in reading)


def _last_word(before: str) -> str:
    found = _LAST.search(fold(before))
    return found[1] if found else ""


def _first_word(after: str) -> str:
    found = _FIRST.match(fold(after))
    return found[1] if found else ""


def _missing(numbers: list[Figure], there: set[str], spelled: set[str]) -> list[Figure]:
    """Return the numbers that may mean nothing of what is there, in figures or in words."""
    missing: dict[tuple[object, ...], Figure] = {}
    for number in numbers:
        if not number.counts or _is_there(number, there, spelled):
            continue
        lacking = [part for part in number.parts if not _is_there(part, there, spelled)]
        whole = len(lacking) == len(number.parts) or (lacking and _SPACED.fullmatch(number.written))
        for each in [number] if whole else lacking:
            missing.setdefault((each.written, each.readings), each)
    return list(missing.values())


def _is_there(number: Figure, there: set[str], spelled: set[str]) -> bool:
    if any(all(value in there or value in spelled for value in reading) for reading in number.readings):
        return True
    return bool(spelled) and any(spelled.issuperset(reading) for reading in said(number.written))
