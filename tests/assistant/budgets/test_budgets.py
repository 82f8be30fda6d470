"""Budgets hold exactly as far as an administrator set them, in one process and over several."""

import asyncio
import time
from datetime import timedelta

import pytest

from assistant.budgets.budgets import Budgets
from assistant.budgets.document import Budget, BudgetDocument
from assistant.budgets.reservation import Reservation, estimated
from assistant.database.database import Database
from assistant.envelope import render
from assistant.errors import BudgetExceededError
from assistant.redis.link import RedisLink
from assistant.usage.prices import Price
from assistant.usage.rows import UsageRows
from providers.base import Usage
from tests.assistant.budgets.spending import (
    ANNA,
    BOB,
    ESTIMATE,
    REQUEST,
    bill,
    limit,
    refused,
    reserve,
    spend,
)
from tests.assistant.usage.fixtures import Clock
from tests.assistant.usage.usage_rows import NOON, usage_row


def test_estimate_is_what_the_tests_say() -> None:
    """A call is estimated at its text and all the room for its answer."""
    usage = estimated(REQUEST)
    assert usage.input_tokens + usage.output_tokens == ESTIMATE


async def test_nothing_is_limited_until_somebody_says_so(budgets: Budgets) -> None:
    """Without budgets everyone may do everything, and asking costs about nothing."""
    assert budgets.current == BudgetDocument()
    for _ in range(100):
        await budgets.take_request(ANNA)
        (await reserve(budgets)).release()
    started = time.thread_time()
    for _ in range(10_000):
        assert budgets.allows_request_now(ANNA)
    assert (time.thread_time() - started) / 10_000 < 5e-6  # a fifth of a microsecond on an idle machine


async def test_requests_by_the_minute(budgets: Budgets) -> None:
    """An agent who sends too many waits for seconds; colleagues do not, and one's own limit goes before all others'."""
    await limit(
        budgets, Budget(scope="agent", requests_per_minute=3), Budget(scope="agent", id=8, requests_per_minute=5)
    )
    for _ in range(3):
        await budgets.take_request(ANNA)
    with pytest.raises(BudgetExceededError, match=r"used all of your requests for this minute \(3\)") as error:
        await budgets.take_request(ANNA)
    answer = render(error.value)
    assert (answer.status_code, answer.envelope.error_type) == (429, "RateLimitException")
    assert answer.envelope.data.code == "budget_requests_per_minute"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    for _ in range(5):
        await budgets.take_request(BOB)
    with pytest.raises(BudgetExceededError):
        await budgets.take_request(BOB)


async def test_asking_at_once(budgets: Budgets, counting: RedisLink | None) -> None:
    """The front is told at once where this process counts alone; with Redis it has to ask, and nothing is counted."""
    await limit(budgets, Budget(scope="agent", id=7, requests_per_minute=2))
    answers = [budgets.allows_request_now(ANNA) for _ in range(4)]
    assert answers == ([True, True, False, False] if counting is None else [None] * 4)
    assert budgets.allows_request_now(BOB)
    if counting is not None:
        await budgets.take_request(ANNA)


async def test_tokens_by_the_day(budgets: Budgets) -> None:
    """The estimate is held while a call is under way; what it took counts afterwards, until midnight."""
    await limit(budgets, Budget(scope="agent", tokens_per_day=5000))
    first, second = await reserve(budgets), await reserve(budgets)
    error = await refused(budgets)
    assert "budget of tokens for agent 7" in str(error)
    answer = render(error)
    assert answer.envelope.data.code == "budget_tokens_per_day"
    assert answer.headers["Retry-After"] == str(12 * 3600)
    first.settle(bill("custom", "m", Usage(input_tokens=300, output_tokens=100, cached_input_tokens=300)))
    second.release()
    await budgets.settled()
    await spend(budgets, 2600)
    held = await reserve(budgets)
    await refused(budgets)
    held.settle(bill("custom", "m", Usage(output_tokens=1)))
    await budgets.settled()
    await refused(budgets)
    await spend(budgets, 1, BOB)


async def test_failed_call_takes_nothing(budgets: Budgets) -> None:
    """Whatever ends a call, what it had reserved is free again; settling and releasing count once."""
    await limit(budgets, Budget(scope="workspace", tokens_per_day=ESTIMATE))
    for _ in range(3):
        reservation = await reserve(budgets)
        with pytest.raises(ConnectionError), reservation:
            raise ConnectionError
        await budgets.settled()
    with await reserve(budgets) as reservation:
        reservation.settle(bill("custom", "m", Usage()))
        reservation.release()
        reservation.settle(bill("custom", "m", Usage(input_tokens=9999)))
    await budgets.settled()
    await reserve(budgets)


async def test_refused_call_takes_nothing_from_other_budgets(budgets: Budgets) -> None:
    """A call that one budget refuses leaves the others as they were."""
    await limit(
        budgets, Budget(scope="agent", id="7", tokens_per_day=6000), Budget(scope="workspace", tokens_per_day=2000)
    )
    held = await reserve(budgets)
    for _ in range(5):
        assert "for the workspace" in str(await refused(budgets))
    held.release()
    await budgets.settled()
    await limit(budgets, Budget(scope="agent", id="7", tokens_per_day=6000))
    for _ in range(3):
        await reserve(budgets)
    await refused(budgets)


