"""Thoughts are paid for: what a model may think is held, and what it thought in vain is counted."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.budgets.budgets import Budgets
from assistant.budgets.document import Budget
from assistant.errors import BudgetExceededError
from assistant.usage.prices import Price
from tests.assistant.budgets.billing import cost_in_figures, set_prices, used
from tests.assistant.budgets.spending import ANNA, ESTIMATE, REQUEST, limit, reserve
from tests.assistant.completion.asking import asked, click, click_streamed, using
from tests.assistant.harness import error, service
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.providers.adapters.playing import DONE, choice, chunk
from tests.providers.saying import events, said

DRAFT = "your parcel is on its way"
REPLY = "Your parcel is on its way, thank you for waiting."
SPENT = {"prompt_tokens": 400, "completion_tokens": 300}
TOKENS = 700  # of each call that is billed so
USAGE = {"choices": [], "usage": SPENT}
PRICE = 1000.0  # dollars for a million tokens

THOUGHTS = said({**choice("", "length", reasoning_content="They want it kinder."), "usage": SPENT})
ALOUD = said({**choice("<think>They want it kinder, and I have no more room", "length"), "usage": SPENT})
STREAMED = events(chunk(reasoning_content="They want it kinder."), chunk(finish="length"), USAGE, DONE)
HEARD = events(chunk("Kinder it is.\n</think>"), chunk(finish="length"), USAGE, DONE)
EMPTY = said({**choice(""), "usage": SPENT})
FILTERED = said({**choice("", "content_filter"), "usage": SPENT})
ENDLESS = said({**choice("word " * 60_000), "usage": SPENT})


def answering(text: str = REPLY) -> steps.Step:
    """Answer, and bill all that may be written."""

    async def step(exchange: Exchange) -> None:
        room = exchange.received.json["max_tokens"]
        await said({**choice(text), "usage": {"prompt_tokens": 0, "completion_tokens": room}})(exchange)

    return step


async def give(client: httpx.AsyncClient, **budget: Any) -> None:  # noqa: ANN401 - JSON
    """Give the workspace a budget."""
    document = {"budgets": [{"scope": "workspace", **budget}], "prices": []}
    answer = await client.put("/api/v1/ai/budgets", json=document)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("kind", ["whole", "aloud", "streamed"])
async def test_thoughts_before_a_reply_are_on_its_bill(state: Path, kind: str) -> None:
    """The first call gave none, and was paid for all the same."""
    first = {"whole": THOUGHTS, "aloud": ALOUD, "streamed": STREAMED}[kind]
    reply = events(chunk(REPLY), chunk(finish="stop"), USAGE, DONE)
    with FakeProvider() as fake:
        fake.script(first, reply if kind == "streamed" else said({**choice(REPLY), "usage": SPENT}))
        async with service(state, **using(fake, "m")) as client:
            await set_prices(client, 10, {"m": PRICE})
            answer = await (click_streamed if kind == "streamed" else click)(client, DRAFT)
            total, figures = await used(client, 1), await cost_in_figures(client)
    assert (answer.status_code, len(asked(fake))) == (200, 2)
    assert (total["input_tokens"], total["output_tokens"], total["errors"]) == (800, 600, 0)
    assert total["cost"] == pytest.approx(2 * TOKENS * PRICE / 1_000_000) == pytest.approx(figures)


@pytest.mark.parametrize(
    ("step", "streamed", "calls"),
    [
        (THOUGHTS, False, 2),
        (ALOUD, False, 2),
        (STREAMED, True, 2),
        (HEARD, True, 1),
        (EMPTY, False, 3),
        (FILTERED, False, 1),
        (ENDLESS, False, 3),
    ],
    ids=["thoughts", "aloud", "streamed", "heard", "empty", "filtered", "endless"],
)
async def test_what_was_paid_in_vain_is_counted(state: Path, step: steps.Step, streamed: bool, calls: int) -> None:  # noqa: FBT001
    """The agent gets an error; report, figures and the day's budget know what it cost, also after another start."""
    with FakeProvider() as fake:
        fake.script(*[step] * calls)
        async with service(state, **using(fake, "m")) as client:
            await set_prices(client, 10, {"m": PRICE})
            await (click_streamed if streamed else click)(client, DRAFT)
            total, figures = await used(client, 1), await cost_in_figures(client)
            assert len(asked(fake)) == calls
            await give(client, tokens_per_day=calls * TOKENS + 100)
            assert error(await click(client, DRAFT))[2] == "budget_tokens_per_day"
        async with service(state, **using(fake, "m")) as client:
            assert error(await click(client, DRAFT))[2] == "budget_tokens_per_day"
    assert (total["requests"], total["errors"]) == (1, 1)
    assert (total["input_tokens"], total["output_tokens"]) == (400 * calls, 300 * calls)
    assert total["cost"] == pytest.approx(calls * TOKENS * PRICE / 1_000_000) == pytest.approx(figures)


async def test_room_for_thoughts_is_held(state: Path) -> None:
    """However many agents ask a model at once that thinks, they spend what the day has and no more."""
    with FakeProvider() as fake:
        async with service(state, **using(fake, "m")) as client:
            fake.script(THOUGHTS, answering())
            assert (await click(client, DRAFT)).status_code == 200
            before = (await used(client, 1))["output_tokens"] + 400
            most = before + 10_000
            await give(client, tokens_per_day=most)
            fake.script(*[answering()] * 20)
            answers = await asyncio.gather(*(click(client, f"{DRAFT} {number}") for number in range(20)))
            total = await used(client, 21)
    assert {answer.status_code for answer in answers} == {200, 429}
    assert total["input_tokens"] + total["output_tokens"] <= most


async def test_call_after_thoughts_is_another_one_to_pay(state: Path) -> None:
    """Where the day has nothing left for it, the agent is not answered, and nothing more is spent."""
    with FakeProvider() as fake:
        async with service(state, **using(fake, "m")) as client:
            await give(client, tokens_per_day=3000)
            fake.script(THOUGHTS)
            answer = await click(client, DRAFT)
    assert error(answer)[2] == "provider_unavailable"
    assert len(asked(fake)) == 1


async def test_more_room_is_more_to_hold(budgets: Budgets) -> None:
    """Of tokens and of money, at whichever provider; what is held already is not held again."""
    prices = [Price(provider="custom", model=each, input=10, output=10) for each in ("m", "n")]
    await limit(budgets, Budget(scope="workspace", tokens_per_day=3 * ESTIMATE), prices=prices)
    roomy = REQUEST.__class__(messages=REQUEST.messages, max_output_tokens=REQUEST.max_output_tokens + ESTIMATE)
    first = await reserve(budgets)
    assert await first.admit("custom", "m", REQUEST)
    assert await first.admit("custom", "m", roomy)
    assert await first.admit("custom", "n", roomy)
    second = await reserve(budgets)
    assert not await second.admit("custom", "m", roomy)
    with pytest.raises(BudgetExceededError):
        await reserve(budgets)
    first.release()
    await budgets.settled()
    assert await second.admit("custom", "n", roomy)
    second.release()
    await budgets.settled()
    cost = 3 * ESTIMATE * 10 / 1_000_000
    await limit(budgets, Budget(scope="workspace", cost_per_day=cost), prices=prices)
    for _ in range(2):
        held = await budgets.reserve(ANNA, "p", provider="custom", model="m", request=REQUEST)
        wide = await held.admit("custom", "m", roomy)
    assert not wide
