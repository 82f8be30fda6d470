"""An invented vocabulary whose words are as unevenly common as those of a language, and texts made of it."""

import itertools
import random

from assistant.desk.search_index import words_of

VOCABULARY = 20_000
_SHORTEST, _LONGEST = 30, 60  # words of a message
_SUBJECT = 6
_SUBJECT_RANKS = slice(50, 5_000)
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvw", "aeiou"

COMMON = slice(0, 20)
MEDIUM = slice(20, 200)
LESS_COMMON = slice(200, 2_000)
RARE = slice(15_000, 20_000)
"""Ranks of words: in two thirds, a tenth, one in a hundred and one in five thousand messages, roughly."""


def vocabulary() -> list[str]:
    """Return all words, the most common first; each is folded already, and none is the beginning of all others."""
    syllables = [first + vowel for first in _CONSONANTS for vowel in _VOWELS]
    made = ("".join(parts) for parts in itertools.product(syllables, syllables, syllables))
    words = random.Random(1).sample(list(made), VOCABULARY)  # noqa: S311 - a text, not a secret
    assert [words_of(word) for word in words[:100]] == [[word] for word in words[:100]]
    return words


class Writer:
    """Writes texts, always the same ones, in which the word of rank n comes up 1/n as often as the first (Zipf's law).

    Args:
        words: all words, the most common first.
    """

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
        self._random = random.Random(2)  # noqa: S311 - likewise

    def message(self) -> list[str]:
        """Return the words of a message."""
        size = _SHORTEST + int(self._random.random() * (_LONGEST - _SHORTEST + 1))
        return self._random.choices(self._words, cum_weights=self._weights, k=size)

    def subject(self) -> list[str]:
        """Return the words of a subject, which says more than a message does."""
        return self._random.choices(self._words[_SUBJECT_RANKS], k=_SUBJECT)
