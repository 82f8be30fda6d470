"""What a reply lacks: gaps such as `[order number]`, which its sender fills in, and what it asks its reader for."""

import re
from collections.abc import Iterator

_GAP = re.compile(r"\[(?<![\w\]\[)!].)(?P<what>[^\[\]\n{}<>|]{2,60}+)\](?![(\[])")
_WORD = re.compile(r"[^\W\d_]{2}")
_MARKS = frozenset(("sic", "ok", "optional", "...", "…"))
_MOST = 20
_SENTENCE = re.compile(r"[^.!?\uff1f\n]++[.!?\uff1f]*+")
_LONGEST = 300
_ASKS = re.compile(
    r"(?<!\w)(?:"
    r"(?:could|can|would|will) you|please (?:also )?(?:send|tell|share|provide|give|confirm|describe|attach|forward|"
    r"specify|include|reply|let (?:us|me) know)"
    r"|(?:könn(?:en|ten)|würden) sie|bitte (?:[^\W\d_]+ ){0,4}?(?:sende|schick|teil|nenn|beschreib|bestätig|gib|geben)"
    r"|pou(?:rriez|vez)-vous|veuillez|podr[ií]a|puede|por favor|potrebbe|può|per favore|kunt u|zou u|poderia|pode)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\W*(?:"
    r"what|which|when|where|who|whose|how|did you|do you|have you|are you|is|was|were"
    r"|wie|wann|wo|wer|welche[rsnm]?|haben sie|ist|sind"
    r"|quel(?:le)?s?|quand|où|avez-vous|est-ce|qué|cuál(?:es)?|cuándo|dónde|ha"
    r"|quale|quando|dove|welke|wanneer|waar|heeft u|qual|onde)(?!\w)",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"anything else|any (?:other |further )?questions|further questions|if you (?:have|need)|hesitate|feel free"
    r"|help you|sonst noch|weitere fragen|noch fragen|behilflich|autre chose|d'autres questions"
    r"|algo más|otra pregunta|qualcos'altro|altre domande|nog vragen|iets anders|mais alguma",
    re.IGNORECASE,
)
"""What closes a reply, and asks for nothing."""


def find_gaps(answer: str, known: str) -> tuple[str, ...]:
    """Return what is missing in an answer: what stands in its square brackets, and in none of what is known.

    Args:
        answer: as a reader sees it.
        known: all that it was written from.
    """
    found = dict.fromkeys(_whats(answer))
    held = set(_whats(known)) if found else ()
    return tuple(what for what in found if what not in held)[:_MOST]


def find_requests(answer: str) -> tuple[str, ...]:
    """Return the sentences of a reply that ask its reader for something, in the languages that help desks speak most.

    Args:
        answer: as a reader sees it.
    """
    said = dict.fromkeys(" ".join(match.group().split()) for match in _SENTENCE.finditer(answer))
    return tuple(each for each in said if len(each) <= _LONGEST and _asks(each))[:_MOST]


def _asks(sentence: str) -> bool:
    if _OFFERS.search(sentence):
        return False
    return bool(_ASKS.search(sentence) or (sentence[-1:] in "?\uff1f" and _QUESTION.match(sentence)))


def is_gap(placeholder: str) -> bool:
    """Tell whether a placeholder is such a gap, and no name of a field for a machine."""
    return _GAP.fullmatch(placeholder) is not None


def _whats(text: str) -> Iterator[str]:
    for match in _GAP.finditer(text):
        what = " ".join(match["what"].split())
        if _WORD.search(what) and what.casefold() not in _MARKS:
            yield what
