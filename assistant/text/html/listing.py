"""Markdown of whole lines: lists, headings, quotations, rules and code, as markup."""

import html as markup
import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from assistant.text.html.emphasis import HOLE, Own
from assistant.text.numbers.months import months_in

_ITEM = re.compile(r"([ \t]*+)(?:([-*+•‣◦·])|([1-9][0-9]{0,2})[.)])[ \t]+(?=\S)")
_FIGURE = r"[ \t]*+(?:[=~≈][ \t]?)?(?:[€$£¥₹][ \t]?)?(?:\d|ZQX\d+(?:SUM|NUMBER|PHONE))"
_SIGNED = re.compile(rf"[ \t]*+[-+]{_FIGURE}", re.IGNORECASE)  # a minus or a plus
_COMPARED = re.compile(rf"[ \t]*+(?:>|&gt;)(?:=|{_FIGURE})", re.IGNORECASE)  # more than
_FIRST_WORD = re.compile(r"[\W\d_]{0,80}([^\W\d_]+)")
_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+(?=\S)")
_QUOTE = re.compile(r"[ \t]{0,3}(?:>|&gt;)[ \t]?")
_DASHES = r"(?:-{3,}|\*{3,}|_{3,}|(?:\* ){2,}\*|(?:- ){2,}-)"
_RULE = re.compile(rf"[ \t]{{0,3}}{_DASHES}[ \t]*")
_FENCE = re.compile(r"[ \t]{0,3}```[\w+-]{0,20}[ \t]*")
_OWN_BULLETS = re.compile(r"^[ \t]*[-*+•‣◦·][ \t]", re.MULTILINE)
_OWN_NUMBERS = re.compile(r"^[ \t]*\d{1,3}[.)][ \t]", re.MULTILINE)
_OWN_HEADINGS = re.compile(r"^[ \t]*#{1,6}[ \t]", re.MULTILINE)
_OWN_QUOTES = re.compile(r"^[ \t]*>", re.MULTILINE)
_OWN_RULES = re.compile(rf"^[ \t]*{_DASHES}[ \t]*$", re.MULTILINE)
_FEWEST = 2  # entries of a list; one line with a dash may be a signature


class Line(Struct):
    """A line of an answer.

    Attributes:
        text: each tag in it a hole.
        group: which paragraph it belongs to, and which part of that.
        end: what stands between it and the line before.
    """

    text: str
    group: tuple[int, int]
    end: str


