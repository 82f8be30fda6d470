"""Asking one guard about one pair."""

from msgspec import Struct

from assistant.text.guards.base import Breach, GuardOptions
from assistant.text.guards.registry import GUARDS, check


class Pair(Struct, frozen=True, kw_only=True):
    """A draft and an answer; `says` is what the message must hold, nothing for a faithful answer."""

    draft: str
    answer: str
    says: tuple[str, ...] = ()
    language: str | None = None
    html: bool = False


def faithful(draft: str, answer: str, *, language: str | None = None, html: bool = False) -> Pair:
    """Return a pair in which nothing is to be found."""
    return Pair(draft=draft, answer=answer, language=language, html=html)


def unfaithful(draft: str, answer: str, *says: str, language: str | None = None, html: bool = False) -> Pair:
    """Return a pair in which something is to be found; `says` stands in the messages."""
    return Pair(draft=draft, answer=answer, says=says, language=language, html=html)


def ask(guard: str, pair: Pair) -> tuple[Breach, ...]:
    """Return what one guard finds."""
    options = GuardOptions(language=pair.language)
    return check([guard], pair.draft, pair.answer, html=pair.html, options=options)


def ask_all(pair: Pair, *, without: tuple[str, ...] = ()) -> list[str]:
    """Return the messages of all guards but some."""
    guards = [name for name in GUARDS if name not in without]
    options = GuardOptions(language=pair.language)
    return [found.message for found in check(guards, pair.draft, pair.answer, html=pair.html, options=options)]


def assert_found(guard: str, pair: Pair) -> None:
    """Fail unless the guard reports what the pair says, for the agent and for the model."""
    found = ask(guard, pair)
    assert found, "nothing was found"
    assert all(breach.guard == guard and breach.instruction for breach in found)
    messages = " ".join(breach.message for breach in found)
    assert [part for part in pair.says if part not in messages] == [], messages
