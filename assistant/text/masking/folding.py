r"""A text as the patterns of an administrator read it: one byte for each character, so that places stay the same.

RE2 takes only A to Z, 0 to 9 and _ for letters of a word. So that `\w`, `\d`, `\s` and `\b` mean what people expect,
every letter is written as the one of A to Z that it is based on, or as an x, digits of all scripts as 0 to 9, blanks as
a blank, and dashes as a hyphen. Other signs become bytes above those of ASCII. So patterns find more; less only where
one names letters that are not meant, as `[^a-z]` does.
"""

import re
import unicodedata
from functools import lru_cache

_REMEMBERED = 4096  # characters
_SIGNS, _MOST_SIGNS = 0x80, 64
_UNKNOWN = {"p": r"\p{…}", "P": r"\P{…}", "C": r"\C"}
_END = {"Z": r"\z"}  # Python's name for the end of a text, which patterns of earlier versions may have
_SPECIAL = re.compile(
    r"\\(?:(?:u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})|x\{(?P<x>[0-9A-Fa-f]{1,8})\}|x(?P<xx>[0-9A-Fa-f]{2}))"
    r"|(?P<octal>[0-3][0-7]{2})|(?P<escaped>.))|(?P<other>[^\x00-\x7f])",
    re.DOTALL,
)


def folded(text: str) -> bytes:
    """Return a text with one byte for each character."""
    return (text if text.isascii() else text.translate(_TABLE)).encode("latin-1")


def folded_pattern(pattern: str) -> bytes:
    r"""Return a regular expression that finds in folded texts what it was written for.

    Raises:
        ValueError: it holds something that has no meaning there; a sentence says what to write instead.
    """
    return _SPECIAL.sub(_meant, pattern).encode("latin-1")


class _Table:
    """What `str.translate` looks characters up in."""

    def __getitem__(self, code: int) -> int:
        return _byte_of(code)


_TABLE = _Table()


@lru_cache(_REMEMBERED)
def _byte_of(code: int) -> int:
    char = chr(code)
    if code < _SIGNS:
        return code
    base = unicodedata.normalize("NFKD", char)[0]
    if char.isalnum():
        return ord(_letter(char, base))
    if base.isspace():
        return ord(" ")
    if unicodedata.category(char) == "Pd":
        return ord("-")
    return ord(base) if base.isascii() and not base.isalnum() else _SIGNS + code % _MOST_SIGNS


def _letter(char: str, base: str) -> str:
    if base.isascii() and base.isalnum():
        return base
    digit = unicodedata.decimal(base, None)
    if digit is not None:
        return str(digit)
    return "X" if char.isupper() else "x"


def _meant(found: re.Match[str]) -> str:
    """Return what an escape, or a character beyond ASCII, is in a folded pattern."""
    if found["other"]:
        return _literal(ord(found["other"]))
    if escaped := found["escaped"]:
        if escaped in _UNKNOWN:
            raise ValueError(rf"{_UNKNOWN[escaped]} has no meaning here: write \w, \d, or the characters themselves")
        return _END.get(escaped) or (found[0] if escaped.isascii() else _literal(ord(escaped)))
    written = found["u"] or found["U"] or found["x"] or found["xx"]
    return _literal(int(written, 16) if written else int(found["octal"], 8))


def _literal(code: int) -> str:
    if code > 0x10FFFF:  # noqa: PLR2004 - the last character of Unicode
        raise ValueError("it names a character that there is not")
    char = chr(_byte_of(code))
    return char if char.isalnum() or not char.isascii() else f"\\{char}"
