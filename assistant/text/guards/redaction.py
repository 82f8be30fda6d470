"""Turning the values of a breach into what the model knows them by."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from assistant.text.lazy import Lazy
from assistant.text.masking.tokens import LOOKS_LIKE_TOKEN
from assistant.text.normal_forms import normal
from assistant.text.reading import UNSPACED, read

LONGEST_SHOWN = 1000
"""Characters of a value that is shown to the model although it is hidden nowhere as a whole; a longer one is not."""

_LEAST_PART = 4
"""Letters and digits from which on a part of a hidden value gives something away wherever else it may stand."""
_LEFT_OUT = "…"
_WORD = re.compile(rf"\d+|(?:(?!\d)[{UNSPACED}])+|[^\W\d_{UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")


def redaction_of(tokens: Mapping[str, str], said: Iterable[str]) -> Callable[[str], str]:
    """Return the function that `check` takes as `shown`, for texts in which tokens stood in the place of values.

    A value that is hidden, is part of a hidden one, or holds one becomes its token: a guard may see the digits of an
    IBAN as numbers of their own, and those must not reach the provider either. Where something is hidden, a value with
    a word that the model has not read or written itself is not shown, however short, nor is one of more than
    `LONGEST_SHOWN` characters that is hidden nowhere as a whole.

    Args:
        tokens: by hidden value, what stood in its place.
        said: the texts that the model has read, with tokens in them, and what it wrote.
    """
    return _Redaction(tokens, said).show if tokens else str


class _Redaction:
    """Values that are hidden, and their tokens."""

    def __init__(self, tokens: Mapping[str, str], said: Iterable[str]) -> None:
        self._tokens = tokens
        self._known = frozenset(tokens.values())
        self._texts = said

    @Lazy
    def _hidden(self) -> list[tuple[str, str]]:
        """The letters and digits of each value, and its token."""
        return [(squeezed, token) for value, token in self._tokens.items() if (squeezed := _squeeze(value))]

    @Lazy
    def _by_word(self) -> dict[str, str]:
        """The token of the first value that has a word."""
        return {word: token for value, token in reversed([*self._tokens.items()]) for word in _words(value)}

    @Lazy
    def _said(self) -> str:
        """What the model has read or written, as it is and without tags, without tokens."""
        texts = [LOOKS_LIKE_TOKEN.sub(" ", text) for text in self._texts]
        return "\n".join([*texts, *(read(text, html=True, numbered=True) for text in texts)])

    @Lazy
    def _said_words(self) -> frozenset[str]:
        return frozenset(_words(self._said))

    @Lazy
    def _said_unspaced(self) -> str:
        return "\n".join(word for word in self._said_words if _IS_UNSPACED.match(word))

    def show(self, value: str) -> str:
        """Return what the model knows a value by."""
        if value in self._tokens:
            return self._tokens[value]
        if len(value) > LONGEST_SHOWN:
            return _LEFT_OUT
        squeezed = _squeeze(value)
        literal = self._literally(value)
        found = [token for whole, token in self._hidden if token not in literal and _overlap(squeezed, whole)]
        return " ".join(found or self._unsaid(literal)) or literal

    def _unsaid(self, literal: str) -> list[str]:
        """Return the tokens of those words that the model does not know."""
        plain = LOOKS_LIKE_TOKEN.sub(lambda found: " " if found[0] in self._known else found[0], literal)
        unknown = [word for word in _words(plain) if not self._is_said(word)]
        return list(dict.fromkeys(self._by_word.get(word, _LEFT_OUT) for word in unknown))

    def _is_said(self, word: str) -> bool:
        """Tell whether the model knows a word; where words have no spaces between them, as a part of what it read."""
        return word in self._said_words or (_IS_UNSPACED.match(word) is not None and word in self._said_unspaced)

    def _literally(self, value: str) -> str:
        """Return a value with tokens in the place of the hidden ones that it holds as they are written."""
        there = sorted((whole for whole in self._tokens if whole in value), key=lambda whole: -len(whole))
        if not there:
            return value
        return re.sub("|".join(map(re.escape, there)), lambda found: self._tokens[found[0]], value)


def _overlap(value: str, whole: str) -> bool:
    if value == whole:
        return True
    return (len(value) >= _LEAST_PART and value in whole) or (len(whole) >= _LEAST_PART and whole in value)


def _words(text: str) -> Iterator[str]:
    """Yield the words and whole numbers, as they are compared."""
    return (_digits(found[0]) for found in _WORD.finditer(_folded(text)))


def _squeeze(value: str) -> str:
    """Leave the letters and digits, so that no way of writing a value hides it."""
    return _digits("".join(sign for sign in _folded(value) if sign.isalnum()))


def _folded(text: str) -> str:
    return normal("NFKC", text).casefold()


def _digits(text: str) -> str:
    """Write digits of every script as 0 to 9."""
    return text if text.isascii() else "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
