"""How long an answer is kept."""

from msgspec import Struct

from assistant.completion.answer import Answer
from prompts.front_matter import CacheOptions


class Lifetime(Struct, frozen=True, kw_only=True):
    """The seconds for which an answer is fresh, and the seconds after that for which it is stale."""

    fresh: float
    stale: float


def lifetime_of(answer: Answer, options: CacheOptions, *, default: float, local: bool) -> Lifetime | None:
    """Return how long an answer is kept; None for one that is not kept at all.

    Kept is only an answer that is whole and breached no guard, and whose conversation has not gone on meanwhile. The
    built-in model's answers are kept whatever they breached, since it would not do better the next time.

    Args:
        answer: what the model gave.
        options: of the prompt.
        default: seconds for which an answer is fresh where the prompt does not say.
        local: whether the built-in model gave it.
    """
    if answer.stale or not answer.whole or (answer.breaches and not local):
        return None
    lifetime = Lifetime(fresh=default if options.ttl is None else options.ttl, stale=options.stale or 0)
    return lifetime if lifetime.fresh + lifetime.stale else None
