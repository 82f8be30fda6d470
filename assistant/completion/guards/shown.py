"""Turning the values of a breach into what the model knows them by."""

import unicodedata
from collections.abc import Callable, Mapping

_LEAST_PART = 4
"""Letters and digits from which on a part of a hidden value gives something away."""


def shown_by(tokens: Mapping[str, str]) -> Callable[[str], str]:
    """Return the function that `check` takes as `shown`, for texts in which tokens stood in the place of values.

    A value that is hidden, is part of a hidden one, or holds one becomes its token: a guard may see the digits of an
    IBAN as numbers of their own, and those must not reach the provider either.

    Args:
        tokens: by hidden value, what stood in its place.
    """
    literally = sorted(tokens.items(), key=lambda pair: -len(pair[0]))
    hidden = [(squeezed, token) for value, token in tokens.items() if (squeezed := _squeeze(value))]

    def show(value: str) -> str:
        for whole, token in literally:
            value = value.replace(whole, token)
        squeezed = _squeeze(value)
        found = [token for whole, token in hidden if token not in value and _overlap(squeezed, whole)]
        return " ".join(found) if found else value

    return show


def _overlap(value: str, whole: str) -> bool:
    if value == whole:
        return True
    return (len(value) >= _LEAST_PART and value in whole) or (len(whole) >= _LEAST_PART and whole in value)


def _squeeze(value: str) -> str:
    """Leave the letters and digits, so that no way of writing a value hides it."""
    plain = unicodedata.normalize("NFKC", value).casefold()
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in plain if sign.isalnum())
