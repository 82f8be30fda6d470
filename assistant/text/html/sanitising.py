"""HTML of which nothing is to fear: tags and attributes of the draft, and a few that do no harm, through nh3."""

import html as markup
import re
from collections.abc import Callable
from functools import lru_cache

import nh3
from msgspec import Struct

from assistant.text.html.element_names import DROPPED, VOID
from assistant.text.html.nesting import tamed
from assistant.text.html.simple import is_simple
from assistant.text.html.styling import safe_style
from assistant.text.html.tags import open_tags, tag_name
from assistant.text.links.schemes import REFUSED, SCHEMES, scheme_of

_PLAIN_WORDS = "a b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup u ul"
PLAIN = frozenset(_PLAIN_WORDS.split())
"""Tags that any answer may have."""
_HARMLESS = (
    PLAIN | (nh3.ALLOWED_TAGS - {"map", "area"}) | {"font", "section", "main", "tfoot", "big", "address", "label"}
)
_TABLE = frozenset({"thead", "tbody", "tr", "td", "th"})  # a parser adds some of these by itself
_SAFE_ATTRIBUTES = {"a": frozenset({"href"}), "ol": frozenset({"start"})}
_HARMLESS_ATTRIBUTES_WORDS = (
    "align alt bgcolor border cellpadding cellspacing class color cols colspan cite datetime dir face headers "
    "height hreflang lang nowrap rel reversed role rowspan rows scope size span start style target title type "
    "valign value width"
)
_HARMLESS_ATTRIBUTES = frozenset(_HARMLESS_ATTRIBUTES_WORDS.split())
_ALIAS = "x-"  # by an own name, nh3 takes a table's cell for what it is without the table around it
_BEGUN_BY_LINE_END = re.compile(r"<pre(?:\s[^<>]*+)?>(?=\n)", re.IGNORECASE)
"""Where a line end that counts would be lost: whoever reads HTML passes over the first one after `<pre>`."""
_BARE = re.compile(r"<[a-zA-Z][a-zA-Z0-9]*+>")
_NAME = re.compile(r"(</?)([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s\"'/]([a-zA-Z][\w-]*)\s*+(?:=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")


class Sanitiser:
    """Lets through what an answer to one draft may hold.

    Tags and attributes are those of the draft, as far as they do no harm, and the plain ones of any text. An address in
    `src` must stand in the draft, so that no picture reports to anybody. Links may lead to http, https, mailto, tel and
    cid, or be relative; one of another scheme (`sms:`, `webcal:`) must stand in the draft, and those of scripts and the
    like have no place even then.

    Args:
        draft: the draft, as the agent wrote it.
    """

    def __init__(self, draft: str) -> None:
        used = _used(draft)
        self.tags = PLAIN | (used.tags & _HARMLESS) | (_TABLE if "table" in used.tags else frozenset())
        own = frozenset(name for name in used.attributes if name in _HARMLESS_ATTRIBUTES or name.startswith("data-"))
        self._whole = _cleaner(self.tags, own, used.sources, used.links, "")
        self._single = _cleaner(self.tags, own, used.sources, used.links, _ALIAS)

    def clean(self, text: str) -> str:
        """Return a whole text that is safe, with its tags closed and in order."""
        if is_simple(text):
            return text
        return _BEGUN_BY_LINE_END.sub(r"\g<0>\n", self._whole.clean(tamed(text)))

    def clean_tag(self, tag: str) -> str:
        """Return one tag that is safe, or nothing."""
        name = tag_name(tag)
        if name not in self.tags:
            return ""
        if tag.startswith("</"):
            return "" if name in VOID else f"</{name}>"
        if _BARE.fullmatch(tag):
            return f"<{name}>"
        opened = self._single.clean(_NAME.sub(rf"\g<1>{_ALIAS}{name}", tag, count=1))
        opened = opened.removesuffix(f"</{_ALIAS}{name}>")
        return f"<{name}{opened.removeprefix(f'<{_ALIAS}{name}')}" if opened.startswith(f"<{_ALIAS}{name}") else ""


def safe_html(text: str, draft: str) -> str:
    """Return HTML with nothing in it but what an answer to this draft may hold; doing it again changes nothing."""
    return Sanitiser(draft).clean(text)


class _Used(Struct, frozen=True):
    """What a draft has: names of tags and of attributes, values of `src`, and links with a scheme of their own."""

    tags: frozenset[str]
    attributes: frozenset[str]
    sources: frozenset[str]
    links: frozenset[str]


_NOTHING_OF_ITS_OWN = _Used(frozenset(), frozenset(), frozenset(), frozenset())


def _used(draft: str) -> _Used:
    if is_simple(draft):
        return _NOTHING_OF_ITS_OWN
    tags, attributes, sources, links = set(), set(), set(), set()
    for start, end in open_tags(draft):
        tag = draft[start:end]
        tags.add(tag_name(tag))
        for match in _ATTRIBUTE.finditer(tag):
            name = match[1].lower()
            attributes.add(name)
            if name == "src":
                sources.add(_value(match))
            elif name == "href" and scheme_of(_value(match)) not in SCHEMES | REFUSED | {""}:
                links.add(_value(match).strip())
    return _Used(frozenset(tags), frozenset(attributes), frozenset(sources), frozenset(links))


def _value(match: re.Match[str]) -> str:
    return markup.unescape(match[2] or match[3] or match[4] or "")


@lru_cache(maxsize=256)
def _cleaner(
    tags: frozenset[str], attributes: frozenset[str], sources: frozenset[str], links: frozenset[str], alias: str
) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={alias + tag for tag in tags},
        clean_content_tags=set(DROPPED),
        attributes={"*": set(attributes), **{alias + tag: set(names) for tag, names in _SAFE_ATTRIBUTES.items()}},
        tag_attribute_values={f"{alias}img": {"src": set(sources)}},
        attribute_filter=_filter(links),
        url_schemes=set(SCHEMES | {scheme_of(link) for link in links}),
        link_rel=None,
    )


def _filter(links: frozenset[str]) -> Callable[[str, str, str], str | None]:
    """Return what looks at the values of attributes: only links of the draft may have a scheme of their own."""

    def value_of(_tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return safe_style(value) or None
        known = attribute != "href" or scheme_of(value) in SCHEMES | {""} or value.strip() in links
        return value if known else None

    return value_of