async def test_further_call_has_to_fit_too(budgets: Budgets) -> None:
    """A second try takes its estimate beforehand or does not happen; one bill settles all, and a failure frees all."""
    await limit(budgets, Budget(scope="workspace", tokens_per_day=2 * ESTIMATE))
    held = await reserve(budgets)
    assert await held.extend(REQUEST)
    assert not await held.extend(REQUEST)
    await refused(budgets)
    held.release()
    await budgets.settled()
    held = await reserve(budgets)
    assert await held.extend(REQUEST)
    held.settle(bill("custom", "m", Usage(input_tokens=ESTIMATE - 1, output_tokens=2)))
    await budgets.settled()
    await refused(budgets)
    await limit(budgets, Budget(scope="workspace", tokens_per_day=2 * ESTIMATE + 1))
    await reserve(budgets)
    await refused(budgets)


async def test_further_call_needs_no_room_where_nothing_is_limited(budgets: Budgets) -> None:
    """Without budgets, or with those of others only, a second try is always possible."""
    assert await (await reserve(budgets)).extend(REQUEST)
    await limit(budgets, Budget(scope="agent", id=8, tokens_per_day=1))
    assert await (await reserve(budgets)).extend(REQUEST)


@pytest.mark.parametrize(
    ("budget", "whose"),
    [
        (Budget(scope="agent", id=7, tokens_per_day=2000), "agent 7"),
        (Budget(scope="team", tokens_per_day=2000), "team 3"),
        (Budget(scope="prompt", id="reply_friendly", tokens_per_day=2000), "prompt reply_friendly"),
        (Budget(scope="workspace", tokens_per_day=2000), "the workspace"),
    ],
)
async def test_whose_budget_it_is(budgets: Budgets, budget: Budget, whose: str) -> None:
    """Each budget counts its own: others go on unless they share it."""
    await limit(budgets, budget)
    await spend(budgets, 100)
    assert whose in str(await refused(budgets))
    if whose == "the workspace":
        await refused(budgets, BOB, "summary")
    else:
        await spend(budgets, 100, BOB, "summary")


async def test_money_by_the_day(budgets: Budgets) -> None:
    """Money counts by the prices; what no one knows the price of takes none, but stops when all is spent."""
    price = Price(provider="custom", model="m", input=1000, output=1000)
    await limit(budgets, Budget(scope="workspace", cost_per_day=5), prices=[price])
    await spend(budgets, 2500)
    await reserve(budgets)
    error = await refused(budgets)
    assert render(error).envelope.data.code == "budget_cost_per_day"
    assert "for the workspace" in str(error)
    unpriced = await budgets.reserve(ANNA, "p", provider="custom", model="other", request=REQUEST)
    unpriced.settle(bill("custom", "m", Usage(input_tokens=10_000)))
    await budgets.settled()
    with pytest.raises(BudgetExceededError):
        await budgets.reserve(ANNA, "p", provider="custom", model="other", request=REQUEST)


async def test_a_new_day_begins_at_midnight_utc(budgets: Budgets, clock: Clock) -> None:
    """At midnight everything is free again; a call that began before counts towards the day it began on."""
    await limit(budgets, Budget(scope="workspace", tokens_per_day=ESTIMATE))
    clock.now = NOON.replace(hour=23, minute=59, second=59)
    late = await reserve(budgets)
    assert (await refused(budgets)).retry_after == 1
    clock.now += timedelta(seconds=1)
    await reserve(budgets)
    late.settle(bill("custom", "m", Usage(input_tokens=5000)))
    await budgets.settled()
    await refused(budgets)
    clock.now -= timedelta(seconds=1)
    await refused(budgets)
    clock.now += timedelta(days=3)
    await reserve(budgets)


async def test_new_budget_counts_what_the_day_has_used(sqlite: Database, budgets: Budgets) -> None:
    """A budget that is set at noon knows of the morning."""
    await UsageRows(sqlite).add([usage_row() for _ in range(10)])
    await limit(budgets, Budget(scope="agent", tokens_per_day=11_000))
    await refused(budgets)
    await limit(budgets, Budget(scope="agent", tokens_per_day=11_000 + ESTIMATE))
    await reserve(budgets)


async def test_caller_who_leaves_while_asking_takes_nothing(budgets: Budgets) -> None:
    """A client that leaves at the worst moment holds no reservation for the rest of the day."""
    await limit(budgets, Budget(scope="workspace", tokens_per_day=ESTIMATE))
    for turns in range(6):
        asking = asyncio.create_task(reserve(budgets))
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        [outcome] = await asyncio.gather(asking, return_exceptions=True)
        if isinstance(outcome, Reservation):
            outcome.release()
        await budgets.settled()
    await reserve(budgets)
