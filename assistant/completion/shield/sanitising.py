"""HTML of which nothing is to fear: tags and attributes of the draft, and a few that do no harm, through nh3."""

import html as markup
import re
from functools import lru_cache

import nh3

from assistant.completion.shield.tags import DROPPED, open_tags, tag_name

_SAFE_WORDS = "a b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup u ul"
_SAFE = frozenset(_SAFE_WORDS.split())
_HARMLESS = (
    _SAFE | (nh3.ALLOWED_TAGS - {"map", "area"}) | {"font", "section", "main", "tfoot", "big", "address", "label"}
)
_TABLE = frozenset({"thead", "tbody", "tr", "td", "th"})  # a parser adds some of these by itself
_SAFE_ATTRIBUTES = {"a": frozenset({"href"}), "ol": frozenset({"start"})}
_HARMLESS_ATTRIBUTES_WORDS = (
    "align alt bgcolor border cellpadding cellspacing class color cols colspan cite datetime dir face headers "
    "height hreflang lang nowrap rel reversed role rowspan rows scope size span start style target title type "
    "valign value width"
)
_HARMLESS_ATTRIBUTES = frozenset(_HARMLESS_ATTRIBUTES_WORDS.split())
_STYLES_WORDS = (
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right "
    "border-spacing border-style border-top border-width color direction display font font-family font-size font- "
    "style font-variant font-weight height letter-spacing line-height list-style-type margin margin-bottom "
    "margin-left margin-right margin-top max-height max-width min-height min-width padding padding-bottom "
    "padding-left padding-right padding-top table-layout text-align text-decoration text-indent text-transform "
    "vertical-align white-space width word-break word-spacing"
)
_STYLES = frozenset(_STYLES_WORDS.split())
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid"})
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_ALIAS = "x-"  # by an own name, nh3 takes a table's cell for what it is without the table around it
_NAME = re.compile(r"(</?)([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s\"'/]([a-zA-Z][\w-]*)\s*+(?:=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")


class Sanitiser:
    """Lets through what an answer to one draft may hold.

    Tags and attributes are those of the draft, as far as they do no harm, and the plain ones of any text. An address in
    `src` must stand in the draft, so that no picture reports to anybody. Links may lead to http, https, mailto, tel and
    cid, or be relative.

    Args:
        draft: the draft, as the agent wrote it.
    """

    def __init__(self, draft: str) -> None:
        tags, attributes, sources = _used(draft)
        self.tags = _SAFE | (tags & _HARMLESS) | (_TABLE if "table" in tags else frozenset())
        own = frozenset(name for name in attributes if name in _HARMLESS_ATTRIBUTES or name.startswith("data-"))
        self._whole = _cleaner(self.tags, own, sources, "")
        self._single = _cleaner(self.tags, own, sources, _ALIAS)

    def clean(self, text: str) -> str:
        """Return a whole text that is safe, with its tags closed and in order."""
        return self._whole.clean(text)

    def clean_tag(self, tag: str) -> str:
        """Return one tag that is safe, or nothing."""
        name = tag_name(tag)
        if name not in self.tags:
            return ""
        if tag.startswith("</"):
            return "" if name in _VOID else f"</{name}>"
        opened = self._single.clean(_NAME.sub(rf"\g<1>{_ALIAS}{name}", tag, count=1))
        opened = opened.removesuffix(f"</{_ALIAS}{name}>")
        return f"<{name}{opened.removeprefix(f'<{_ALIAS}{name}')}" if opened.startswith(f"<{_ALIAS}{name}") else ""


def safe_html(text: str, draft: str) -> str:
    """Return HTML with nothing in it but what an answer to this draft may hold; doing it again changes nothing."""
    return Sanitiser(draft).clean(text)


def _used(draft: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the names of tags and of attributes in a draft, and the values of `src`."""
    tags, attributes, sources = set(), set(), set()
    for start, end in open_tags(draft):
        tag = draft[start:end]
        tags.add(tag_name(tag))
        for match in _ATTRIBUTE.finditer(tag):
            attributes.add(match[1].lower())
            if match[1].lower() == "src":
                sources.add(markup.unescape(match[2] or match[3] or match[4] or ""))
    return frozenset(tags), frozenset(attributes), frozenset(sources)


@lru_cache(maxsize=256)
def _cleaner(tags: frozenset[str], attributes: frozenset[str], sources: frozenset[str], alias: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={alias + tag for tag in tags},
        clean_content_tags=set(DROPPED),
        attributes={"*": set(attributes), **{alias + tag: set(names) for tag, names in _SAFE_ATTRIBUTES.items()}},
        tag_attribute_values={f"{alias}img": {"src": set(sources)}},
        filter_style_properties=set(_STYLES),
        url_schemes=set(_SCHEMES),
        link_rel=None,
    )
