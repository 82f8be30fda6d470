"""What was built of the page: its start and its assets, found again when it is built anew."""

import re
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct

State: TypeAlias = Literal["built", "building", "failed", "missing"]

STATIC = Path(__file__).parent / "static"
_CODINGS = {"br": ".br", "gzip": ".gz"}
"""What a file may be compressed with, the best first, and how the names of such files end."""
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_CODING = re.compile(r"\s*([a-z0-9*-]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)


class Asset(Struct, frozen=True, kw_only=True):
    """A file of the page as it is sent.

    Attributes:
        tag: names its content (RFC 9110, 8.8.3).
        coding: what it is compressed with; nothing where it is not.
    """

    content: bytes
    media_type: str
    tag: str
    coding: str | None


class ConsoleBuild:
    """The built page in its folder.

    Args:
        folder: where the build puts it; `index.html` comes last there, and `state` says how a build goes.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        self._read: tuple[int, int] | None = None
        self._index = ""
        self._names: frozenset[str] = frozenset()

    @property
    def state(self) -> State:
        """Whether there is a page, and why not."""
        self._look()
        if self._read is not None:
            return "built"
        try:
            said = (self._folder / "state").read_text(encoding="utf-8").strip()
        except OSError:
            return "missing"
        return "building" if said == "building" else "failed"

    @property
    def index(self) -> str:
        """The page's start, with places for what differs from one answer to the next; empty while there is none."""
        self._look()
        return self._index

    def asset(self, name: str, accepted: str) -> Asset | None:
        """Return an asset, compressed in the best way that a client accepts; None when there is none of this name.

        Args:
            name: of the file; only names that the folder lists are ever opened.
            accepted: the client's `Accept-Encoding`.
        """
        self._look()
        media_type = _MEDIA_TYPES.get(Path(name).suffix)
        if name not in self._names or media_type is None:
            return None
        coding = next((each for each in _codings(accepted) if name + _CODINGS[each] in self._names), None)
        file = name + _CODINGS[coding] if coding else name
        try:
            content = (self._folder / "assets" / file).read_bytes()
        except FileNotFoundError:  # a newer build took it away just now
            return None
        return Asset(content=content, media_type=media_type, tag=f'"{file}"', coding=coding)

    def _look(self) -> None:
        """Read the start and the names anew where there is another build."""
        try:
            seen = (self._folder / "index.html").stat()
        except OSError:
            self._read, self._index, self._names = None, "", frozenset()
            return
        if self._read != (seen.st_mtime_ns, seen.st_size):
            self._index = (self._folder / "index.html").read_text(encoding="utf-8")
            self._names = frozenset(file.name for file in (self._folder / "assets").iterdir() if file.is_file())
            self._read = seen.st_mtime_ns, seen.st_size


def _codings(accepted: str) -> list[str]:
    """Return the codings that a client accepts, the best first (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        if read := _CODING.fullmatch(part):
            weights[read[1].lower()] = float(read[2] or 1)
    rest = weights.get("*", 0.0)
    return [coding for coding in _CODINGS if weights.get(coding, rest)]
