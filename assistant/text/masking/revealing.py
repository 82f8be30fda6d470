"""Puts things back in the place of their tokens in what a model wrote, piece by piece."""

import html as markup
import re

from msgspec import Struct, field

from assistant.text.html.regions import ATTRIBUTE
from assistant.text.html.simple import is_simple_address
from assistant.text.lazy import Lazy
from assistant.text.masking.kinds import Kind
from assistant.text.masking.link_leaks import ADDRESSES, MOST_WAITED, Word, address_of, link_of, may_go_on
from assistant.text.masking.tokens import (
    APART_IN_HTML,
    APART_IN_TEXT,
    IN_ATTRIBUTE,
    WHOLE_VALUE,
    Reading,
    count_tokens,
    is_settled,
    read,
    token,
    tokens_in,
    unfinished,
    wrapping,
)

BEGIN_OF_TOKEN = re.compile(r"Z(?<!\wZ)Q?(?!\w)")
"""What an answer may end with that was cut off in a token."""

MOST_REVEALED = 512 << 10
"""Characters of things that one answer is given, eight times the longest draft: a code is short, and a link may not be.

Beyond it tokens are left out.
"""

_CUT_OFF = re.compile(BEGIN_OF_TOKEN.pattern + r"\Z")


def _pass_over(_text: str) -> None:
    """Keep nothing in mind of what stands before a token: where nothing was hidden, no link has anything."""


class Thing(Struct, frozen=True, kw_only=True):
    """Something hidden: its text as a reader sees it, without entities."""

    value: str
    kind: Kind


class Things(Struct):
    """What a request has hidden, by number.

    `expected` are those that the answer must hold, `wrapped` tells the brackets and marks around them in the
    texts, `begins_of_tokens` whether a text has words of its own such as a token leaves that was cut off, and `words`
    the links that the model was shown with tokens in them, as `links_with_tokens` returns them.
    """

    by_number: dict[int, Thing] = {}
    expected: dict[int, None] = {}
    wrapped: dict[int, set[str]] = {}
    begins_of_tokens: bool = False
    words: set[str] = field(default_factory=set)


