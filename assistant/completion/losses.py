"""What became of the things that were hidden, as breaches of rules beside those that the guards find."""

from collections.abc import Callable

from msgspec import structs

from assistant.completion.guards.base import MOST_NAMED, Breach, name_values, quote
from assistant.completion.shield import Finished

_LED_OUT = "A link that is not in the draft would have sent {} to whoever it leads to, so that was left out of it."
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
    """Report hidden things that did not come back and that no guard has named; each loss is told once."""
    named = {_folded(value) for breach in found for value in breach.values[:MOST_NAMED]}
    return tuple(
        Breach(
            "kept",
            f"{quote(value)} is missing.",
            f"You lost {shown(value)}. Keep it exactly as it is written.",
            refuses=True,
            values=(value,),
        )
        for value in finished.missing
        if _folded(value) not in named
    )


def led_out(finished: Finished, shown: Callable[[str], str]) -> tuple[Breach, ...]:
    """Report what a link that the model made up would have carried."""
    if not finished.withheld:
        return ()
    codes = name_values([shown(value) for value in finished.withheld])
    message = _LED_OUT.format(name_values(finished.withheld))
    links = tuple(f"a link with {quote(value)}" for value in finished.withheld)
    return (Breach("links", message, _LEAD_NOWHERE.format(codes), invented=True, refuses=True, values=links),)


def _folded(value: str) -> str:
    """Return a value as it is compared: every kind of space is one."""
    return " ".join(value.split())
