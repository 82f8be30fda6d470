# ruff: noqa: RUF001 - words of other alphabets
"""Reading numbers, months and halves that are written in words.

What may be a number is taken for one: this excuses a change, and accuses none. How far it can be trusted that a number
is *not* there depends on the language: see `Grip`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from assistant.completion.guards.halves import parts_in_words
from assistant.completion.guards.language_names import may_be_same
from assistant.completion.guards.months import months_in
from assistant.completion.guards.number_words import FACTORS, IDEOGRAPHS, OTHERS, STEMS, WORDS
from assistant.completion.guards.text import WORD, fold

Grip: TypeAlias = Literal["whole", "good", "none"]
"""How well the numbers of a language are known: all its words, most of its forms, or too little to miss any."""

UNTOLD = ""
"""The code of a text that is too short to tell its language."""

_INFLECTED = frozenset(("cs", "pl", "ru", "sk", "uk"))
_SIGNED = frozenset(("ja", "zh"))
_SIGNS = re.compile("[〇一二三四五六七八九十百千两兩零]+")
_UNITS = {"十": 10, "百": 100, "千": 1000}
_DUAL = re.compile(r"[\u0590-\u06ff]")
_IN_WORD = re.compile("(?<=[а-яіїєґ])'(?=[а-яіїєґ])")
_FACTORS = {fold(word): factor for word, factor in FACTORS.items() if len(word) > 1}
_HALF_ENDINGS = ("undeinhalb", "einhalb", "eneenhalf", "enhalve", "enhalf")
_MOST_WORDS = 5  # quatre-vingt-dix-neuf has four, and some have a joint
_SHORTEST_STEM = 2
_HUNDRED = 100
_KOREAN = {
    **dict(zip(("하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉", "열"), range(1, 11), strict=True)),
    **dict(zip(("한 ", "두 ", "세 ", "네 "), range(1, 5), strict=True)),
    **dict(zip(("하루", "이틀", "사흘", "보름", "스무", "스물"), (1, 2, 3, 15, 20, 20), strict=True)),
}


class _Vocabulary(NamedTuple):
    words: Mapping[str, int]
    stems: Mapping[str, int]


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
    numbers = {*_numbers(text, _vocabulary(code)), *_of_signs(text)}
    found = {str(number) for number in numbers} | {f"m{month}" for month in months_in(text)}
    figures = {int(digits) for digits in re.findall(r"(?<!\d)\d{1,2}(?!\d)", text)}
    found |= parts_in_words(text, numbers | figures)
    return found | ({"1", "2"} if _DUAL.search(text) else set())


@lru_cache(64)
def _vocabulary(code: str) -> _Vocabulary:
    """Return the words of a language, of those that it may be taken for, and English ones; of all where it has none."""
    own = code in WORDS or code in STEMS
    words = [found for other, found in WORDS.items() if not own or other == "en" or may_be_same(code, other)]
    stems = [found for other, found in STEMS.items() if not own or may_be_same(code, other)]
    joined = {word: value for found in words for word, value in found.items()}
    return _Vocabulary(
        joined if own else {**OTHERS, **joined}, {stem: value for found in stems for stem, value in found.items()}
    )


def _numbers(text: str, known: _Vocabulary) -> Iterator[int]:
    tokens = WORD.findall(_IN_WORD.sub("", fold(text)))
    last = total = 0
    for place, token in enumerate(tokens):
        values = {*_values(tokens, place, known), *_before_half(token, known)}
        yield from values
        if token in _FACTORS:
            total = max(last, 1) * _FACTORS[token]
            yield total
        for value in values:
            if 0 < value < 10 <= last <= 90:  # noqa: PLR2004 - tens and ones
                yield last + value
            if value == _HUNDRED and 1 < last < 20:  # noqa: PLR2004 - two hundred
                yield last * value
            if total:
                yield total + value
        last = max(values, default=last if len(token) <= _SHORTEST_STEM + 1 else 0)


def _values(tokens: list[str], place: int, known: _Vocabulary) -> Iterator[int]:
    """Return what begins at one word and may be a number."""
    phrase = ""
    for token in tokens[place : place + _MOST_WORDS]:
        phrase = f"{phrase} {token}" if phrase else token
        if phrase in known.words:
            yield known.words[phrase]
    if known.stems:
        token = tokens[place]
        sizes = range(min(len(token), 16), _SHORTEST_STEM - 1, -1)
        stem = next((token[:size] for size in sizes if token[:size] in known.stems), None)
        if stem:
            yield known.stems[stem]


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
    if not any(unit in signs for unit in _UNITS):
        yield from (IDEOGRAPHS[sign] for sign in signs[:1])
        yield int("".join(str(IDEOGRAPHS[sign]) for sign in signs[:8]))
        return
    total, digit = 0, -1
    for sign in signs[:16]:
        if sign in _UNITS:
            total += (digit if digit >= 0 else 1) * _UNITS[sign]
            digit = -1
        else:
            digit = IDEOGRAPHS[sign]
    yield total + max(digit, 0)
