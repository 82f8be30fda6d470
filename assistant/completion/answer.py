"""What the pipeline gives: an answer, and the pieces in which it comes."""

from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from typing import Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct, structs

from assistant.usage.prices import Bill
from messages.sentences import Sentence, repeated
from providers.base import Usage

T = TypeVar("T")

NOTHING = repeated("")
"""What is said where there is nothing to say."""
CacheOutcome: TypeAlias = Literal["hit", "miss", "coalesced", "bypass"]

_STALE = Sentence("Something was written in this conversation meanwhile. Read it before you send this.")


class Entry(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A finished answer as it is stored: what the agent got, who gave it, and what is to be said about it.

    `missing` is what an answer to a conversation leaves to be filled in.
    """

    text: str
    provider: str
    model: str
    prompt_version: str
    usage: Usage
    warnings: tuple[Sentence, ...] = ()
    missing: tuple[str, ...] = ()


class Answer(Struct, frozen=True, kw_only=True):
    """What the agent gets, and how it came about.

    Attributes:
        entry: the text, and who gave it.
        prompt_key: the prompt's own key.
        cache: how the cache took part.
        breaches: names of the guards that it breached.
        whole: whether the model came to its end, and read all that it was given.
        provider_ms: milliseconds that the providers took.
        first_ms: milliseconds from the request's arrival to the first piece of a stream.
        replaced: whether a second try took the place of what was streamed, or a part of that was no reply.
        position: the place of the provider that answered, in the order of the setting.
        stale: whether the conversation that it was written from has gone on meanwhile.
        refusal: what a caller is told instead who would see no warning; empty for an answer that anybody may have.
        bills: what was billed for it, call by call; whose answer is another request's was billed nothing.
    """

    entry: Entry
    prompt_key: str
    cache: CacheOutcome
    breaches: tuple[str, ...] = ()
    whole: bool = True
    provider_ms: float = 0.0
    first_ms: float | None = None
    replaced: bool = False
    position: int = 0
    stale: bool = False
    refusal: Sentence = NOTHING
    bills: tuple[Bill, ...] = ()

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """Sentences for the agent; a stored answer repeats them."""
        return (*self.entry.warnings, _STALE) if self.stale else self.entry.warnings

    @property
    def begun(self) -> "Begun":
        """What is known of it when its first piece is there."""
        entry = self.entry
        return Begun(cache=self.cache, provider=entry.provider, model=entry.model, prompt_version=entry.prompt_version)

    @property
    def piece(self) -> "Piece":
        """All of its text, as a stream has it."""
        return Piece(self.entry.text, self.entry.provider, self.entry.model)


class Begun(Struct, frozen=True, kw_only=True, gc=False):
    """What is known of an answer when its first piece is there."""

    cache: CacheOutcome
    provider: str
    model: str
    prompt_version: str


class Piece(Struct, frozen=True, gc=False):
    """A part of an answer's text, and who writes it."""

    text: str
    provider: str
    model: str


def joined(pieces: Sequence[Piece]) -> Piece:
    """Make one piece of several; all pieces of an answer come from one model."""
    if len(pieces) == 1:
        return pieces[0]
    return structs.replace(pieces[0], text="".join([piece.text for piece in pieces]))


Hear: TypeAlias = Callable[[Piece], None]
"""Told each piece of an answer while a model writes it."""
Listen: TypeAlias = Callable[[Begun | Piece], Awaitable[None]]
"""Told how an answer begins, then each piece of it; may take its time, as a client does."""

ENCODER = msgspec.msgpack.Encoder(enc_hook=attrgetter("kept"))
"""Writes answers for other processes, with sentences that can be said there in every language."""


def decoder_of(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    """Return what reads something of this kind that `ENCODER` wrote."""
    return msgspec.msgpack.Decoder(kind, dec_hook=lambda _kind, kept: Sentence.restored(kept))


def coalesced(answer: Answer) -> Answer:
    """Return an answer as those get it who waited for another one's; what was stored already is a hit for all."""
    if answer.cache == "hit":
        return answer
    return structs.replace(answer, cache="coalesced", provider_ms=0.0, first_ms=None, breaches=())
