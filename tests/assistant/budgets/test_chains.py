"""Budgets of money where several providers may answer: each is paid for before it is asked; what is free is free."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx
import pytest

from assistant.budgets.budgets import Budgets
from assistant.budgets.document import Budget
from assistant.budgets.reservation import Reservation
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.errors import BudgetExceededError
from assistant.live_settings.documents import Documents
from assistant.redis.link import RedisLink
from assistant.usage.prices import Price, Prices
from assistant.usage.rows import UsageRows
from providers.base import Usage
from tests.assistant.budgets.billing import TOKENS, billed, cost_in_figures, set_prices, used
from tests.assistant.budgets.spending import ANNA, ESTIMATE, REQUEST, bill, limit
from tests.assistant.completion.asking import asked, click
from tests.assistant.harness import error, service
from tests.assistant.usage.fixtures import Clock
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.servers.redis import RedisServer

if TYPE_CHECKING:
    from redis.asyncio import Redis

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
    """And only that: its paid fallback is not, nor another model whose price no one knows."""
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
    with pytest.raises(BudgetExceededError, match="tokens"):
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


PAID, UNKNOWN = ("vllm", "paid"), ("custom", "unknown")


@pytest.mark.parametrize(
    ("calls", "spent"),
    [
        (["custom/free", "vllm/paid"], 1),
        (["vllm/paid", "custom/free"], 1),
        (["local/SmolLM2", "vllm/paid"], 1),
        (["custom/unknown", "vllm/paid"], 1),
        (["vllm/paid", "custom/unknown"], 1),
        (["vllm/paid", "vllm/dear"], 3),
        (["custom/free", "vllm/dear", "vllm/paid"], 3),
        (["custom/free", "local/SmolLM2", "custom/unknown"], 0),
    ],
)
async def test_each_call_counts_at_the_price_of_whom_it_went_to(budgets: Budgets, calls: list[str], spent: int) -> None:
    """Whatever the order, and whichever answer the agent gets, the day has left what was not billed."""
    await limit(budgets, Budget(scope="workspace", cost_per_day=10 * CALL), prices=PRICES)
    asked = [tuple(each.split("/")) for each in calls]
    with await begin(budgets, *asked[0]) as held:
        for provider, model in asked[1:]:
            assert await held.extend(REQUEST)
            assert await held.admit(provider, model, REQUEST)
        held.settle(*(bill(provider, model, FULL) for provider, model in asked))
    await budgets.settled()
    left = 0
    while await more(budgets):
        left += 1
    assert left == 10 - spent


async def more(budgets: Budgets) -> bool:
    """Hold a call to the paid model, if there is money for one more."""
    try:
        await begin(budgets, *PAID)
    except BudgetExceededError:
        return False
    return True


@pytest.mark.parametrize(("provider", "model"), [*FREE, ("custom", "cheap"), UNKNOWN])
async def test_second_tries_at_a_paid_fallback_stay_within_the_budget(
    budgets: Budgets, provider: str, model: str
) -> None:
    """The first call is free or nearly, the second one is paid for and no better: 200 at once cost what may be."""
    await limit(budgets, Budget(scope="workspace", cost_per_day=20.5 * CALL), prices=PRICES)

    async def call() -> bool:
        try:
            held = await begin(budgets, provider, model)
        except BudgetExceededError:
            return False
        with held:
            bills = [bill(provider, model, Usage(input_tokens=1))]
            again = await held.extend(REQUEST) and await held.admit(*PAID, REQUEST)
            await asyncio.sleep(0)
            held.settle(*bills, *([bill(*PAID, FULL)] if again else []))
        return again

    paid = sum(await asyncio.gather(*(call() for _ in range(200))))
    await budgets.settled()
    assert paid <= 20
    while await call():  # what is free again after calls that were not made
        await budgets.settled()
        paid += 1
    assert paid == 20


T = TypeVar("T")


class Unordered(RedisLink):
    """A way to Redis on which commands overtake each other, as they do on several connections."""

    async def run(self, command: Callable[["Redis"], Awaitable[T]]) -> T:
        """Run it a little later."""
        await asyncio.sleep(random.random() / 50)  # noqa: S311 - no secret
        return await super().run(command)


async def test_what_is_given_back_never_overtakes_the_bill(
    sqlite: Database, prices: Prices, clock: Clock, redis: RedisServer
) -> None:
    """Else there is room for another call, for a moment, that the bill then has not."""
    link = Unordered(redis.url, 5.0)
    await link.run(lambda client: client.flushall())
    budgets = Budgets(Documents(sqlite, AuditLog(sqlite)), UsageRows(sqlite), prices, link, clock=clock)
    async with contextlib.aclosing(link), budgets.running():
        await limit(budgets, Budget(scope="workspace", cost_per_day=10.5 * CALL), prices=PRICES)

        async def call() -> bool:
            with await begin(budgets, *FREE[0]) as held:
                again = await held.extend(REQUEST) and await held.admit(*PAID, REQUEST)
                held.settle(*([bill(*FREE[0], FULL), bill(*PAID, FULL)] if again else []))
            return again

        async def calls() -> int:
            return sum([await call() for _ in range(20)])

        assert sum(await asyncio.gather(*(calls() for _ in range(10)))) <= 10


def answering(second: str) -> steps.Step:
    """Play both models: the free one loses a link and can't be asked again, the paid one says this."""

    async def step(exchange: Exchange) -> None:
        last = exchange.received.json["messages"][-1]["content"]
        if exchange.model == "paid":
            await billed(second)(exchange)
        elif last.startswith("Your answer breaks"):
            await steps.status(401)(exchange)
        else:
            await billed("You can read about it on our page whenever you like.")(exchange)

    return step