class Lines:
    """Finds Markdown in lines.

    Args:
        own: what the draft has.
        tag_at: returns the tag of a hole.
    """

    def __init__(self, own: Own, tag_at: Callable[[int], str]) -> None:
        self._tag_at = tag_at
        self._own = own
        self._lacking: dict[re.Pattern[str], bool] = {}
        self._fences = own.lacks("```")

    def block(self, lines: Sequence[Line], start: int, inline: Callable[[str], str]) -> tuple[str, int]:
        """Return the block that begins at a line, and how many lines it takes; 0 when it is no Markdown."""
        text = lines[start].text
        if self._fences and _FENCE.fullmatch(text):
            return self._code(lines, start)
        if _RULE.fullmatch(text) and self._lacks(_OWN_RULES):
            return "<hr>", 1
        if (heading := _HEADING.match(text)) and self._lacks(_OWN_HEADINGS):
            level = len(heading[1])
            return f"<h{level}>{inline(text[heading.end() :].rstrip().rstrip('#').rstrip())}</h{level}>", 1
        if _QUOTE.match(text) and not _COMPARED.match(text) and self._lacks(_OWN_QUOTES):
            return self._quotation(lines, start, inline)
        return self._list(lines, start, inline)

    def _code(self, lines: Sequence[Line], start: int) -> tuple[str, int]:
        last = next((at for at in range(start + 1, len(lines)) if _FENCE.fullmatch(lines[at].text)), None)
        if last is None:
            return "", 0
        inner = "\n".join(
            HOLE.sub(lambda hole: self._tag_at(int(hole[1])), line.text) for line in lines[start + 1 : last]
        )
        return f"<pre><code>{markup.escape(markup.unescape(inner), quote=False)}</code></pre>", last + 1 - start

    def _quotation(self, lines: Sequence[Line], start: int, inline: Callable[[str], str]) -> tuple[str, int]:
        count = 0
        while start + count < len(lines) and _QUOTE.match(lines[start + count].text):
            count += 1
        quoted = [_QUOTE.sub("", line.text, count=1) for line in lines[start : start + count]]
        return f"<blockquote><p>{'<br>'.join(map(inline, quoted))}</p></blockquote>", count

    def _list(self, lines: Sequence[Line], start: int, inline: Callable[[str], str]) -> tuple[str, int]:
        """Return a list, with those in it; nothing when its numbers say more than the order of its entries."""
        if not self._is_entry(lines[start].text) or _SIGNED.match(lines[start].text):
            return "", 0
        entries: list[_Entry] = []
        levels = _Levels()
        position, last = start, start
        while position < len(lines):
            text = lines[position].text
            if match := _ITEM.match(text) if self._is_entry(text) else None:
                entry = _Entry(len(match[1].expandtabs(4)), match[3] or "", [inline(text[match.end() :].rstrip())])
                if not levels.take(entry, text[match.end() :]):
                    if not levels.ends_before(entry):
                        return "", 0
                    break
                entries.append(entry)
                last = position + 1
            elif text.strip() and text[:1].isspace() and last == position:
                entries[-1].lines.append(inline(text.strip()))
                last = position + 1
            elif text.strip():
                break
            position += 1
        return (_nested(entries), last - start) if len(entries) >= _FEWEST and levels.numbered != 1 else ("", 0)

    def _is_entry(self, text: str) -> bool:
        match = _ITEM.match(text)
        if match is None or _RULE.fullmatch(text):
            return False
        return self._lacks(_OWN_BULLETS if match[2] else _OWN_NUMBERS)

    def _lacks(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether the draft has no line of a kind itself; it is read when an answer has one."""
        lacking = self._lacking.get(pattern)
        if lacking is None:
            lacking = self._lacking[pattern] = pattern.search(self._own.text) is None
        return lacking


class _Entry(Struct):
    width: int
    number: str
    lines: list[str]

    @property
    def name(self) -> str:
        return "ol" if self.number else "ul"


class _Levels:
    """Follows the numbers of a list: those of each of its levels run 1, 2, 3, as a browser counts.

    What does not is no list: dates (`3. Mai`), names (`1. FC Köln`), some of the draft's own numbers (`7. desk`).
    """

    def __init__(self) -> None:
        self.numbered = 0
        self._opened: list[tuple[int, int]] = []  # of each level, its width and its last number
        self._first = ""

    def take(self, entry: "_Entry", text: str) -> bool:
        """Take the next entry, unless its number is not the next one, or the day of a month."""
        if not self._opened:
            self._first = entry.number
        while len(self._opened) > 1 and entry.width <= self._opened[-2][0] and entry.width < self._opened[-1][0]:
            self._opened.pop()
        if not self._opened or entry.width > self._opened[-1][0] + 1:
            self._opened.append((entry.width, 0))
        if not entry.number:
            return True
        width, last = self._opened[-1]
        if int(entry.number) != last + 1 or _is_date(text):
            return False
        self._opened[-1] = width, last + 1
        self.numbered += 1
        return True

    def ends_before(self, entry: "_Entry") -> bool:
        """Tell whether the list is whole before an entry that was not taken: another one begins, or it has bullets."""
        return entry.number == "1" or not self._first


def _is_date(text: str) -> bool:
    """Tell whether what follows a number makes a date of it, or a longer number."""
    word = _FIRST_WORD.match(text)
    return text[:1].isdigit() or (word is not None and bool(months_in(word[1])))


def _nested(entries: Sequence[_Entry]) -> str:
    """Write entries as lists, deeper ones inside the entry before them."""
    parts: list[str] = []
    opened: list[_Entry] = []
    for entry in entries:
        while len(opened) > 1 and entry.width <= opened[-2].width and entry.width < opened[-1].width:
            parts.append(f"</li></{opened.pop().name}>")
        if opened and entry.width <= opened[-1].width + 1:
            parts.append("</li>")
            if entry.name != opened[-1].name:
                parts.append(f"</{opened.pop().name}>")
                opened.append(entry)
                parts.append(_begin(entry))
        else:
            opened.append(entry)
            parts.append(_begin(entry))
        parts.append(f"<li>{'<br>'.join(entry.lines)}")
    parts += [f"</li></{entry.name}>" for entry in reversed(opened)]
    return "".join(parts)


def _begin(entry: _Entry) -> str:
    return f'<ol start="{int(entry.number)}">' if entry.number and int(entry.number) > 1 else f"<{entry.name}>"
