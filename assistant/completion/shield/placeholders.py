"""Placeholders of helpdesks, mailers and templates, which are filled in after the draft was rewritten.

What stands in marks that nobody writes in prose is one, whatever is in it: `{{contact.name | default: "there"}}`,
`#{ticket.customer.firstname}`, `{%customer.name%}`, `<%= name %>`, `*|FNAME|*`. In marks that prose has too it must be
the name of a field: `%FIRST_NAME%`, `{name}`, `[ticket_id]`, `[First Name]`; so `50% of 100%`, `{"a": 1}`, `[sic]` and
`[text](address)` are none.
"""
# ruff: noqa: RUF001 - brackets of other scripts

import re
from collections.abc import Iterator

from assistant.completion.shield.placeholder_words import FIELDS, TELLING, TOLD, WITH_FIELDS

_WORD = r"[^\W\d]\w{0,40}+"
_FIELD = rf"{_WORD}(?:(?:[.-]|-(?:>|&gt;))\w{{1,40}}+){{0,6}}+"  # ticket.customer.firstname, Ticket->Subject
_CAPITALS = r"[A-Z]\w{0,30}+(?: [A-Z]\w{0,30}+){1,3}+"  # First Name
_FALLBACK = r"(?:[ ]?(?:[|]{1,2}|=)[^{}<>\n]{0,60}+)?"
_SYSTEMS = r"(?:OTRS|OTOBO|ZNUNY|KIX)_\w{1,60}+(?:\[\d{1,4}\])?"

_SHAPES = (
    r"[{][{][{]?[^{}]{1,200}+[}][}][}]?",
    r"[{]%(?:(?!%[}])[^{}]){1,200}+%[}]",
    r"[#$%][{][^{}\n]{1,120}+[}]",
    rf"[$][(][ ]?{_FIELD}[ ]?[)]",
    rf"%[(]{_FIELD}[)][sd]",
    r"[*][|][^|*\n]{1,80}+[|][*]",
    r"\[\[(?=[^\[\]\n]{0,80}?[^\W\d_])[^\[\]\n]{1,80}+\]\]",
    r"<%(?:(?!%>)[^<]){1,200}+%>",
    r"&lt;%(?:(?!%(?:&gt;|>))[^<]){1,200}+%(?:&gt;|>)",
    r"<<[^<>\n]{1,60}+>>",
    r"&lt;&lt;(?:(?!&[lg]t;)[^<>\n]){1,60}+&gt;&gt;",
    rf"<{_SYSTEMS}>",
    rf"&lt;{_SYSTEMS}&gt;",
    rf"@@{_FIELD}@@(?!\w)",
    rf"##{_FIELD}##(?!\w)",
    r"__[A-Z][A-Z0-9]{0,20}+(?:_[A-Z0-9]{1,20}+){1,5}+__(?!\w)",
    rf"%(?<![\w%].)(?![0-9A-F]{{2}}%)(?:{_FIELD}|{_CAPITALS})%(?![\w%])",
    rf"%%(?<![\w%]..){_FIELD}%%(?![\w%])",
    rf"[{{](?<![A-Za-z0-9\\)\]].)[!$@]?[ ]?(?:{_CAPITALS}|{_FIELD}){_FALLBACK}[ ]?[}}]",
)
_MARK = re.compile(r"[{[%<@#*_【［〔]|&lt;|[$][(]")
_SHAPE = re.compile("|".join(_SHAPES))
_BRACKET = re.compile(
    r"\[(?<![A-Za-z0-9_\]\[)!].)([^\[\]\d\n?!;\"“”<>(){}]{1,60}+)\](?![(\[:])|[【［〔]([^】］〕\d\n]{1,20}+)[】］〕]"
)
_IDENTIFIER = re.compile(r"[a-z]{1,30}+(?:_[a-z]{1,30}+){1,5}+", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+")
_WITH_FALLBACK = re.compile(r",\s?fallback=.*", re.DOTALL)
_MOST_WORDS = 7


def find_placeholders(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Find placeholders between two places; in HTML, angle brackets may be entities."""
    if not _MARK.search(text, start, end):
        return
    yield from (match.span() for match in _SHAPE.finditer(text, start, end))
    yield from (match.span() for match in _BRACKET.finditer(text, start, end) if is_field(match[1] or match[2]))


def is_field(inner: str) -> bool:
    """Tell whether words in brackets name what is filled in, such as `First Name` or `Numéro de commande`."""
    said = _WITH_FALLBACK.sub("", inner)
    if _IDENTIFIER.fullmatch(said):
        return True
    words = _WORDS.findall(said.casefold())
    if not 1 <= len(words) <= _MOST_WORDS or not all(word in FIELDS or word in WITH_FIELDS for word in words):
        return False
    return not FIELDS.isdisjoint(words) or not (TOLD.isdisjoint(words) or TELLING.isdisjoint(words))
