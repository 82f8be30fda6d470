"""Answers that came with a coding: none is unpacked but an error, and of that only a little."""

import gzip
import json
import tracemalloc
import zlib

import pytest

from http1.codings import unpacked
from providers.base import Provider
from providers.errors import ContextTooLongError, CredentialsError, InvalidRequestError, RateLimitedError
from providers.registry import ProviderOptions, ProviderSetting
from providers.sdk.inspection import check
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.fakes.steps import Step
from tests.providers.conftest import REQUEST, Ask

UNCHANGED = ["none", "utf-8", "identity", "", "Identity, none", "UTF-8", "chunked", "x-made-up"]
TOO_LONG = json.dumps(
    {"error": {"code": "context_length_exceeded", "message": "This model's maximum context length is 8192 tokens."}}
).encode()


def labelled(coding: str) -> Step:
    """Answer well, with a coding in the head."""

    async def step(exchange: Exchange) -> None:
        send = exchange.send_head

        async def send_labelled(status: int, headers: dict[str, str]) -> None:
            await send(status, {**headers, "Content-Encoding": coding})

        exchange.send_head = send_labelled  # type: ignore[method-assign] # for this answer alone
        await steps.reply("Here you are.")(exchange)

    return step


def bare_deflate(content: bytes) -> bytes:
    """Compress without zlib's head, as some servers take `deflate` to mean."""
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(content) + packing.flush()


@pytest.mark.parametrize("coding", UNCHANGED)
async def test_what_does_not_compress_is_read(fake: FakeProvider, provider: Provider, ask: Ask, coding: str) -> None:
    """Gateways write such things so that no one compresses a stream of events."""
    fake.script(labelled(coding))
    assert (await ask(provider, REQUEST)).text == "Here you are."


@pytest.mark.parametrize("coding", ["none", "utf-8", "identity, none"])
async def test_what_does_not_compress_passes_the_check(
    fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions, coding: str
) -> None:
    """What works may be saved."""
    fake.script(labelled(coding))
    assert (await check(setting, options)).text == "Here you are."


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(TOO_LONG)),
        ("X-GZIP", gzip.compress(TOO_LONG)),
        ("identity, gzip", gzip.compress(TOO_LONG)),
        ("deflate", zlib.compress(TOO_LONG)),
        ("deflate", bare_deflate(TOO_LONG)),
        ("gzip", TOO_LONG),
        ("br", TOO_LONG),
        ("none", TOO_LONG),
    ],
    ids=["gzip", "x-gzip", "list", "deflate", "bare", "gzip, unpacked on the way", "br, unpacked on the way", "none"],
)
async def test_a_compressed_error_is_understood(
    fake: FakeProvider, provider: Provider, ask: Ask, coding: str, packed: bytes
) -> None:
    """It is short, and what it says decides what is done."""
    fake.script(steps.whole(400, packed, {"Content-Encoding": coding}))
    with pytest.raises(ContextTooLongError):
        await ask(provider, REQUEST)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b'{"error": {"message": "' + b" " * 50_000_000, 1)),
        ("gzip, gzip", gzip.compress(gzip.compress(TOO_LONG))),
        ("br", b"\x1b\x00\xf8\xff"),
        ("gzip", b"\x1f\x8b\x08\x00" + b"\xff" * 200),
        ("deflate", b"\xff" * 200),
        ("gzip", b""),
    ],
    ids=["bomb", "twice", "br", "broken gzip", "broken deflate", "nothing"],
)
async def test_an_error_that_cannot_be_unpacked_counts_by_its_status(
    fake: FakeProvider, provider: Provider, ask: Ask, coding: str, packed: bytes
) -> None:
    """With what its head says."""
    head = {"Content-Encoding": coding, "Retry-After": "3"}
    fake.script(*(steps.whole(code, packed, head) for code in (400, 401, 429)))
    for kind in (InvalidRequestError, CredentialsError, RateLimitedError):
        with pytest.raises(kind) as caught:
            await ask(provider, REQUEST)
        assert type(caught.value) is kind
    assert caught.value.retry_after == 3.0


def test_no_more_is_unpacked_than_asked_for() -> None:
    """Not even in memory."""
    bomb = gzip.compress(b" " * 50_000_000)
    tracemalloc.start()
    try:
        assert len(unpacked(bomb, ["gzip"], 64 << 10)) == 64 << 10
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
