# ruff: noqa: RUF001 - dashes and colons of other scripts
"""What stands above quoted history: "On … wrote:", a block of headers, or "--- Original Message ---"."""

import re
from collections.abc import Iterator, Sequence

from assistant.text.mails import wording
from assistant.text.mails.lines import Line
from assistant.text.mails.phrases import either

_MOST_LINES = 4  # over which programs wrap the line above a quotation
_LONGEST = 320
_MOST_HEADERS = 12
_SURE, _LIKELY = (
    3,
    2,
)  # headers of different kinds that make a block: by themselves, and with an address or under a rule
_NEAR = 3
_TAIL = 12


_ADDRESS = re.compile(r"<[^<>]{0,200}>|\(?[\w.+'-]{1,64}@[\w.-]{1,200}\)?|\[mailto:[^\]]*\]|&lt;[^&]{0,200}&gt;")
_MOMENT = re.compile(r"\d{1,2}[:.h時]\d{2}|(?<!\d)(?:19|20)\d{2}(?!\d)|\d{1,2}[./-]\d{1,2}|\d{1,2}[日일]")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_OPENER = re.compile(rf"(?:[-*\s]{{0,8}})(?:{either(wording.OPENERS)})[\s,](?=.*\d)|\W{{0,8}}\d", re.IGNORECASE)
_WEEKDAY = re.compile(r"\W{0,8}[^\W\d_]{1,14}[.,]?\s+(?:[^\W\d_]{1,10}\s+)?\d{1,4}")
_WROTE_LAST = re.compile(
    rf"(?:(?<!\w)|(?<=[>)\"'”«»\d]))(?:{either(wording.WROTE)})[\s\"'”»]*(?:[:：]|-{{2,}})\s*-*$", re.IGNORECASE
)
_WROTE = re.compile(rf"(?<!\w)(?:{either(wording.WROTE)})(?!\w)", re.IGNORECASE)
_BARE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2},?\s(?:\d{1,2}:\d{2}(?::\d{2})?\s)?(?:(?:GMT|UTC)[+-]\d{1,2}:?\d{2}\s.{1,80}|.{0,80}<[^<>\s]+@[^<>\s]+>)$"
)
_LONGEST_VERB = 24
_ENDS = re.compile(r"[:：]\W*$")
_ENDS_ADDRESSED = re.compile(r"(?:>|&gt;|@[\w.-]{1,100}\)?)\s*[:：]\s*$")
_SHARED = re.compile(r"(?<=\S)\s+(?=On\s(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},.{4,200}\swrote:\s*$)")
_HEADER = {
    kind: re.compile(rf"[\W_]{{0,6}}(?:{either(words)})[\s*_]{{0,3}}[:：](?P<value>.*)", re.IGNORECASE)
    for kind, words in (
        ("from", wording.FROM),
        ("to", wording.TO),
        ("date", wording.DATE),
        ("subject", wording.SUBJECT),
    )
}
_OTHER_HEADER = re.compile(r"\W{0,6}[^\W\d_][\w -]{0,24}\s?[:：]\s?\S")
_SECOND = re.compile(rf"\s(?:{either(wording.SUBJECT, wording.TO)})\s?[:：]\s", re.IGNORECASE)
_DASHED = re.compile(r"\W{0,2}[-_=*—–]{2,}\s*(?P<said>[^-_=*\s].{0,80}?)\s*[-_=*—–]{2,}\W{0,2}$")
_HISTORY = re.compile(rf"(?:{either(wording.HISTORY)})(?!\w)", re.IGNORECASE)
_BEGINS_HISTORY = re.compile(rf"\W{{0,3}}(?:{either(wording.HISTORY)})[^\n]{{0,60}}$", re.IGNORECASE)
_ABOVE = re.compile(either(wording.ABOVE), re.IGNORECASE)
_REPLY = re.compile(rf"(?<!\w)(?:{either(wording.REPLY)})", re.IGNORECASE)
_MARKED_OFF = re.compile(r"\W{3,}|[-#*=_\[<—–+~|].*[-#*=_\]>—–+~|]$")
_LONGEST_BARE, _LONGEST_MARKED_OFF = 60, 160
_RULE = re.compile(r"\s*(?:[-_=*—–]\s?){4,}\s*$")


def find_opening(lines: Sequence[Line], place: int) -> int:
    """Return where the lines end that open quoted history, if they begin at a place; 0 if they don't."""
    if not lines[place].text.strip():
        return 0
    return _attribution_end(lines, place) or _separator_end(lines, place) or _headers_end(lines, place, _SURE)


def is_whole_mail(lines: Sequence[Line], place: int) -> bool:
    """Tell whether what opens history at a line are the headers of a whole mail, which is history to its end."""
    return not _attribution_end(lines, place)


def introduces(lines: Sequence[Line]) -> bool:
    """Tell whether the last of some lines say whose the lines below them are."""
    near = list(lines[-_MOST_LINES - _NEAR :])
    while near and not near[-1].text.strip():
        near.pop()
    if not near:
        return False
    return _names_writer(near[-1].text) or any(find_opening(near, place) == len(near) for place in range(len(near)))


def introduces_marked(lines: Sequence[Line], place: int) -> bool:
    """Tell whether a line says whose the marked lines right under it are, in whatever language."""
    under = next(_filled(lines, place + 1, _NEAR), -1)
    return under >= 0 and lines[under].depth > 0 and _names_writer(lines[place].text)


