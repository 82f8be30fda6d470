"""Tells an author who does not know YAML what to write instead: mostly, to put text in quotes.

YAML gives a meaning to characters of ordinary titles and sentences. Where it then reads something else than what is
written, the author is told, with how to write it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_LONGEST_SHOWN = 60
_FIELD = re.compile(r"((?: |- )*)(?:([\w-]+) *:(?: +|$))?(.*)")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}(?: +#.*)?")
_UNREADABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEMPLATE = ("{%", "{{", "{#")
_BREAKS = re.compile("[\x85\u2028\u2029]")
_ESCAPED = {
    "\t": ("t", "a tab"),
    "\n": ("n", "a line break"),
    "\r": ("r", "a line break"),
    "\a": ("a", "a bell"),
    "\b": ("b", "a backspace"),
    "\v": ("v", "a control character"),
    "\f": ("f", "a page break"),
    "\x1b": ("e", "a control character"),
    "\0": ("0", "a zero byte"),
}
_NEVER_MEANT = "\a\b\v\f\x1b\0"
_PATH = re.compile(r"(?:^|[^A-Za-z])[A-Za-z]:\\[A-Za-z0-9]")
_BEGINNINGS = "@`%&*!|>,]}"
_OPENING, _CLOSING = "\u201c\u201e\u201d\u00ab\u2018\u201a", "\u201d\u201c\u00bb\u2019\u2018"
_SPECIAL_SPACES = re.compile("[\u00a0\u2000-\u200b\u202f\u3000\ufeff]")


class Advice(NamedTuple):
    """Where the problem is, lines and columns from 1, and what to do about it."""

    line: int
    column: int
    reason: str


def advise(text: str, line: int) -> Advice | None:
    """Return what caused an error that YAML found on a line, or noticed only there; None when that is not clear.

    Lines that are broken to an author who reads them are looked for first, from the one of the error up; then brackets
    and quotes that are left open.
    """
    lines = list(_fields(text.split("\n")[:line]))
    if look := _advise_on_spaces(text, line):
        return look
    for number, column, field, value in reversed(lines):
        if why := _why_quotes(value):
            return Advice(number, column, f"{_named(field)}{why}; {in_quotes(field, value)}")
        if found := _within_brackets(value):
            return Advice(number, column, f"{_named(field)}{found}")
    return _advise_on_line(text, line) or _find_open(lines)


def find_unreadable(text: str) -> Advice | None:
    """Return the first character that can't stand in YAML: editors show none of them."""
    found = _UNREADABLE.search(text)
    if found is None or "\ud800" <= found[0] <= "\udfff":
        return None
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    return Advice(line, column, f"contains an invisible character (U+{ord(found[0]):04X}); delete it")


def find_break(text: str) -> Advice | None:
    """Return the first line break that editors don't show as one, and that YAML takes for one."""
    found = _BREAKS.search(text)
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    return Advice(line, column, f"contains an invisible line break (U+{ord(found[0]):04X}); write a space instead")


def escape_in_text(value: str, written: str, *, one_line: bool) -> str | None:
    """Report a backslash in double quotes that is most likely meant as one, as in the path of a file.

    Args:
        value: what YAML reads.
        written: the same with its quotes, as written in the file.
        one_line: whether it is shown as one line, in which no one wants a tab.
    """
    wanted = "\t\n\r" if _PATH.search(written) else "\t" if one_line else ""
    for sign in value:
        letter, meaning = _ESCAPED.get(sign, ("", ""))
        if sign in _NEVER_MEANT + wanted and f"\\{letter}" in written:
            return f"in double quotes \\{letter} means {meaning}; use single quotes for a backslash"
    return None


def comment_in_text(line: str, end: int) -> Advice | None:
    """Return what was taken for a comment after text, but may belong to it; None for what is clearly a comment.

    A comment is clear if it has two spaces before its `#` and one after it.

    Args:
        line: as it is written.
        end: the column after the text, from 0.
    """
    rest = line[end:]
    comment = rest.lstrip(" \t")
    if not comment.startswith("#"):
        return None
    before = len(line[:end]) - len(line[:end].rstrip(" \t")) + len(rest) - len(comment)
    if before > 1 and comment[1:2].isspace():
        return None
    return Advice(0, len(line) - len(comment) + 1, "everything after a space and # is a comment and would be lost")


def has_special_space(name: str) -> bool:
    """Tell whether a field's name starts with a special space."""
    return bool(_SPECIAL_SPACES.match(name))


def has_typographic_quotes(value: str) -> bool:
    """Tell whether an editor has put other quotes around a text than YAML knows."""
    return len(value) > 1 and value[0] in _OPENING and value[-1] in _CLOSING


def in_quotes(field: str, value: str) -> str:
    """Return how text has to be written."""
    value = value.strip()
    if len(value) > _LONGEST_SHOWN:
        return "put the whole text in quotes"
    quoted = f'"{value}"' if '"' not in value and "\\" not in value else "'" + value.replace("'", "''") + "'"
    return f"put the text in quotes: {field}: {quoted}" if field else f"put the text in quotes: {quoted}"


def _named(field: str) -> str:
    return f"{field}: " if field else ""


