"""Paths that mean the same and are written differently: the way around a rule that looks at how a path is written."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

_STRAIGHT = re.compile(rb"/|(?:/[a-z0-9_~!$&'()*+,=:@-]+(?:\.[a-z0-9_~!$&'()*+,=:@-]+)*)+")
"""What every server reads the same: small letters, and no sign that is decoded, left out or resolved."""

_DECODINGS = 3
"""How often a path is decoded, one more than servers behind one another are known to."""

_ENCODED_PERCENT = re.compile(rb"%(?:25)+")
_CODE_POINT = re.compile(rb"%u([0-9a-f]{4})", re.IGNORECASE)  # as IIS and old browsers write a letter
_TOO_LONG = re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x81][\x80-\xbf]")  # ASCII in two or three bytes of UTF-8
_PARAMETER = re.compile(rb";[^/]*")  # which some servers take away before they decode anything
_ENDS = re.compile("[/?#;\0]")
_SLASHES = str.maketrans(dict.fromkeys("\\\N{DIVISION SLASH}\N{FRACTION SLASH}\N{BIG SOLIDUS}", "/"))


class Readings(NamedTuple):
    """What servers may take a raw path for; nothing when it is written the straight way.

    Attributes:
        paths: in small letters. Encodings are undone, also double ones and those that only lenient servers know;
            backslashes count as slashes; parameters, dots, empty parts, spaces and control characters are taken out.
        climbing: the parts of a path that goes up (`..`) somewhere, in order: servers disagree about which of them that
            takes away, so any of them may be what is left.
    """

    paths: frozenset[bytes] = frozenset()
    climbing: tuple[str, ...] = ()


def readings(raw: bytes) -> Readings:
    """Return what servers may take a raw path for."""
    if _STRAIGHT.fullmatch(raw):
        return Readings()
    if _STRAIGHT.fullmatch(small := raw.lower()):  # as most names of files are
        return Readings(frozenset((small,)))
    read = [_folded(_decoded(each)) for each in {raw, _PARAMETER.sub(b"", raw)}]
    return Readings(frozenset(_resolved(each) for text in read for each in _cut(text)), _climbing(read))


def _climbing(read: Iterable[str]) -> tuple[str, ...]:
    """Return all parts of a path, whatever ends or parts them, if one of them goes up."""
    parts = [_visible(part) for text in read for part in _ENDS.split(text)]
    if ".." not in parts:
        return ()
    return tuple(name for part in parts if (name := part.rstrip(".")))


def _decoded(raw: bytes) -> bytes:
    for _ in range(_DECODINGS):
        if b"%" not in raw:
            break
        raw = _CODE_POINT.sub(_letter, _ENCODED_PERCENT.sub(b"%", raw))
        raw = unquote_to_bytes(raw)
    return _TOO_LONG.sub(lambda found: bytes([(found[0][-2] & 0x1F) << 6 & 0xFF | found[0][-1] & 0x3F]), raw)


def _letter(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1], 16)).encode("utf-8", "ignore")


def _folded(raw: bytes) -> str:
    """Read letters as what they look like (Unicode's NFKC), in small ones."""
    text = raw.decode("utf-8", "replace")
    if text.isascii():
        return text.lower().translate(_SLASHES)
    return unicodedata.normalize("NFKC", text).upper().casefold().translate(_SLASHES)


def _cut(text: str) -> Iterator[str]:
    """Yield the path without what some servers take for its end, and without what others leave out."""
    path = re.split("[?#]", text, maxsplit=1)[0]
    yield _visible(path)
    yield _visible(path.partition("\0")[0])
    if path.startswith("//"):  # some take what follows for a host
        yield _visible("/" + path[2:].partition("/")[2])


def _visible(text: str) -> str:
    return "".join([each for each in text if each.isprintable() and not each.isspace()])


def _resolved(path: str) -> bytes:
    """Return the path without parameters, its dots resolved."""
    parts: list[str] = []
    for part in path.split("/"):
        name = part.partition(";")[0]
        if name == "..":
            del parts[-1:]
        elif name := name.rstrip("."):  # Windows leaves out dots at the end
            parts.append(name)
    return ("/" + "/".join(parts)).encode("utf-8", "replace")
