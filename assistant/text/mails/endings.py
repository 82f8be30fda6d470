# ruff: noqa: RUF001 - dashes and colons of other scripts
"""What ends a mail and is not what its sender has to say: sign-off, signature, footers and legal notices."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from assistant.text.letters import wording as letters
from assistant.text.letters.letters import NAME_WORD, end_of_greeting
from assistant.text.mails import wording
from assistant.text.mails.phrases import either
from assistant.text.reading import fold

_CLOSING = rf"(?:{either(letters.CLOSINGS, letters.WEAK_CLOSINGS, wording.FURTHER_CLOSINGS)})(?!\w)"
_AND = r"\s*(?:[&+,/]|and|und|et|y|e|i|и|en|och|og|ja)?\s*"
_SIGN_OFF = re.compile(rf"\W{{0,3}}{_CLOSING}(?:{_AND}{_CLOSING}){{0,2}}[\s,.!:;*~-]*(?P<rest>.*)", re.IGNORECASE)
_DELIMITER = re.compile(r"\s*(?:-{2,3}|[—–]{1,3}|_{2,3})\s*$")
_RULE = re.compile(r"\s*(?:[-_=*~—–#]\s?){3,}\s*$")
_DASHED_NAME = re.compile(r"\s*[-–—~/]{1,2}\s?(?P<name>[^\W\d_][^\n]{0,40})$")
_SENT_FROM = re.compile(
    rf"\W{{0,6}}(?:{either(wording.SENT_FROM)})|[^.!?]{{0,40}}(?:{either(wording.SENT_LAST)})\W*$", re.IGNORECASE
)
_DEVICE = re.compile(
    r"iphone|ipad|ios|android|galaxy|samsung|huawei|xiaomi|pixel|blackberry|nokia|sony|windows|outlook|gmail|mail|yahoo"
    r"|mobil|phone|handy|tablet|thunderbird|proton|aol|gmx|web\.de|typeapp|spark|sparrow|telefon|móvil|celular|mac\b"
    r"|телефон|手机|手機|携帯|apple|watch",
    re.IGNORECASE,
)
_EXCUSED = re.compile(r"excuse|typos?\b|brevity|tippfehler|entschuldig|coquille|erreurs|errores|errori", re.IGNORECASE)
_NOTICE = re.compile(rf"(?<!\w)(?:{either(wording.NOTICES)})", re.IGNORECASE)
_NOTICE_HEADING = re.compile(
    r"\W*(?:disclaimer|confidentiality notice|legal notice|avis de confidentialité)\W*$", re.IGNORECASE
)
_BANNER = re.compile(
    r"\W{0,4}(?:caution|warning|external|extern|achtung|vorsicht|attention|attenzione|atención|atenção|let op)\b",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(rf"\W{{0,3}}(?:{either(wording.POSTSCRIPTS)})(?!\w)", re.IGNORECASE)
_CONTACT = re.compile(
    r"@[\w-]+|https?://|www\.|(?<!\w)(?:tel|fax|phone|mobil\w*|mob|direct|cell|skype|telefon|tél|teléfono|тел)\b"
    r"|\+?\d[\d ()./-]{6,}\d",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…。！？:)]\W*$")
_QUESTION_END = re.compile(r"[?？]\W*$")
_URL = re.compile(r"[<(\[]?(?:https?://|mailto:)\S+")
_TITLES = re.compile(r"[,|/(•·]|\s[-–—@]\s")
_PARTICLES = frozenset(["von", "van", "de", "der", "den", "da", "di", "du", "la", "le", "el", "bin", "al", "y", "e"])
_LONGEST_UNCASED = 4  # signs of a name in a script that knows no capitals
_LONGEST_NAME, _MOST_WORDS = 60, 5
_LONGEST_FOOTER, _MOST_FOOTER_WORDS, _DEVICE_WITHIN = 140, 9, 45
_LONGEST_OWN_LINE = 75
_PROSE = 110  # characters of a paragraph that hardly any signature has
_MOST_LINES = 25
_MOST_SIGNERS = 3
_TAIL = 12
_LAST_LINES = 300  # in which a mail comes to its end
_AHEAD = 2 * _MOST_LINES
_NO_NAMES = {fold(word) for word in f"{letters.NOT_NAMES} {letters.SHOUTED} {letters.ANYBODY}".split()}


def find_endings(lines: Sequence[str], names: AbstractSet[str], *, answers: bool, begins: bool = True) -> set[int]:
    """Return the places of those lines that are sign-off, signature, footer or notice.

    Args:
        lines: of what a mail's sender wrote in one go, empty ones too.
        names: words that are names of people in the conversation, folded.
        answers: whether quoted history follows or precedes.
        begins: whether the mail begins with these lines: what it begins with ends nothing.
    """
    cut = _banner(lines) if begins else set[int]()
    begins = begins and len(lines) <= _LAST_LINES
    place = max(max(cut, default=-1) + 1, len(lines) - _LAST_LINES)
    while place < len(lines):
        end = _ending_at(lines, place, begins=begins)
        begins = begins and not lines[place].strip()
        cut.update(range(place, end))
        place = max(end, place + 1)
    for _ in range(_MOST_SIGNERS):
        start = _last_ending(lines, cut, names, answers=answers)
        cut.update(range(start, len(lines)))
    return cut


def is_device_footer(line: str) -> bool:
    """Tell whether a telephone or its mail program put a line below a mail; history may follow it without any mark."""
    return _is_footer(line) and bool(_DEVICE.search(line))


def _banner(lines: Sequence[str]) -> set[int]:
    """Return the lines in which a mail server warns of a mail, above it."""
    first = next((place for place, line in enumerate(lines) if line.strip()), -1)
    if first < 0 or not _BANNER.match(lines[first]):
        return set()
    end = _paragraph_end(lines, first)
    return set(range(first, end)) if _NOTICE.search(" ".join(lines[first:end])) and _filled(lines[end:]) else set()


def _ending_at(lines: Sequence[str], place: int, *, begins: bool) -> int:
    """Return where an ending is over that begins at a line; the line itself if none does."""
    line = lines[place].strip()
    if not line or _is_footer(line):
        return place + bool(line)
    if _DELIMITER.match(line):
        return _below(lines, place)
    if _RULE.match(line):
        return _after(lines, place + 1) if _is_block(lines[place + 1 : place + _AHEAD]) else place
    if not begins and _is_notice(lines, place):
        return _after(lines, _paragraph_end(lines, place))
    return _after(lines, place + 1) if not begins and _is_signed(lines, place) else place


def _below(lines: Sequence[str], place: int) -> int:
    """Return where a signature is over that a line such as "-- " begins."""
    rest = lines[place + 1 : place + _AHEAD]
    told = _filled(rest)
    if len(told) > _MOST_LINES and not _is_block(rest):
        return place
    if lines[place].strip() == "--" or not told:
        return len(lines)
    return _after(lines, place + 1) if _is_block(rest) or not _is_prose(" ".join(_filled(rest[:3]))) else place


def _after(lines: Sequence[str], place: int) -> int:
    """Return where a signature is over that has begun: at a postscript, or where someone writes on."""
    ruled = False
    while place < len(lines):
        line = lines[place].strip()
        if not line:
            place += 1
            continue
        ruled = ruled or bool(_RULE.match(line))
        end = _paragraph_end(lines, place)
        told = " ".join(each.strip() for each in lines[place:end])
        if _POSTSCRIPT.match(line) or (not ruled and _is_prose(told) and not _NOTICE.search(told)):
            return place
        place = end
    return place


def _is_prose(told: str) -> bool:
    bare = _URL.sub("", told)
    return (len(bare) >= _PROSE and _ends_sentence(bare)) or _asks(bare)


def _is_block(lines: Sequence[str]) -> bool:
    """Tell whether all of some lines look like those of a signature: short, and hardly any is a sentence."""
    contact = False
    for number, line in enumerate(_filled(lines)):
        if number == _MOST_LINES:
            return False
        if _NOTICE.search(line):
            return True
        if len(_URL.sub("", line)) > _LONGEST_OWN_LINE or _is_sentence(line):
            return False
        contact = contact or bool(_CONTACT.search(line))
    return contact


def _ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text[-_TAIL:]))


def _asks(text: str) -> bool:
    return bool(_QUESTION_END.search(text[-_TAIL:]))


def _is_sentence(line: str) -> bool:
    return _asks(line) or (_ends_sentence(line) and len(line.split()) > _MOST_WORDS)


def _is_footer(line: str) -> bool:
    """Tell whether a telephone or a program put a line below a mail."""
    text = _URL.sub("", line).strip()
    if not text or len(text) > _LONGEST_FOOTER or not _SENT_FROM.match(text):
        return False
    if _DEVICE.search(text[:_DEVICE_WITHIN]):
        return True
    if _EXCUSED.search(text):
        return True
    return len(text.split()) <= _MOST_FOOTER_WORDS and "," not in text and not text.endswith((".", "!", "?", ":"))


def _is_notice(lines: Sequence[str], place: int) -> bool:
    if place and lines[place - 1].strip():
        return False
    if _NOTICE_HEADING.match(lines[place]):
        return True
    told = " ".join(lines[place : _paragraph_end(lines, place)])
    found = {match[0].lower() for match in _NOTICE.finditer(told)}
    return len(found) >= 2 and not _asks(told)  # noqa: PLR2004 - one may be said by anyone


def _is_signed(lines: Sequence[str], place: int) -> bool:
    """Tell whether a sign-off stands here, with a name."""
    match = _SIGN_OFF.match(lines[place].strip())
    if match is None:
        return False
    if rest := match["rest"].strip():
        return _is_name(rest) and len(rest.split()) <= _MOST_WORDS and _is_last(lines, place)
    under = [
        line
        for line in _filled(lines[place + 1 : place + _AHEAD])
        if not _RULE.match(line) and not _is_bare_sign_off(line)
    ]
    return bool(under) and _is_signer(under[0])


def _is_bare_sign_off(line: str) -> bool:
    match = _SIGN_OFF.match(line)
    return match is not None and not match["rest"].strip()


def _is_last(lines: Sequence[str], place: int) -> bool:
    rest = _filled(lines[place + 1 : place + _AHEAD])
    return not rest or _is_block(rest) or _is_footer(rest[0]) or bool(_DELIMITER.match(rest[0]))


def _is_signer(line: str) -> bool:
    """Tell whether a line under a sign-off may be who signs."""
    text = line.strip(" *_-–—~\t")
    if not text or len(text) > _LONGEST_NAME or _asks(text) or end_of_greeting(text):
        return False
    words = text.split()
    if len(words) > _MOST_WORDS + 1:
        return False
    return not (_ends_sentence(text) and len(words) > 3)  # noqa: PLR2004 - a name and its full stop


def _is_name(text: str) -> bool:
    """Tell whether some words are a name: capitalised, a title or a role after a comma."""
    named, *titles = _TITLES.split(text.strip(" *_!-–—~\t"))
    if not 0 < len(named.split()) <= _MOST_WORDS - 1 or (titles and _ends_sentence(text)):
        return False
    return len(text.split()) <= 2 * _MOST_WORDS and all(_is_name_word(word) for word in named.split())


def _is_name_word(word: str) -> bool:
    if word.rstrip(".").lower() in _PARTICLES:
        return True
    bare = word.strip(".,;:")
    if not NAME_WORD.fullmatch(bare) or fold(bare) in _NO_NAMES:
        return False
    return bare[0].isupper() or (bare[0].lower() == bare[0].upper() and len(bare) <= _LONGEST_UNCASED)


def _last_ending(lines: Sequence[str], cut: AbstractSet[int], names: AbstractSet[str], *, answers: bool) -> int:
    """Return where the lines end with who wrote them, under no sign-off; their number if they don't."""
    left = [place for place, line in enumerate(lines) if line.strip() and place not in cut]
    if len(left) < 2:  # noqa: PLR2004 - what was written, and who did
        return len(lines)
    for at in _candidates(lines, left):
        if _is_alone(lines, left, at, names, answers=answers):
            return left[at]
    return len(lines)


