"""Patterns of phrases."""

import re


def either(*lists: str) -> str:
    """Return a pattern for any phrase of some lists, the longest first; `_` in one stands for white space."""
    phrases = sorted({phrase for line in lists for phrase in line.split()}, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace("_", r"\s+") for phrase in phrases)
