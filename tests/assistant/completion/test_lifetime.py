"""How long an answer is kept, as a table."""

import pytest
from msgspec import structs

from assistant.completion.answer import Answer
from assistant.completion.lifetime import Lifetime, lifetime_of
from prompts.front_matter import CacheOptions, Seconds
from tests.assistant.completion.answers import answer

DEFAULT = 3600.0
WHOLE = answer()
CUT = structs.replace(WHOLE, whole=False)
WARNED = structs.replace(WHOLE, breaches=("tone",))
REFUSED = structs.replace(WHOLE, breaches=("numbers",), refusal="The answer lost “48213”.")
STALE = structs.replace(WHOLE, stale=True)
UNSAID, NEVER = CacheOptions(), CacheOptions(ttl=Seconds("0s"))
DAY, HOUR_AFTER = CacheOptions(ttl=Seconds("1d")), CacheOptions(ttl=Seconds("60s"), stale=Seconds("1h"))
STALE_ONLY = CacheOptions(ttl=Seconds("0s"), stale=Seconds("60s"))
OUTSIDE, LOCAL = False, True

ROWS = [
    (WHOLE, UNSAID, OUTSIDE, (DEFAULT, 0)),
    (WHOLE, DAY, OUTSIDE, (86_400, 0)),
    (WHOLE, HOUR_AFTER, OUTSIDE, (60, 3600)),
    (WHOLE, STALE_ONLY, OUTSIDE, (0, 60)),
    (WHOLE, NEVER, OUTSIDE, None),
    (CUT, UNSAID, OUTSIDE, None),
    (CUT, UNSAID, LOCAL, None),
    (WARNED, UNSAID, OUTSIDE, None),
    (WARNED, UNSAID, LOCAL, (DEFAULT, 0)),
    (WARNED, NEVER, LOCAL, None),
    (REFUSED, DAY, OUTSIDE, None),
    (STALE, DAY, OUTSIDE, None),
    (STALE, DAY, LOCAL, None),
]


@pytest.mark.parametrize(("given", "options", "local", "kept"), ROWS)
def test_how_long_an_answer_is_kept(
    given: Answer,
    options: CacheOptions,
    local: bool,  # noqa: FBT001 - of the table
    kept: tuple[float, float] | None,
) -> None:
    """Seconds for which it is fresh, and then stale; nothing for what was cut short or broke a rule."""
    expected = None if kept is None else Lifetime(fresh=kept[0], stale=kept[1])
    assert lifetime_of(given, options, default=DEFAULT, local=local) == expected


def test_without_a_default_only_prompts_that_say_so_are_kept() -> None:
    """An operator who sets the time to live to nothing keeps nothing else."""
    assert lifetime_of(WHOLE, UNSAID, default=0, local=False) is None
    assert lifetime_of(WHOLE, DAY, default=0, local=False) == Lifetime(fresh=86_400, stale=0)
