"""Drafts that may cost more than they look: one short piece again and again, or numbers that never repeat."""

from collections.abc import Callable

SIZES = (15_000, 65_000)
"""Bytes of a draft; 64 KiB are the most that a draft may have."""

PIECES: dict[str, str] = {
    "words": "your parcel is on its way to you. ",
    "references": "&#65;",
    "definitions": "[a]: http://a.example\n",
    "reference links": "[a][b] ",
    "open brackets": "[",
    "images": "![a](",
    "hashes and numbers": "#1 ",
    "hashes": "#",
    "open tags": "<a href=x>",
    "nested tags": "<b>",
    "unclosed tags": "<",
    "links": "http://a.example/ ",
    "one long link": "http://a.example/?a=b&",
    "amounts": "1.1,1 ",
    "digits": "1",
    "dates": "2026-01-02 ",
    "phone numbers": "+49 30 1234567 ",
    "bold": "**a",
    "stars": "*",
    "underscores": "_a_",
    "quotes": "> ",
    "lists": "> - ",
    "mail ends": "a@",
    "mail addresses": "a@b.cd ",
    "dots": "a.",
    "ats and dots": "@.",
    "names": "Anna Maria ",
    "capitals": "A",
    "templates": "{{ ",
    "tokens": "[[1]] ",
    "ideographs": "你好",
    "combining marks": "e\u0301\u0302",
    "emoji": "\U0001f469\u200d\U0001f4bb",
    "right to left": "\u202eabc",
    "blank lines": "\n",
    "spaces": " a",
    "tabs": "\t",
    "backticks": "`",
    "table": "|a|b|\n|-|-|\n",
    "slashes": "//",
}


def _repeated(piece: str) -> Callable[[int, int], str]:
    return lambda number, size: (f"{number} " + piece * size).encode()[:size].decode(errors="ignore")


def _numbers(number: int, size: int) -> str:
    return " ".join(f"{number + place:06d}" for place in range(100_000, 100_000 + size // 7))


SHAPES: dict[str, Callable[[int, int], str]] = {
    **{name: _repeated(piece) for name, piece in PIECES.items()},
    "distinct numbers": _numbers,
}
"""For each shape how a draft is made: of a number, so that no two are the same, and a size in bytes."""
