"""Turning the values of a breach into what the model knows them by."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from assistant.characters import normal

LONGEST_SHOWN = 1000
"""Characters of a value that is shown to the model although it is hidden nowhere as a whole; a longer one is not."""

_LEAST_PART = 4
"""Letters and digits from which on a part of a hidden value gives something away."""
_TOO_LONG = "…"


def shown_by(tokens: Mapping[str, str]) -> Callable[[str], str]:
    """Return the function that `check` takes as `shown`, for texts in which tokens stood in the place of values.

    A value that is hidden, is part of a hidden one, or holds one becomes its token: a guard may see the digits of an
    IBAN as numbers of their own, and those must not reach the provider either. Where something is hidden, a value of
    more than `LONGEST_SHOWN` characters that is hidden nowhere as a whole is not shown.

    Args:
        tokens: by hidden value, what stood in its place.
    """
    return _Shown(tokens).show if tokens else str


class _Shown:
    """Values that are hidden, and their tokens."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens

    @cached_property
    def _hidden(self) -> list[tuple[str, str]]:
        """The letters and digits of each value, and its token."""
        return [(squeezed, token) for value, token in self._tokens.items() if (squeezed := _squeeze(value))]

    def show(self, value: str) -> str:
        """Return what the model knows a value by."""
        if value in self._tokens:
            return self._tokens[value]
        if len(value) > LONGEST_SHOWN:
            return _TOO_LONG
        squeezed = _squeeze(value)
        literal = self._literally(value)
        found = [token for whole, token in self._hidden if token not in literal and _overlap(squeezed, whole)]
        return " ".join(found) if found else literal

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


def _squeeze(value: str) -> str:
    """Leave the letters and digits, so that no way of writing a value hides it."""
    plain = normal("NFKC", value).casefold()
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in plain if sign.isalnum())
