"""What an agent is told in place of an answer that lost what it must not lose."""

from collections.abc import Iterable

from assistant.text.guards.base import Breach, name_values

_UNCHANGED = "your draft was left as it is. Try again."


def refusal_of(breaches: Iterable[Breach]) -> str:
    """Return the sentence for the agent: what was lost, and what stands in its place; empty when nothing refuses."""
    refusing = [breach for breach in breaches if breach.refuses]
    lost = _values(breach for breach in refusing if not breach.invented)
    made_up = _values(breach for breach in refusing if breach.invented)
    if not refusing:
        return ""
    if not lost:
        return f"The answer made up {name_values(made_up)}; {_UNCHANGED}"
    instead = f" and has {name_values(made_up)} instead" if made_up else ""
    return f"The answer lost {name_values(lost)}{instead}; {_UNCHANGED}"


def _values(breaches: Iterable[Breach]) -> list[str]:
    return list(dict.fromkeys(value for breach in breaches for value in breach.values))
