"""The guard `signature`: the closing block of the draft stays, and none is made up."""

from collections.abc import Iterator

from assistant.text.guards.base import Breach, Case, quote
from assistant.text.letters.letters import Closing, find_signer
from assistant.text.reading import fold, words
from messages.sentences import Sentence

_TAIL = 200  # characters at the end in which a signature stands


def check_signature(case: Case) -> Iterator[Breach]:
    """Report a closing that is lost or made up; another closing phrase, or none above the same name, is neither."""
    wanted, found = case.draft.closing, case.answer.closing
    if wanted and not found and not _is_signed(wanted, case):
        yield Breach(
            "signature",
            Sentence('The closing "{closing}" is missing.', closing=quote(wanted.written)),
            f'You left out the closing "{case.shown(wanted.written)}". Keep the closing and the signature.',
        )
    elif found and not wanted and not find_signer(case.draft.text) and not _is_in(found, case.draft.text):
        yield Breach(
            "signature",
            Sentence('The closing "{closing}" is not in the draft.', closing=quote(found.written)),
            "You added a closing or a signature. End where the draft ends.",
        )


def _is_signed(closing: Closing, case: Case) -> bool:
    """Tell whether an answer ends with the name, under a closing that is not known here, as in a rare language."""
    if not closing.names:
        return case.options.language is not None
    tail = set(words(fold(case.answer.text[-_TAIL:])))
    return any(part in tail for name in closing.names for part in words(fold(name)))


def _is_in(closing: Closing, draft: str) -> bool:
    """Tell whether the draft has the closing in the midst of its text, or on one line with it."""
    return " ".join(words(closing.written)) in " ".join(words(draft))
