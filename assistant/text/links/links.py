"""Links as they are compared: two are one that lead to the same place."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from assistant.text.links.schemes import REFUSED, scheme_of
from assistant.text.reading import Tag

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,9}):(?://)?", re.IGNORECASE)


class Link(NamedTuple):
    """A link as it is written, and what it leads to; an e-mail address and a bare host have no scheme."""

    written: str
    scheme: str
    target: str


def links_behind(found: Iterable[Tag]) -> list[Link]:
    """Return where anchors and pictures lead to; what no answer may lead to is left out."""
    holding = (tag.attributes for tag in found if tag.attributes)
    values = (attributes.get(name, "").strip() for attributes in holding for name in ("href", "src"))
    return [read_link(each) for each in values if each and not (each.startswith("#") or scheme_of(each) in REFUSED)]


def read_link(written: str) -> Link:
    """Return where a link leads to."""
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
