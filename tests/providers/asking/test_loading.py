"""Models that are loaded when they are first asked, over real connections."""

import asyncio
from contextlib import suppress

import pytest
from msgspec import structs

from providers.asking.asking import Asking
from providers.asking.breaker import BreakerOptions
from providers.asking.deadline import Deadlines
from providers.asking.trace import Trace
from providers.asking.upstream import Upstream, UpstreamOptions
from providers.base import Message, Provider
from providers.dialects import Dialect
from providers.errors import ModelLoadingError, TimedOutError, UnavailableError
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider
from tests.fakes.exchange import Exchange
from tests.fakes.loading import Loading
from tests.providers.conftest import REQUEST, Ask
from tests.waiting import eventually

PATIENCE = 0.8
OTHER = structs.replace(REQUEST, messages=(Message(role="user", content="another draft"),))


@pytest.fixture
def dialect() -> Dialect:
    """One of them: they differ only in what comes once the model is loaded."""
    return "chat"


def within(seconds: float) -> Deadlines:
    """Return deadlines of a request that arrives now."""
    return Deadlines(arrived=asyncio.get_running_loop().time(), seconds=seconds)


@pytest.fixture
def upstream(provider: Provider) -> Upstream:
    """A model that may have to be loaded; its breaker opens at the first failure."""
    return Upstream(provider, "small", options=UpstreamOptions(load=30, breaker=BreakerOptions(least=1, fair=0.1)))


async def head_alone(exchange: Exchange) -> None:
    """Send the head of an answer, and nothing else."""
    if exchange.received.streamed:
        await exchange.start_stream()
    else:
        await exchange.send_head(200, {"Content-Type": "application/json", "Content-Length": "100"})
    await exchange.wait_until_dropped()


async def test_a_load_goes_on_when_its_caller_has_left(fake: FakeProvider, upstream: Upstream, ask: Ask) -> None:
    """The caller is told to come back; the answer is there for whoever follows it, as a reply alone."""
    load, trace = Loading(), Trace()
    fake.script(load)
    fake.reply("<think>They are upset.</think>Thank you for waiting.")
    with pytest.raises(ModelLoadingError) as caught:
        await ask(Asking([upstream], within(PATIENCE), trace=trace), REQUEST)
    assert (caught.value.retry_after or 0) > 0
    load.finish()
    [late] = trace.late
    assert (await upstream.late(late)).text.strip() == "Thank you for waiting."
    assert (len(fake.requests), load.given_up, late.position) == (1, 0, 0)
    assert (upstream.breaker.calls, upstream.breaker.state) == (0, "closed"), "a load says nothing about health"
    assert (await ask(Asking([upstream], within(30), trace=Trace()), OTHER)).model == "small"


async def test_one_call_goes_on(fake: FakeProvider, upstream: Upstream, ask: Ask) -> None:
    """Others who ask meanwhile are told the same, and their calls are broken off."""
    load, traces = Loading(), [Trace() for _ in range(4)]
    fake.script(*[load] * 4)
    wanted = [
        structs.replace(REQUEST, messages=(Message(role="user", content=f"draft {number}"),)) for number in range(4)
    ]
    calls = [
        ask(Asking([upstream], within(PATIENCE), trace=trace), each) for each, trace in zip(wanted, traces, strict=True)
    ]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(end) for end in ends] == [ModelLoadingError] * 4
    assert sum(len(trace.late) for trace in traces) == 1
    await eventually(lambda: load.given_up == 3)
    load.finish()
    [late] = [each for trace in traces for each in trace.late]
    assert (await upstream.late(late)).model == "small"
    assert upstream.breaker.state == "closed"


async def test_whoever_comes_back_is_asked_for_again(fake: FakeProvider, upstream: Upstream, ask: Ask) -> None:
    """A server that has lost the first request, or has room for another one, answers the second."""
    load, trace = Loading(), Trace()
    fake.script(load)
    with pytest.raises(ModelLoadingError):
        await ask(Asking([upstream], within(PATIENCE), trace=trace), REQUEST)
    assert (await ask(Asking([upstream], within(30), trace=Trace()), REQUEST)).model == "small"
    load.finish()
    assert (await upstream.late(trace.late[0])).model == "small"
    assert (len(fake.requests), load.given_up) == (2, 0)