def _candidates(lines: Sequence[str], left: Sequence[int]) -> Iterator[int]:
    """Give the lines, the last first, below which nothing but addresses and the like stands."""
    for at in range(len(left) - 1, max(0, len(left) - 8), -1):
        yield at
        text = lines[left[at]].strip()
        if len(text) > _LONGEST_NAME or _ends_sentence(text):
            return


def _is_alone(lines: Sequence[str], left: Sequence[int], at: int, names: AbstractSet[str], *, answers: bool) -> bool:
    text = lines[left[at]].strip()
    before = lines[left[at - 1]].strip()
    under = [lines[place].strip() for place in left[at + 1 :]]
    dashed = _DASHED_NAME.match(text)
    if dashed and _is_name(dashed["name"]):
        return not before.endswith((":", "：")) and not any(map(_DASHED_NAME.match, (before, *under)))
    if not _is_name(text) or _SIGN_OFF.match(text) or end_of_greeting(text):
        return False
    words = [fold(word) for word in NAME_WORD.findall(text)]
    if not names.isdisjoint(words[:2]):
        return True
    ended = _ends_sentence(before)
    if under:
        return len(words) > 1 and left[at] > left[at - 1] + 1 and any(_CONTACT.search(line) for line in under)
    return ended and len(text) <= _LONGEST_NAME and (len(words) > 1 or answers)


def _paragraph_end(lines: Sequence[str], place: int) -> int:
    return next((end for end in range(place + 1, len(lines)) if not lines[end].strip()), len(lines))


def _filled(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]
