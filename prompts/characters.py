"""Half characters: lone surrogates, which an escape of YAML or Jinja can write and UTF-8 can't hold."""

import re

HALF_CHARACTER = "contains half a character (an escape from \\ud800 to \\udfff); write the character itself"
"""What to tell the author of such a text."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def has_half_character(text: str) -> bool:
    """Tell whether encoding the text as UTF-8 would fail."""
    return _SURROGATE.search(text) is not None