async def test_a_server_that_has_begun_to_answer_loads_nothing(
    fake: FakeProvider, upstream: Upstream, ask: Ask
) -> None:
    """It is too slow, and broken off as before."""
    fake.script(head_alone)
    trace = Trace()
    with pytest.raises(TimedOutError):
        await ask(Asking([upstream], within(PATIENCE), trace=trace), REQUEST)
    assert (trace.late, upstream.breaker.failures) == ([], 1)
    await asyncio.to_thread(fake.requests[0].dropped.wait, 10)
    assert fake.requests[0].dropped.is_set()


async def test_a_load_without_end_is_a_server_that_hangs(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """After the time for a load the call is broken off, and the next ones are plain time-outs that open the breaker."""
    load, trace = Loading(), Trace()
    fake.script(load, load)
    options = UpstreamOptions(load=2.5, breaker=BreakerOptions(least=1, fair=0.1))
    upstream = Upstream(provider, "small", options=options)
    with pytest.raises(ModelLoadingError):
        await ask(Asking([upstream], within(PATIENCE), trace=trace), REQUEST)
    with pytest.raises(TimedOutError):
        await upstream.late(trace.late[0])
    await eventually(lambda: load.given_up == 1)
    with pytest.raises(TimedOutError):
        await ask(Asking([upstream], within(PATIENCE), trace=trace), REQUEST)
    assert (len(trace.late), upstream.breaker.state) == (1, "open")


async def test_a_caller_who_leaves_breaks_off(fake: FakeProvider, upstream: Upstream, ask: Ask) -> None:
    """Before the deadline no one was told that the call goes on."""
    load, trace = Loading(), Trace()
    fake.script(load)
    asking = asyncio.ensure_future(ask(Asking([upstream], within(30), trace=trace), REQUEST))
    await eventually(lambda: len(fake.requests) == 1)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    await eventually(lambda: load.given_up == 1)
    assert trace.late == []


async def test_an_upstream_that_is_closed_loads_nothing_more(fake: FakeProvider, upstream: Upstream, ask: Ask) -> None:
    """Whoever follows the call hears that there will be no answer."""
    load, trace = Loading(), Trace()
    fake.script(load)
    with pytest.raises(ModelLoadingError):
        await ask(Asking([upstream], within(PATIENCE), trace=trace), REQUEST)
    await upstream.aclose()
    with pytest.raises(UnavailableError):
        await upstream.late(trace.late[0])
    await eventually(lambda: load.given_up == 1)


async def test_the_fallback_is_asked_first(
    fake: FakeProvider, upstream: Upstream, options: ProviderOptions, ask: Ask
) -> None:
    """It has its share of the deadline, and its answer counts; the load goes on beside it."""
    load, trace = Loading(), Trace()
    fake.script(load)
    with FakeProvider("chat") as second:
        fallback = connect(resolve("custom", base_url=second.url, model="large"), options)
        chain = Asking([upstream, Upstream(fallback, "large")], within(4), trace=trace)
        assert (await ask(chain, REQUEST)).model == "large"
        await fallback.aclose()
    load.finish()
    assert (await upstream.late(trace.late[0])).model == "small"
    assert [each.error for each in trace.attempts] == ["loading", ""]


async def test_a_call_that_may_not_load_is_broken_off(fake: FakeProvider, upstream: Upstream, ask: Ask) -> None:
    """A model that has just answered is loaded: its silence is a time-out."""
    load, trace = Loading(), Trace()
    fake.script(load)
    with pytest.raises(TimedOutError):
        await ask(Asking([upstream], within(PATIENCE), trace=trace, may_load=False), REQUEST)
    await eventually(lambda: load.given_up == 1)
