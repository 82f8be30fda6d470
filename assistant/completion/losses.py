"""What an answer lost: hidden things as breaches beside those that the guards find, and what an agent is told."""

from collections.abc import Callable, Iterable

from msgspec import structs

from assistant.completion.answer import NOTHING
from assistant.text.answers.finishing import Finished
from assistant.text.guards.base import MOST_NAMED, Breach, name_values, quote
from messages.sentences import Forms, Sentence

MOST_LOST = 10
"""Hidden things whose loss is told one by one; the rest is counted."""
_MORE = Forms(
    "1 more reference of the draft is missing.",
    "{count} more references of the draft are missing.",
)
_LEAD_NOWHERE = "You put {} into a link that the draft does not have. Put no code into a link of your own."


def certain(found: tuple[Breach, ...], finished: Finished) -> tuple[Breach, ...]:
    """Return breaches of which those refuse that name a hidden thing: the model knew its token, and no word for it."""
    missing = {_folded(value) for value in finished.missing}
    return tuple(
        structs.replace(each, refuses=True)
        if not each.invented and not missing.isdisjoint(map(_folded, each.values))
        else each
        for each in found
    )


def lost(finished: Finished, found: tuple[Breach, ...], shown: Callable[[str], str]) -> tuple[Breach, ...]:
    """Report hidden things that did not come back and that no guard has named.

    Each of the first is told once, by itself; how many more there are is told together.
    """
    named = {_folded(value) for breach in found for value in breach.values[:MOST_NAMED]}
    values = [value for value in finished.missing if _folded(value) not in named]
    first, rest = values[:MOST_LOST], values[MOST_LOST:]
    return (*(_lost(value, shown) for value in first), *((_more(rest),) if rest else ()))


def led_out(finished: Finished, shown: Callable[[str], str]) -> tuple[Breach, ...]:
    """Report what a link that the model made up would have carried."""
    if not finished.withheld:
        return ()
    codes = name_values([shown(value) for value in finished.withheld])
    message = Sentence(
        "A link that is not in the draft would have sent {values} to its address, so that part was removed from it.",
        values=name_values(finished.withheld),
    )
    links = tuple(Sentence("a link with {value}", value=quote(value)) for value in finished.withheld)
    return (Breach("links", message, _LEAD_NOWHERE.format(codes), invented=True, refuses=True, values=links),)


def refusal_of(breaches: Iterable[Breach]) -> Sentence:
    """Return the sentence for the agent: what was lost, and what stands in its place; empty when nothing refuses."""
    refusing = [breach for breach in breaches if breach.refuses]
    missing = _values(breach for breach in refusing if not breach.invented)
    made_up = _values(breach for breach in refusing if breach.invented)
    if not refusing:
        return NOTHING
    if not missing:
        return Sentence(
            "The answer made up {made_up}; your draft was left as it is. Try again.", made_up=name_values(made_up)
        )
    if not made_up:
        return Sentence("The answer lost {lost}; your draft was left as it is. Try again.", lost=name_values(missing))
    return Sentence(
        "The answer lost {lost} and has {made_up} instead; your draft was left as it is. Try again.",
        lost=name_values(missing),
        made_up=name_values(made_up),
    )


def _lost(value: str, shown: Callable[[str], str]) -> Breach:
    return Breach(
        "kept",
        Sentence("{value} is missing.", value=quote(value)),
        f"You lost {shown(value)}. Keep it exactly as it is written.",
        refuses=True,
        values=(value,),
    )


def _more(values: list[str]) -> Breach:
    some = "1 more reference" if len(values) == 1 else f"{len(values)} more references"
    return Breach(
        "kept",
        _MORE.of(len(values), count=len(values)),
        f"You lost {some} of the draft. Keep every one of them exactly as it is written.",
        refuses=True,
        values=tuple(values),
    )


def _folded(value: str) -> str:
    """Return a value as it is compared: every kind of space is one."""
    return " ".join(value.split())


def _values(breaches: Iterable[Breach]) -> list[str]:
    return list(dict.fromkeys(value for breach in breaches for value in breach.values))
