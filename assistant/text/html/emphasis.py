"""Markdown inside a line: emphasis, code and links, as markup."""

import html as markup
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

HOLE = re.compile("\ufdd0(\\d+)\ufdd1")
"""What stands for a tag while Markdown is read."""

_CODE = re.compile(r"(?<![`\\])(`{1,2})(?!`)([^`\n]{1,300})(?<!`)\1(?!`)")
_IN_BRACKETS = r"\([^\s()<>\"]{0,200}\)[^\s()<>\"]{0,200}"
_LINK = re.compile(
    rf"(?<![!\]])\[([^\[\]\n]{{1,300}})\]\(<?([^\s()<>\"\ufdd0-\ufdd4]{{1,2000}}+(?:{_IN_BRACKETS})?)>?"
    r"(?: \"[^\"\n]{0,200}\")?\)"
)
_IN_ADDRESS = r"(?:[^\s<>*`\ufdd0-\ufdd4]|\*(?=[\w/.]))+"
_ADDRESS = re.compile(rf"(?:https?|ftp)://{_IN_ADDRESS}|www\.{_IN_ADDRESS}|[\w.+-]{{1,64}}@[\w.-]{{1,255}}")
_ESCAPE = re.compile(r"\\([*_`~\[\]()#>+.|{}!-])")
_KEPT = re.compile("\ufdd3(\\d+)\ufdd4")
_LEFT = re.compile("[\ufdd3\ufdd4]")
_GLUED = re.compile(r"[0-9a-zA-Z\u00c0-\u1fff]")  # letters of scripts that put spaces between words
_MARK = re.compile(r"\*{1,3}|_{1,2}|~~")
_WORD = re.compile(r"\w")
_SPACE = re.compile(r"\s")


_SIGNS = ("*", "**", "***", "_", "__", "~~", "`", "```", "](", "\\")


class Own:
    """What a draft has itself, so that it is no Markdown in an answer, and the tags that it emphasises with.

    Args:
        text: the draft as a reader sees it.
        strong: the tag of what is strong.
        slanted: the tag of what is slanted.
    """

    def __init__(self, text: str, *, strong: str = "strong", slanted: str = "em") -> None:
        self.text = text
        self.strong = strong
        self.slanted = slanted
        self._lacking = frozenset(sign for sign in _SIGNS if sign not in text)

    def lacks(self, sign: str) -> bool:
        """Tell whether a sign of Markdown is not the draft's own."""
        return sign in self._lacking


class _Mark(Struct):
    start: int
    sign: str


def emphasise(line: str, own: Own, tag_at: Callable[[int], str]) -> str:
    """Return a line with Markdown's emphasis, code and links as tags; signs that the draft has stay.

    Args:
        line: without line ends, each tag in it a hole.
        own: what the draft has.
        tag_at: returns the tag of a hole.
    """
    if not any(sign in line for sign in "*_`~[\\"):
        return line
    parts: list[str] = []
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"\ufdd3{len(kept) - 1}\ufdd4"

    if own.lacks("`"):
        line = _CODE.sub(lambda match: keep(_code(match[2], tag_at)), line)
    if own.lacks("\\"):
        line = _ESCAPE.sub(lambda match: keep(match[1]), line)
    if own.lacks("]("):
        line = _LINK.sub(lambda match: f"{keep(_opened(match[2]))}{match[1]}{keep('</a>')}", line)
    line = _ADDRESS.sub(lambda match: keep(match[0]), line)
    position = 0
    for start, end, tags in _replaced(line, own):
        parts += (line[position:start], tags)
        position = end
    line = "".join(parts) + line[position:]
    return _LEFT.sub("", _KEPT.sub(lambda match: kept[int(match[1])], line))


def _code(text: str, tag_at: Callable[[int], str]) -> str:
    """Return code; a tag in it is shown."""
    shown = HOLE.sub(lambda match: tag_at(int(match[1])), markup.unescape(text))
    return f"<code>{markup.escape(shown.strip(), quote=False)}</code>"


def _opened(address: str) -> str:
    return f'<a href="{markup.escape(markup.unescape(address))}">'


def _replaced(line: str, own: Own) -> list[tuple[int, int, str]]:
    """Return the signs that become tags: where they stand, and the tags."""
    opened: list[_Mark] = []
    found: list[tuple[int, int, str]] = []
    for mark, opens, closes in _marks(line, own):
        place = next((index for index in reversed(range(len(opened))) if opened[index].sign == mark.sign), -1)
        if closes and place >= 0 and _holds(line, opened[place], mark):
            first = opened[place]
            del opened[place:]
            names = _names(mark.sign, own)
            found.append((first.start, first.start + len(first.sign), "".join(f"<{name}>" for name in names)))
            found.append((mark.start, mark.start + len(mark.sign), "".join(f"</{name}>" for name in reversed(names))))
        elif opens:
            opened = [each for each in opened if each.sign != mark.sign]
            opened.append(mark)
    return sorted(found)


def _marks(line: str, own: Own) -> Iterator[tuple[_Mark, bool, bool]]:
    """Find the signs that may open or close emphasis."""
    for match in _MARK.finditer(line):
        sign = match[0]
        if not own.lacks(sign):
            continue
        before, after = line[match.start() - 1 : match.start()], line[match.end() : match.end() + 1]
        opens, closes = bool(after) and not _SPACE.match(after), bool(before) and not _SPACE.match(before)
        if sign in {"*", "_", "__"}:  # inside a word they are none
            opens = opens and not _WORD.match(before)
            closes = closes and not _WORD.match(after)
        elif _GLUED.match(before):  # as in a password
            opens = False
        yield _Mark(match.start(), sign), opens, closes


def _holds(line: str, first: _Mark, last: _Mark) -> bool:
    """Tell whether what stands between two signs can be emphasised; `__init__` is a name."""
    inner = line[first.start + len(first.sign) : last.start]
    return bool(inner.strip()) and (first.sign != "__" or " " in inner)


def _names(sign: str, own: Own) -> tuple[str, ...]:
    if sign == "~~":
        return ("s",)
    return {1: (own.slanted,), 2: (own.strong,), 3: (own.strong, own.slanted)}[len(sign)]
