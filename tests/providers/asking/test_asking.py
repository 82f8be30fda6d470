"""The whole stack, over real connections."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeAlias

import pytest

from providers.asking.asking import Asking
from providers.asking.breaker import BreakerOptions
from providers.asking.deadline import Deadlines
from providers.asking.retries import Retries
from providers.asking.trace import Trace
from providers.asking.upstream import Upstream, UpstreamOptions, first_available
from providers.base import Provider
from providers.errors import CircuitOpenError, OverloadedError, RateLimitedError, TimedOutError, UnavailableError
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider, steps
from tests.providers.asking.scripted import Listening, Scripted, ticks
from tests.providers.conftest import REQUEST, Ask

Both: TypeAlias = Callable[[UpstreamOptions], list[Upstream]]

QUICK = Retries(base=0.001)


@pytest.fixture
def second() -> Iterator[FakeProvider]:
    """A fallback that always answers."""
    with FakeProvider("chat") as fake:
        fake.reply("The fallback's answer.")
        yield fake


@pytest.fixture
async def fallback(second: FakeProvider, options: ProviderOptions) -> AsyncIterator[Provider]:
    """Our adapter, connected to the fallback."""
    connected = connect(resolve("custom", base_url=second.url, model="large"), options)
    yield connected
    await connected.aclose()


@pytest.fixture
def both(provider: Provider, fallback: Provider) -> Both:
    """Make the chain of the fake and its fallback."""
    return lambda limits: [Upstream(provider, "small", options=limits), Upstream(fallback, "large")]


def within(seconds: float) -> Deadlines:
    """Return deadlines of a request that arrives now."""
    return Deadlines(arrived=asyncio.get_running_loop().time(), seconds=seconds)


async def test_a_provider_that_hangs_leaves_time_for_the_next(fake: FakeProvider, both: Both, ask: Ask) -> None:
    """The fallback's answer comes inside the one deadline that both share."""
    fake.script(steps.hang())
    upstreams, trace = both(UpstreamOptions()), Trace()
    completion = await ask(Asking(upstreams, within(1.5), trace=trace), REQUEST)
    assert completion.text == "The fallback's answer."
    assert [(each.error, each.model) for each in trace.attempts] == [("timed_out", "small"), ("", "large")]
    assert 0.8 <= trace.attempts[0].seconds < 1.5


async def test_an_open_breaker_is_skipped_and_kept_across_requests(fake: FakeProvider, both: Both, ask: Ask) -> None:
    """After a few failures the first provider is not asked any more, nor is its cache entry looked for."""
    fake.script(*[steps.status(500)] * 3)
    upstreams = both(UpstreamOptions(breaker=BreakerOptions(least=3)))
    assert first_available(upstreams) == 0
    for _ in range(3):
        await ask(Asking(upstreams, within(60), trace=Trace(), retries=QUICK), REQUEST)
    assert (len(fake.requests), first_available(upstreams)) == (3, 1)


async def test_a_long_wait_is_not_made_where_another_could_answer(fake: FakeProvider, both: Both, ask: Ask) -> None:
    """Alone, a provider is waited for as long as it says and the deadline lets; here the fallback answers at once."""
    fake.script(steps.status(429, retry_after="20"))
    upstreams, trace = both(UpstreamOptions()), Trace()
    assert (await ask(Asking(upstreams, within(60), trace=trace), REQUEST)).model == "large"
    assert trace.calls == 2


async def test_a_full_queue_leads_to_the_next(both: Both, fake: FakeProvider, ask: Ask) -> None:
    """And without a next one it is the answer; the breaker takes no note of it."""
    fake.script(steps.hang("body"))
    upstreams = both(UpstreamOptions(most=1, queue=0))
    busy = Listening(Asking(upstreams, within(60), trace=Trace()))
    await busy.first()
    assert (await ask(Asking(upstreams, within(60), trace=Trace()), REQUEST)).model == "large"
    with pytest.raises(OverloadedError):
        await ask(Asking(upstreams[:1], within(60), trace=Trace()), REQUEST)
    await busy.leave()
    assert (upstreams[0].breaker.failures, upstreams[0].slots.used) == (0, 0)


async def test_a_wait_between_attempts_holds_no_place(ask: Ask) -> None:
    """Others may use it meanwhile."""
    limited = Upstream(
        Scripted(RateLimitedError("first", retry_after=30), "second answer", "first answer"),
        "small",
        options=UpstreamOptions(most=1, queue=0),
    )
    waiting = asyncio.ensure_future(ask(Asking([limited], within(60), trace=Trace()), REQUEST))
    await ticks(6)
    assert limited.slots.used == 0
    assert (await ask(Asking([limited], within(60), trace=Trace()), REQUEST)).text == "second answer"
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert limited.slots.used == 0


async def test_nothing_is_sent_after_the_deadline(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """A request that waited too long elsewhere ends here, and says nothing about the provider."""
    upstream = Upstream(provider, "small")
    late = Deadlines(arrived=asyncio.get_running_loop().time() - 9, seconds=9)
    with pytest.raises(TimedOutError):
        await ask(Asking([upstream], late, trace=Trace()), REQUEST)
    assert (fake.requests, upstream.breaker.calls) == ([], 0)


async def test_when_every_breaker_is_open_the_caller_hears_when_to_come_back() -> None:
    """Without a single call."""
    down = Scripted(UnavailableError("first"))
    upstreams = [Upstream(down, "small", options=UpstreamOptions(breaker=BreakerOptions(least=1)))]
    with pytest.raises(UnavailableError):
        await Asking(upstreams, within(9), trace=Trace(), retries=QUICK).answer(REQUEST)
    trace = Trace()
    with pytest.raises(CircuitOpenError) as caught:
        await Asking(upstreams, within(9), trace=trace).answer(REQUEST)
    assert 0 < (caught.value.retry_after or 0) <= 5
    assert (trace.calls, down.calls, first_available(upstreams)) == (0, 1, 0)