@pytest.mark.parametrize(
    ("second", "model"),
    [
        ("You may read about it on our page whenever you like.", "free"),
        ("Do read about it at ZQX1LINK whenever you like.", "paid"),
    ],
)
async def test_paid_second_try_is_paid_for_whichever_answer_counts(state: Path, second: str, model: str) -> None:
    """A free model loses a link and can't be asked again: the paid one is, as long as there is money."""
    with FakeProvider() as fake:
        async with service(state, provider="custom", base_url=fake.url, model="free") as client:
            await set_chain(client, fake)
            await set_prices(client, 2, {"free": 0, "paid": 1000})
            fake.script(*[answering(second)] * 60)
            links = [f"https://shop.example/terms?id={number}" for number in range(6)]
            answers = [
                await click(client, f"You can read about it at {each} whenever you like.", detail=True)
                for each in links
            ]
            assert [each.status_code for each in answers] == [200] * 6
            total = await used(client, 6)
            figures = await cost_in_figures(client)
    paid = sum(each.json["model"] == "paid" for each in asked(fake))
    assert 1 <= paid <= 2
    assert answers[0].json()["data"]["model"] == model
    assert (total["cost"], total["unpriced"]) == (pytest.approx(paid * TOKENS / 1000), 0)
    assert figures == pytest.approx(total["cost"])


async def set_chain(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Put the free model in charge, and the paid one behind it."""
    chain = {"provider": "custom", "base_url": fake.url, "api_key": "k", "verify": False}
    fallback = {"provider": "custom", "name": "second", "base_url": fake.url, "model": "paid", "api_key": "k"}
    changed = await client.put("/api/v1/ai/provider", json={**chain, "model": "free", "fallbacks": [fallback]})
    assert changed.status_code == 200, changed.text


@pytest.mark.parametrize("price", [0.0, 1000.0])
async def test_agents_get_answers_as_long_as_they_cost_nothing(state: Path, price: float) -> None:
    """With the budget used up the free model answers; when it fails, no one pays for another one."""
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