def _names_writer(text: str) -> bool:
    """Tell whether a line ends with a colon, and holds a date or an address."""
    said = text.strip()
    if not _ends(said) or len(said) > _LONGEST:
        return False
    return bool(_MOMENT.search(_ADDRESS.sub(" ", said)) or _ADDRESS.search(said))


def shared_line(text: str) -> int:
    """Return where the line above a quotation begins that shares its line with an answer; 0 if there is none."""
    match = _SHARED.search(text)
    return match.end() if match and any(map(str.isalpha, text[: match.start()])) else 0


def _attribution_end(lines: Sequence[Line], place: int) -> int:
    """Return where the lines end that say who wrote what follows, or what to write above; 0 if none stand here."""
    if _asks_to_write_above(lines[place].text):
        return place + 1
    taken: list[str] = []
    for end in range(place, min(place + _MOST_LINES, len(lines))):
        text = lines[end].text.strip()
        if not text or lines[end].depth != lines[place].depth:
            return 0
        taken.append(text)
        said = " ".join(taken)
        if len(said) > _LONGEST:
            return 0
        if _ends_unsaid(said):
            return end + 1
        if _ends(said) or text.endswith("--"):
            return end + 1 if _is_attribution(said) and not _begins_later(taken) else 0
    return 0


def _asks_to_write_above(text: str) -> bool:
    """Tell whether a line is a helpdesk's "reply above this line": marked off from prose, or nothing but that."""
    said = text.strip()
    if len(said) > _LONGEST_MARKED_OFF:
        return False
    if not _ABOVE.search(said):
        return False
    return bool(_MARKED_OFF.match(said) or (len(said) <= _LONGEST_BARE and said[-1:] != "?" and _REPLY.search(said)))


def _ends_unsaid(said: str) -> bool:
    """Tell whether a line says who wrote, as some programs do, without a colon."""
    if _BARE.match(said):
        return True
    wrote = _WROTE.search(said[-_LONGEST_VERB:])
    return bool(wrote and _OPENER.match(said) and said.endswith(wrote[0]) and "@" in said and _MOMENT.search(said))


def _begins_later(taken: Sequence[str]) -> bool:
    """Tell whether the last of some lines say who wrote by themselves, and begin as such lines do."""
    rest = (" ".join(taken[start:]) for start in range(1, len(taken)))
    return any(_OPENER.match(said) and not _starts_with_time(said) and _is_attribution(said) for said in rest)


def _starts_with_time(said: str) -> bool:
    return said.lower().startswith(("at ", "um ", "à ", "a las ", "às ", "kl"))


def _is_attribution(said: str) -> bool:
    bare = _ADDRESS.sub(" ", said)
    dated = bool(_MOMENT.search(bare))
    addressed = bare != said
    opened = bool(_OPENER.match(said))
    if _WROTE_LAST.search(said):
        return addressed or (opened and (dated or bool(_DAY.search(bare))))
    if not dated:
        return False
    if _WROTE.search(bare):
        return addressed or opened
    return bool(_ENDS_ADDRESSED.search(said)) and (opened or bool(_WEEKDAY.match(said)))


def _separator_end(lines: Sequence[Line], place: int) -> int:
    """Return where a line of dashes ends that says that another mail follows, with the headers under it."""
    text = lines[place].text.strip()
    if _RULE.match(text):
        under = next(_filled(lines, place + 1, _NEAR), -1)
        return _headers_end(lines, under, _LIKELY) if under >= 0 else 0
    dashed = _DASHED.match(text)
    if dashed and _HISTORY.search(dashed["said"]):
        return place + 1
    if not dashed and not _BEGINS_HISTORY.match(text):
        return 0
    under = next(_filled(lines, place + 1, _NEAR), -1)
    return _headers_end(lines, under, _LIKELY) if under >= 0 else 0


def _headers_end(lines: Sequence[Line], place: int, wanted: int) -> int:
    """Return where a block of headers ends; 0 if there are too few of them."""
    kinds: set[str] = set()
    addressed = False
    end = place
    for at in _filled(lines, place, _MOST_HEADERS):
        kind = _kind(lines[at].text)
        if at > end + 1 or (not kind and (at == place or not _continues(lines, at))):
            break
        if kind:
            kinds.add(kind)
            kinds.update({"subject"} if _SECOND.search(lines[at].text) else ())
        addressed = addressed or "@" in lines[at].text
        end = at
    told = "from" in kinds or {"date", "subject"} <= kinds
    enough = len(kinds) >= (_LIKELY if addressed or wanted == _LIKELY else _SURE)
    return end + 1 if told and enough and ("subject" in kinds or addressed or wanted == _LIKELY) else 0


def _continues(lines: Sequence[Line], at: int) -> bool:
    """Tell whether a line goes on with a header whose value is long, or stands below its name."""
    before = lines[at - 1].text
    return bool(before.strip()) and (
        _ends(before)
        or bool(_OTHER_HEADER.match(lines[at].text))
        or lines[at].text[:1] in " \t"
        or before.rstrip()[-1] in ",;"
    )


def _ends(said: str) -> bool:
    return bool(_ENDS.search(said[-_TAIL:]))


def _kind(text: str) -> str:
    if len(text) > 2 * _LONGEST and "@" not in text:
        return ""
    if ":" not in text and "：" not in text:
        return ""
    return next((kind for kind, pattern in _HEADER.items() if pattern.match(text)), "")


def _filled(lines: Sequence[Line], start: int, most: int) -> Iterator[int]:
    """Give the places of the next lines that are not empty, with at most one empty line between them."""
    for place in range(start, min(start + most, len(lines))):
        if lines[place].text.strip():
            yield place
