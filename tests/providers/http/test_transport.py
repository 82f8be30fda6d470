"""What the transport does besides asking: look-ups shared, requests cut off, silent servers, heads of any kind."""

import asyncio
import gzip
import os
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from providers.base import Provider
from providers.dialects import Dialect
from providers.errors import MalformedReplyError, StreamInterruptedError, TimedOutError, UnavailableError
from providers.http.transport import Transport
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.providers.conftest import REQUEST, Ask, ask_whole
from tests.waiting import eventually

BODY = b'{"model": "m"}'


@pytest.fixture
def dialect() -> Dialect:
    """One will do: they share the transport."""
    return "chat"


@pytest.fixture
async def transport(fake: FakeProvider) -> AsyncIterator[Transport]:
    """A transport towards the fake."""
    made = Transport(provider="custom", base_url=f"{fake.url}/v1", headers={"Authorization": "Bearer k"})
    yield made
    await made.aclose()


async def answer(transport: Transport) -> bytes:
    """Ask, and read the answer."""
    with await transport.post("/chat/completions", BODY) as reply:
        return await reply.body()


async def test_a_request_says_what_it_must(fake: FakeProvider, transport: Transport) -> None:
    """And as little of us as hosts insist on."""
    await answer(transport)
    [received] = fake.requests
    assert (received.method, received.path, received.body) == ("POST", "/v1/chat/completions", BODY)
    assert received.headers == {
        "host": fake.url.removeprefix("http://"),
        "user-agent": "reply-assistant",
        "accept": "*/*",
        "content-type": "application/json",
        "accept-encoding": "identity",
        "authorization": "Bearer k",
        "content-length": str(len(BODY)),
    }


async def test_closing_ends_what_is_under_way(fake: FakeProvider, transport: Transport) -> None:
    """Before the head and after it; the provider need not go on."""
    fake.script(steps.hang(), steps.hang("body"))
    first, second = asyncio.create_task(answer(transport)), asyncio.create_task(answer(transport))
    await eventually(lambda: len(fake.requests) == 2)
    await asyncio.sleep(0.05)
    await transport.aclose()
    for task in (first, second):
        with pytest.raises(UnavailableError):
            await task
    for received in fake.requests:
        assert await asyncio.to_thread(received.dropped.wait, 5)


@pytest.mark.parametrize("where", ["headers", "body"])
async def test_a_silent_server_is_given_up(fake: FakeProvider, options: ProviderOptions, where: steps.Where) -> None:
    """Also by a caller who has no deadline."""
    fake.script(steps.hang(where))
    provider = connect(resolve("custom", base_url=fake.url), msgspec.structs.replace(options, read_timeout=0.2))
    with pytest.raises(TimedOutError):
        await ask_whole(provider, REQUEST)
    assert await asyncio.to_thread(fake.requests[0].dropped.wait, 5)
    await provider.aclose()


async def test_many_at_once_look_a_name_up_once(
    fake: FakeProvider, options: ProviderOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And who leaves while it is looked up takes nothing from the others."""
    asked = []

    async def slow(_host: str, port: int, **_how: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - the loop's signature
        asked.append(port)
        await asyncio.sleep(0.1)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", slow)
    provider = connect(resolve("custom", base_url=fake.url.replace("127.0.0.1", "models.example.org")), options)
    tasks = [asyncio.create_task(ask_whole(provider, REQUEST)) for _ in range(5)]
    await eventually(lambda: bool(asked))
    tasks.pop(0).cancel()
    assert all(each.text for each in await asyncio.gather(*tasks))
    assert len(asked) == 1
    await provider.aclose()


JSON = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
HEADS = {
    "no reason": b"HTTP/1.1 200\r\n" + JSON,
    "no blanks": b"HTTP/1.1 200 OK\r\nContent-Type:application/json\r\nContent-Length:%d\r\n\r\n",
    "many": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500 + JSON,
    "long": b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 30_000 + b"\r\n" + JSON,
    "bytes": b"HTTP/1.1 200 OK\r\nX-A: \xff\xfe\r\n" + JSON,
    "letters": b"HTTP/1.1 200 OK\r\nCONTENT-TYPE: Application/JSON; charset=utf-8\r\nCONTENT-LENGTH: %d\r\n\r\n",
}


@pytest.mark.parametrize("head", HEADS)
async def test_heads_of_any_kind_are_read(fake: FakeProvider, provider: Provider, head: str) -> None:
    """As far as the rules allow them."""

    async def step(exchange: Exchange) -> None:
        content = exchange.content("Hello.")
        await exchange.send_raw(HEADS[head] % len(content) + content)

    fake.script(step, step)
    for _ in range(2):
        assert (await ask_whole(provider, REQUEST)).text == "Hello."
    assert fake.requests[0].peer == fake.requests[1].peer


@pytest.mark.parametrize("limit", [100, 3 << 20])
async def test_a_body_has_a_limit(fake: FakeProvider, transport: Transport, limit: int) -> None:
    """What is beyond it is not read, whether its length was told or not, and the connection is closed."""

    async def endless(exchange: Exchange) -> None:
        await exchange.start_stream("application/json")
        while True:
            await exchange.send_chunk(b" " * 50_000)

    for step in (steps.huge(), endless):
        fake.script(step)
        with (
            pytest.raises(MalformedReplyError, match=r"too large|larger than 3 MiB"),
            await transport.post("/chat/completions", BODY) as reply,
        ):
            await reply.body(limit)
    assert len({received.peer for received in fake.requests}) == 2


@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_a_large_error_is_understood_by_how_it_begins(fake: FakeProvider, coding: str) -> None:
    """However much of it comes at once."""
    trace = os.urandom(300_000).hex().encode()
    content = b'{"error": {"message": "prompt is too long: 9 > 8 maximum", "trace": "%b"}}' % trace
    packed = gzip.compress(content) if coding == "gzip" else content
    fake.script(steps.whole(500, packed, {"Content-Encoding": coding}))
    transport = Transport(provider="custom", base_url=fake.url, headers={})
    with await transport.post("/v1", BODY) as reply:
        begin = await reply.beginning(1000, 5.0)
    assert content.startswith(begin)
    assert 500 < len(begin) <= 1000
    await transport.aclose()


async def test_a_connection_given_back_late_is_closed(fake: FakeProvider, transport: Transport) -> None:
    """After its transport was."""
    with await transport.post("/chat/completions", BODY) as reply:
        assert await reply.body()
        await transport.aclose()
    fake.script(steps.reply())
    with pytest.raises(UnavailableError, match="closed"):
        await answer(transport)
    assert len(fake.requests) == 1


async def test_a_cut_stream_is_told(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """Over a kept connection too, where nothing is asked again once a byte has come."""

    async def cut(exchange: Exchange) -> None:
        await exchange.send_head(200, {"Content-Type": "application/json", "Content-Length": "50"})
        await exchange.send_raw(b"{")
        exchange.close()

    fake.script(steps.reply(), cut, cut)
    await ask_whole(provider, REQUEST)
    with pytest.raises(StreamInterruptedError):
        await ask_whole(provider, REQUEST)
    with pytest.raises(UnavailableError):
        await ask(provider, REQUEST)
    assert len(fake.requests) == 3
