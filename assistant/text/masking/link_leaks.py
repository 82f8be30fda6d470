"""Where a link of an answer leads with what was hidden: nothing goes out by a link that the model made up.

A customer's text may tell the model to write `https://evil.example/?q=` and a code behind it. With the value in its
place, that host would get it as soon as someone opens the link.
"""
# ruff: noqa: RUF001 - signs of other scripts

import html as markup
import re
from urllib.parse import unquote

from assistant.text.masking.kinds import Kind
from assistant.text.masking.tokens import LOOKS_LIKE_TOKEN

MOST_KEPT = 2048
"""Characters of a word that are kept, so that a link in it can be looked up among those that the model was shown."""
MOST_WAITED = 255
"""Characters after a token that are waited for, since they may make it the name of a host, or have a subject."""

_ADDRESS_WORDS = (
    "href src srcset action formaction background cite data longdesc ping poster style xlink:href lowsrc dynsrc "
    "manifest profile usemap codebase classid archive content"
)
ADDRESSES = frozenset(_ADDRESS_WORDS.split())
"""Attributes of HTML that hold addresses, or may."""

_REACH = 100  # characters before a piece of a word in which a link may begin that goes on in it
_NAMED = (
    r"[\\/]{2}|(?<!\w)www\d?\.|(?<!\w)(?:https?|ftp|mailto|tel|sms|callto|data|javascript):(?=\S)|(?<!\w)mailto:"
    r"|ZQX\d{1,9}LINK[/\\?#&=%]"
)
_HOST_END = r"\.?(?::\d{1,5})?(?:[/\\#]|\?(?![^\x00-\x7f]))"  # `ASP.NET?はい` is a question
_BARE = (
    rf"[^\W_]\.(?=[\w-]{{0,62}}[^\W\d_])(?:[^\W_]|-){{2,63}}{_HOST_END}"
    rf"|(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}{_HOST_END}"
)
_QUERY = rf"(?:{_BARE})(?:[\w./\\%-]{{0,80}}[?#&=])?(?<=[?#&=])(?=[!-~])"
_NAMED_LINK = re.compile(f"{_NAMED}|{_QUERY}", re.IGNORECASE)
"""What a reader's program takes for a link up to the next blank: with a scheme, `www.` or a query."""
_LINK = re.compile(f"{_NAMED}|{_BARE}", re.IGNORECASE)
_BLANKS = " \\t\\n\\v\\f\\r"
_EVENT = re.compile(
    rf"(?P<blank>[{_BLANKS}]+)|(?P<bracket><)|(?P<close>>)"
    r"|(?P<mark>[、。，．！？；：「」『』（）【】《》〈〉〔〕・…]|[^\S\x00-\x1b\x20]+)"
)
"""What may end a word: blanks do, and the others by what the word is."""
_BLANK = re.compile(f"[{_BLANKS}]")
_APART = re.compile(r"[\s<>\"'()\[\]{}|,;]")  # what no name of a host has
_LONGEST_NAME = 255
_AROUND = "()[]{}<>.,;:!?*_'\"`"
_HOST_AFTER = re.compile(
    r"[\w-]{0,63}(?:\.[\w-]{1,63}){1,8}\.(?=\w*[^\W\d])[\w-]{2,63}|[\w-]{0,63}\.[\w-]{2,63}(?:[/\\#]|\?(?=[!-~]))"
    r"|[\w.%+-]{0,64}@[\w-]{1,63}\.\w"
)
_NAME_AFTER = re.compile(r"[\w.@%+-]*")
_MAY_GO_ON = re.compile(rf"[\w.@%+,;:-]*+(?:\?[^{_BLANKS}]*+)?\Z")
_GOES_ON = re.compile(r"[?&/\\#=%@\w-]|[.,;:](?=\w)")
_FIELDS = frozenset({"subject", "body"})
_ADDRESSEE = re.compile(r"(?:[?&;]|\s)(?:to|b?cc)\s*[=:]", re.IGNORECASE)
_PLACE_IN_PAGE = re.compile(r"[/?#&]")
_OPENED = "([<{*_'\"`="
_ALONE: dict[Kind, re.Pattern[str]] = {
    "link": re.compile(r"https?://\Z", re.IGNORECASE),
    "email": re.compile(r"mailto:\Z", re.IGNORECASE),
    "phone": re.compile(r"(?:tel|sms|callto):\Z", re.IGNORECASE),
}
"""What makes a link of a thing and of nothing else, where it stands right before it."""


