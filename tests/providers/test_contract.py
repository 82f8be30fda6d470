"""Every adapter, whole and streamed, through everything that a provider does wrong."""

import asyncio
from contextlib import aclosing

import msgspec
import pytest

from providers.base import Finish, Provider, Usage
from providers.dialects import Dialect
from providers.errors import (
    ContentFilteredError,
    ContextTooLongError,
    CredentialsError,
    InvalidRequestError,
    MalformedReplyError,
    ProviderError,
    RateLimitedError,
    StreamInterruptedError,
    TimedOutError,
    UnavailableError,
)
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider, steps
from tests.providers.conftest import REQUEST, Ask, ask_streamed

SECRET = "sk-very-secret-123"

FAULTS: list[tuple[str, steps.Step, type[ProviderError]]] = [
    ("bad request", steps.status(400), InvalidRequestError),
    ("wrong key", steps.status(401), CredentialsError),
    ("wrong key, in Gemini", steps.status(400, message="API key not valid. Pass a valid one."), CredentialsError),
    ("no permission", steps.status(403), CredentialsError),
    ("closed region", steps.status(403, kind="unsupported_country_region_territory"), InvalidRequestError),
    ("no credit", steps.status(402), RateLimitedError),
    ("unknown model", steps.status(404), InvalidRequestError),
    ("slow request", steps.status(408), TimedOutError),
    ("large request", steps.status(413), ContextTooLongError),
    ("too many requests", steps.status(429, retry_after="3"), RateLimitedError),
    ("server error", steps.status(500), UnavailableError),
    ("bad gateway", steps.status(502), UnavailableError),
    ("gateway timeout", steps.status(504), TimedOutError),
    ("overloaded", steps.status(529), UnavailableError),
    ("long prompt, by code", steps.status(400, kind="context_length_exceeded"), ContextTooLongError),
    ("long prompt, in llama.cpp", steps.status(400, kind="exceed_context_size_error"), ContextTooLongError),
    ("long prompt, in words", steps.status(400, message="prompt is too long: 9 > 8 maximum"), ContextTooLongError),
    ("filtered prompt", steps.status(400, kind="content_filter"), ContentFilteredError),
    ("redirect", steps.redirect("http://127.0.0.1:9/elsewhere"), InvalidRequestError),
    ("cut", steps.cut(), StreamInterruptedError),
    ("closed", steps.close(), UnavailableError),
    ("not JSON", steps.malformed(), MalformedReplyError),
    ("other JSON", steps.wrong_shape(), MalformedReplyError),
    ("not HTTP", steps.garbage(), MalformedReplyError),
    ("empty", steps.empty(), MalformedReplyError),
    ("nothing but filtered", steps.reply("", finish="filtered"), ContentFilteredError),
    ("web page", steps.wrong_content_type(), MalformedReplyError),
    ("20 MB", steps.huge(), MalformedReplyError),
    ("deep JSON", steps.deep(), MalformedReplyError),
    ("deep JSON in an error", steps.deep(500), UnavailableError),
]


