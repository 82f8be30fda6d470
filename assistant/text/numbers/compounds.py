"""Numbers inside of words: sechsstellig, dreijährig, zwölftausend, hundertzwanzig, einundzwanzigste, onzième."""

import re
from collections.abc import Iterator, Mapping

_TAILS = re.compile(
    r"(?:(?:stellig|stockig|sprachig|teilig|jahrig|monatig|monatlich|wochig|wochentlich|tagig|taglich|stundig|stundlich|minutig"
    r"|sekundig|seitig|malig|fach|prozentig|kopfig|cijferig|letterig|jarig|maandelijks|wekelijks|daags|uurs|weeks|maands"
    r"|voudig|procents|siffrig|cifret|arig|manaders|manadig|maneders|veckors|ukers|ugers|dagars|dagers|dages|timmars|timers"
    r"|faldig|dubbel)(?:e[nrsm]?|t|a)?|mal|keer|ganger|gange)\Z"
)
_ORDINALS = re.compile(r"s?te[nrsm]?|n?de|onde|ende|ieme|esim[oaie]|ieth|th|ies")
_LONGEST_ORDINAL = 5
_VOWELS = ("", "e", "i", "a", "o", "y")
_HUNDRED = re.compile(r"(hundert|honderd|hundra|hundre|hundrede|cento)(?:und|och|og|en|e)?")
_THOUSAND = re.compile(r"(?:tausend|duizend|tusen|tusind|mila)")
_LONGEST = 48


def within(token: str, known: Mapping[str, int]) -> Iterator[int]:
    """Return the numbers that one folded word may hold with more than a number.

    Args:
        token: the word.
        known: numbers by their words.
    """
    if len(token) > _LONGEST:
        return
    tail = _TAILS.search(token)
    if tail:
        yield from _begun(token[: tail.start()], known)
    for cut in range(max(2, len(token) - _LONGEST_ORDINAL), len(token) - 1):
        if _ORDINALS.fullmatch(token, cut):
            yield from _begun(token[:cut], known)
    yield from _large(token, known)


def _begun(stem: str, known: Mapping[str, int]) -> Iterator[int]:
    found = (known.get(stem + vowel) for vowel in _VOWELS)
    value = next((value for value in found if value is not None), None)
    if value is not None:
        yield value
    else:
        yield from _large(stem, known)


def _large(token: str, known: Mapping[str, int]) -> Iterator[int]:
    """Return what a word such as zwölftausend or hundertzwanzig means."""
    parted = _THOUSAND.search(token)
    if parted and parted.start():
        rest = _below_thousand(token[parted.end() :].removeprefix("und"), known)
        for thousands in _below_thousand(token[: parted.start()], known):
            yield from (1000 * thousands + ones for ones in (list(rest) or [0]))
    elif _HUNDRED.search(token):
        yield from _below_thousand(token, known)


def _below_thousand(token: str, known: Mapping[str, int]) -> list[int]:
    if token in known:
        return [known[token]]
    parted = _HUNDRED.search(token)
    if not parted:
        return []
    ones = known.get(token[parted.end() :], 0 if parted.end() == len(token) else None)
    hundreds = known.get(token[: parted.start()], None if parted.start() else 1)
    return [] if ones is None or hundreds is None else [100 * hundreds + ones]
