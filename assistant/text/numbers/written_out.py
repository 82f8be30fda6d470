# ruff: noqa: RUF001 - words of other alphabets
"""Reading numbers, months and halves that are written in words.

What may be a number is taken for one: this excuses a change, and accuses none. How far it can be trusted that a number
is *not* there depends on the language: see `Grip`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from assistant.text.language.names import may_be_same
from assistant.text.numbers.compounds import within
from assistant.text.numbers.fractions import HALVES, fractions_in_words
from assistant.text.numbers.months import months_among
from assistant.text.numbers.number_words import FACTORS, IDEOGRAPHS, OTHERS, STEMS, WORDS
from assistant.text.numbers.time_units import in_all, unit_of
from assistant.text.reading import fold, folded_words

Grip: TypeAlias = Literal["whole", "good", "none"]
"""How well the numbers of a language are known: all its words, most of its forms, or too little to miss any."""

UNTOLD = ""
"""The code of a text that is too short to tell its language."""

_INFLECTED = frozenset(("cs", "pl", "ru", "sk", "uk"))
_SIGNED = frozenset(("ja", "zh"))
_SIGNS = re.compile("[〇一二三四五六七八九十百千两兩零万萬億亿]+")
_MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_DUAL = re.compile(r"[\u0590-\u06ff]")
_IN_WORD = re.compile("(?<=[а-яіїєґ])'(?=[а-яіїєґ])")
_FACTORS = {fold(word): factor for word, factor in FACTORS.items() if len(word) > 1}
_HALF_ENDINGS = ("undeinhalb", "einhalb", "eneenhalf", "enhalve", "enhalf")
_LONGEST_UNITS = frozenset(("quarter",))
_MOST_WORDS = 5  # quatre-vingt-dix-neuf has four, and some have a joint
_SHORTEST_STEM = 2
_MOST_LETTERS = 64  # of a word that is looked at; none that is known has as many
_HUNDRED = 100
_KOREAN = {
    **dict(zip(("하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉", "열"), range(1, 11), strict=True)),
    **dict(zip(("한 ", "두 ", "세 ", "네 "), range(1, 5), strict=True)),
    **dict(zip(("하루", "이틀", "사흘", "보름", "스무", "스물"), (1, 2, 3, 15, 20, 20), strict=True)),
}


class _Vocabulary(NamedTuple):
    words: Mapping[str, int]
    stems: Mapping[str, int]
    begun: frozenset[str]


class _Known(NamedTuple):
    """What is known of one word, whatever stands around it.

    `begins` is whether it may be the first word of a number, `inside` what it may hold with more than a number.
    """

    begins: bool
    stem: int | None
    inside: frozenset[int]
    factor: int | None


_NOTHING = _Known(begins=False, stem=None, inside=frozenset(), factor=None)


def grip_of(code: str) -> Grip:
    """Return how well the numbers of a language are known by their words; `UNTOLD` may be any of them."""
    if code in WORDS:
        return "whole"
    return "good" if code == UNTOLD or code in _INFLECTED or code in _SIGNED else "none"


def in_words(text: str, code: str = UNTOLD) -> set[str]:
    """Return the numbers and the months (`m5`) that a text has in words, halves and quarters among them.

    Args:
        text: what a reader sees.
        code: of its language, which need not be known.
    """
    words = frozenset(folded_words(text))
    numbers = {*_numbers(text, code), *_of_signs(text)}
    found = {str(number) for number in numbers} | {f"m{month}" for month in months_among(words, text)}
    whole = {number for number in numbers if isinstance(number, int)}
    figures = {int(digits) for digits in re.findall(r"(?<!\d)\d{1,2}(?!\d)", text)}
    found |= fractions_in_words(words, text, whole | figures)
    return found | ({"1", "2"} if _DUAL.search(text) else set())


@lru_cache(64)
def _vocabulary(code: str) -> _Vocabulary:
    """Return the words of a language, of those that it may be taken for, and English ones; of all where it has none."""
    own = code in WORDS or code in STEMS
    words = [found for other, found in WORDS.items() if not own or other == "en" or may_be_same(code, other)]
    stems = [found for other, found in STEMS.items() if not own or may_be_same(code, other)]
    joined = {word: value for found in words for word, value in found.items()}
    numbers = joined if own else {**OTHERS, **joined}
    return _Vocabulary(
        numbers,
        {stem: value for found in stems for stem, value in found.items()},
        frozenset(phrase.partition(" ")[0] for phrase in numbers),
    )


@lru_cache(8192)
def _known_of(token: str, code: str) -> _Known | None:
    """Return what is known of a word; None of most."""
    known = _vocabulary(code)
    sizes = range(min(len(token), 16), _SHORTEST_STEM - 1, -1) if known.stems else ()
    stem = next((known.stems[token[:size]] for size in sizes if token[:size] in known.stems), None)
    inside = frozenset((*_before_half(token, known), *within(token, known.words)))
    found = _Known(token in known.begun, stem, inside, _FACTORS.get(token))
    return found if found != _NOTHING else None


def _numbers(text: str, code: str) -> Iterator[int | str]:
    """Return the numbers, and how long those units of time are that follow one."""
    tokens = folded_words(text if text.isascii() else _IN_WORD.sub("", fold(text)))
    counting = _Counting()
    for place, token in enumerate(tokens):
        known = _known_of(token[:_MOST_LETTERS], code)
        if known is None and not counting.said:
            counting.skip(token)
            continue
        values, factor = (_values(tokens, place, known, code), known.factor) if known else (set[int](), None)
        yield from values
        if factor:
            yield from _scaled(tokens, place, factor, counting.last)
        unit = unit_of(token) if len(token) > 1 and counting.said else None
        yield from (length for said in counting.said if unit and (length := in_all(str(said), unit)))
        if unit in _LONGEST_UNITS:
            yield from filter(None, [in_all("1", unit)])
        yield from counting.add(token, values, factor)


def _scaled(tokens: list[str], place: int, factor: int, last: int) -> Iterator[int]:
    yield max(last, 1) * factor
    if not HALVES.isdisjoint(tokens[max(0, place - 2) : place]):
        yield factor // 2


class _Counting:
    """Puts together numbers that are written in several words."""

    def __init__(self) -> None:
        self.last = 0
        self.said: set[int] = set()
        self._total = 0
        self._hundreds: set[int] = set()

    def add(self, token: str, values: set[int], factor: int | None) -> Iterator[int]:
        """Take the next word, and return what it makes with those before it."""
        more = set(self._with_last(values))
        if factor:
            self._total = max(self.last, 1) * factor
        elif self._total:
            more |= {self._total + value for value in values | more}
        yield from more
        joint = not values and _is_joint(token)
        if not joint:
            self._hundreds = self._next_hundreds(values, more)
            self.last = max(values, default=0)
        self.said = (values | more) or (self.said if joint else set())

    def skip(self, token: str) -> None:
        """Take a word that says no number, after one that says none."""
        if not _is_joint(token):
            self._hundreds, self.last = set(), 0

    def _next_hundreds(self, values: set[int], more: set[int]) -> set[int]:
        """Return what the words up to here may be hundreds of: in three hundred, both words are 300."""
        found = {value for value in values | more if value and value % _HUNDRED == 0}
        if not found or _HUNDRED in values:
            found |= self._hundreds
        return found if values else set()

    def _with_last(self, values: set[int]) -> Iterator[int]:
        for value in values:
            if 0 < value < 10 <= self.last <= 90:  # noqa: PLR2004 - tens and ones
                yield self.last + value
                yield from (hundreds + self.last + value for hundreds in self._hundreds)
            if value == _HUNDRED and 1 < self.last < 20:  # noqa: PLR2004 - two hundred
                yield self.last * value
            if 0 < value < _HUNDRED:
                yield from (hundreds + value for hundreds in self._hundreds)


def _is_joint(token: str) -> bool:
    """Tell whether a word may stand between the words of one number, as in two and twenty."""
    return len(token) <= _SHORTEST_STEM + 1


def _values(tokens: list[str], place: int, known: _Known, code: str) -> set[int]:
    """Return what begins at one word, or is inside it, and may be a number."""
    found = set(known.inside) if known.stem is None else {known.stem, *known.inside}
    if known.begins:
        words, phrase = _vocabulary(code).words, ""
        for token in tokens[place : place + _MOST_WORDS]:
            phrase = f"{phrase} {token}" if phrase else token
            if phrase in words:
                found.add(words[phrase])
    return found


def _before_half(token: str, known: _Vocabulary) -> Iterator[int]:
    """Return the number in a word such as zweieinhalb."""
    ending = next((ending for ending in _HALF_ENDINGS if token.endswith(ending)), None)
    if ending and (value := known.words.get(token.removesuffix(ending))) is not None:
        yield value


def _of_signs(text: str) -> Iterator[int]:
    """Return the values of figures such as 二十五, 三百 and 二〇二七; of Korean words too."""
    if text.isascii():
        return
    for found in _SIGNS.finditer(text):
        yield from _of_ideographs(found[0])
    yield from (value for word, value in _KOREAN.items() if word in text)


def _of_ideographs(signs: str) -> Iterator[int]:
    if not any(unit in signs for unit in (*_UNITS, *_MYRIADS)):
        yield from (IDEOGRAPHS[sign] for sign in signs[:1])
        yield int("".join(str(IDEOGRAPHS[sign]) for sign in signs[:8]))
        return
    total = section = 0
    digit = -1
    for sign in signs[:16]:
        if sign in _UNITS:
            section += (digit if digit >= 0 else 1) * _UNITS[sign]
            digit = -1
        elif sign in _MYRIADS:
            total += max(section + max(digit, 0), 1) * _MYRIADS[sign]
            section, digit = 0, -1
        else:
            digit = IDEOGRAPHS[sign]
    yield total + section + max(digit, 0)
