"""What guards share: the pair they look at, what they report, and how it is worded."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct

from assistant.text.guards.facts import Facts
from assistant.text.guards.things import INVENTED, LOST, UNKNOWN
from messages.sentences import Sentence, repeated

MOST_NAMED = 3
"""Values that one message names; the rest is counted."""

_LONGEST_FOR_AGENT = 90
_LONGEST_FOR_MODEL = 400


class Breach(Struct, frozen=True):
    """Something that an answer lost or made up.

    Args:
        guard: the name of the guard.
        message: a sentence for the agent.
        instruction: a sentence for the model's second try; values stand in it as the model knows them.
        invented: whether it is something that the answer has and the draft lacks.
        refuses: whether an agent who can't see warnings must not get the answer: a link, an address, a code or a figure
            is lost for certain, or another one stands in its place. Never so for dates and for what words may say.
        values: what is lost or made up, all of it, as it is written in the draft or the answer.
    """

    guard: str
    message: Sentence
    instruction: str
    invented: bool = False
    refuses: bool = False
    values: tuple[str, ...] = ()


class GuardOptions(Struct, frozen=True, kw_only=True):
    """What guards need to know about a prompt and a request.

    Args:
        language: the language that the prompt asks for, by its English name or its code; None: that of the draft.
        names: names that an answer may use although the draft lacks them, such as those of the contact and the agent.
        offered: what agents have said, and the wish: what may be promised; None: all of the draft may.
        conversation: whether the answer was written from a conversation, and is compared with that.
    """

    language: str | None = None
    names: tuple[str, ...] = ()
    offered: str | None = None
    conversation: bool = False


class Case(Struct, frozen=True, kw_only=True):
    """A draft and the answer to it.

    Args:
        guards: the names of all guards that look at it, so that two don't report the same.
        draft: as the agent wrote it.
        answer: as the agent would get it.
        html: whether both are HTML.
        options: of the prompt and the request.
        shown: turns a value into what the model knows it by.
    """

    guards: frozenset[str]
    draft: Facts
    answer: Facts
    html: bool
    options: GuardOptions
    shown: Callable[[str], str]


Guard: TypeAlias = Callable[[Case], Iterable[Breach]]
"""Looks at a case and yields what it found; takes time in proportion to the texts, whatever they hold."""


def lost(case: Case, guard: str, noun: str, values: Sequence[str], *, refuses: bool = False) -> Breach:
    """Report values that the draft has and the answer lacks."""
    some = _noun(noun, values)
    return Breach(
        guard,
        LOST[noun].of(len(values), values=name_values(values)),
        f"You lost the {some} {_show(case, values)}. Keep every {noun} of the draft exactly as it is written.",
        refuses=refuses,
        values=tuple(values),
    )


def invented(case: Case, guard: str, noun: str, values: Sequence[str], *, refuses: bool = False) -> Breach:
    """Report values that the answer has and the draft lacks."""
    some = _noun(noun, values)
    forms, source = (UNKNOWN, "conversation") if case.options.conversation else (INVENTED, "draft")
    return Breach(
        guard,
        forms[noun].of(len(values), values=name_values(values)),
        f"You added the {some} {_show(case, values)}. Add no {noun} that the {source} does not have.",
        invented=True,
        refuses=refuses,
        values=tuple(values),
    )


def quote(value: str) -> str:
    """Write a value for the agent: on one line, and not too long."""
    return _cut(value, _LONGEST_FOR_AGENT)


def _noun(noun: str, values: Sequence[str]) -> str:
    return noun if len(values) == 1 else f"{noun}s"


def name_values(values: Sequence[str]) -> str:
    """Name values for the agent: the first few, each on one line and not too long; the rest is counted."""
    named = [value if isinstance(value, Sentence) else quote(value) for value in values[:MOST_NAMED]]
    return join(named, len(values) - MOST_NAMED)


def _show(case: Case, values: Sequence[str]) -> str:
    some = dict.fromkeys(_cut(case.shown(value), _LONGEST_FOR_MODEL) for value in values[:MOST_NAMED])
    return join(list(some), len(values) - MOST_NAMED)


def join(named: Sequence[str], more: int = 0) -> str:
    """Return an enumeration, in which it is told how many more there are."""
    if more > 0:
        return Sentence("{first} and {more} more", first=_side_by_side(named), more=more)
    if len(named) > 1:
        return Sentence("{first} and {last}", first=_side_by_side(named[:-1]), last=named[-1])
    return named[0]


def _side_by_side(named: Sequence[str]) -> Sentence:
    places = {f"thing{place}": each for place, each in enumerate(named)}
    return repeated(", ".join(f"{{{place}}}" for place in places), **places)


def _cut(value: str, most: int) -> str:
    line = " ".join(value.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
