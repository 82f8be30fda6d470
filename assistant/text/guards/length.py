"""The guard `length`: an answer is there, and in proportion to the draft."""

import re
from collections.abc import Iterator

from assistant.text.guards.base import Breach, Case
from assistant.text.guards.facts import Facts
from messages.sentences import Sentence

_ALLOWANCE = 60
"""Words that an answer may always have: three words of a draft may become a whole reply."""
_MOST_RATIO = 2
_LEAST_RATIO = 0.1
_LONG_DRAFT = 60
_DENSE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_PER_WORD = 2  # signs of a script without spaces that make about one word


def check_length(case: Case) -> Iterator[Breach]:
    """Report an answer that is empty, runs on, or keeps next to nothing."""
    if not case.answer.text.strip() and not _has_picture(case):
        yield Breach("length", Sentence("The answer is empty."), "You returned nothing. Return the rewritten draft.")
        return
    answer = _count(case.answer)
    if _LEAST_RATIO * len(case.draft.text) <= answer <= _ALLOWANCE:
        return  # no draft has more words than characters
    draft = _count(case.draft)
    most = _ALLOWANCE + _MOST_RATIO * draft
    if answer > most:
        yield Breach(
            "length",
            Sentence("The answer is too long: it has {answer} words, the draft {draft}.", answer=answer, draft=draft),
            f"Your answer is much too long. Write at most {most} words, and say nothing twice.",
        )
    elif draft > _LONG_DRAFT and answer < _LEAST_RATIO * draft:
        yield Breach(
            "length",
            Sentence("The answer has {answer} words, the draft {draft}.", answer=answer, draft=draft),
            "Your answer is much too short. Say all that the draft says.",
        )


def _count(facts: Facts) -> int:
    text = facts.text
    dense = len(_DENSE.findall(text)) if facts.signs and not text.isascii() else 0
    return len((_DENSE.sub(" ", text) if dense else text).split()) + dense // _PER_WORD


def _has_picture(case: Case) -> bool:
    return case.html and any(tag.name == "img" for tag in case.answer.tags)
