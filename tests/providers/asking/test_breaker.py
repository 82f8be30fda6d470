"""A provider that fails is left alone, and tried again."""

import asyncio
from contextlib import suppress

import pytest

from providers.asking.breaker import Breaker, BreakerOptions, State
from providers.base import Provider
from providers.errors import (
    CircuitOpenError,
    ContentFilteredError,
    CredentialsError,
    InvalidRequestError,
    MalformedReplyError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
    StreamInterruptedError,
    TimedOutError,
    UnavailableError,
)
from tests.fakes import FakeProvider, steps
from tests.providers.asking.scripted import BrokenOff, Listening, Scripted, asking, ticks
from tests.providers.conftest import REQUEST, Ask, heard

OPTIONS = BreakerOptions(window=6, least=4, rate=0.5, pause=5, longest_pause=15, seconds=60)
DOWN = UnavailableError("first")


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return them."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def seen() -> list[State]:
    """The states that the breaker's watcher was told of."""
    return []


@pytest.fixture
def breaker(clock: Clock, seen: list[State]) -> Breaker:
    """A breaker that is quick to open."""
    return Breaker("first", "small", options=OPTIONS, clock=clock, on_change=lambda it: seen.append(it.state))


async def try_often(breaker: Breaker, ask: Ask, *errors: ProviderError) -> None:
    """Let one request after another fail."""
    failing = Scripted(*errors)
    for _ in errors:
        with suppress(ProviderError):
            await ask(asking(failing, breaker=breaker), REQUEST)


async def test_failures_open_it(breaker: Breaker, ask: Ask, seen: list[State]) -> None:
    """Then nothing is sent, and the error says how long."""
    await try_often(breaker, ask, DOWN, DOWN, DOWN)
    assert (breaker.state, breaker.available, breaker.calls, breaker.failures) == ("closed", True, 3, 3)
    await try_often(breaker, ask, DOWN)
    assert (breaker.state, breaker.available, seen) == ("open", False, ["open"])
    spared = Scripted()
    with pytest.raises(CircuitOpenError) as caught:
        await ask(asking(spared, breaker=breaker), REQUEST)
    assert (caught.value.retry_after, spared.calls) == (5, 0)


async def test_answers_between_failures_keep_it_closed(breaker: Breaker, ask: Ask) -> None:
    """Only a rate opens it, and only what is recent counts."""
    provider = Scripted("a", DOWN, "b", "c", DOWN, "d", "e", DOWN, "f")
    for _ in range(9):
        with suppress(ProviderError):
            await ask(asking(provider, breaker=breaker), REQUEST)
    assert (breaker.state, breaker.calls, breaker.failures) == ("closed", 6, 2)


async def test_old_failures_are_forgotten(breaker: Breaker, clock: Clock, ask: Ask) -> None:
    """Three failures of a quiet morning don't add up with one in the afternoon."""
    await try_often(breaker, ask, DOWN, DOWN, DOWN)
    clock.now += 61
    await try_often(breaker, ask, DOWN)
    assert (breaker.state, breaker.failures) == ("closed", 1)


@pytest.mark.parametrize(
    "error",
    [
        CredentialsError("first"),
        InvalidRequestError("first"),
        ContentFilteredError("first"),
        RateLimitedError("first"),
    ],
    ids=lambda error: error.code,
)
async def test_a_refusal_is_an_answer(breaker: Breaker, ask: Ask, error: ProviderError) -> None:
    """A provider that refuses, filters or limits is up."""
    await try_often(breaker, ask, *[error] * 6)
    assert (breaker.state, breaker.calls, breaker.failures) == ("closed", 6, 0)


@pytest.mark.parametrize("error", [OverloadedError("first"), TimedOutError("first")], ids=lambda error: error.code)
async def test_what_says_nothing_of_its_health_does_not_count(breaker: Breaker, ask: Ask, error: ProviderError) -> None:
    """Our own queue was full, or our own time was over before the provider had any."""
    await try_often(breaker, ask, *[error] * 6)
    assert (breaker.state, breaker.calls) == ("closed", 0)


@pytest.mark.parametrize(
    "error",
    [TimedOutError("first", status=504), StreamInterruptedError("first"), MalformedReplyError("first")],
    ids=lambda error: error.code,
)
async def test_other_failures_open_it_too(breaker: Breaker, ask: Ask, error: ProviderError) -> None:
    """No answer, half an answer and nonsense are failures."""
    await try_often(breaker, ask, *[error] * 4)
    assert breaker.state == "open"


async def test_an_answer_that_breaks_off_is_a_failure(breaker: Breaker) -> None:
    """Though it began well."""
    for _ in range(4):
        with pytest.raises(StreamInterruptedError):
            await heard(asking(BrokenOff(StreamInterruptedError("first")), breaker=breaker), REQUEST, [])
    assert breaker.state == "open"


