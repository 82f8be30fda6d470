"""Finding e-mail addresses and links in a plain copy, those too that a line end breaks."""
# ruff: noqa: RUF001 - marks of other scripts

import re
from collections.abc import Iterator

from assistant.text.host_names import is_end, is_host
from assistant.text.html.regions import Zone
from assistant.text.links import end_of_link

MOST_LOCAL = 256
"""Characters of an address before its @ that are looked at; RFC 5321 allows 64."""

_MARKS = "\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0b82\u0bbe-\u0bcd"  # vowels of Indian scripts
_SPACED = "[^\\W\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]"  # scripts that put spaces between words
_LETTER = f"(?:{_SPACED}|[{_MARKS}])"
_LOCAL = f"(?:{_LETTER}|[.%+'&=#$!^-])"
_LOCAL_MARKS = ".%+'&=#$!^-"
_PART = f"(?:(?!_){_LETTER}|-)"
_LABEL = f"{_PART}++(?:_++{_PART}++)*+"
_VALUE = "[^\\w\\s]{0,2}\\d|[A-Za-z]{2,3} ?\\d"
_BODY = f'(?:[^\\s<>"“”„«»。，、；！？）】」』‒–−—―·]|[—―·](?!{_VALUE}))'
"""Of dashes, a copy has those only that part it from a value, or that may do so."""
_GOES_ON = r"(?<=[/?&=%-])\n(?![a-z][a-z0-9+-]{1,20}:|www\.)(?=\S{0,80}?[a-z])(?=\S{0,80}?[/?=&%_])"
_LINK = re.compile(
    "(?P<head>(?<![a-z@])[a-z][a-z0-9+-]{1,20}+://|(?<![a-z0-9@])(?:mailto:|www\\.))"
    f"(?:[{{]{{2}}[^{{}}<>\n]{{1,80}}+[}}]{{2}}|{_BODY}|{_GOES_ON})++",
    re.IGNORECASE,
)
_LINK_MARK = re.compile(r"://|www\.|mailto:", re.IGNORECASE)
_HOST = re.compile(
    rf"(?<!{_LETTER})(?<![.@-])(?<!@[ \n])(?<!-\n)"
    rf"(?P<name>_*+(?:{_LABEL}(?<=-)\n)?+{_LABEL}(?:\.{_LABEL})++)(?![\w.+%&'=-]{{0,64}}@)"
    rf"(?P<path>(?::\d{{2,5}}(?!\d))?+(?:[/?#]{_BODY}*+)?+)"
)
_DOT = re.compile(rf"\.{_PART}")  # of a host; most texts have none inside a word
_BEFORE_AT = re.compile(rf"[ \n]?+(?P<name>{_LOCAL}++(?:\n(?=[-_+]){_LOCAL}++)?+)")  # read backwards
_QUOTED_BEFORE_AT = re.compile(r'[ \n]?+"[^"\n@<>]{1,64}+"')
_AFTER_AT = re.compile(rf"[ \n]?+(?P<name>\[[\da-fA-F.:]{{2,45}}\]|{_LABEL}(?:\.{_LABEL})*+)")
_BROKEN_DOMAIN = re.compile(rf"(?:\.\n|\n\.|(?<=-)\n)(?P<name>{_LABEL}(?:\.{_LABEL})*+)")
_NEXT_SENTENCE = re.compile(r"(?<=[a-z])(?:\.[A-Z][a-z]*+)++\Z")
_CLOSING = ".,;:!?'*_~`…"


def find_links(text: str, start: int, end: int) -> Iterator[Zone]:
    """Find links and bare hosts between two places, without the punctuation that ends a sentence."""
    if _LINK_MARK.search(text, start, end):
        for match in _LINK.finditer(text, start, end):
            last = end_of_link(text, match.start(), match.end(), _CLOSING)
            if last > match.end("head"):
                yield match.start(), last
    if not _DOT.search(text, start, end):
        return
    for match in _HOST.finditer(text, start, end):
        found = _host(text, match)
        if found:
            yield found


def _host(text: str, match: re.Match[str]) -> Zone | None:
    """Return where a bare host stands with its path; `example.com.Then` lacks a space."""
    name = match["name"]
    first = match.start() + len(name) - len(name.lstrip("_-"))
    path = end_of_link(text, match.start("path"), match.end(), _CLOSING) > match.start("path")
    if path and is_host(name, with_path=True):
        return first, end_of_link(text, first, match.end(), _CLOSING)
    name = _NEXT_SENTENCE.sub("", name)
    return (first, match.start() + len(name)) if "." in name and is_host(name, with_path=False) else None


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
