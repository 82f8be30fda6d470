"""Takes off an answer what a model puts around it: a preamble, rules, a code fence, quotation marks, a closing note."""
# ruff: noqa: RUF001 - marks of other scripts

import re

from assistant.text.answers.announcements import (
    ACKNOWLEDGEMENT,
    BEGUN_LABELS,
    CHANGED,
    CLOSING_NOTE,
    EASTERN,
    EASTERN_LABEL,
    EASTERN_LABEL_START,
    EASTERN_START,
    LABEL_STARTS,
    LABELS,
    LEADS,
    LISTED_NOTE,
    LISTED_WORDS,
    NAMES,
    OPENERS,
    OPENING_NOTE,
)

_MOST_PREAMBLE = 140  # characters
_MOST_BEGINNING = 1000  # characters of signs, rules and a preamble, generously
_WORDS_TO_TELL = 8  # an announcement says within so many words that the draft was changed
_WORDS_OF_LABEL = 4
_WORDS_OF_LEAD = 5
_FENCE = re.compile(r"```[\w+-]{0,20}[ \t]*+\r?\n")
_BEGUN_FENCE = re.compile(r"`{1,2}\Z|```[\w+-]{0,20}[ \t]*+\r?\Z")
_CLOSING_FENCE = re.compile(r"\r?\n[ \t]*+```[ \t]*+\r?(?=\n)")
_BEGUN_CLOSING_FENCE = re.compile(r"\r?\n[ \t]{0,80}+`{0,3}[ \t]{0,80}+\r?\Z")
_BEFORE = re.compile(r"(?>(?:\s|[*_#>]|<(?:p|div|strong|b|em)>)*)", re.IGNORECASE)
_BEGUN_BEFORE = re.compile(r"<[a-z]{0,6}\Z", re.IGNORECASE)
_AFTER = re.compile(r"(?>(?:[\s*_]|</(?:p|div|strong|b|em)>)*)", re.IGNORECASE)
_LINE = re.compile(
    rf"([^\n:：]{{1,{_MOST_PREAMBLE}}})"
    r"(?:(:(?=[\s*_<\"“])|：|(?<=[.!。！])[ \t]*\r?\n\s*?\n)|\r?\n[ \t]*(?=\S))"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_RULE_SIGNS = r"(?:-{3,}+|\*{3,}+|_{3,}+|={3,}+|[—–―⸺⸻]{1,}+|[─━═]{2,}+|(?>(?:[-*_] ){2,})[-*_])"
_RULE = re.compile(rf"(?:<p>\s*+)?(?:{_RULE_SIGNS}|<hr\s*+/?>)[ \t]*+(?:</p>|(?=\r?\n|<|\Z))", re.IGNORECASE)
_BEGUN_RULE = re.compile(
    r"(?:<p>\s*+)?(?:[-*_=—–―⸺⸻─━═][-*_=—–―⸺⸻─━═ ]{0,80}+|<h?r?\s?/?|<hr\s*+/?>[ \t]*|</[a-z]{0,6}|)\Z", re.IGNORECASE
)
_LAST_RULE = re.compile(
    rf"(?:(?:\A|\n)[ \t]*+{_RULE_SIGNS}|<hr\s*+/?>|<p>\s*+{_RULE_SIGNS}\s*+</p>)\s*+\Z", re.IGNORECASE
)
_LAST_OF_RULE = frozenset("-*_=—–―⸺⸻─━═>")
_RULE_LINE = re.compile(rf"\n[ \t]*+{_RULE_SIGNS}[ \t]*+\r?\n|<hr\s*+/?>", re.IGNORECASE)
_LABEL_END = re.compile("[\n:：]")
_LINE_TAG = re.compile(r"<(?:li|br|/p|/div|/h[1-6])(?:\s[^<>]*+)?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*+>")
_PART = re.compile(r"\n\s*?\n|(?=<(?:p|h[1-6]|div)[\s>])", re.IGNORECASE)
_HANDED = frozenset(("here", "attached", "enclosed", "find", "link", "http", "https", "www"))
_MOST_NOTE = 1000  # characters of a note at the end, generously
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“”", "«": "»", "»": "«", "「": "」"}


class Unwrapper:
    """Takes the preamble, a rule below it and the code fence off an answer that arrives in pieces.

    Holds back the beginning as long as it may be one of them, but no more than a page of it. What follows the closing
    fence is left out. A draft that has fences keeps them, so does one that begins with a rule, and words that the draft
    uses are no sign of a preamble.

    Args:
        draft: the draft, as the agent wrote it.
    """

    def __init__(self, draft: str) -> None:
        self._fences = "```" not in draft
        self._rules = draft[:1].isalpha() or _RULE.match(draft.lstrip()) is None
        self._draft = draft
        self._rest = ""
        self._begun = self._fenced = self._over = False

    def feed(self, text: str) -> str:
        """Take more, and return what belongs to the answer."""
        self._rest += text
        if not self._begun:
            self._begin(final=len(self._rest) > _MOST_BEGINNING)
        return self._inner() if self._begun else ""

    def finish(self) -> str:
        """Return what was held back."""
        if not self._begun:
            self._begin(final=True)
        if self._fenced:
            self._rest += "\n"  # so that a closing fence without one is seen
        inner, rest = self._inner(), self._rest
        return inner if self._over else (inner + rest).removesuffix("\n") if self._fenced else inner + rest

    def _begin(self, *, final: bool) -> None:
        """Take off the beginning what is no part of the answer, once it is clear what that is."""
        self._rest = self._rest.lstrip()
        rest = self._below_rule(self._rest, final=final)
        announced = None if rest is None else _announcement(rest, self._draft, final=final)
        rest = None if rest is None or announced is None else self._below_rule(rest[announced:].lstrip(), final=final)
        if rest is None:
            return
        fence = _FENCE.match(rest) if self._fences else None
        if fence is None and self._fences and not final and (not rest or _BEGUN_FENCE.match(rest)):
            return
        self._rest = rest[fence.end() :].lstrip("\r\n") if fence else rest
        self._fenced = fence is not None
        self._begun = True

    def _below_rule(self, text: str, *, final: bool) -> str | None:
        """Return a text without a rule at its beginning; nothing as long as that can't be told."""
        if not self._rules or text[:1].isalpha():
            return text
        if not final and text and _BEGUN_RULE.match(text):
            return None
        rule = _RULE.match(text)
        if rule is None:
            return text
        below = text[rule.end() :].lstrip()
        return below or (text if final else None)

    def _inner(self) -> str:
        text, self._rest = self._rest, ""
        if self._over or not self._fenced:
            return "" if self._over else text
        closing = _CLOSING_FENCE.search(text)
        if closing:
            self._over = True
            return text[: closing.start()]
        begun = _BEGUN_CLOSING_FENCE.search(text)
        self._rest = text[begun.start() :] if begun else ""
        return text[: begun.start()] if begun else text


def _announcement(text: str, draft: str, *, final: bool) -> int | None:
    """Return the length of a preamble; nothing as long as that can't be told."""
    before = None if text[:1].isalpha() else _BEFORE.match(text)
    body = text[before.end() :] if before else text
    if not final and (not body or _BEGUN_BEFORE.match(body)):
        return None
    if not _may_announce(body):
        return 0
    line = _LINE.match(body)
    if line is None:
        return 0 if final or len(body) > _MOST_PREAMBLE or "\n" in body.strip() else None
    if line[2] is None or not _announces(line[1], frozenset(_words(draft))):
        return 0
    after = _AFTER.match(body, line.end())
    return len(text) - len(body) + (after.end() if after else line.end())


_LONGEST_OPENER = max(map(len, OPENERS))
_TELLING = CHANGED | NAMES
_FIRST_WORDS = frozenset(_WORD.findall(phrase)[0] for phrase in OPENERS) | LABEL_STARTS


def _may_announce(body: str) -> bool:
    """Tell whether a text begins, or may begin, as an announcement does, and has not gone on for too long."""
    begin = body[:_MOST_PREAMBLE].lower()
    word, blank, _ = begin.partition(" ")
    if blank and word.isascii() and word.isalpha() and word not in _FIRST_WORDS:
        return False  # most answers begin so
    if EASTERN_START.match(begin) or begin[:1] in EASTERN_LABEL_START:
        return True
    if _may_open(begin):
        agreed = ACKNOWLEDGEMENT.match(begin)
        words = _WORD.findall(begin[agreed.end() if agreed else 0 :].split("\n", 1)[0])
        return len(words) <= _WORDS_TO_TELL or not _TELLING.isdisjoint(words[:_WORDS_TO_TELL])
    label = _LABEL_END.split(begin, maxsplit=1)[0]
    first = _WORD.search(label)
    if first is None or len(first[0]) == len(begin):
        return begin in BEGUN_LABELS
    return first[0] in LABEL_STARTS and len(_WORD.findall(label)) <= _WORDS_OF_LABEL


def _may_open(begin: str) -> bool:
    """Tell whether a text is the beginning of an opener, or begins with one."""
    if len(begin) <= _LONGEST_OPENER and any(lead.startswith(begin) for lead in OPENERS):
        return True
    return begin.startswith(OPENERS) and any(_begins(begin, lead) for lead in OPENERS)


def _begins(text: str, phrase: str) -> bool:
    return text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalpha()


def _announces(line: str, known: frozenset[str]) -> bool:
    """Tell whether a whole first line speaks of the rewriting."""
    if line[:1] in EASTERN_LABEL_START:
        return EASTERN_LABEL.fullmatch(line.strip()) is not None
    if EASTERN.fullmatch(line.strip().rstrip("。！")):
        return True
    agreed = ACKNOWLEDGEMENT.match(line.lower())
    said = line.lower()[agreed.end() :] if agreed else line.lower()
    words = _words(said)
    changed, named = CHANGED.intersection(words), NAMES.intersection(words)
    if not changed.isdisjoint(known):
        return False
    if any(_begins(said, lead) for lead in LEADS):
        handed = agreed is not None and said.startswith(("here you go", "here it is"))
        alone = len(words) <= _WORDS_OF_LEAD and bool(named) and named.isdisjoint(known)
        return handed or alone or bool(changed and named) or _is_label(words[-1:], known)
    if len(words) == _WORDS_OF_LABEL - 2 and line.rstrip(" *_").endswith(")") and _is_label(words[:1], known):
        return True  # `Translation (German)`
    return len(words) <= _WORDS_OF_LABEL and (bool(changed and named) or (len(words) == 1 and _is_label(words, known)))


def _is_label(words: list[str], known: frozenset[str]) -> bool:
    return any(word in LABELS and word not in known for word in words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def trim(text: str, draft: str) -> str:
    """Take quotation marks around the whole, and a note or a rule at the end, off an answer.

    What the draft has of these stays.
    """
    text = _without_note(text.strip(), draft)
    ruled = _without_last_rule(text)
    if len(ruled) < len(text) and _LAST_RULE.search(draft[-_MOST_NOTE:]) is None:
        text = ruled
    return _without_quotes(text, draft.strip())


def without_opening(text: str, draft: str) -> str:
    """Take off a first line that speaks of the rewriting; a draft that hands something over may begin with it."""
    text = text.lstrip()
    note = OPENING_NOTE.match(text)
    if note is None or len(text) == note.end():
        return text
    is_own = not _HANDED.isdisjoint(_words(draft)) or OPENING_NOTE.match(draft.lstrip())
    return text if is_own else text[note.end() :]


def _without_last_rule(text: str) -> str:
    if text[-1:] not in _LAST_OF_RULE:  # it ends with no blank
        return text
    tail = text[-_MOST_NOTE:]
    rule = _LAST_RULE.search(tail)
    return (
        text[: len(text) - len(tail) + rule.start()].rstrip() if rule and rule.start() + len(text) > len(tail) else text
    )


def _without_note(text: str, draft: str) -> str:
    """Take off what speaks of the rewriting below a blank line or a rule, or in a last paragraph."""
    if "\n" not in text and "<" not in text:
        return text
    first = max(0, len(text) - _MOST_NOTE)
    ends = [text.rfind("\n\n", first), text.rfind("<p>", first)]
    ends += [match.end() for match in _RULE_LINE.finditer(text, first)]
    notes = _listed(text, first)
    if notes and LISTED_NOTE.search(_lines(draft[-_MOST_NOTE:])) is None:
        return text[: notes[0]].rstrip()
    notes = [end for end in ends if end > 0 and CLOSING_NOTE.match(_TAG.sub("", text[end:]).lstrip())]
    return text[: min(notes)].rstrip() if notes and CLOSING_NOTE.search(draft) is None else text


def _listed(text: str, first: int) -> list[int]:
    """Return where a list of what was changed begins that the text ends with."""
    tail = text[first:].lower()
    if not any(word in tail for word in LISTED_WORDS):
        return []
    return [
        match.start()
        for match in _PART.finditer(text, first)
        if match.start() > 0 and LISTED_NOTE.match(_lines(text[match.end() :]).lstrip())
    ]


def _lines(html: str) -> str:
    """Return what stands in lines, entries of lists with a dash."""
    seen = _LINE_TAG.sub(lambda tag: "\n- " if tag[0][:3].lower() == "<li" else "\n", html)
    return _TAG.sub("", seen)


def _without_quotes(text: str, draft: str) -> str:
    return text[1:-1].strip() or text if is_quoted(text) and not draft.startswith(text[0]) else text


def is_quoted(text: str) -> bool:
    """Tell whether a pair of quotation marks holds a whole text, and no other of its kind stands in it."""
    first, last = text[:1], text[-1:]
    if len(text) < 2 or last not in _QUOTES.get(first, ()):  # noqa: PLR2004 - a pair
        return False
    inner = text[1:-1]
    return first not in inner and last not in inner
