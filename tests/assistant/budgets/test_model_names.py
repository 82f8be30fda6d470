"""A model has the price that an administrator gave it, whatever name the provider answers by."""

import asyncio
from pathlib import Path

import pytest

from assistant.budgets.budgets import Budgets
from assistant.budgets.document import Budget
from assistant.budgets.reservation import Reservation
from assistant.database.database import Database
from assistant.errors import BudgetExceededError
from assistant.usage.log import UsageLog
from assistant.usage.prices import Bill, Price, Prices
from assistant.usage.rows import UsageRows
from providers.base import Usage
from tests.assistant.budgets.billing import TOKENS, billed, cost_in_figures, set_prices, used
from tests.assistant.budgets.spending import ANNA, ESTIMATE, REQUEST, bill, limit
from tests.assistant.completion.asking import asked, click
from tests.assistant.harness import service
from tests.assistant.usage.usage_rows import total_of, usage_row
from tests.fakes import FakeProvider

OWN = [
    Price(provider="custom", model="our-model", input=10, output=10),
    Price(provider="custom", model="routed", input=20, output=20),
    Price(provider="custom", model="gift", input=0, output=0),
    Price(provider="azure", model="our-deployment", input=10, output=10),
    Price(provider="openai", model="gpt-4o-mini", input=10, output=10),
]
CALL = ESTIMATE * 10 / 1_000_000  # dollars that a call is estimated at
FULL = Usage(input_tokens=ESTIMATE)
THOUSAND = Usage(input_tokens=1000)
NAMES = [
    ("custom", "our-model", "fake"),
    ("custom", "our-model", "/models/our-model.Q4_K_M.gguf"),
    ("custom", "our-model", "openai/our-model"),
    ("custom", "our-model", "Our-Model"),
    ("custom", "our-model", "x" * 5000),
    ("azure", "our-deployment", "gpt-nobody-has-heard-of"),
    ("azure", "our-deployment", "gpt-4o-mini-2024-07-18"),
    ("openai", "gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
]


async def begin(budgets: Budgets, provider: str, model: str) -> Reservation:
    """Reserve a call to a provider."""
    return await budgets.reserve(ANNA, "reply_friendly", provider=provider, model=model, request=REQUEST)


@pytest.mark.parametrize(("provider", "asked_for", "reported"), NAMES)
async def test_budget_holds_whatever_the_model_calls_itself(
    budgets: Budgets, provider: str, asked_for: str, reported: str
) -> None:
    """200 calls at once cost what may be spent: a gateway's or a deployment's other name makes nothing free."""
    await limit(budgets, Budget(scope="workspace", cost_per_day=20.5 * CALL), prices=OWN)

    async def call() -> bool:
        try:
            held = await begin(budgets, provider, asked_for)
        except BudgetExceededError:
            return False
        with held:
            await asyncio.sleep(0)
            held.settle(bill(provider, reported, FULL, asked=asked_for))
        return True

    assert sum(await asyncio.gather(*(call() for _ in range(200)))) == 20
    await budgets.settled()
    assert not await call()


@pytest.mark.parametrize(
    ("provider", "asked_for", "reported", "cost"),
    [
        *((provider, asked_for, reported, 10_000) for provider, asked_for, reported in NAMES),
        ("custom", "our-model", "routed", 20_000),
        ("custom", "our-model", "gift", 0),
        ("custom", "gift", "routed", 20_000),
        ("custom", "gift", "nobody-knows", 0),
        ("azure", "nobody-knows", "gpt-4o-mini", 150),
        ("azure", "gpt-4o-mini", "nobody-knows", 150),
        ("custom", "nobody-knows", "gpt-4o-mini", None),
        ("custom", "gpt-4o-mini", "nobody-knows", None),
        ("vllm", "our-model", "our-model", None),
        ("local", "SmolLM2", "other", 0),
    ],
)
def test_price_of_either_name(prices: Prices, provider: str, asked_for: str, reported: str, cost: int | None) -> None:
    """Own prices go before published ones, and the reported name before the one that was asked for."""
    prices.adopt(OWN)
    assert prices.cost(provider, reported, THOUSAND, asked=asked_for) == cost
    assert prices.billed([bill(provider, reported, THOUSAND, asked=asked_for)]) == cost


@pytest.mark.parametrize(
    ("models", "cost"),
    [
        ([], 0),
        (["our-model", "routed"], 30_000),
        (["gift", "routed"], 20_000),
        (["nobody-knows", "our-model"], 10_000),
        (["our-model", "nobody-knows"], 10_000),
        (["gift", "gift"], 0),
        (["nobody-knows"], None),
        (["gift", "nobody-knows"], None),
    ],
)
async def test_bills_together(sqlite: Database, prices: Prices, models: list[str], cost: int | None) -> None:
    """What is known counts; a completion of which nothing is known but what was free has no known cost."""
    prices.adopt(OWN)
    bills = [bill("custom", each, THOUSAND) for each in models]
    assert prices.billed(bills) == cost
    log = UsageLog(UsageRows(sqlite), prices)
    async with log.running():
        tokens = 1000 * len(models)
        log.add(usage_row(model="gift", input_tokens=tokens, output_tokens=0), bills)
        log.add(usage_row(model="gift", cache="coalesced"), bills)
    total = await total_of(UsageRows(sqlite))
    assert (total.input_tokens, total.unpriced) == (tokens, 1 if cost is None else 0)
    assert total.cost == pytest.approx((cost or 0) / 1_000_000)


@pytest.mark.parametrize("fallback", [False, True])
async def test_estimate_counts_where_the_price_is_gone(budgets: Budgets, fallback: bool) -> None:  # noqa: FBT001
    """An administrator takes the price away while a call is under way: what was held for it stays."""
    budget = Budget(scope="workspace", cost_per_day=CALL)
    await limit(budgets, budget, prices=OWN)
    first = "gift" if fallback else "our-model"
    with await begin(budgets, "custom", first) as held:
        assert await held.admit("custom", "our-model", REQUEST)
        await limit(budgets, budget)
        estimate = held.estimate("custom", "our-model")
        assert estimate == CALL * 1_000_000
        assert held.estimate("custom", "nobody-knows") is None
        held.settle(Bill(provider="custom", model="fake", asked="our-model", usage=THOUSAND, estimate=estimate))
    await budgets.settled()
    with pytest.raises(BudgetExceededError):
        await begin(budgets, "custom", "our-model")


async def test_estimate_of_another_provider_is_no_bill(budgets: Budgets) -> None:
    """What was held for the first is given back when one answers whose price no one knows."""
    await limit(budgets, Budget(scope="workspace", cost_per_day=CALL), prices=OWN)
    with await begin(budgets, "custom", "our-model") as held:
        assert await held.admit("vllm", "nobody-knows", REQUEST)
        estimate = held.estimate("vllm", "nobody-knows")
        held.settle(Bill(provider="vllm", model="m", asked="nobody-knows", usage=FULL, estimate=estimate))
    await budgets.settled()
    await begin(budgets, "custom", "our-model")


@pytest.mark.parametrize("reported", ["fake", "Our-Model", "/models/our.gguf", "our-model"])
async def test_reports_know_what_a_renamed_model_costs(state: Path, reported: str) -> None:
    """Agents are stopped at the limit, and the report and the figures have the money, under the reported name."""
    with FakeProvider() as fake:
        async with service(state, provider="custom", base_url=fake.url, model="our-model") as client:
            await set_prices(client, 2, {"our-model": 1000})
            fake.script(*[billed("The parcel left our warehouse today.", reported)] * 8)
            before = len(asked(fake))
            drafts = [f"the parcel left our warehouse {word} today" for word in ("as", "be", "so", "to", "up", "we")]
            statuses = [(await click(client, each)).status_code for each in drafts]
            total, figures = await used(client, len(drafts)), await cost_in_figures(client)
            calls = len(asked(fake)) - before
    assert 1 <= calls <= 2
    assert statuses == [200] * calls + [429] * (6 - calls)
    assert (total["cost"], total["unpriced"]) == (pytest.approx(calls * TOKENS / 1000), 0)
    assert figures == pytest.approx(total["cost"])
