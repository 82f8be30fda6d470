"""Latencies as letters: a list of them is a text, lists are added up by joining texts, and percentiles are counted.

A letter stands for a tenth more than the one before it, and for the middle of what it holds, so a percentile is at most
5 % off what was measured; what is shorter than 20 ms or longer than 140 s has the first or the last letter.
"""

import math
from collections import Counter
from collections.abc import Iterable

_FIRST, _LAST = ord("!"), ord("~")
_SHORTEST = 20.0  # milliseconds; up to here it is the first letter
_RATIO = math.log(1.1)


def letter_of(milliseconds: float) -> str:
    """Return the letter of a latency."""
    if milliseconds <= _SHORTEST:
        return chr(_FIRST)
    return chr(min(_FIRST + 1 + int(math.log(milliseconds / _SHORTEST) / _RATIO), _LAST))


def percentiles(letters: str, percents: Iterable[int]) -> list[float]:
    """Return percentiles of a list, in milliseconds, by the nearest-rank method; of an empty one they are 0."""
    counts = sorted(Counter(letters).items())
    return [_percentile(counts, -(-len(letters) * percent // 100)) for percent in percents]


def _percentile(counts: Iterable[tuple[str, int]], rank: int) -> float:
    seen = 0
    for letter, count in counts:
        seen += count
        if seen >= rank:
            return round(_milliseconds(letter), 1)
    return 0.0


def _milliseconds(letter: str) -> float:
    """Return the middle of what a letter stands for, as a ratio."""
    return _SHORTEST * math.exp((ord(letter) - _FIRST - 0.5) * _RATIO)