class Word:
    """What stands before a place with no space in between, as the model wrote it.

    It is the same however the text arrives in pieces. A sign such as `、`, an uncommon blank or `>` ends it too, unless
    a link has begun in it that goes on over that sign.

    Attributes:
        text: its beginning.
    """

    def __init__(self) -> None:
        self.text = self._tail = self._last = ""
        self._named = self._linked = self._bracketed = False
        self._unread: list[str] = []
        self._looked_at: str | None = None
        self._link = ""

    @property
    def linked(self) -> bool:
        """Whether a link begins in it."""
        self._read()
        return self._linked

    @property
    def link(self) -> str:
        """Return the first link in it, as far as it goes; without one, what may begin the name of a host."""
        if self._looked_at is not self.text:
            self._looked_at, self._link = self.text, self._find_link(_unescaped(self.text))
        return self._link

    def add(self, text: str) -> None:
        """Take what follows."""
        position = self._last_word_in(text)
        if position == len(text):
            return
        for event in _EVENT.finditer(text, position):
            self._take(text[position : event.start()])
            position = event.end()
            if self._ends(event):
                self.end()
            else:
                self._take(event[0])
        self._take(text[position:])

    def _last_word_in(self, text: str) -> int:
        """Return from where on a text counts: blanks end all that is before them, but in brackets of Markdown."""
        may_be_bracketed = self._bracketed or "(<" in text or (self._last == "(" and text[:1] == "<")
        start = max(map(text.rfind, "\n" if may_be_bracketed else "\n \t\v\f\r")) + 1
        if start:
            self.end()
        return start

    def end(self) -> None:
        """Forget it: a paragraph, or the like, ends here."""
        self.text = self._tail = self._last = ""
        self._named = self._linked = self._bracketed = False
        self._unread.clear()

    def _ends(self, event: re.Match[str]) -> bool:
        """Tell whether a sign ends it; an address of Markdown in brackets, `[text](<address>)`, may have spaces."""
        if event["bracket"]:
            self._bracketed |= self._last == "("
            return False
        if event["blank"]:
            return not self._bracketed or "\n" in event[0]
        if event["close"]:
            self._bracketed = False
            return not self.linked
        self._read()
        return not (self._named or self._bracketed)

    def _find_link(self, plain: str) -> str:
        found = _LINK.search(plain) if self.linked else None
        if self.linked and not found:
            return plain  # it begins behind what was kept
        before = plain[: found.start()] if found else plain
        return _APART.split(before[-_LONGEST_NAME:])[-1] + plain[len(before) :]

    def _take(self, text: str) -> None:
        if text:
            self._unread.append(text)
            self._last = text[-1]
            self.text += text[: max(0, MOST_KEPT - len(self.text))]

    def _read(self) -> None:
        """Look for links in what came since this was done last."""
        if self._unread and not self._named:
            seen = self._tail + "".join(self._unread)
            plain = markup.unescape(seen)
            self._named = _NAMED_LINK.search(plain) is not None
            self._linked = self._linked or self._named or _LINK.search(plain) is not None
            self._tail = seen[-_REACH:]
        self._unread.clear()


def may_go_on(after: str) -> bool:
    """Tell whether more of what follows a token has to be seen: it may become part of a host's name, or a link."""
    return len(after) <= MOST_WAITED and _MAY_GO_ON.match(markup.unescape(after)) is not None


def link_of(word: Word, token: str, kind: Kind, after: str) -> str | None:
    """Return the link that a token in a text is part of, as far as it tells where to; nothing where it is of none.

    Args:
        word: what stands before it.
        token: as the model was given it.
        kind: of the thing.
        after: what follows it, of which the first `MOST_WAITED` characters and one more count.
    """
    after, begun = markup.unescape(after[: MOST_WAITED + 1]), word.link + token
    if _HOST_AFTER.match(after):
        return core(begun + _name(after))
    if not word.linked:
        return None
    before = _before_scheme(word.text, kind)
    if before is None or (before and (before[-1] not in _OPENED or _LINK.search(before))):
        return core(begun)
    rest = _BLANK.split(after, maxsplit=1)[0]
    if _adds_nothing(rest, kind) and not ("(<" in before and "?" in rest):
        return None
    return core(begun + rest) if rest.startswith("?") else core(begun)


def _name(after: str) -> str:
    match = _NAME_AFTER.match(after)
    return match[0] if match else ""


def _before_scheme(before: str, kind: Kind) -> str | None:
    """Return what stands before a scheme that makes a link of a thing and of nothing else; nothing without one."""
    found = _ALONE[kind].search(before) if kind in _ALONE else None
    return before[: found.start()] if found else None


def _adds_nothing(rest: str, kind: Kind) -> bool:
    """Tell whether a thing is all that a link has, as in `mailto:ZQX1MAIL`: it leads nowhere else.

    An e-mail may have a subject and a text with no code in them.
    """
    if not rest.strip(_AROUND):
        return True
    if kind == "email" and rest.startswith("?"):
        return len(rest) <= MOST_WAITED and _is_subject(rest)
    return _GOES_ON.match(rest) is None


def _is_subject(query: str) -> bool:
    names = {field.partition("=")[0].lower() for field in query[1:].split("&")}
    plain = unquote(unquote(query))
    return names <= _FIELDS and not _ADDRESSEE.search(plain) and not LOOKS_LIKE_TOKEN.search(plain)


def address_of(before: str, token: str, kind: Kind, after: str) -> str | None:
    """Return the same of a token in the address of an HTML attribute; a link may lead to another place of its page."""
    before, after = before.strip(), markup.unescape(after.strip())
    if before and not (kind in _ALONE and _ALONE[kind].fullmatch(before)):
        return core(before + token + (_name(after) if _HOST_AFTER.match(after) else ""))
    in_page = kind == "link" and not before and _PLACE_IN_PAGE.match(after) and not LOOKS_LIKE_TOKEN.search(after)
    to_same_address = kind == "email" and before and after.startswith("?") and _is_subject(after)
    return core(before + token + after) if after and not in_page and not to_same_address else None


def core(word: str) -> str:
    """Return a word without what may stand around it, and without entities, however often they were escaped."""
    return _unescaped(word).strip(_AROUND)


def _unescaped(text: str) -> str:
    plain = markup.unescape(text)
    return plain if plain == text else _unescaped(plain)
