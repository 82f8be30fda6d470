"""Finding links and e-mail addresses: for masking in a plain copy, for guards in what a reader sees."""
# ruff: noqa: RUF001 - marks of other scripts

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.text.html.regions import Zone
from assistant.text.lazy import regex
from assistant.text.links.host_names import is_end, is_host
from assistant.text.reading import UNSPACED

MOST_LOCAL = 256
"""Characters of an address before its @ that are looked at; RFC 5321 allows 64."""

_MARKS = "\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0b82\u0bbe-\u0bcd"  # vowels of Indian scripts
_UNSPACED = rf"{UNSPACED}\uff00-\uffef"  # wide forms, too
_LETTER = f"(?:[^\\W{_UNSPACED}]|[{_MARKS}])"
_LOCAL = f"(?:[^\\W{_UNSPACED}]++|[{_MARKS}.%+'&=#$!^-])"
_LOCAL_MARKS = ".%+'&=#$!^-"
_PART = f"(?:[^\\W_{_UNSPACED}]++|[{_MARKS}-])"
_LABEL = f"(?>{_PART}+)(?>(?:_++(?>{_PART}+))*)"
_VALUE = "[^\\w\\s]{0,2}\\d|[A-Za-z]{2,3} ?\\d"
_NO_BODY = '\\s<>"“”„«»。，、；！？）】」』‒–−—―·'
_BODY = f"(?:[^{_NO_BODY}]|[—―·](?!{_VALUE}))"
"""Of dashes, a copy has those only that part it from a value, or that may do so."""
_NOT_SEEN_BODY = f'\\s<>"`\u00ab\u00bb\u201c-\u201f\u2039\u203a{_UNSPACED}'
_SEEN_BODY = f"[^{_NOT_SEEN_BODY}]"
_GOES_ON = r"(?<=[/?&=%-])\n(?![a-z][a-z0-9+-]{1,20}:|www\.)(?=\S{0,80}?[a-z])(?=\S{0,80}?[/?=&%_])"
_LINK_MARK = regex(r"[:wW](?:(?<=:)(?://|(?<=(?i:mailto):))|(?<=[wW])(?i:ww\.))")
_HEAD = r"(?P<head>(?<![a-z@])[a-z][a-z0-9+-]{1,20}+://|(?<![a-z0-9@])(?:mailto:|www\.))"
_LINK_HEAD = regex(_HEAD, re.IGNORECASE)
_LONGEST_SCHEME = 21  # characters
_LONGEST_LABEL = 256  # characters of a host's name that are looked at before the end of a line
_NEXT = 2  # characters behind a word that tell whether a dash in it parts a value: "—USD 5"
_REST_OF_WORD = regex(r"\S*+")
_DOT = regex(rf"\.{_PART}")  # of a host; most texts have none inside a word
_BEFORE_AT = regex(rf"[ \n]?+(?P<name>(?>{_LOCAL}+)(?>(?:\n(?=[-_+])(?>{_LOCAL}+))?))")  # read backwards
_QUOTED_BEFORE_AT = regex(r'[ \n]?+"[^"\n@<>]{1,64}+"')
_AFTER_AT = regex(rf"[ \n]?+(?P<name>\[[\da-fA-F.:]{{2,45}}\]|{_LABEL}(?>(?:\.{_LABEL})*))")
_BROKEN_DOMAIN = regex(rf"(?:\.\n|\n\.|(?<=-)\n)(?P<name>{_LABEL}(?>(?:\.{_LABEL})*))")
_NEXT_SENTENCE = regex(r"(?<=[a-z])(?>(?:\.[A-Z][a-z]*+)+)\Z")
_IN_LINK = regex(r"[.@:](?=\S)")
"""What every link has inside; much cheaper to find than a link itself."""
_CLOSING = ".,;:!?'*_~`|’…،؛؟"
_PAIRS = {")": "(", "]": "[", "}": "{"}


class _Shape(NamedTuple):
    """What links look like."""

    link: re.Pattern[str]
    host: re.Pattern[str]


def _shape(body: str, others: str) -> _Shape:
    """Return what links look like that are made of such signs, most of which are none of some others."""
    link = f"{_HEAD}(?>(?:[^{others}{{]++|[{{]{{2}}[^{{}}<>\n]{{1,80}}+[}}]{{2}}|{body}|{_GOES_ON})+)"
    host = (
        rf"(?<!{_LETTER})(?<![.@-])(?<!@[ \n])(?<!-\n)"
        rf"(?P<name>_*+(?>(?:{_LABEL}(?<=-)\n)?){_LABEL}(?>(?:\.{_LABEL})+))(?![\w.+%&'=-]{{0,64}}@)"
        rf"(?P<path>(?>(?::\d{{2,5}}(?!\d))?)(?>(?:[/?#](?>(?:[^{others}]++|{body})*))?))"
    )
    return _Shape(regex(link, re.IGNORECASE), regex(host))


_WHOLE, _SEEN = _shape(_BODY, _NO_BODY), _shape(_SEEN_BODY, _NOT_SEEN_BODY)
"""Links with all that may belong to them, and those that end where words of a script without spaces begin."""


