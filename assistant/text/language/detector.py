"""Telling a text's language: by its script, and by the words that every text of a language has.

Says nothing rather than something wrong. A statistical model always names a language, also for "Hi Ana, OK"; this one
names it only when the words of one language clearly outweigh those of any other.
"""

from collections import Counter
from typing import NamedTuple

from assistant.text.language.names import may_be_same
from assistant.text.language.stop_words import STOP_WORDS, WEIGHTED_LETTERS
from assistant.text.lazy import regex
from assistant.text.reading import words_of_ascii

_SCRIPTS = regex(
    r"(?P<latin>[a-z\u00aa-\u024f\u1e00-\u1eff]+)|(?P<cyrillic>[\u0400-\u052f]+)|(?P<greek>[\u0370-\u03ff\u1f00-\u1fff]+)"
    r"|(?P<hebrew>[\u0590-\u05ff]+)|(?P<arabic>[\u0600-\u06ff\u0750-\u077f]+)|(?P<kana>[\u3040-\u30ff]+)|(?P<han>[\u3400-\u9fff]+)"
    r"|(?P<hangul>[\u1100-\u11ff\uac00-\ud7af]+)|(?P<devanagari>[\u0900-\u097f]+)|(?P<bengali>[\u0980-\u09ff]+)"
    r"|(?P<tamil>[\u0b80-\u0bff]+)|(?P<telugu>[\u0c00-\u0c7f]+)|(?P<thai>[\u0e00-\u0e7f]+)|(?P<georgian>[\u10a0-\u10ff]+)"
    r"|(?P<armenian>[\u0530-\u058f]+)"
)
_LATIN = regex(r"[a-z\u00aa-\u024f\u1e00-\u1eff]+")
_NOT_LATIN = regex(r"[\u0370-\u1dff\u1f00-\u1fff\u2e80-\ud7ff]")
SCRIPT_LANGUAGES = {
    "greek": "el",
    "hebrew": "he",
    "hangul": "ko",
    "devanagari": "hi",
    "bengali": "bn",
    "tamil": "ta",
    "telugu": "te",
    "thai": "th",
    "georgian": "ka",
    "armenian": "hy",
}
"""Scripts in which one language is written by far the most."""

_WEIGHTS = {"han": 3, "kana": 2, "hangul": 2}  # a sign says more than a letter does
_LEAST_LETTERS = 12
_LEAST_SCORE = 2.4
_LEAD = 1.6
_LETTER_WEIGHT = 0.5
_MOST_SAMPLED = 8000
_URDU = regex(r"[\u0679\u0688\u0691\u06ba\u06d2]")
_PERSIAN = regex(r"[\u067e\u0686\u0698\u06a9\u06af\u06cc]")

_ARABIC = regex(r"[\u0629\u0649\u064a]|\u0627\u0644")
_CHINESE = regex(
    r"[\u60a8\u4f60\u4eec\u5011\u8fd9\u9019\u8bf7\u5417\u55ce\u5462\u5f88\u6ca1\u6c92\u8fd8"
    r"\u7ed9\u4e48\u4e3a\u53d1\u8bf4\u65f6\u4e2a\u8fc7\u8ba2\u5355\u95ee\u7535\u8c22\u5bf9]"
)  # signs that Japanese does not have


class Guess(NamedTuple):
    """What a text is written in; None where it can't be told. `code` is that of ISO 639."""

    script: str | None
    code: str | None


def detect(text: str) -> Guess:
    """Return the script and the language in which the most of a text is written."""
    pieces = _by_script(text[:_MOST_SAMPLED].casefold())
    sizes = {script: sum(map(len, found)) * _WEIGHTS.get(script, 1) for script, found in pieces.items()}
    if sum(sizes.values()) < _LEAST_LETTERS:
        return Guess(None, None)
    script = _main_script(sizes)
    return Guess(script, _language(script, pieces[script], sizes) if script else None)


def _by_script(text: str) -> dict[str, list[str]]:
    if text.isascii():
        return {"latin": words_of_ascii(text)}
    if not _NOT_LATIN.search(text):
        return {"latin": _LATIN.findall(text)}
    pieces: dict[str, list[str]] = {}
    for found in _SCRIPTS.finditer(text):
        pieces.setdefault(str(found.lastgroup), []).append(found[0])
    return pieces


def _main_script(sizes: dict[str, int]) -> str | None:
    """Return the script of well over half of the letters; Japanese mixes two of its own."""
    grouped = Counter(sizes)
    if "kana" in grouped:
        grouped["kana"] += grouped.pop("han", 0)
    script, size = grouped.most_common(1)[0]
    return script if size >= 0.6 * sum(sizes.values()) else None


def _language(script: str, words: list[str], sizes: dict[str, int]) -> str | None:
    if script == "kana":
        return "ja" if sizes["kana"] > 0.1 * sizes.get("han", 0) else None
    if script == "han":
        return "zh" if _CHINESE.search("".join(words)) else None  # else it may be Japanese headings
    if script == "arabic":
        return _of_arabic_script("".join(words))
    return SCRIPT_LANGUAGES.get(script) or _by_words(words)


def _of_arabic_script(letters: str) -> str | None:
    if _URDU.search(letters):
        return "ur"
    if len(_PERSIAN.findall(letters)) * 40 > len(letters):
        return "fa"
    return "ar" if _ARABIC.search(letters) else None


def _by_words(words: list[str]) -> str | None:
    """Return the language that the words speak for the most, if they do so clearly."""
    scores: dict[str, float] = {}
    for word, times in Counter(words).items():
        for code, weight in STOP_WORDS.get(word, ()):
            scores[code] = scores.get(code, 0) + weight * min(times, 3)
        if not word.isascii():
            for code in {WEIGHTED_LETTERS[letter] for letter in word if letter in WEIGHTED_LETTERS}:
                scores[code] = scores.get(code, 0) + _LETTER_WEIGHT
    if not scores:
        return None
    first = max(scores, key=scores.__getitem__)
    alike = sum(score for code, score in scores.items() if may_be_same(code, first))
    second = max((score for code, score in scores.items() if not may_be_same(code, first)), default=0.0)
    return first if alike >= max(_LEAST_SCORE, _LEAD * second) else None