def _fields(lines: list[str]) -> Iterator[tuple[int, int, str, str]]:
    """Return line, column of the value, field and value of each line that is no part of a longer text."""
    within = -1
    for number, line in enumerate(lines, 1):
        depth = len(line) - len(line.lstrip(" "))
        if within >= 0 and (depth > within or not line.strip()):
            continue
        found = _FIELD.fullmatch(line)
        within = depth if found is not None and _BLOCK.fullmatch(found[3].rstrip()) else -1
        if found is not None and found[3].strip() and not found[3].startswith("#"):
            yield number, found.start(3) + 1, found[2] or "", found[3].rstrip()


def _why_quotes(value: str) -> str | None:
    """Say why a value that is neither a list nor fields needs quotes."""
    if value[0] in "[{" and value[:2] not in _TEMPLATE:
        return _why_after(value, _closing_bracket(value))
    if value[0] in "\"'":
        return _why_after(value, _closing_quote(value))
    strange = value[0] in _BEGINNINGS and not _BLOCK.fullmatch(value)
    if strange or value[:2] in _TEMPLATE or (value[0] in "-?" and value[1:2] in ("", " ")):
        return f"text that starts with {value[0]} means something else in YAML"
    if ": " in value or value.endswith(":"):
        return "a colon followed by a space makes the text before it a field"
    return None


def _why_after(value: str, end: int | None) -> str | None:
    """Say why a value that starts with a quote or bracket, and closes it, can't continue after it."""
    rest = "" if end is None else value[end:].strip()
    return f"the text continues after the closing {value[end - 1]}" if end and rest and rest[0] not in "#:" else None


def _closing_quote(value: str, start: int = 0) -> int | None:
    """Return the position after the quote that closes the one at `start`."""
    quote, place = value[start], start + 1
    while place < len(value):
        if value[place] == "\\" and quote == '"':
            place += 1
        elif value[place] == quote:
            if quote == '"' or value[place + 1 : place + 2] != "'":
                return place + 1
            place += 1
        place += 1
    return None


def _closing_bracket(value: str) -> int | None:
    """Return the position after the bracket that closes the one at the start of a value."""
    depth = 0
    for place, sign in _signs(value):
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0:
            return place + 1
    return None


def _signs(value: str) -> Iterator[tuple[int, str]]:
    """Return the brackets and commas of a value outside quotes, and each # after a space, with their positions."""
    place, before = 0, ""
    while place < len(value):
        sign = value[place]
        if sign in "\"'" and before in ("[", "{", ",", ":"):
            place = (_closing_quote(value, place) or len(value)) - 1
        elif sign in "[]{}," or (sign == "#" and value[place - 1 : place] == " "):
            yield place, sign
        before = before if sign == " " else sign
        place += 1


def _within_brackets(value: str) -> str | None:
    """Say which text inside brackets needs quotes."""
    if value[0] not in "[{":
        return None
    begin, before = 0, ""
    for place, sign in _signs(value):
        if sign == "#":
            return "everything after a space and # is a comment; put text with a # in quotes"
        part = value[begin:place].strip()
        if part and before in "]}":
            return f"text continues after the closing {before}; put the whole text in quotes"
        if why := _why_part(part):
            return why
        begin, before = place + 1, sign
    return None


def _why_part(part: str) -> str | None:
    """Say why text between two brackets or commas needs quotes."""
    name, colon, text = part.partition(": ")
    text, field = (text.strip(), name) if colon else (name.removesuffix(":"), "")
    why = _why_quotes(text) if text and text[0] not in "\"'[{" else None
    return f"{_named(field)}{why}; {in_quotes(field, text)}" if why else None


def _advise_on_spaces(text: str, line: int) -> Advice | None:
    """Report tabs and other special spaces where they matter: at the start of a line and after a colon."""
    written = (text.split("\n")[line - 1 : line] or [""])[0]
    indent = written[: len(written) - len(written.lstrip())]
    if "\t" in indent:
        return Advice(line, indent.index("\t") + 1, "starts with a tab; use spaces instead")
    special = _SPECIAL_SPACES.search(written)
    if special and (special.start() < len(indent) or written[: special.start()].endswith(":")):
        return Advice(line, special.start() + 1, "contains a special space; replace it with an ordinary one")
    return None


def _advise_on_line(text: str, line: int) -> Advice | None:
    """Say what is wrong with how a line looks, or the one above it, which YAML reads together with it."""
    for number in range(line, max(line - 2, 0), -1):
        written = (text.split("\n")[number - 1 : number] or [""])[0]
        if look := _advise_on_spaces(text, number):
            return look
        if re.match(r"\s*[\w-]+:[^\s:/]", written):
            return Advice(number, written.index(":") + 1, "needs a space after the colon")
        if written.strip() and ":" not in written and written.lstrip()[0] not in "-[]{}\"'#":
            begin = len(written) - len(written.lstrip()) + 1
            reason = "is not a field with a colon and a value; text that continues has to be indented with spaces"
            return Advice(number, begin, reason)
    return None


def _find_open(lines: list[tuple[int, int, str, str]]) -> Advice | None:
    """Say which bracket or quote is open: the last one, since YAML reads on until something does not fit."""
    for number, column, _, value in reversed(lines):
        if (value[0] in "\"'" and _closing_quote(value) is None) or (
            value[0] in "[{" and _closing_bracket(value) is None
        ):
            return Advice(number, column, f"the {value[0]} here is never closed, or text after it needs quotes")
    return None
