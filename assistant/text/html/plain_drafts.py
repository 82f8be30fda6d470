"""An HTML draft as the text that a reader sees, and its links in an answer that is such text."""

import html as markup
import re
from collections import Counter

from msgspec import Struct

from assistant.text.html.conversion import to_text
from assistant.text.html.sanitising import safe_html

_LINK = re.compile(r"<a(?=\s)[^<>]*+>((?>(?:[^<]++|<(?!/?a[\s>]))*))</a\s*+>", re.IGNORECASE)
_HREF = re.compile(r"\shref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*+>", re.IGNORECASE)
_LINKED = re.compile(r"<a\s", re.IGNORECASE)


class _Link(Struct, frozen=True):
    """A link of a draft: the whole element, its address and its words, both as HTML has them in text."""

    element: str
    address: str
    words: str


def plain_draft(draft: str) -> str:
    """Return an HTML draft as text: entries of lists have a dash or a number, links their address after their words."""
    return to_text(draft)


def with_links(answer: str, draft: str) -> str:
    """Return an answer in which the links of an HTML draft are links again, where it holds them as text.

    A link is known by its address, with or without its words before it, and by its words alone where those are several
    and stand once in the answer, and its address doesn't: one word, such as "here", may mean anything. One of which
    nothing stands there is lost, and left to the guards. An answer that has links is returned as it is.

    Args:
        answer: HTML that was made of the answer of a model that was given `plain_draft`.
        draft: an HTML draft.
    """
    links = list({link.element: link for link in _links_in(draft)}.values())
    if not links or _LINKED.search(answer):
        return answer
    forms = {form: element for link in reversed(links) for form, element in _forms(link, answer)}
    shared = {words for words, number in Counter(link.words for link in links).items() if number > 1}
    known = sorted((form for form in forms if form not in shared), key=len, reverse=True)
    if not known:
        return answer
    linked = re.sub("|".join(map(_bounded, known)), lambda match: forms[match[0]], answer)
    return safe_html(linked, draft)


def _links_in(draft: str) -> list[_Link]:
    found = []
    for match in _LINK.finditer(draft):
        href = _HREF.search(match[0][: match.start(1) - match.start()])
        address = markup.unescape(href[href.lastindex or 0]).strip() if href else ""
        words = " ".join(markup.unescape(_TAG.sub("", match[1])).split())
        if address and words:
            found.append(_Link(match[0], _escaped(address), _escaped(words)))
    return found


def _forms(link: _Link, answer: str) -> list[tuple[str, str]]:
    """Return how a link may stand in an answer, and what is written for each."""
    shown = link.address.removeprefix("mailto:")
    if shown not in answer:
        told = " " in link.words and answer.count(link.words) == 1
        return [(link.words, link.element)] if told else []
    bare = link.element if shown in link.words else _with_words(link, shown)
    addressed = [(f"{link.words} ({address})", link.element) for address in (link.address, shown)]
    return [*addressed, (link.address, bare), (shown, bare), *([(link.words, bare)] if shown in link.words else [])]


def _with_words(link: _Link, words: str) -> str:
    opened = link.element[: link.element.index(">") + 1]
    return f"{opened}{words}</a>"


def _escaped(text: str) -> str:
    return markup.escape(text, quote=False)


def _bounded(form: str) -> str:
    """Return a pattern of a form that is no part of a longer word or address."""
    before = r"(?<![\w/])" if form[0].isalnum() else ""
    after = r"(?![\w/?#&=-])" if form[-1].isalnum() or form[-1] in "/=&" else ""
    return f"{before}{re.escape(form)}{after}"
