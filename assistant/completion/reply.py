"""What a model replied, made into an answer, and what is wrong with it."""

from collections.abc import Callable

from msgspec import Struct, structs

from assistant.completion.losses import certain, led_out, lost
from assistant.completion.prepared import Prepared
from assistant.completion.structured import read_structured
from assistant.text.answers.finishing import Finished, finish_text
from assistant.text.emptiness import is_empty
from assistant.text.gaps import find_gaps, find_requests
from assistant.text.guards.base import Breach, GuardOptions
from assistant.text.guards.facts import Facts
from assistant.text.guards.redaction import redaction_of
from assistant.text.guards.registry import check
from assistant.text.html.plain_drafts import with_links
from assistant.text.masking.masking import Mask
from messages.sentences import Sentence
from prompts.output import Output
from providers.base import Completion, CompletionRequest

_EMPTY = Breach("length", Sentence("The answer is empty."), "Your answer is empty. Write the whole reply.")


_OF_THE_ANSWER = frozenset({"no_preamble"})
"""Guards that look at the answer alone: one that is written from a conversation need not keep what was said in it."""


class Reply(Struct, frozen=True, kw_only=True):
    """One answer of a model, and what is wrong with it.

    Attributes:
        missing: what an answer to a conversation leaves to be filled in.
        position: the place of the provider in the setting.
        tolerated: whether it is given whatever it lost: a tiny model's, or one that an agent may have wished so.
    """

    completion: Completion
    finished: Finished
    breaches: tuple[Breach, ...]
    empty: bool
    position: int
    missing: tuple[str, ...] = ()
    tolerated: bool

    @property
    def worse(self) -> tuple[bool, int, int]:
        """How bad it is: an answer that says nothing is none, then what is lost for certain counts."""
        return self.empty, sum(each.refuses for each in self.breaches), len(self.breaches)


def check_reply(
    prepared: Prepared, mask: Mask, request: CompletionRequest, completion: Completion, position: int, *, draft: Facts
) -> Reply:
    """Make an answer of what a model wrote, and look for what it lost or made up.

    Args:
        prepared: what was asked.
        mask: what was hidden from the model.
        request: what it was told.
        completion: what it wrote.
        position: the place of its provider in the setting.
        draft: the facts of the draft, which are the same for each answer to it.
    """
    if prepared.prompt.output is not None:
        return _checked_object(prepared.prompt.output, mask, completion, position)
    finished = finish_text(completion.text, mask=mask, draft=prepared.draft, html=prepared.html)
    if prepared.told_plain:
        finished = structs.replace(finished, text=with_links(finished.text, prepared.draft))
    said = (*(each.content for each in request.messages if each.role != "system"), completion.text)
    shown = redaction_of({thing.value: token for token, thing in mask.tokens.items()}, said)
    known, answer = known_of(prepared, draft), Facts(finished.text, html=prepared.html)
    found = certain(_breaches(prepared, draft, known, answer, shown), finished)
    missing = lost(finished, found, shown)
    empty = is_empty(finished.text, html=prepared.html)
    return Reply(
        completion=completion,
        finished=finished,
        breaches=(*found, *missing, *led_out(finished, shown), *((_EMPTY,) if empty else ())),
        empty=empty,
        missing=_missing(prepared, answer.text, known),
        position=position,
        tolerated=prepared.is_brief(position)
        or prepared.prompt.on_breach == "warn"
        or bool(prepared.request.instruction.strip()),
    )


def _checked_object(output: Output, mask: Mask, completion: Completion, position: int) -> Reply:
    """Make an answer of what should be JSON; one that does not follow the schema is none."""
    text, breach = read_structured(completion.text, output, mask)
    return Reply(
        completion=completion,
        finished=Finished(text=text),
        breaches=(breach,) if breach else (),
        empty=breach is not None,
        position=position,
        tolerated=True,
    )


def _missing(prepared: Prepared, answer: str, known: Facts | None) -> tuple[str, ...]:
    """Return what an answer to a conversation lacks; only a reply asks its reader, a summary tells of questions."""
    if known is None:
        return ()
    asked = find_requests(answer) if "commitments" in prepared.prompt.guards else ()
    return (*find_gaps(answer, known.source), *asked)


def known_of(prepared: Prepared, draft: Facts) -> Facts | None:
    """Return all that an answer to a conversation may hold: what was said and told, the wish and the draft."""
    request = prepared.request
    if request.around is None:
        return None
    told = (value for value in prepared.values.values() if isinstance(value, str))
    return Facts("\n\n".join((*request.around.texts, *told, request.instruction, draft.source)), html=False)


def _breaches(
    prepared: Prepared, draft: Facts, known: Facts | None, answer: Facts, shown: Callable[[str], str]
) -> tuple[Breach, ...]:
    """Return what the answer lost of the draft, and what it made up: neither draft nor instruction has it."""
    instruction, html, around = prepared.request.instruction, prepared.html, prepared.request.around
    language = prepared.values.get("language")
    options = GuardOptions(
        language=language if isinstance(language, str) else None,
        names=tuple(prepared.request.opened.contact_name.split()),
        offered=f"{around.offered}\n\n{instruction}\n\n{draft.source}" if around else None,
        conversation=known is not None,
    )
    guards = prepared.prompt.guards
    if known is not None:
        found = check(guards, known, answer, html=html, options=options, shown=shown)
        return tuple(breach for breach in found if breach.invented or breach.guard in _OF_THE_ANSWER)
    found = check(guards, draft, answer, html=html, options=options, shown=shown)
    if not instruction or not any(breach.invented for breach in found):
        return found
    made_up = check(guards, f"{draft.source}\n\n{instruction}", answer, html=html, options=options, shown=shown)
    return (*(breach for breach in found if not breach.invented), *(breach for breach in made_up if breach.invented))
