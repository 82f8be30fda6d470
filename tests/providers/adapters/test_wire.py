"""What the adapters share: refused parameters, errors of any size, kept connections, odd streams."""

import asyncio

import msgspec
import pytest

from providers.base import Provider
from providers.dialects import Dialect
from providers.errors import (
    CredentialsError,
    InvalidRequestError,
    MalformedReplyError,
    ProviderError,
    RateLimitedError,
    StreamInterruptedError,
    UnavailableError,
)
from providers.http.transport import Transport
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.providers.conftest import REQUEST, Ask, ask_streamed

WARM = msgspec.structs.replace(REQUEST, temperature=0.3)


async def test_a_refusal_is_understood_by_every_request_under_way(
    fake: FakeProvider, provider: Provider, dialect: Dialect, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """Three at once with a parameter that the model refuses: each is asked again, and the log says it once."""
    name = "output_config" if dialect == "messages" else "temperature"
    refusal = steps.status(400, param=name, message=f"Unsupported parameter: '{name}' is not supported.")

    async def refuse_the_parameter(exchange: Exchange) -> None:
        await (refusal if name in exchange.received.json else steps.reply())(exchange)

    fake.script(*[refuse_the_parameter] * 6)
    answers = await asyncio.gather(*(ask(provider, WARM) for _ in range(3)))
    assert all(answer.text for answer in answers)
    assert sorted(name in received.json for received in fake.requests) == [False] * 3 + [True] * 3
    assert caplog.text.count("refuses the parameter") == 1


async def test_a_model_that_refuses_both_limits_is_asked_twice(options: ProviderOptions) -> None:
    """The limit has two names; when neither will do, the refusal is the answer."""
    with FakeProvider("chat") as fake:
        refusals = [
            steps.status(400, param=name, message=f"Unsupported parameter: {name}")
            for name in ("max_tokens", "max_completion_tokens")
        ]
        fake.script(*refusals, *refusals)
        provider = connect(resolve("custom", base_url=fake.url), options)
        with pytest.raises(InvalidRequestError):
            await provider.complete(REQUEST)
        await provider.aclose()
        assert len(fake.requests) == 2


@pytest.mark.parametrize(
    "step",
    [
        steps.whole(429, b'{"error": {"message": "' + b"x" * 200_000 + b'"}}', {"Retry-After": "3"}),
        steps.whole(429, b" " * 12_000_000, {"Retry-After": "3"}),
        steps.cut_error(429, {"Retry-After": "3"}),
    ],
    ids=["200 KB", "12 MB", "cut"],
)
async def test_an_error_counts_by_its_status_whatever_its_body(
    fake: FakeProvider, provider: Provider, ask: Ask, step: steps.Step
) -> None:
    """The status and the wait came before the body, which need not be whole."""
    fake.script(step)
    with pytest.raises(RateLimitedError) as caught:
        await ask(provider, REQUEST)
    assert (caught.value.status, caught.value.retry_after) == (429, 3.0)


async def test_a_kept_connection_that_was_closed_is_no_error(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """A server may close an idle connection just as a request goes out: it is sent once more."""
    fake.script(steps.reply(), steps.close())
    await ask(provider, REQUEST)
    assert (await ask(provider, REQUEST)).text
    assert len({received.body for received in fake.requests}) == 1
    assert len(fake.requests) == 3


async def test_a_request_is_sent_again_only_once(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """And never over a new connection, nor once an answer has begun."""
    fake.script(steps.reply(), steps.close(), steps.close())
    await ask(provider, REQUEST)
    with pytest.raises(UnavailableError):
        await ask(provider, REQUEST)
    fake.script(steps.reply(), _half_a_head)
    await ask(provider, REQUEST)
    with pytest.raises(UnavailableError):
        await ask(provider, REQUEST)
    assert len(fake.requests) == 5


async def _half_a_head(exchange: Exchange) -> None:
    await exchange.send_raw(b"HTTP/1.1 200 OK\r\nContent-Type: appl")
    exchange.close()


async def test_a_closed_provider_stays_closed(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """Nothing is opened again behind the back of who closed it, used before or not."""
    await ask(provider, REQUEST)
    await provider.aclose()
    with pytest.raises(UnavailableError, match="closed"):
        await ask(provider, REQUEST)
    assert len(fake.requests) == 1


async def test_a_provider_that_was_closed_unused_opens_nothing(
    fake: FakeProvider, provider: Provider, ask: Ask
) -> None:
    """Nor does its transport."""
    await provider.aclose()
    with pytest.raises(UnavailableError, match="closed"):
        await ask(provider, REQUEST)
    transport = Transport(provider="custom", base_url=fake.url, headers={})
    await transport.aclose()
    with pytest.raises(UnavailableError, match="closed"), await transport.post("/v1", b"{}"):
        pass
    assert not fake.requests


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"error": {"type": "authentication_error", "message": "no"}}', CredentialsError),
        (b'{"error": {"code": "rate_limit_exceeded", "message": "slow"}}', RateLimitedError),
        (b'{"hello": 1}', MalformedReplyError),
    ],
)
async def test_an_error_in_place_of_a_stream_is_that_error(
    fake: FakeProvider, provider: Provider, content: bytes, expected: type[ProviderError]
) -> None:
    """Some gateways answer a streamed request with HTTP 200 and an error in plain JSON."""
    fake.script(steps.whole(200, content))
    with pytest.raises(ProviderError) as caught:
        await ask_streamed(provider, REQUEST)
    assert type(caught.value) is expected


async def test_a_message_without_a_stop_reason_is_not_whole(options: ProviderOptions) -> None:
    """Anthropic's last event alone doesn't say how the answer ended."""
    with FakeProvider("messages") as fake:
        fake.script(steps.events(lambda every: [event for event in every if b"message_delta" not in event]))
        provider = connect(resolve("custom", base_url=fake.url, api="messages"), options)
        with pytest.raises(StreamInterruptedError):
            await ask_streamed(provider, REQUEST)
        await provider.aclose()


async def test_a_response_that_streamed_nothing_still_has_its_text(options: ProviderOptions) -> None:
    """A gateway that makes a stream out of a whole answer may send its last event only."""
    with FakeProvider("responses") as fake:
        fake.reply("All in one.")
        fake.script(steps.events(lambda every: every[-1:]))
        provider = connect(resolve("custom", base_url=fake.url, api="responses"), options)
        assert (await ask_streamed(provider, REQUEST)).text == "All in one."
        await provider.aclose()
