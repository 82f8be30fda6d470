"""What may pass is tried again, as often and as late as makes sense."""

import asyncio
from random import Random

import pytest

from providers.asking.retries import Retries
from providers.base import Provider
from providers.errors import (
    CircuitOpenError,
    CredentialsError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
    StreamInterruptedError,
    UnavailableError,
)
from tests.fakes import FakeProvider, steps
from tests.providers.asking.scripted import Scripted, asking
from tests.providers.conftest import REQUEST, Ask, heard

QUICK = Retries(base=0.001)


class Bounds(Random):
    """Never waits, and remembers how long it might have."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[float, float]] = []

    def uniform(self, a: float, b: float) -> float:
        """Return the shortest wait."""
        self.seen.append((a, b))
        return a


async def test_an_error_that_passes_is_not_seen(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """Two failures, then an answer: the caller gets the answer."""
    fake.script(steps.status(503), steps.status(429))
    assert (await ask(asking(provider, retries=QUICK), REQUEST)).text
    assert len(fake.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_a_refusal_is_final(fake: FakeProvider, provider: Provider, ask: Ask, status: int) -> None:
    """What the provider will refuse again is not sent again."""
    fake.script(steps.status(status))
    with pytest.raises(ProviderError):
        await ask(asking(provider, retries=QUICK), REQUEST)
    assert len(fake.requests) == 1


async def test_attempts_end(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """The last error is the answer."""
    fake.script(*[steps.status(code) for code in (500, 502, 503)])
    with pytest.raises(UnavailableError) as caught:
        await ask(asking(provider, retries=QUICK), REQUEST)
    assert caught.value.status == 503
    assert len(fake.requests) == 3


async def test_waits_grow_up_to_their_cap(ask: Ask) -> None:
    """Full jitter: from nothing to twice as much as before, and never more than the cap."""
    bounds = Bounds()
    failing = Scripted(*[UnavailableError("first")] * 7)
    with pytest.raises(UnavailableError):
        await ask(asking(failing, retries=Retries(attempts=7), random=bounds), REQUEST)
    assert bounds.seen == [(0, 0.1), (0, 0.2), (0, 0.4), (0, 0.8), (0, 1.6), (0, 2.0), (0, 2.0)]


async def test_a_wait_that_the_provider_asks_for_is_kept(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """Not a moment before the time is up."""
    fake.script(steps.status(429, retry_after="0.2"))
    loop = asyncio.get_running_loop()
    started = loop.time()
    await ask(asking(provider, retries=QUICK), REQUEST)
    assert loop.time() - started >= 0.19  # the loop's clock may count in milliseconds
    assert len(fake.requests) == 2


@pytest.mark.parametrize(("seconds", "followed"), [(20, 0), (90, 1)])
async def test_a_wait_that_is_too_long_is_not_begun(
    fake: FakeProvider, provider: Provider, ask: Ask, seconds: float, followed: int
) -> None:
    """Neither one that doesn't fit into what is left, nor a long one while another provider could be asked."""
    fake.script(steps.status(429, retry_after="30"))
    fallback = Scripted(*[CredentialsError("second")] * followed)
    providers = (provider, fallback)[: 1 + followed]
    with pytest.raises(RateLimitedError) as caught:
        await ask(asking(*providers, seconds=seconds, retries=QUICK), REQUEST)
    assert (caught.value.retry_after, fallback.calls) == (30, followed)
    assert len(fake.requests) == 1


async def test_no_attempt_without_time_for_it(ask: Ask) -> None:
    """A moment before the deadline there is no point in asking again."""
    failing = Scripted(UnavailableError("first"))
    with pytest.raises(UnavailableError):
        await ask(asking(failing, seconds=0.1, retries=QUICK), REQUEST)
    assert failing.calls == 1


async def test_nothing_is_repeated_once_text_has_left(fake: FakeProvider, provider: Provider) -> None:
    """Who has read the beginning must not read another one."""
    fake.script(steps.cut())
    shown: list[str] = []
    with pytest.raises(StreamInterruptedError):
        await heard(asking(provider, retries=QUICK), REQUEST, shown)
    assert shown
    assert len(fake.requests) == 1


@pytest.mark.parametrize("error", [CircuitOpenError("first", retry_after=0.0), OverloadedError("first")])
async def test_a_provider_that_was_not_asked_is_not_waited_for(ask: Ask, error: ProviderError) -> None:
    """Its breaker or queue has decided; where it was asked before, that error tells more."""
    alone, after = Scripted(error), Scripted(RateLimitedError("first"), error)
    with pytest.raises(type(error)):
        await ask(asking(alone, retries=QUICK), REQUEST)
    with pytest.raises(RateLimitedError):
        await ask(asking(after, retries=QUICK), REQUEST)
    assert (alone.calls, after.calls) == (1, 2)
