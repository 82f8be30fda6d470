"""Budgets of money where several providers may answer: each is paid for before it is asked; what is free is free."""

import asyncio
from pathlib import Path

import httpx
import pytest

from assistant.completion.budget_document import Budget, Price
from assistant.completion.budgets import Budgets
from assistant.completion.reservation import Reservation
from assistant.errors import BudgetExceededError
from providers.base import Usage
from tests.assistant.budgets.spending import ANNA, ESTIMATE, REQUEST, bill, limit
from tests.assistant.engine.asking import asked, click
from tests.assistant.harness import error, service
from tests.fakes import FakeProvider, steps

CALL = ESTIMATE * 10 / 1_000_000  # dollars that a call is estimated at, with a provider of that price
PRICES = [
    Price(provider="custom", model="free", input=0, output=0),
    Price(provider="custom", model="cheap", input=1, output=1),
    Price(provider="vllm", model="paid", input=10, output=10),
    Price(provider="vllm", model="dear", input=20, output=20),
]
FREE = [("custom", "free"), ("local", "SmolLM2")]
FULL = Usage(input_tokens=ESTIMATE)


async def begin(budgets: Budgets, provider: str, model: str) -> Reservation:
    """Reserve a call to a provider."""
    return await budgets.reserve(ANNA, "reply_friendly", provider=provider, model=model, request=REQUEST)


async def use_up(budgets: Budgets, calls: int) -> None:
    """Set a budget of so many calls to the paid model, and spend all of it."""
    await limit(budgets, Budget(scope="workspace", cost_per_day=calls * CALL), prices=PRICES)
    for _ in range(calls):
        with await begin(budgets, "vllm", "paid") as held:
            held.settle(bill("vllm", "paid", FULL))
    await budgets.settled()


@pytest.mark.parametrize(("provider", "model"), [*FREE, ("custom", "cheap"), ("custom", "unknown")])
async def test_fallback_is_paid_for_before_it_is_asked(budgets: Budgets, provider: str, model: str) -> None:
    """However many calls move on to it at once, the budget lets through as many as it can pay."""
    await limit(budgets, Budget(scope="workspace", cost_per_day=20.5 * CALL), prices=PRICES)

    async def call() -> bool:
        try:
            held = await begin(budgets, provider, model)
        except BudgetExceededError:
            return False
        with held:
            admitted = await held.admit("vllm", "paid", REQUEST)
            await asyncio.sleep(0)
            if admitted:
                held.settle(bill("vllm", "paid", FULL))
        return admitted

    answered = sum(await asyncio.gather(*(call() for _ in range(200))))
    await budgets.settled()
    assert answered <= 20
    more = 0
    while await call():  # what is free again after calls that were not made
        await budgets.settled()
        more += 1
    assert answered + more == 20
    if (provider, model) in FREE:
        assert answered == 20


@pytest.mark.parametrize(("provider", "model"), FREE)
async def test_what_costs_nothing_is_asked_at_the_limit(budgets: Budgets, provider: str, model: str) -> None:
    """And only that: its paid fallback is not, nor another model whose price nobody knows."""
    await use_up(budgets, 2)
    for other in (("vllm", "paid"), ("custom", "cheap"), ("custom", "unknown"), ("openai", "gpt-4o-mini")):
        with pytest.raises(BudgetExceededError):
            await begin(budgets, *other)
        with await begin(budgets, provider, model) as held:
            assert not await held.admit(*other, REQUEST)
    for free in FREE:
        with await begin(budgets, provider, model) as held:
            assert await held.admit(*free, REQUEST)
            assert await held.extend(REQUEST)
            held.settle(bill(provider, model, FULL))
    await budgets.settled()


