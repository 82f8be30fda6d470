"""Placeholders of helpdesks, mailers and templates, which are filled in after the draft was rewritten.

What stands in marks that no one writes in prose is one, whatever is in it: `{{contact.name | default: "there"}}`,
`#{ticket.customer.firstname}`, `{%customer.name%}`, `<%= name %>`, `*|FNAME|*`. In marks that prose has too it must be
the name of a field: `%FIRST_NAME%`, `{name}`, `[ticket_id]`, `[First Name]`; so `50% of 100%`, `{"a": 1}`, `[sic]` and
`[text](address)` are none. Nor is what heads a line, as `【注文番号】12345` does, or names a part of a form, as in
`the [Name] field`.
"""
# ruff: noqa: RUF001 - brackets of other scripts

import re
from collections.abc import Iterator

from assistant.text.lazy import regex
from assistant.text.placeholder_words import ALONE, FIELDS, OWNERS, TELLING, TOLD, WITH_FIELDS

_WORD = r"[^\W\d]\w{0,40}+"
_FIELD = rf"{_WORD}(?>(?:(?:[.-]|-(?:>|&gt;))\w{{1,40}}+){{0,6}})"  # ticket.customer.firstname, Ticket->Subject
_CAPITALS = r"[A-Z]\w{0,30}+(?>(?: [A-Z]\w{0,30}+){1,3})"  # First Name
_FALLBACK = r"(?:[ ]?(?:[|]{1,2}|=)[^{}<>\n]{0,60}+)?"
_SYSTEMS = r"(?:OTRS|OTOBO|ZNUNY|KIX)_\w{1,60}+(?:\[\d{1,4}\])?"

_SHAPES = (
    r"[{][{][{]?[^{}]{1,200}+[}][}][}]?",
    r"[{]%(?>(?:(?!%[}])[^{}]){1,200})%[}]",
    r"[#$%][{][^{}\n]{1,120}+[}]",
    rf"[$][(][ ]?{_FIELD}[ ]?[)]",
    rf"%[(]{_FIELD}[)][sd]",
    r"[*][|][^|*\n]{1,80}+[|][*]",
    r"\[\[(?=[^\[\]\n]{0,80}?[^\W\d_])[^\[\]\n]{1,80}+\]\]",
    r"<%(?>(?:(?!%>)[^<]){1,200})%>",
    r"&lt;%(?>(?:(?!%(?:&gt;|>))[^<]){1,200})%(?:&gt;|>)",
    r"<<[^<>\n]{1,60}+>>",
    r"&lt;&lt;(?>(?:(?!&[lg]t;)[^<>\n]){1,60})&gt;&gt;",
    rf"<{_SYSTEMS}>",
    rf"&lt;{_SYSTEMS}&gt;",
    rf"@@{_FIELD}@@(?!\w)",
    rf"##{_FIELD}##(?!\w)",
    r"__[A-Z][A-Z0-9]{0,20}+(?>(?:_[A-Z0-9]{1,20}+){1,5})__(?!\w)",
    rf"%(?<![\w%].)(?![0-9A-F]{{2}}%)(?:{_FIELD}|{_CAPITALS})%(?![\w%])",
    r"[$](?<![\w$].)[A-Z][A-Z0-9_]{1,30}+[$](?![\w$])",
    r"#(?<![\w#&].)(?:[A-Z][A-Z0-9_]{1,30}+|[a-z]{1,20}_[a-z_]{1,30}+)#(?![\w#])",
    r"[{](?<![\w\\)\]}].)\d{1,2}[}](?![{\w])",
    r"[〇○◯](?<![〇○◯一二三四五六七八九十百千\d].)[〇○◯]{1,3}(?![〇○◯一二三四五六七八九十年\d])",
    r"[●△□×](?<![●△□×].)[●△□×]{1,3}(?=[ \u3000]?(?:様|さま|さん|殿|御中|株式会社))",
    rf"%%(?<![\w%]..){_FIELD}%%(?![\w%])",
    rf"[{{](?<![A-Za-z0-9\\)\]].)[!$@]?[ ]?(?:{_CAPITALS}|{_FIELD}){_FALLBACK}[ ]?[}}]",
)
_MARK = regex(r"[{[%<@#*_【［〔$〇○◯●△□×&](?:(?<!&)|lt;)")
_SHAPE = regex(f"(?=[{{[%<@#*_$〇○◯●△□×&])(?:{'|'.join(_SHAPES)})")
_BRACKET = regex(
    r"\[(?<![A-Za-z0-9_\]\[)!].)(?P<square>[^\[\]\d\n?!;\"“”<>(){}]{1,60}+)\](?![(\[:]|https?:)"
    r"|[{](?<![A-Za-z0-9\\)\]}{#$%@!].)[ ]?(?P<curly>[^\W\d_][^{}\d\n;=\"'<>()\[\]]{1,60}+)[}]"
    r"|[【［〔](?P<wide>[^】］〕\d\n]{1,20}+)[】］〕]"
)
_CALLED = regex(  # 【お客様名】様, 【订单号】。
    r"(?>(?:</?(?:b|strong|em|i|u|span|font)(?![\w-])[^<>]{0,200}>){0,4})"
    r"(?:様|さま|さん|殿|氏|御中|宛|です|でございます|[のはがをに](?![ぁ-ん])|님|[이가은는을를의에로와과](?=\s)"
    r"|先生|女士|小姐|老[师師]|[您你]好"
    r"|[ \t\u3000]*+(?:[、。，！？,.!?)）」』]"
    r"|[:：]?[ \t]*+(?:(?:\n|<br ?/?>)(?![\d０-９])|</(?:p|div|li|td|th|h\d)>|\Z)))",
    re.IGNORECASE,
)
_CONTROL_BEFORE = regex(
    r"(?:[>→»]|(?<!\w)(?:fields?|columns?|buttons?|menus?|tabs?|Feld(?:er|ern)?|Spalten?|Schaltfläche|Menü|Reiter|"
    r"champs?|bouton|colonne|onglet|campos?|botón|botão|columna|pulsante|scheda|veld|knop))\s"
    r"(?:\[[^\[\]\n]{1,40}\](?:,|\s(?:and|or|und|oder|et|ou|y|o|e|en))\s){0,2}\Z",
    re.IGNORECASE,
)
_CONTROL_AFTER = regex(
    r"\s(?:[>→»]|(?:(?:and|or|und|oder)\s\[[^\[\]\n]{1,40}\]\s)?"
    r"(?:field|column|button|menu|tab|Feld|Spalte|Schaltfläche|Menü|Reiter)s?(?!\w))",
    re.IGNORECASE,
)
_MOST_BEFORE = 120  # characters of a list of controls
_IDENTIFIER = regex(r"[a-z]{1,30}+(?>(?:_[a-z]{1,30}+){1,5})", re.IGNORECASE)
_WORDS = regex(r"[^\W\d_]+")
_WITH_FALLBACK = regex(r",\s?fallback=.*", re.DOTALL)
_MOST_WORDS = 7


