"""The language in which a caller is told things: the one that `Accept-Language` asks for, as far as we speak it."""

import re
from functools import lru_cache
from typing import Any

from messages.sentences import ENGLISH, LANGUAGES

_LONGEST = 200  # characters of a header that is remembered; browsers send less, and a stranger may send anything
_HEADER = b"accept-language"
_WANTED = re.compile(r"\s*([a-z]+|\*)(?:-[a-z0-9-]+)?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")


def language_of(scope: Any) -> str:  # noqa: ANN401 - an ASGI scope
    """Return the code of the language that a request wants; English where it wants none that we speak."""
    given = [value for name, value in scope["headers"] if name == _HEADER]
    header = b",".join(given).decode("latin-1").lower()
    return _remembered(header) if len(header) <= _LONGEST else _best(header)


def _best(header: str) -> str:
    """Choose by weight (RFC 9110, 12.5.4), and by place where weights are equal; `de-AT` is German (RFC 4647, 3.4)."""
    weights: dict[str, float] = {}
    for wanted in header.split(","):
        read = _WANTED.fullmatch(wanted)
        language = ENGLISH if read and read[1] == "*" else read[1] if read else ""
        if read and language in LANGUAGES:
            weights[language] = max(weights.get(language, 0.0), float(read[2] or 1))
    best = max(weights, key=lambda language: weights[language], default=ENGLISH)
    return best if weights.get(best) else ENGLISH


_remembered = lru_cache(maxsize=100)(_best)