async def test_other_budgets_hold_for_what_costs_nothing(budgets: Budgets) -> None:
    """Tokens are tokens."""
    await limit(
        budgets,
        Budget(scope="workspace", cost_per_day=CALL),
        Budget(scope="agent", tokens_per_day=2 * ESTIMATE),
        prices=PRICES,
    )
    held = [await begin(budgets, "custom", "free") for _ in range(2)]
    with pytest.raises(BudgetExceededError, match="tokens_per_day"):
        await begin(budgets, "custom", "free")
    assert await held[0].admit("vllm", "paid", REQUEST), "its tokens are held already"
    assert not await held[1].admit("vllm", "paid", REQUEST), "the money is not"


async def test_only_what_is_dearer_is_taken(budgets: Budgets) -> None:
    """Moving on holds the difference; what is cheaper takes nothing, and all of it is given back in the end."""
    await limit(budgets, Budget(scope="workspace", cost_per_day=3 * CALL), prices=PRICES)
    first, second = await begin(budgets, "vllm", "paid"), await begin(budgets, "custom", "cheap")
    assert await second.admit("vllm", "paid", REQUEST)
    assert await second.admit("vllm", "paid", REQUEST)
    assert await first.admit("custom", "cheap", REQUEST)
    assert await first.admit("vllm", "dear", REQUEST)
    assert not await second.admit("vllm", "dear", REQUEST)
    with pytest.raises(BudgetExceededError):
        await begin(budgets, "vllm", "paid")
    first.settle(bill("vllm", "dear", FULL))
    second.release()
    await budgets.settled()
    last = await begin(budgets, "vllm", "paid")
    with pytest.raises(BudgetExceededError):
        await begin(budgets, "custom", "cheap")
    last.release()
    await budgets.settled()


async def test_bill_of_a_fallback_counts_although_the_first_is_free(budgets: Budgets) -> None:
    """Whoever answers in the end is billed."""
    await limit(budgets, Budget(scope="workspace", cost_per_day=2 * CALL), prices=PRICES)
    for _ in range(2):
        with await begin(budgets, "custom", "free") as held:
            assert await held.admit("vllm", "paid", REQUEST)
            held.settle(bill("vllm", "paid", FULL))
        await budgets.settled()
    with await begin(budgets, "custom", "free") as held:
        assert not await held.admit("vllm", "paid", REQUEST)


@pytest.mark.parametrize("price", [0.0, 1000.0])
async def test_agents_get_answers_as_long_as_they_cost_nothing(state: Path, price: float) -> None:
    """With the budget used up the free model answers; when it fails, nobody pays for another one."""
    with FakeProvider() as first, FakeProvider() as second:
        async with service(state, provider="custom", base_url=first.url, model="first") as client:
            fallback = {"provider": "vllm", "base_url": second.url, "model": "second", "api_key": "k"}
            chain = {"provider": "custom", "base_url": first.url, "model": "first", "api_key": "k"}
            changed = await client.put("/api/v1/ai/provider", json={**chain, "fallbacks": [fallback], "verify": False})
            assert changed.status_code == 200, changed.text
            await set_budget(client, price)
            assert (await click(client, "The first draft.")).status_code == 200
            first.script(*[steps.status(500)] * 3)
            answer = await click(client, "The second draft.")
            again = await click(client, "The third draft.")
    assert again.status_code == 200, "the first is there again"
    if price:
        assert (error(answer)[2], len(asked(second))) == ("provider_unavailable", 0)
    else:
        assert (answer.status_code, len(asked(second))) == (200, 1)


async def set_budget(client: httpx.AsyncClient, price: float) -> None:
    """Give the workspace a thousandth of a dollar; the first provider costs nothing, the second so much."""
    models = {"custom": ("first", 0.0), "vllm": ("second", price)}
    prices = [
        {"provider": provider, "model": model, "input": each, "output": each}
        for provider, (model, each) in models.items()
    ]
    document = {"budgets": [{"scope": "workspace", "cost_per_day": 0.001}], "prices": prices}
    answer = await client.put("/api/v1/ai/budgets", json=document)
    assert answer.status_code == 200, answer.text
