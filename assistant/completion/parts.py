"""What a streamed answer is made of, and how an answer looks to those who did not ask for it."""

from typing import TypeAlias

from msgspec import Struct, structs

from assistant.completion.flight import Piece
from assistant.completion.job import Job
from assistant.completion.order import Answer, CacheOutcome


class Begun(Struct, frozen=True, kw_only=True):
    """What is known of an answer when its first piece is there."""

    cache: CacheOutcome
    provider: str
    model: str
    prompt_version: str


Part: TypeAlias = Begun | Piece | Answer
"""What a streamed answer is made of: its beginning, pieces, and the whole at the end."""


def as_heard(answer: Answer, *, own: bool) -> Answer:
    """Return the answer as one gets it who did not ask the provider."""
    return (
        answer
        if own or answer.cache == "hit"
        else structs.replace(answer, cache="coalesced", provider_ms=0.0, first_ms=None, breaches=())
    )


def begun_of(job: Job, piece: Piece, *, own: bool) -> Begun:
    """Return what is known of an answer from its first piece; `own`: it was asked for by this request."""
    cache: CacheOutcome = "bypass" if job.order.fresh else "miss" if own else "coalesced"
    return Begun(cache=cache, provider=piece.provider, model=piece.model, prompt_version=job.prompt.version)


def parts_of(answer: Answer) -> tuple[Part, ...]:
    """Return an answer that is there already as a stream has it."""
    entry = answer.entry
    begun = Begun(cache=answer.cache, provider=entry.provider, model=entry.model, prompt_version=entry.prompt_version)
    return begun, Piece(entry.text, entry.provider, entry.model), answer
