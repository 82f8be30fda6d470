"""Hosts that ask for credit before they answer, as much as the longest answer would cost."""

from pathlib import Path

import pytest

from providers.errors import RateLimitedError
from tests.fakes import steps
from tests.providers.adapters.playing import TEXT, playing, with_limit
from tests.providers.conftest import REQUEST, Ask

CREDIT = (
    "This request requires more credits, or fewer max_tokens. You requested up to 8000 tokens, but can only afford "
)


@pytest.mark.parametrize(
    ("status", "message", "room"),
    [
        (402, f"{CREDIT}3919. To increase, visit the settings", 3919),  # OpenRouter (gpt_mobile #284)
        (402, f"{CREDIT}7,999.", 7999),
        (400, f"litellm.BadRequestError: OpenrouterException - {CREDIT}30", 30),
        (402, f"{CREDIT}0.", None),
        (402, f"{CREDIT}3.", None),
        (402, "Insufficient credits", None),
    ],
)
async def test_an_answer_that_the_credit_is_enough_for(
    tmp_path: Path, ask: Ask, status: int, message: str, room: int | None
) -> None:
    """A rewrite is short; who has more credit tomorrow gets longer answers again."""
    async with playing(tmp_path, steps.status(status, message=message)) as played:
        long = with_limit(REQUEST, 8000)
        if room is None:
            with pytest.raises(RateLimitedError):
                await ask(played.provider, long)
        else:
            assert (await ask(played.provider, long)).text == TEXT
        await ask(played.provider, long)
        rooms = [received.json["max_tokens"] for received in played.fake.requests]
    assert rooms == [8000, *([room] if room else []), 8000]