async def test_a_provider_that_hangs_opens_it(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """The deadline inside tells the breaker what a cancellation from outside would not."""
    breaker = Breaker("custom", options=BreakerOptions(least=2, fair=0.05))
    fake.script(*[steps.hang()] * 2)
    for _ in range(2):
        with pytest.raises(TimedOutError):
            await ask(asking(provider, breaker=breaker, seconds=0.1), REQUEST)
    assert breaker.state == "open"


async def test_one_trial_after_the_pause(breaker: Breaker, clock: Clock, ask: Ask, seen: list[State]) -> None:
    """While it is under way, all others are turned away; its answer lets them in again."""
    await try_often(breaker, ask, *[DOWN] * 4)
    clock.now += 5
    assert (breaker.available, breaker.retry_after) == (True, 0)
    slow = Scripted()
    slow.gate.clear()
    trial = asyncio.create_task(asking(slow, breaker=breaker).answer(REQUEST))
    await ticks(3)
    assert (breaker.state, breaker.available) == ("half-open", False)
    with pytest.raises(CircuitOpenError):
        await ask(asking(Scripted(), breaker=breaker), REQUEST)
    slow.gate.set()
    await trial
    assert (breaker.state, breaker.calls, seen) == ("closed", 0, ["open", "half-open", "closed"])


async def test_the_first_piece_of_a_trial_is_enough(breaker: Breaker, clock: Clock, ask: Ask) -> None:
    """No one waits for the end of a long answer."""
    await try_often(breaker, ask, *[DOWN] * 4)
    clock.now += 5
    slow = Scripted()
    slow.gate.clear()
    trial = Listening(asking(slow, breaker=breaker))
    await trial.first()
    assert breaker.state == "closed"
    await trial.leave()


async def test_a_failed_trial_doubles_the_pause(breaker: Breaker, clock: Clock, ask: Ask) -> None:
    """Up to its limit; an answer brings it back to the first."""
    await try_often(breaker, ask, *[DOWN] * 4)
    pauses = []
    for _ in range(3):
        clock.now += breaker.retry_after
        await try_often(breaker, ask, DOWN)
        pauses.append(breaker.retry_after)
    clock.now += breaker.retry_after
    await ask(asking(Scripted(), breaker=breaker), REQUEST)
    await try_often(breaker, ask, *[DOWN] * 4)
    assert [*pauses, breaker.retry_after] == [10, 15, 15, 5]


async def test_a_trial_that_was_cancelled_says_nothing(breaker: Breaker, clock: Clock, ask: Ask) -> None:
    """The next request is the trial."""
    await try_often(breaker, ask, *[DOWN] * 4)
    clock.now += 5
    slow = Scripted()
    slow.gate.clear()
    trial = asyncio.ensure_future(ask(asking(slow, breaker=breaker), REQUEST))
    await ticks(3)
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    assert breaker.available
    await ask(asking(Scripted(), breaker=breaker), REQUEST)
    assert breaker.state == "closed"


async def test_a_trial_that_never_ends_is_followed_by_another(breaker: Breaker, clock: Clock, ask: Ask) -> None:
    """A lost trial can't shut a provider out for ever, and its late end changes nothing."""
    await try_often(breaker, ask, *[DOWN] * 4)
    clock.now += 5
    lost = breaker.call()
    clock.now += 5
    trial = breaker.call()
    lost.__exit__(UnavailableError, DOWN, None)
    states = [breaker.state]
    trial.__exit__(None, None, None)
    assert [*states, breaker.state] == ["half-open", "closed"]


async def test_calls_from_before_it_opened_change_nothing(breaker: Breaker, clock: Clock, ask: Ask) -> None:
    """An old request that ends well at last does not close it, nor does its failure count after a recovery."""
    early = [breaker.call(), breaker.call()]
    await try_often(breaker, ask, *[DOWN] * 4)
    early[0].__exit__(None, None, None)
    assert breaker.state == "open"
    clock.now += 5
    await ask(asking(Scripted(), breaker=breaker), REQUEST)
    early[1].__exit__(UnavailableError, DOWN, None)
    assert (breaker.state, breaker.failures) == ("closed", 0)


async def test_cancelled_calls_do_not_count(breaker: Breaker, ask: Ask) -> None:
    """An agent who leaves says nothing about the provider."""
    slow = Scripted()
    slow.gate.clear()
    tasks = [asyncio.ensure_future(ask(asking(slow, breaker=breaker), REQUEST)) for _ in range(5)]
    await ticks(2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (breaker.state, breaker.calls) == ("closed", 0)
