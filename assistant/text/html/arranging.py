"""Gives an HTML answer its lines, paragraphs and lists as markup, where a model wrote them as text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from assistant.text.html.element_names import BLOCKS, PARTING, TABLE_PARTS
from assistant.text.html.emphasis import HOLE, Own, emphasise
from assistant.text.html.listing import Line, Lines
from assistant.text.html.recognition import TAG, tag_names
from assistant.text.html.simple import is_simple
from assistant.text.html.tags import Piece, TagSplitter, tag_name
from assistant.text.reading import read

_FLOW_HOLDERS = frozenset(("div", "section", "article", "blockquote", "main", "center", "figure"))
_BARRIERS = (BLOCKS | {"hr", "caption", "colgroup", "col", "details", "summary", "form"}) - {"html", "body"}
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_NOT_BLANK = re.compile(r"\S[^\r\n]*+")
_EMPTY = re.compile(r"<(p|div)(?:\s[^<>]*+)?>(?>(?:\s|&nbsp;|\u00a0|<br\s*+/?>)*)</\1>", re.IGNORECASE)
_OPENED_OUTSIDE = re.compile(r"\*\*(<(?:p|div|li|h[1-6])(?:\s[^<>]{0,500})?>)(?=[^\s<*])", re.IGNORECASE)
_CLOSED_OUTSIDE = re.compile(r"(?<=[^\s>*])(</(?:p|div|li|h[1-6])>)\*\*", re.IGNORECASE)
_BREAK = "\ufdd2"
_PRIVATE = re.compile("[\ufdd0-\ufdd4]")
_LINE_ENDS = re.compile(f"([ \\t\\r\\n]*+{_BREAK}[ \\t\\r\\n]*+|\\r?\\n)")
_BETWEEN_WORDS = re.compile("[^\\s\ufdd2][ \\t\\r]*+\\n[ \\t\\r]*+[^\\s\ufdd2]")
_BLANK_BETWEEN_WORDS = re.compile("[^\\s\ufdd2][ \\t\\r]*+\\n[ \\t\\r]*+\\n\\s*+[^\\s\ufdd2]")


class _Paragraph(Struct):
    """What stands in one `<p>`, or outside of any.

    Attributes:
        opened: its tag; empty outside of any.
        before: white space before it.
        text: each tag in it a hole, or a break.
        source: the same as the model wrote it.
    """

    opened: str
    before: str = ""
    text: str = ""
    source: str = ""


class _Way(Struct, frozen=True):
    """How the answer to one draft is arranged.

    Attributes:
        own: what the draft has of Markdown.
        blocks: whether the draft or the answer has paragraphs as markup, or the answer has no markup at all.
        breaks: whether line ends between words are breaks: those of the draft are not.
        parts: whether blank lines part paragraphs: those of the draft don't.
        spaces: whether the draft has line ends at all.
        bare: whether the answer has no markup at all.
    """

    own: Own
    blocks: bool
    breaks: bool
    parts: bool
    spaces: bool
    bare: bool


def arrange(answer: str, draft: str) -> str:
    """Return an HTML answer in which no line end matters, as an editor folds them.

    Lines and paragraphs that a model wrote as text become `<br>` and `<p>`, and Markdown becomes the tags that the
    draft uses, or the usual ones. Signs of Markdown that the draft has are its own, and stay. Where line ends in the
    draft are folded, as in a mail that was pasted, those in the answer are too.

    Args:
        answer: what the model wrote, tokens in it.
        draft: the draft, as the agent wrote it.
    """
    if is_simple(answer):
        return answer
    splitter = TagSplitter()
    if "**" in answer and "**" not in draft:
        answer = _OPENED_OUTSIDE.sub(r"\1**", _CLOSED_OUTSIDE.sub(r"**\1", answer))
    pieces = splitter.feed(_PRIVATE.sub("", answer)) + splitter.finish()
    names = {tag_name(piece.text) for piece in pieces if piece.kind == "tag"}
    arranger = _Arranger(_way(draft, names))
    for piece in pieces:
        arranger.take(piece)
    return arranger.arranged()


def _way(draft: str, used: set[str]) -> _Way:
    """Return how an answer in which these tags are used is arranged."""
    names = tag_names(draft)
    spaces = "\n" in draft
    flat = TAG.sub(lambda tag: _BREAK if tag["name"].lower() in PARTING else "", draft) if spaces else ""
    own = Own(
        read(draft, html=True),
        strong="b" if "b" in names and "strong" not in names else "strong",
        slanted="i" if "i" in names and "em" not in names else "em",
    )
    return _Way(
        own=own,
        blocks=not used or not BLOCKS.isdisjoint(used | names),
        breaks="\n" not in flat or _BETWEEN_WORDS.search(flat) is None,
        parts="\n" not in flat or _BLANK_BETWEEN_WORDS.search(flat) is None,
        spaces=spaces,
        bare=not used,
    )


class _Arranger:
    """Takes the pieces of an answer, and arranges them."""

    def __init__(self, way: _Way) -> None:
        self._way = way
        self._out: list[str] = []
        self._tags: list[str] = []
        self._holders: list[str] = []
        self._paragraphs: list[_Paragraph] = []
        self._now = _Paragraph("")
        self._text: list[str] = []
        self._source: list[str] = []
        self._verbatim = False
        self._code = False
        self._lines = Lines(way.own, self._tags.__getitem__)

    def take(self, piece: Piece) -> None:
        name = tag_name(piece.text) if piece.kind == "tag" else ""
        closes = piece.text.startswith("</")
        if self._verbatim:
            self._out.append(piece.text)
            self._verbatim = not (name == "pre" and closes)
        elif name == "p":
            self._end_paragraph(piece.text if not closes else "")
        elif name in _BARRIERS and (name not in TABLE_PARTS or "table" in self._holders):
            self._flush()
            self._out.append(piece.text)
            self._hold(name, closes=closes)
        else:
            self._source.append(piece.text)
            self._text.append(self._hole(piece.text, name) if piece.kind == "tag" else self._words(piece.text))
            self._code = not closes if name in _CODE else self._code

    def arranged(self) -> str:
        self._flush()
        return "".join(self._out)

    def _hole(self, tag: str, name: str) -> str:
        if name == "br":
            return _BREAK
        self._tags.append(tag)
        return f"\ufdd0{len(self._tags) - 1}\ufdd1"

    def _words(self, text: str) -> str:
        """Return text in which Markdown may be; in code there is none."""
        return _NOT_BLANK.sub(lambda words: self._hole(words[0], ""), text) if self._code else text

    def _hold(self, name: str, *, closes: bool) -> None:
        """Keep in mind which element what follows stands in."""
        if not closes:
            self._verbatim = name == "pre"
            if name not in {"pre", "hr", "col"}:
                self._holders.append(name)
        elif name in self._holders:
            while self._holders.pop() != name:
                pass

    def _end_paragraph(self, opened: str) -> None:
        """End a paragraph, and begin another one."""
        now, self._now = self._now, _Paragraph(opened)
        self._code = False
        now.text, now.source = "".join(self._text), "".join(self._source)
        self._text, self._source = [], []
        if now.opened or now.text.strip():
            self._paragraphs.append(now)
        elif self._way.spaces or "\n" not in now.text:
            self._now.before = now.text

    def _flush(self) -> None:
        self._end_paragraph("")
        paragraphs, self._paragraphs = self._paragraphs, []
        holder = self._holders[-1] if self._holders else ""
        flows = not holder or holder in _FLOW_HOLDERS
        lines = [line for number, each in enumerate(paragraphs) for line in self._split(each, number, flows=flows)]
        several = len({line.group for line in lines}) > 1
        self._write(lines, paragraphs, flows=flows, wraps=flows and (several or (not holder and self._way.blocks)))
        self._out.append(self._now.before)
        self._now.before = ""

    def _split(self, paragraph: _Paragraph, number: int, *, flows: bool) -> list[Line]:
        """Return the lines of a paragraph; blank lines part it where paragraphs may stand."""
        ends = _LINE_ENDS.split(paragraph.text.strip(" \t\r\n"))
        lines = [Line(ends[0], (number, 0), "")]
        part, blank = 0, False
        for end, text in zip(ends[1::2], ends[2::2], strict=True):
            broken = _BREAK in end
            if not broken and not text.strip():
                blank = True
                continue
            part += blank and not broken and self._way.parts and (flows or bool(paragraph.opened))
            lines.append(Line(text, (number, part), _BREAK if broken else "\n"))
            blank = False
        return lines

    def _write(self, lines: Sequence[Line], paragraphs: Sequence[_Paragraph], *, flows: bool, wraps: bool) -> None:
        """Write lines: Markdown as the block that it stands for, the others as paragraphs."""
        totals = Counter(line.group[0] for line in lines)
        position = 0
        while position < len(lines):
            block, count = self._block(lines, position) if flows else ("", 0)
            if count:
                self._out.append(block)
                position += count
                continue
            end = position + 1
            while end < len(lines) and lines[end].group == lines[position].group:
                if flows and self._block(lines, end)[1]:
                    break
                end += 1
            number = lines[position].group[0]
            whole = end - position == totals[number]
            self._out.append(self._paragraph(lines[position:end], paragraphs[number], whole=whole, wraps=wraps))
            position = end

    def _block(self, lines: Sequence[Line], start: int) -> tuple[str, int]:
        return self._lines.block(lines, start, self._inline)

    def _paragraph(self, lines: Sequence[Line], paragraph: _Paragraph, *, whole: bool, wraps: bool) -> str:
        """Return lines as a paragraph; one in which nothing is to be done, as it came."""
        inner = [self._inline(line.text) for line in lines]
        same = all(new == self._filled(line.text) for new, line in zip(inner, lines, strict=True))
        if whole and same and not (self._way.breaks and "\n" in paragraph.source):
            source = paragraph.source
            wraps = wraps and self._way.bare
        else:
            source = inner[0] + "".join(self._end(line) + new for new, line in zip(inner[1:], lines[1:], strict=True))
        if paragraph.opened or wraps:
            source = f"{paragraph.opened or '<p>'}{source}</p>"
        return f"{paragraph.before}{source}"

    def _end(self, line: Line) -> str:
        return "<br>" if line.end == _BREAK or self._way.breaks else "\n"

    def _inline(self, text: str) -> str:
        return self._filled(emphasise(text, self._way.own, self._tags.__getitem__))

    def _filled(self, text: str) -> str:
        return HOLE.sub(lambda hole: self._tags[int(hole[1])], text)


def without_empty_paragraphs(html: str, draft: str) -> str:
    """Return HTML without empty paragraphs at its ends, and with no more of them in a row than the draft has."""
    if not _EMPTY.search(html):
        return html.strip()
    most, kept = _longest_row(draft), list[str]()
    row, begun = 0, False
    for text, empty in _parted(html):
        if empty:
            row += 1
            kept += [text] if begun and row <= most else []
        else:
            row, begun = (0, True) if text.strip() else (row, begun)
            kept.append(text)
    while kept and (not kept[-1].strip() or _EMPTY.fullmatch(kept[-1])):
        kept.pop()
    return "".join(kept).strip()


def _longest_row(html: str) -> int:
    longest = row = 0
    for text, empty in _parted(html):
        row = row + 1 if empty else row if not text.strip() else 0
        longest = max(longest, row)
    return longest


def _parted(html: str) -> Iterator[tuple[str, bool]]:
    """Cut HTML into its empty paragraphs and what stands between them."""
    position = 0
    for match in _EMPTY.finditer(html):
        yield html[position : match.start()], False
        yield match[0], True
        position = match.end()
    yield html[position:], False
