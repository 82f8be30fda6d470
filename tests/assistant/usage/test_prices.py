"""What a completion costs."""

import asyncio

import pytest

from assistant.usage.prices import Price, Prices
from providers.base import Usage

MILLION = Usage(input_tokens=1_000_000, output_tokens=1_000_000, cached_input_tokens=500_000)


def test_published_price_knows_cached_input(prices: Prices) -> None:
    """Input that the provider had read before is cheaper, as the published price says: GPT-4o mini's of 2024."""
    assert prices.cost("openai", "gpt-4o-mini", Usage(input_tokens=1_000_000)) == 150_000
    assert prices.cost("openai", "gpt-4o-mini", MILLION) == 75_000 + 37_500 + 600_000


@pytest.mark.parametrize(
    ("provider", "model"),
    [("openai", "gpt-nobody-has-heard-of"), ("ollama", "llama3"), ("custom", "gpt-4o-mini"), ("openai", "")],
)
def test_unknown_price_is_no_guess(prices: Prices, provider: str, model: str) -> None:
    """A model that no one published a price of, or that runs on an own server, has none."""
    assert prices.cost(provider, model, MILLION) is None


def test_own_price_goes_first(prices: Prices) -> None:
    """A negotiated price, or one of an own model, holds; without one for cached input that costs as all input."""
    prices.adopt(
        [
            Price(provider="openai", model="gpt-4o-mini", input=2, output=3, cached_input=1),
            Price(provider="ollama", model="llama3", input=2, output=0),
        ]
    )
    assert prices.cost("openai", "gpt-4o-mini", MILLION) == 1_000_000 + 500_000 + 3_000_000
    assert prices.cost("ollama", "llama3", MILLION) == 2_000_000
    prices.adopt([])
    assert prices.cost("ollama", "llama3", MILLION) is None


def test_odd_bills_do_not_fail(prices: Prices) -> None:
    """A provider that counts more cached input than input is believed as far as it makes sense."""
    odd = Usage(input_tokens=1_000_000, cached_input_tokens=2_000_000)
    assert prices.cost("openai", "gpt-4o-mini", odd) == 75_000
    prices.adopt([Price(provider="openai", model="gpt-4o-mini", input=2, output=3, cached_input=1)])
    assert prices.cost("openai", "gpt-4o-mini", odd) == 1_000_000


def test_what_nobody_bills_costs_nothing(prices: Prices) -> None:
    """The built-in model costs nothing, and neither does an answer that took no tokens."""
    assert prices.cost("local", "SmolLM2-135M-Instruct", MILLION) == 0
    assert prices.cost("custom", "m", Usage()) == 0


async def test_prices_are_loaded_when_someone_wants_them() -> None:
    """A start does not load them, and an end does not wait for what no one wanted."""
    prices = Prices()
    async with prices.running():
        await asyncio.sleep(0.05)
        assert prices.cost("openai", "gpt-4o-mini", MILLION) is None
    async with prices.running():
        await asyncio.wait_for(prices.loaded(), 60)
        assert prices.cost("openai", "gpt-4o-mini", MILLION) is not None


def test_prices_are_unknown_until_they_are_loaded() -> None:
    """No one waits for the prices; whoever wants to be sure asks later."""
    assert Prices().cost("openai", "gpt-4o-mini", MILLION) is None