def find_placeholders(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Find placeholders between two places; in HTML, angle brackets may be entities."""
    first = _MARK.search(text, start, end)
    if first is None:
        return
    start = first.start()
    yield from (match.span() for match in _SHAPE.finditer(text, start, end))
    yield from (match.span() for match in _BRACKET.finditer(text, start, end) if _is_filled_in(match, text))


def _is_filled_in(match: re.Match[str], text: str) -> bool:
    """Tell whether brackets hold the name of a field, and stand where it is filled in."""
    if match["curly"]:
        return _is_field_of(match["curly"])
    if match["wide"]:
        return is_field(match["wide"]) and not _is_heading(match, text)
    return is_field(match["square"]) and not _is_control(match, text)


def _is_field_of(inner: str) -> bool:
    """Tell whether braces hold `first name`, `contact:name` or `name:there`; `color:red` is none."""
    owner, colon, rest = inner.partition(":")
    if not colon:
        return is_field(inner)
    return rest[:1].isalpha() and (owner.casefold() in OWNERS or is_field(owner))


def _is_heading(match: re.Match[str], text: str) -> bool:
    """Tell whether what follows brackets is their value: `【日期】5月3日`."""
    before = text[match.start() - 1 : match.start()]
    return (not before or before.isspace() or before in "】！。>") and _CALLED.match(text, match.end()) is None


def _is_control(match: re.Match[str], text: str) -> bool:
    """Tell whether brackets hold what a button, a menu or a field of a form is called."""
    before = text[max(0, match.start() - _MOST_BEFORE) : match.start()]
    return bool(_CONTROL_BEFORE.search(before) or _CONTROL_AFTER.match(text, match.end()))


def is_field(inner: str) -> bool:
    """Tell whether words in brackets name what is filled in, such as `First Name` or `Numéro de commande`."""
    said = _WITH_FALLBACK.sub("", inner)
    if _IDENTIFIER.fullmatch(said):
        return True
    if said.casefold() in ALONE:
        return True
    words = _WORDS.findall(said.casefold().replace("#", " number "))
    if not 1 <= len(words) <= _MOST_WORDS or not all(word in FIELDS or word in WITH_FIELDS for word in words):
        return False
    told = TOLD.intersection(words)
    return not FIELDS.isdisjoint(words) or len(told - {"no"}) > 1 or bool(told and not TELLING.isdisjoint(words))