class Revealer:
    """Reads tokens in a text that arrives in pieces, however they are cut; holds back what may be the beginning of one.

    Tokens that were never given out are left out, with the space before them. Brackets and Markdown that a model put
    around a token, and that no text of the request had, are left out too. In a link that the model made up, no thing
    is put in the place of its token.

    Args:
        things: what was hidden.
        html: whether the text is HTML, so that things are escaped.
    """

    def __init__(self, things: Things, *, html: bool) -> None:
        self._things = things
        self._html = html
        self._rest = self._last = ""
        self.seen: set[int] = set()
        self.withheld: set[int] = set()
        self._room = MOST_REVEALED

    @Lazy
    def _word(self) -> Word:
        return Word()

    def feed(self, text: str) -> str:
        """Take more text, and return what is clear."""
        return self._read(self._rest + text, final=False)

    def flush(self) -> str:
        """Return what was held back: no more of this run of text will come."""
        return self._read(self._rest, final=True) if self._rest else ""

    def finish(self) -> str:
        """Return what was held back at the very end, where the first letters of a token are one that was cut off."""
        before = self._last
        return self.without_cut_off(before + self.flush())[len(before) :]

    def at_a_glance(self, text: str) -> str | None:
        """Return what `feed` and `finish` make of a whole text in which each token stands by itself, as most do.

        None where one does not: what is around it has to be read, too.
        """
        if tokens := count_tokens(text):
            numbers = [int(match["number"]) for match in APART_IN_TEXT.finditer(text)]
            values = [thing.value for number in numbers if (thing := self._things.by_number.get(number))]
            if len(values) < tokens or sum(map(len, values)) > self._room or "(<" in text:
                return None
            self.seen.update(numbers)
            rest = iter(map(markup.escape, values) if self._html else values)
            text = APART_IN_TEXT.sub(lambda _: next(rest), text)
        return self.without_cut_off(text)

    def in_simple_html(self, text: str) -> str | None:
        """Return the same of HTML that `is_simple`, in which a token may also be all of a link's address."""
        if not (tokens := count_tokens(text)):
            return text
        words, addresses = ([*pattern.finditer(text)] for pattern in (APART_IN_HTML, WHOLE_VALUE))
        numbers = {int(match["number"]) for match in (*words, *addresses)}
        things = self._things.by_number
        if len(words) + len(addresses) < tokens or not numbers <= things.keys() or "(<" in text:
            return None
        values = {number: markup.escape(things[number].value) for number in numbers}
        safe = all(is_simple_address(things[int(match["number"])].value) for match in addresses)
        if not safe or sum(map(len, values.values())) * tokens > self._room:
            return None
        self.seen.update(numbers)
        text = WHOLE_VALUE.sub(lambda match: f'="{values[int(match["number"])]}"', text)
        return APART_IN_HTML.sub(lambda match: values[int(match["number"])], text)

    def without_cut_off(self, text: str) -> str:
        """Return the end of a text without the first letters of a token, unless the request has such words itself."""
        cut_off = None if self._things.begins_of_tokens else _CUT_OFF.search(text)
        return text[: cut_off.start()] if cut_off else text

    def end_word(self) -> None:
        """Note that what follows stands apart from what came before, as after a paragraph."""
        self._word.end()

    def in_tag(self, tag: str) -> str:
        """Return a whole HTML tag with the things in their places, as far as those are values of attributes."""
        if not count_tokens(tag):
            return tag
        parts, position = list[str](), 0
        for match in ATTRIBUTE.finditer(tag):
            start, end = match.span(match.lastindex or 0)
            parts += (IN_ATTRIBUTE.sub("", tag[position:start]), self._attribute(match[1].lower(), tag[start:end]))
            position = end
        return "".join(parts) + IN_ATTRIBUTE.sub("", tag[position:])

    def _read(self, text: str, *, final: bool) -> str:
        parts, position, next_token = list[str](), 0, tokens_in(text)
        follow = self._word.add if self._things.by_number else _pass_over
        while match := next_token(position):
            if not (final or (is_settled(match, text) and not may_go_on(text[match.end() :][: MOST_WAITED + 1]))):
                break
            follow(text[position : match.start("token")])
            parts.append(text[position : match.start()])
            shown, position = self._shown(match, text)
            parts.append(shown)
            follow(text[match.start("token") : position])
        held = len(text) if final else match.start() if match else unfinished(text, position)
        self._rest = text[held:]
        follow(text[position:held])
        clear = "".join(parts) + text[position:held]
        self._last = clear[-1:] or self._last
        return clear

    def _shown(self, match: re.Match[str], text: str) -> tuple[str, int]:
        """Return what stands in the place of a match, and where reading goes on."""
        reading = read(match)
        whole = reading.end == match.end("token")
        opened, closed = match["open"], match["close"] if whole else ""
        around = self._added(reading.number, wrapping(opened, closed), text, match.end())
        opened, closed = opened[: len(opened) - len(around)], closed[len(around) :]
        after = text[match.end() if whole else reading.end :][: MOST_WAITED + 1]
        value = self._value(reading.number, out=self._leads_out(reading.number, after))
        space = match["space"] if value or opened else ""
        return f"{space}{opened}{value}{closed}", match.end() if whole else reading.end

    def _added(self, number: int, around: str, text: str, end: int) -> str:
        """Return what the model put around a token; `[token](address)` is left as it is."""
        if not around or text.startswith("(", end):
            return ""
        own = any(before.endswith(around) for before in self._things.wrapped.get(number, ()))
        return "" if own else around

    def _leads_out(self, number: int, after: str) -> bool:
        """Tell whether a token in a text is part of a link that the model made up."""
        kind = self._kind(number)
        return kind is not None and self._is_made_up(link_of(self._word, token(number, kind), kind, after))

    def _is_made_up(self, link: str | None) -> bool:
        """Tell whether a token is part of a link, and that is none that the model was shown."""
        return link is not None and link not in self._things.words

    def _kind(self, number: int) -> Kind | None:
        thing = self._things.by_number.get(number)
        return thing.kind if thing else None

    def _value(self, number: int, *, out: bool) -> str:
        thing = self._things.by_number.get(number)
        if thing is None:
            return ""
        if out:
            self.withheld.add(number)
            return ""
        self._room -= len(thing.value)
        if self._room < 0:
            return ""
        self.seen.add(number)
        return markup.escape(thing.value) if self._html else thing.value

    def _attribute(self, name: str, value: str) -> str:
        """Return the value of an attribute with the things in their places."""
        parts, position, before = list[str](), 0, Word()
        for match in IN_ATTRIBUTE.finditer(value):
            before.add(value[position : match.start("token")])
            parts += (value[position : match.start()], self._in_attribute(name, match, before))
            position = match.end()
            before.add(value[match.start("token") : position])
        return "".join(parts) + value[position:]

    def _in_attribute(self, name: str, match: re.Match[str], before: Word) -> str:
        reading = read(match)
        value = self._value(reading.number, out=self._leads_out_of(name, match, reading, before))
        # Where the attribute has no quotes, a space would end it.
        value = re.sub(r"\s", lambda space: f"&#{ord(space[0])};", value)
        if reading.end < match.end("token"):
            return match["open"] + value + match.string[reading.end : match.end()]
        added = len(wrapping(match["open"], match["close"]))
        return match["open"][: len(match["open"]) - added] + value + match["close"][added:]

    def _leads_out_of(self, name: str, match: re.Match[str], reading: Reading, before: Word) -> bool:
        """Tell whether a token in an attribute is part of an address that the model made up."""
        kind = self._kind(reading.number)
        if kind is None:
            return False
        code, text = token(reading.number, kind), match.string
        after = text[match.end() if reading.end == match.end("token") else reading.end :]
        if name in ADDRESSES:
            return self._is_made_up(address_of(text[: match.start()], code, kind, after))
        return self._is_made_up(link_of(before, code, kind, after))
