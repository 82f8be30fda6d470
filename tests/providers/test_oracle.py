"""Our adapters against the official SDKs, over the same server: same request, same answer, same error."""

import asyncio
from typing import Any

import msgspec
import pytest

from providers.base import Finish, Provider, Usage
from providers.dialects import Dialect
from providers.errors import ProviderError, TimedOutError
from providers.registry import ProviderSetting, wire_for
from providers.sdk.client import provider_error
from tests.fakes import FakeProvider, steps
from tests.providers.conftest import REQUEST, Ask, ask_streamed
from tests.providers.test_contract import FAULTS

SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
# The SDKs take these for answers, or fail outside their own errors: ours are stricter, as test_contract shows.
_OURS_ALONE = {"not JSON", "other JSON", "empty", "nothing but filtered", "web page", "20 MB", "redirect", "deep JSON"}
_SHARED = [fault for fault in FAULTS if fault[0] not in _OURS_ALONE]


@pytest.mark.parametrize("finish", ["stop", "length", "filtered"])
async def test_an_answer_means_the_same_to_both(
    fake: FakeProvider, provider: Provider, dialect: Dialect, ask: Ask, finish: Finish
) -> None:
    """Text, model, finish and usage are equal, and so are the two requests on the wire."""
    fake.script(*[steps.reply("Hello, and thank you for your patience.", finish=finish)] * 2)
    request = msgspec.structs.replace(REQUEST, temperature=0.2, output_schema=SCHEMA)
    ours = await ask(provider, request)
    theirs = await _ask_sdk(dialect, fake.url, fake.requests[0].json, 5)
    assert (ours.text, ours.model, ours.finish, ours.usage) == theirs
    assert fake.requests[0].json == fake.requests[1].json
    assert fake.requests[0].path == fake.requests[1].path
    assert _headers(fake, 0) == {**_headers(fake, 1), "authorization": None}


@pytest.mark.parametrize("fault", _SHARED, ids=[fault[0] for fault in _SHARED])
async def test_a_fault_is_the_same_error_to_both(
    fake: FakeProvider,
    provider: Provider,
    dialect: Dialect,
    ask: Ask,
    fault: tuple[str, steps.Step, type[ProviderError]],
) -> None:
    """The class of error, the status and the wait are equal."""
    _, step, expected = fault
    fake.script(step, step)
    with pytest.raises(ProviderError) as ours:
        await ask(provider, REQUEST)
    theirs = await _sdk_error(dialect, fake, fake.requests[0].json)
    assert type(theirs) is type(ours.value) is expected
    assert (theirs.status, theirs.retry_after) == (ours.value.status, ours.value.retry_after)


@pytest.mark.parametrize("where", ["headers", "body"])
async def test_silence_is_a_timeout_to_both(
    fake: FakeProvider, impatient: Provider, setting: ProviderSetting, ask: Ask, where: steps.Where
) -> None:
    """Neither waits for ever, and both say the same."""
    fake.script(*[steps.hang(where)] * 2)
    body = msgspec.json.decode(msgspec.json.encode(wire_for(setting).body(REQUEST, stream=ask is ask_streamed)))
    ours, theirs = await asyncio.gather(
        ask(impatient, REQUEST), _sdk_error(setting.api, fake, body, seconds=0.3), return_exceptions=True
    )
    assert type(ours) is type(theirs) is TimedOutError


@pytest.mark.parametrize("kind", ["overloaded_error", "rate_limit_error", "authentication_error", "server_error"])
async def test_an_error_in_a_stream_is_the_same_to_both(
    fake: FakeProvider, provider: Provider, dialect: Dialect, kind: str
) -> None:
    """An error after a good beginning is told apart by its type."""
    fake.script(*[steps.error_event(kind)] * 2)
    with pytest.raises(ProviderError) as ours:
        [piece async for piece in provider.stream(REQUEST)]
    theirs = await _sdk_error(dialect, fake, fake.requests[0].json)
    assert type(theirs) is type(ours.value)


async def _ask_sdk(dialect: Dialect, url: str, body: dict[str, Any], seconds: float) -> tuple[str, str, str, Usage]:
    from tests.providers.oracle import ask_sdk  # noqa: PLC0415 - reads two SDKs, for which no other test should wait

    return await ask_sdk(dialect, url, body, seconds)


async def _sdk_error(dialect: Dialect, fake: FakeProvider, body: dict[str, Any], seconds: float = 10) -> ProviderError:
    try:
        await _ask_sdk(dialect, fake.url, body, seconds)
    except Exception as error:  # noqa: BLE001 - the SDKs let errors of their HTTP client through
        return provider_error("custom", error)
    pytest.fail("the SDK took it for an answer")


def _headers(fake: FakeProvider, number: int) -> dict[str, str | None]:
    names = ("content-type", "anthropic-version", "authorization")
    return {name: fake.requests[number].headers.get(name) for name in names}
