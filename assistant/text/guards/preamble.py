"""The guard `no_preamble`: the answer is the reply alone, without a word of the model's own around it."""

import re
from collections.abc import Iterator

from assistant.text.answers.announcements import AGREEING, LABELS, LEADS, REWRITTEN, VERSIONS
from assistant.text.answers.cleaning import is_quoted
from assistant.text.guards.base import Breach, Case, quote
from assistant.text.letters.letters import end_of_greeting
from messages.sentences import Sentence


def _either(*words: str) -> str:
    return "|".join(map(re.escape, sorted(words)))


_NAMES = _either(*VERSIONS, *(LABELS - {"reply"}))
_THING = rf"(?:(?:{_either(*REWRITTEN)})\w{{0,2}}|{_NAMES}|rewording|proofread|more[ ]\w+)"
_HERE = rf"(?:{_either(*LEADS)}|here[ ]are|this[ ]is|hier[ ]kommt|voilà)"
_ACK = rf"(?:{AGREEING}|got it|great)"
_OPENING = re.compile(
    rf"(?:{_ACK}[,.!]*[ \n]+)?{_HERE}\b[^\n:.!?]{{0,60}}\b{_THING}\b[^\n:]{{0,80}}[:\n]", re.IGNORECASE
)
_LABEL = re.compile(rf"(?:the[ ]|your[ ]|my[ ])?{_THING}(?:[ ](?:\w+)){{0,3}}[ ]?:\s", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp)[ ]?:", re.IGNORECASE)
_ALONE = re.compile(rf"{_ACK}[,.!]*(?:[ ]here[^\n]{{0,60}})?[ ]*\n", re.IGNORECASE)
_NOTE = re.compile(
    r"\(?(?:notes?|changes[ ]made|explanation|key[ ]changes|what[ ]i[ ]changed|anmerkung|hinweis|remarque|nota)\b"
    r"[^\n]{0,20}:"
    r"|(?:i've|i[ ]have)[ ](?:kept|made|changed|rewritten|revised|rephrased|corrected|adjusted|preserved)\b"
    r"|let[ ]me[ ]know[ ]if[ ](?:you'd[ ]like|you[ ]want|you[ ]need)[^\n]{0,40}(?:change|adjust|tweak|revis|version)",
    re.IGNORECASE,
)
_OF_ITSELF = ("as an ai ", "as an ai,", "i'm an ai ", "i am an ai ", "als ki-", "large language model")
_LINE_START = 160


def check_preamble(case: Case) -> Iterator[Breach]:
    """Report what a model writes around its answer; what the draft has too is the draft's own."""
    draft, answer = case.draft.text.strip(), case.answer.text.strip()
    if found := _opening(draft, answer):
        yield _breach(Sentence('The answer begins with "{words}".', words=quote(found)))
    if "```" in case.answer.source and "```" not in case.draft.source:
        yield _breach(Sentence("The answer is in a code fence."))
    if is_quoted(answer) and not is_quoted(draft):
        yield _breach(Sentence("The answer is in quotation marks."))
    if found := _ending(draft, answer):
        yield _breach(Sentence('The answer ends with a note of its own: "{words}".', words=quote(found)))
    if said := _said_of_itself(draft, answer):
        yield _breach(Sentence('The answer speaks of itself: "{words}".', words=said.strip(" ,-")))


def _said_of_itself(draft: str, answer: str) -> str | None:
    small = answer.casefold()
    said = [phrase for phrase in _OF_ITSELF if phrase in small]
    return next((phrase for phrase in said if phrase not in draft.casefold()), None) if said else None


def _opening(draft: str, answer: str) -> str | None:
    if ":" not in answer and "\n" not in answer:
        return None  # each of the patterns needs either
    for pattern in (_OPENING, _LABEL, _SUBJECT):
        found = pattern.match(answer)
        if found and not pattern.match(draft) and not draft.casefold().startswith(found[0][:12].casefold()):
            return _first_line(answer)
    alone = _ALONE.match(answer)
    greets_late = alone and (end_of_greeting(draft) or end_of_greeting(answer[alone.end() :].lstrip()))
    return _first_line(answer) if greets_late and not _ALONE.match(draft) else None


def _ending(draft: str, answer: str) -> str | None:
    last = answer.rpartition("\n")[2].strip()
    found = "\n" in answer and _NOTE.match(last)
    return last if found and not _NOTE.search(draft) else None


def _first_line(text: str) -> str:
    return text[:_LINE_START].partition("\n")[0].strip()


def _breach(message: Sentence) -> Breach:
    return Breach(
        "no_preamble",
        message,
        "Return the rewritten draft and nothing else: no preamble, notes, quotation marks or fence.",
    )
