"""Finding links and e-mail addresses, in a text and behind it."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from assistant.text.host_names import COUNTRIES, INSIDE, NEW, SHORT_WORDS, SURE, WITH_PATH, WORDS
from assistant.text.link_schemes import REFUSED, scheme_of
from assistant.text.reading import Tag

_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
"""Scripts that put no space beside a link: Thai, Lao, Burmese, Khmer, ideographs, kana, hangul, and wide forms."""
_BODY = rf"[^\s<>\"`\u00ab\u00bb\u201c-\u201f\u2039\u203a{_UNSPACED}]"
"""What a link is made of."""
_LETTER = rf"[^\W{_UNSPACED}]"
_MAIL_HOST = r"[a-zA-Z0-9\u00a1-\u0dff\u0f00-\u0fff\u10a0-\u177f\u1800-\u2e7f-]++"
LINK = re.compile(
    rf"(?<![a-zA-Z0-9])(?:https?|ftp)://{_BODY}++"
    rf"|(?<![a-zA-Z0-9.@/])www\.{_BODY}++"
    rf"|(?<!{_LETTER})(?<![.+%-])(?:{_LETTER}|[.+%-])++@{_MAIL_HOST}(?:\.{_MAIL_HOST})++"
    rf"|(?<!{_LETTER})(?<![.@/-])(?:(?:[a-zA-Z0-9-]++\.)+(?-i:{SURE}|{NEW}|(?:{WITH_PATH})(?=/\w))"
    rf"|(?:[a-zA-Z0-9-]++\.)+[a-zA-Z0-9-]{{3,63}}+\.(?-i:{WORDS}|{COUNTRIES}|{SHORT_WORDS}|{INSIDE})"
    rf"|(?=[a-zA-Z0-9]++-|[a-zA-Z]++\d)(?!e-mail)[a-zA-Z0-9-]++\.(?-i:{WORDS}|{COUNTRIES}|{INSIDE}))"
    rf"(?!{_LETTER}|-)(?!\.{_LETTER})(?:/{_BODY}*+)?+",
    re.IGNORECASE,
)
"""A link or e-mail address in a text, with the punctuation that may follow it."""

_CHUNK = re.compile(r"(?<!\S)[^\s.@:]*+[.@:]\S++")
"""What stands between two spaces and may hold a link; much cheaper to find than a link itself."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,9}):(?://)?", re.IGNORECASE)
_AFTER = ".,;:!?'*_~|\u2019\u2026\u060c\u061b\u061f"
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Link(NamedTuple):
    """A link as it is written, and what it leads to; an e-mail address and a bare host have no scheme."""

    written: str
    scheme: str
    target: str


def links_in_text(text: str) -> list[Link]:
    """Return the links that a text shows, without the punctuation that ends a sentence rather than a link."""
    found = (link[0] for chunk in _CHUNK.finditer(text) for link in LINK.finditer(chunk[0]))
    return [_link(link[: end_of_link(link, 0, len(link), _AFTER)]) for link in found]


def links_behind(found: Iterable[Tag]) -> list[Link]:
    """Return where anchors and pictures lead to; what no answer may lead to is left out."""
    values = (tag.attributes.get(name, "").strip() for tag in found for name in ("href", "src"))
    return [_link(value) for value in values if value and not (value.startswith("#") or scheme_of(value) in REFUSED)]


def without_links(text: str) -> str:
    """Return a text with a space in place of each link."""
    return _CHUNK.sub(lambda chunk: LINK.sub(" ", chunk[0]), text)


def _link(written: str) -> Link:
    found = _SCHEME.match(written)
    scheme = found[1].lower() if found else ""
    rest = written[found.end() :] if found else written
    if scheme in ("mailto", "tel", "sms"):
        return Link(written, "", rest.casefold() if scheme == "mailto" else re.sub(r"[^\d+]", "", rest))
    if "@" in rest.partition("/")[0]:
        return Link(written, scheme, rest.casefold())
    return Link(written, scheme, _target(rest))


def _target(rest: str) -> str:
    host, slash, path = rest.partition("/")
    name = host.lower().removeprefix("www.")
    return f"{name}{slash}{path}".rstrip("/") or rest


def host_of(target: str) -> str:
    """Return the host of a link's target, or of an e-mail address."""
    return re.split(r"[/?#:]", target.rpartition("@")[2], maxsplit=1)[0]


def end_of_link(text: str, start: int, end: int, marks: str) -> int:
    """Step back over what belongs to the sentence; a closing bracket stays if the link has its opening one.

    Args:
        text: any text.
        start: where the link begins.
        end: where it may end.
        marks: that end a sentence rather than a link.
    """
    extra = {
        close: text.count(close, start, end) - text.count(opening, start, end) for close, opening in _PAIRS.items()
    }
    while end > start and (text[end - 1] in marks or extra.get(text[end - 1], 0) > 0):
        end -= 1
        if text[end] in extra:
            extra[text[end]] -= 1
    return end
