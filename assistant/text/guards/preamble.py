"""The guard `no_preamble`: the answer is the reply alone, without a word of the model's own around it."""

import re
from collections.abc import Iterator

from assistant.text.guards.base import Breach, Case, quote
from assistant.text.letters.letters import end_of_greeting
from messages.sentences import Sentence

_THING = (
    r"(?:rewritten|rewrite|revised|revision|improved|rephrased|reworded|corrected|polished|translated|translation|edited"
    r"|version|draft|rewording|proofread|simplified|more[ ]\w+"
    r"|(?:überarbeitete|verbesserte|korrigierte|übersetzte|umformulierte)\w{0,2}|fassung|entwurf|übersetzung"
    r"|réécri\w+|corrigée?|traduction|reformul\w+|versión|traducción|reescri\w+|corregid\w+"
    r"|versione|traduzione|riscritt\w+|versão|tradução|versie|vertaling|herschreven)"
)
_HERE = (
    r"(?:here(?:[ ]is|[ ]are|'s|[ ]you[ ]go)|below[ ]is|this[ ]is|hier[ ]ist|hier[ ]kommt|voici|voilà"
    r"|aquí[ ](?:está|tienes|tiene)|ecco|aqui[ ]está|hier[ ]is)"
)
_ACK = (
    r"(?:sure(?:[ ]thing)?|certainly|of[ ]course|absolutely|okay|ok|got[ ]it|no[ ]problem|gladly|great"
    r"|natürlich|selbstverständlich|klar|gerne|bien[ ]sûr|certainement|d'accord|claro|por[ ]supuesto"
    r"|certo|certamente|com[ ]certeza|natuurlijk|zeker)"
)
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
_PAIRS = {
    '"': '"',
    "\u201c": "\u201d",
    "\u201e": "\u201c\u201d",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "\u300c": "\u300d",
    "'": "'",
}
_LINE_START = 160


def check_preamble(case: Case) -> Iterator[Breach]:
    """Report what a model writes around its answer; what the draft has too is the draft's own."""
    draft, answer = case.draft.text.strip(), case.answer.text.strip()
    if found := _opening(draft, answer):
        yield _breach(Sentence('The answer begins with "{words}".', words=quote(found)))
    if "```" in case.answer.source and "```" not in case.draft.source:
        yield _breach(Sentence("The answer is in a code fence."))
    if _is_wrapped(answer) and not _is_wrapped(draft):
        yield _breach(Sentence("The answer is in quotation marks."))
    if found := _ending(draft, answer):
        yield _breach(Sentence('The answer ends with a note of its own: "{words}".', words=quote(found)))
    small, known = answer.casefold(), draft.casefold()
    if said := next((phrase for phrase in _OF_ITSELF if phrase in small and phrase not in known), None):
        yield _breach(Sentence('The answer speaks of itself: "{words}".', words=said.strip(" ,-")))


def _opening(draft: str, answer: str) -> str | None:
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


def _is_wrapped(text: str) -> bool:
    """Tell whether one pair of marks holds the whole text."""
    if len(text) < 2 or text[0] not in _PAIRS or text[-1] not in _PAIRS[text[0]]:  # noqa: PLR2004 - a pair of marks
        return False
    return not any(mark in text[1:-1] for mark in (text[0], text[-1]))


def _first_line(text: str) -> str:
    return text[:_LINE_START].partition("\n")[0].strip()


def _breach(message: Sentence) -> Breach:
    return Breach(
        "no_preamble",
        message,
        "Return the rewritten draft and nothing else: no preamble, notes, quotation marks or fence.",
    )