@pytest.mark.parametrize(("step", "expected"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
async def test_a_fault_becomes_its_error(
    fake: FakeProvider, provider: Provider, ask: Ask, step: steps.Step, expected: type[ProviderError]
) -> None:
    """Each fault is one class of error, whose text names the provider and nothing that the provider sent."""
    fake.script(step)
    with pytest.raises(ProviderError) as caught:
        await ask(provider, REQUEST)
    assert type(caught.value) is expected
    assert "custom" in str(caught.value)
    assert "Scripted" not in str(caught.value)


@pytest.mark.parametrize("where", ["headers", "body"])
async def test_silence_is_a_timeout(fake: FakeProvider, impatient: Provider, ask: Ask, where: steps.Where) -> None:
    """A provider that stops talking is given up by itself, whatever deadline the caller has."""
    fake.script(steps.hang(where))
    with pytest.raises(TimedOutError):
        await ask(impatient, REQUEST)


async def test_a_truncated_answer_is_an_error(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """An answer that ends before its dialect says so is never taken for a whole one."""
    fake.script(steps.truncate())
    expected = StreamInterruptedError if ask is ask_streamed else MalformedReplyError
    with pytest.raises(UnavailableError) as caught:
        await ask(provider, REQUEST)
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("overloaded_error", UnavailableError),
        ("rate_limit_error", RateLimitedError),
        ("authentication_error", CredentialsError),
        ("invalid_request_error", InvalidRequestError),
        ("timeout_error", TimedOutError),
        ("context_length_exceeded", ContextTooLongError),
        ("content_filter", ContentFilteredError),
        ("server_error", UnavailableError),
    ],
)
async def test_an_error_inside_a_stream_counts_by_its_type(
    fake: FakeProvider, provider: Provider, kind: str, expected: type[ProviderError]
) -> None:
    """The stream began with HTTP 200, so the event's own type decides."""
    fake.script(steps.error_event(kind))
    with pytest.raises(ProviderError) as caught:
        await ask_streamed(provider, REQUEST)
    assert type(caught.value) is expected
    assert caught.value.status is None


async def test_a_good_answer_is_whole(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """Text, model, finish and usage arrive, the cached tokens as part of the input."""
    fake.reply("Grüße 👋 from the team.\nSee you!")
    completion = await ask(provider, REQUEST)
    assert completion.text == "Grüße 👋 from the team.\nSee you!"
    assert (completion.provider, completion.model, completion.finish) == ("custom", "small", "stop")
    assert completion.usage == Usage(input_tokens=20, output_tokens=7, cached_input_tokens=4)


@pytest.mark.parametrize("finish", ["length", "filtered"])
async def test_an_early_end_is_reported(fake: FakeProvider, provider: Provider, ask: Ask, finish: Finish) -> None:
    """An answer that ran into its limit, or into the filter, says so."""
    fake.script(steps.reply("Half of an", finish=finish))
    completion = await ask(provider, REQUEST)
    assert (completion.text, completion.finish) == ("Half of an", finish)


@pytest.mark.parametrize(
    "word", ["error", "abort", "insufficient_system_resource", "OTHER", "gateway: ERROR", "tool_use"]
)
async def test_an_answer_that_did_not_end_well_is_none(
    fake: FakeProvider, provider: Provider, ask: Ask, word: str
) -> None:
    """Half a sentence is no answer, whatever word the host has for what went wrong; asking again may help."""
    fake.script(steps.ending(word, "Half of an"))
    with pytest.raises(StreamInterruptedError) as caught:
        await ask(provider, REQUEST)
    assert caught.value.retryable
    assert word not in str(caught.value)


@pytest.mark.parametrize("word", ["SAFETY", "RECITATION", "content_filter: PROHIBITED_CONTENT"])
@pytest.mark.parametrize("text", ["", "Half of an"])
async def test_a_filter_is_known_by_any_host_s_word(
    fake: FakeProvider, provider: Provider, ask: Ask, word: str, text: str
) -> None:
    """The model's filter stopped the answer, with or without a beginning: that is told, and not asked again."""
    fake.script(steps.ending(word, text))
    try:
        finish = (await ask(provider, REQUEST)).finish
    except ContentFilteredError:
        finish = "filtered"
    assert (finish, len(fake.requests)) == ("filtered", 1)


@pytest.mark.parametrize(("header", "seconds"), [("3", 3.0), ("0.5", 0.5), ("Fri, 01 Jan 2100 00:00:00 GMT", 86400.0)])
async def test_the_wait_that_a_provider_asks_for_is_read(
    fake: FakeProvider, provider: Provider, header: str, seconds: float
) -> None:
    """Retry-After may be seconds or a date; a day is the most that is believed."""
    fake.script(steps.status(429, retry_after=header))
    with pytest.raises(RateLimitedError) as caught:
        await provider.complete(REQUEST)
    assert (caught.value.status, caught.value.retry_after) == (429, seconds)


async def test_a_refused_parameter_is_left_out_from_then_on(
    fake: FakeProvider, provider: Provider, dialect: Dialect, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """The model is asked again without it, once, and the log names the parameter but no text of a customer."""
    name = "output_config" if dialect == "messages" else "temperature"
    fake.script(steps.status(400, param=name, message=f"Unsupported parameter: '{name}' is not supported."))
    request = msgspec.structs.replace(REQUEST, temperature=0.3)
    await ask(provider, request)
    await ask(provider, request)
    assert [name in received.json for received in fake.requests] == [True, False, False]
    assert "refund" not in caplog.text
    assert caplog.text.count("refuses the parameter") == 1


async def test_the_limit_of_tokens_changes_its_name_when_refused(options: ProviderOptions) -> None:
    """Newer models take only max_completion_tokens; the limit itself is kept."""
    with FakeProvider("chat") as fake:
        advice = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
        fake.script(steps.status(400, param="max_tokens", message=advice))
        setting = resolve("custom", base_url=fake.url)
        provider = connect(setting, options)
        await provider.complete(REQUEST)
        await provider.aclose()
        assert "max_tokens" not in fake.requests[1].json
        assert fake.requests[1].json["max_completion_tokens"] == 300


async def test_a_parameter_that_is_merely_wrong_stays(fake: FakeProvider, provider: Provider) -> None:
    """A value out of range is the caller's error, not a reason to ask again."""
    fake.script(steps.status(400, param="temperature", message="temperature must be at most 2"))
    with pytest.raises(InvalidRequestError):
        await provider.complete(msgspec.structs.replace(REQUEST, temperature=3.0))
    assert len(fake.requests) == 1


async def test_leaving_a_stream_closes_its_connection(fake: FakeProvider, provider: Provider) -> None:
    """No one pays for the rest of an answer that no one reads."""
    fake.script(steps.hang("body"))
    async with aclosing(provider.stream(REQUEST)) as pieces:  # type: ignore[type-var] # adapters return generators
        await anext(pieces)
    assert await asyncio.to_thread(fake.requests[0].dropped.wait, 5)


async def test_cancelling_half_way_closes_the_connection(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """So does a deadline that passes while the answer is coming in."""
    fake.script(steps.hang("body"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await ask(provider, REQUEST)
    assert await asyncio.to_thread(fake.requests[0].dropped.wait, 5)


async def test_one_connection_serves_many_streams(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """An answer is read to its end, so that the next request need not connect again."""
    for _ in range(3):
        await ask(provider, REQUEST)
    assert len({received.peer for received in fake.requests}) == 1


async def test_the_key_goes_to_the_provider_and_nowhere_else(
    fake: FakeProvider, dialect: Dialect, options: ProviderOptions, caplog: pytest.LogCaptureFixture
) -> None:
    """It travels as a bearer token, and no text of an error, setting or log holds it."""
    setting = resolve("custom", base_url=fake.url, api=dialect, api_key=SECRET)
    provider = connect(setting, options)
    fake.script(*[steps.status(401, message=f"Incorrect API key provided: {SECRET}")] * 2)  # once for each header
    with pytest.raises(CredentialsError) as caught:
        await provider.complete(REQUEST)
    await provider.aclose()
    assert fake.requests[0].headers["authorization"] == f"Bearer {SECRET}"
    seen = f"{caught.value!s} {caught.value!r} {caught.value.__dict__} {setting!r} {setting!s} {caplog.text}"
    assert SECRET not in seen


async def test_a_redirect_is_not_followed(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """The key stays with the host that it belongs to."""
    with FakeProvider("chat") as elsewhere:
        fake.script(steps.redirect(f"{elsewhere.url}/v1/chat/completions"))
        with pytest.raises(InvalidRequestError, match="redirects elsewhere"):
            await ask(provider, REQUEST)
        assert not elsewhere.requests


async def test_cancelling_before_the_answer_begins_closes_the_connection(
    fake: FakeProvider, provider: Provider, ask: Ask
) -> None:
    """A provider that is still thinking hears that no one waits any more."""
    fake.script(steps.hang())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await ask(provider, REQUEST)
    assert await asyncio.to_thread(fake.requests[0].dropped.wait, 5)
