"""Providers over TLS, asked by the adapters and by the official SDKs: both trust the same authorities."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest

from http1.trust import Trust
from providers.base import Completion
from providers.errors import UntrustedError
from providers.registry import ProviderOptions, connect, resolve
from providers.sdk.inspection import check, list_models
from tests.authorities import Authority
from tests.fakes import FakeProvider, steps
from tests.providers.conftest import REQUEST, ask_streamed, ask_whole
from tests.waiting import eventually

Asking: TypeAlias = Callable[[str, ProviderOptions], Awaitable[object]]


async def through_the_adapter(url: str, options: ProviderOptions) -> Completion:
    """Ask for a completion."""
    provider = connect(resolve("custom", base_url=url, api_key="sk-secret"), options)
    try:
        return await ask_whole(provider, REQUEST)
    finally:
        await provider.aclose()


async def through_the_sdk(url: str, options: ProviderOptions) -> Completion:
    """Try a setting."""
    return await check(resolve("custom", base_url=url, api_key="sk-secret"), options)


async def through_the_other_sdk(url: str, options: ProviderOptions) -> tuple[str, ...]:
    """List the models."""
    return await list_models(resolve("custom", base_url=url, api_key="sk-secret", api="messages"), options)


@pytest.fixture(params=[through_the_adapter, through_the_sdk, through_the_other_sdk])
def asking(request: pytest.FixtureRequest) -> Asking:
    """Each way to a provider."""
    asking: Asking = request.param
    return asking


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that nobody knows unless told."""
    return Authority(tmp_path)


@pytest.fixture
def trusting(options: ProviderOptions, authority: Authority) -> ProviderOptions:
    """Options with trust in it."""
    return msgspec.structs.replace(options, trust=Trust(more=authority.file))


async def test_an_authority_of_ones_own_is_trusted(
    asking: Asking, authority: Authority, trusting: ProviderOptions
) -> None:
    """Where a proxy of the company or a model of one's own has a certificate of the company."""
    with FakeProvider(tls=authority.context("127.0.0.1")) as fake:
        assert await asking(fake.url, trusting)
        assert len(fake.requests) == 1


BAD = {
    "unknown": ({}, "was issued by an authority that is not known here"),
    "expired": ({"begin": -9, "end": -2}, "has expired"),
    "not yet": ({"begin": 2, "end": 9}, "is not valid yet"),
    "name": ({}, "is for another host name"),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_certificate_that_is_no_good_is_told(
    asking: Asking, authority: Authority, options: ProviderOptions, trusting: ProviderOptions, case: str
) -> None:
    """In the same words on each way, and the key goes nowhere."""
    days, told = BAD[case]
    with FakeProvider(tls=authority.context("127.0.0.9" if case == "name" else "127.0.0.1", **days)) as fake:
        with pytest.raises(UntrustedError, match=told) as caught:
            await asking(fake.url, options if case == "unknown" else trusting)
        assert not fake.requests
    assert not caught.value.retryable


@pytest.mark.parametrize("where", ["headers", "body"])
async def test_who_leaves_closes_the_connection(
    authority: Authority, trusting: ProviderOptions, where: steps.Where
) -> None:
    """Before the first byte and after it: the provider can stop at once."""
    with FakeProvider(tls=authority.context("127.0.0.1")) as fake:
        fake.script(steps.reply(), steps.hang(where))
        provider = connect(resolve("custom", base_url=fake.url), trusting)
        await ask_whole(provider, REQUEST)
        task = asyncio.create_task(ask_streamed(provider, REQUEST))
        await eventually(lambda: len(fake.requests) == 2)
        await asyncio.sleep(0.05)
        task.cancel()
        begun = time.monotonic()
        assert await asyncio.to_thread(fake.requests[1].dropped.wait, 5)
        assert time.monotonic() - begun < 1.0
        assert fake.requests[0].peer == fake.requests[1].peer
        await provider.aclose()