def find_links(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find links and bare hosts between two places, without the punctuation that ends a sentence."""
    return _find_links(text, start, end, _WHOLE)


def find_addresses(text: str) -> list[Zone]:
    """Find the links, bare hosts and e-mail addresses that a reader sees, in order; none goes on behind a blank."""
    found: list[Zone] = []
    end = 0
    while inside := _IN_LINK.search(text, end):
        start = _word_start(text, end, inside.start())
        end = _word_end(text, inside.end(), len(text))
        zones = [*_find_links(text, start, end, _SEEN), *find_emails(text, start, end)]
        for zone in sorted(zones, key=lambda zone: (zone[0], -zone[1])):
            if not found or zone[0] >= found[-1][1]:
                found.append(zone)
    return found


def _find_links(text: str, start: int, end: int, shape: _Shape) -> Iterator[Zone]:
    position = start
    for match in _links(text, start, end, shape.link):
        last = _end_of_link(text, match.start(), match.end())
        if last > match.end("head"):
            yield match.start(), last
            position = last if match.start() == position else position
    yield from filter(None, (_host(text, match) for match in _hosts(text, position, end, shape.host)))


def _links(text: str, start: int, end: int, link: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Find what looks like a link: it is tried only where the mark of one stands."""
    position = start
    for mark in _LINK_MARK.finditer(text, start, end):
        first = max(position, mark.start() - _LONGEST_SCHEME)
        position = max(position, mark.end())
        while head := _LINK_HEAD.search(text, first, mark.end()):
            if match := link.match(text, head.start(), end):
                yield match
                position = match.end()
                break
            first = head.start() + 1


def _hosts(text: str, start: int, end: int, host: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Find what looks like a bare host: it is looked for only in words with a dot, most of which are the last ones."""
    position = taken = start
    while dot := _DOT.search(text, position, end):
        first = _word_start(text, position, dot.start())
        if text.endswith("-\n", taken, first):
            first = _word_start(text, max(taken, first - _LONGEST_LABEL), first - 2)
        position = _word_end(text, dot.end(), end)
        for match in host.finditer(text, first, min(position + _NEXT, end)):
            if match.start() < position:
                yield match
                taken = match.end()


def _word_end(text: str, start: int, end: int) -> int:
    rest = _REST_OF_WORD.match(text, start, end)
    return rest.end() if rest else start


def _word_start(text: str, start: int, end: int) -> int:
    """Return where the word begins that goes on up to a place."""
    blank = max(text.rfind(" ", start, end), text.rfind("\n", start, end), text.rfind("\t", start, end))
    return max(start, blank + 1)


def _host(text: str, match: re.Match[str]) -> Zone | None:
    """Return where a bare host stands with its path; `example.com.Then` lacks a space."""
    name = match["name"]
    first = match.start() + len(name) - len(name.lstrip("_-"))
    path = _end_of_link(text, match.start("path"), match.end()) > match.start("path")
    if path and is_host(name, with_path=True):
        return first, _end_of_link(text, first, match.end())
    name = _NEXT_SENTENCE.sub("", name)
    return (first, match.start() + len(name)) if "." in name and is_host(name, with_path=False) else None


def _end_of_link(text: str, start: int, end: int) -> int:
    """Step back over what belongs to the sentence; a closing bracket stays if the link has its opening one."""
    extra: dict[str, int] = {}  # brackets that close and were not opened, where the link ends with some
    while end > start:
        last = text[end - 1]
        if last in _PAIRS:
            more = extra.get(last)
            if more is None:
                more = text.count(last, start, end) - text.count(_PAIRS[last], start, end)
            if more <= 0:
                break
            extra[last] = more - 1
        elif last not in _CLOSING:
            break
        end -= 1
    return end


def find_emails(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find e-mail addresses, international ones too; beside a blank or a line end, those of well-known domains."""
    at = text.find("@", start, end)
    while at >= 0:
        first = _local_start(text, max(start, at - MOST_LOCAL), at)
        last, known = _domain_end(text, at + 1, end)
        apart = text[at - 1 : at].isspace() or text[at + 1 : at + 2].isspace()
        if first is not None and last and (known or not apart):
            yield first, last
        at = text.find("@", last or at + 1, end)


def _local_start(text: str, start: int, at: int) -> int | None:
    """Return where the part before an @ begins."""
    backwards = text[start:at][::-1]
    quoted = _QUOTED_BEFORE_AT.match(backwards)
    if quoted:
        return at - quoted.end()
    match = _BEFORE_AT.match(backwards)
    name = match["name"].rstrip(_LOCAL_MARKS) if match else ""
    return at - match.start("name") - len(name) if match and name.strip(_LOCAL_MARKS + "\n") else None


def _domain_end(text: str, start: int, end: int) -> tuple[int, bool]:
    """Return where the domain behind an @ ends, 0 when there is none, and whether its end is known."""
    match = _AFTER_AT.match(text, start, end)
    if match is None:
        return 0, False
    name = _NEXT_SENTENCE.sub("", match["name"])
    last = match.start("name") + len(name)
    if name.startswith("["):
        return last, False
    if "." in name and is_end(name.rpartition(".")[2]):
        return last, True
    broken = _BROKEN_DOMAIN.match(text, last, end)
    if broken and is_end(broken["name"].rpartition(".")[2]):
        return broken.end(), True
    return (last, False) if "." in name else (0, False)
