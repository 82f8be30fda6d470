"""How answers arrive from servers of the wild: of any type and status, whole or as events, whatever was asked for.

Sources are public reports, by repository and number.
"""

import json
from pathlib import Path

import pytest

from providers.errors import (
    MalformedReplyError,
    UnavailableError,
)
from providers.registry import ProviderOptions, resolve
from providers.sdk.inspection import check
from tests.fakes import FakeProvider, steps
from tests.providers.adapters.playing import (
    DONE,
    EVENT_STREAM,
    TEXT,
    choice,
    chunk,
    playing,
    written,
)
from tests.providers.conftest import REQUEST, Ask

HALF = len(TEXT) // 2

KINDS = ["text/plain", "application/octet-stream", "text/html; charset=utf-8", "application/problem+json", ""]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", [200, 201, 202, 203, 206])
async def test_content_types_and_statuses_of_small_proxies(tmp_path: Path, ask: Ask, kind: str, code: int) -> None:
    """An answer is known by what it is; asked for events or not."""
    body = json.dumps(choice(TEXT)).encode()
    async with playing(tmp_path, steps.whole(code, body, {"Content-Type": kind})) as played:
        assert (await ask(played.provider, REQUEST)).text == TEXT


BEFORE = [b"\xef\xbb\xbf", b"\n\n\n", b" \r\n\t", b"\xef\xbb\xbf \n"]


@pytest.mark.parametrize("before", BEFORE)
async def test_what_stands_before_an_answer(tmp_path: Path, ask: Ask, before: bytes) -> None:
    """A byte order mark, and the lines that keep a connection awake (DeepSeek sends empty ones)."""
    for body in (json.dumps(choice(TEXT)).encode(), written([chunk(TEXT, "stop"), DONE])):
        async with playing(tmp_path, steps.whole(200, before + body, {"Content-Type": "text/plain"})) as played:
            assert (await ask(played.provider, REQUEST)).text == TEXT


EVENTS = [chunk(TEXT[:HALF]), chunk(TEXT[HALF:]), chunk(finish="stop"), DONE]
FRAMES: list[tuple[str, bytes]] = [
    ("events", written(EVENTS)),
    ("events with names", written([": hello\n\n", "event: message\n", *EVENTS])),
    ("without empty lines between", written(EVENTS).replace(b"\n\n", b"\n") + b"\n"),
    ("with CRLF", written(EVENTS).replace(b"\n", b"\r\n")),
    ("without the last line end", written(EVENTS).rstrip()),
    ("JSON with the end of a stream behind it", json.dumps(choice(TEXT)).encode() + b"\n\ndata: [DONE]\n\n"),
    ("written down twice", b"".join(b"data: " + line + b"\r\n\r\n" for line in written(EVENTS).split(b"\n\n") if line)),
    (
        "twice, with its line ends",
        written(EVENTS).replace(b"data: ", b"data: data: ").replace(b"\n\n", b"\ndata: \n\n"),
    ),
    ("around a member", json.dumps({"code": 0, "message": "ok", "data": choice(TEXT)}).encode()),
    ("JSON as an event", written([choice(TEXT), DONE])),
]


@pytest.mark.parametrize("body", [frame[1] for frame in FRAMES], ids=[frame[0] for frame in FRAMES])
@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
async def test_events_where_none_were_asked_for(tmp_path: Path, ask: Ask, body: bytes, kind: str) -> None:
    """Unsloth's server streams whatever it is asked (unsloth #6570), 9router mixes both (9router #3492)."""
    async with playing(tmp_path, steps.whole(200, body, {"Content-Type": kind})) as played:
        assert (await ask(played.provider, REQUEST)).text == TEXT


async def test_whether_to_stream_is_always_said(tmp_path: Path, ask: Ask) -> None:
    """Some gateways stream unless they are told not to (minimind #851)."""
    async with playing(tmp_path) as played:
        await ask(played.provider, REQUEST)
        assert isinstance(played.fake.requests[0].json["stream"], bool)


@pytest.mark.parametrize(
    "body", [json.dumps(choice(TEXT)).encode(), written(EVENTS), b"\xef\xbb\xbf" + written(EVENTS)]
)
@pytest.mark.parametrize("kind", ["text/plain", "text/event-stream"])
async def test_the_live_test_reads_the_same(tmp_path: Path, body: bytes, kind: str) -> None:
    """What it takes for an answer, a click takes for one, and the other way round."""
    with FakeProvider() as fake:
        fake.script(steps.whole(201, body, {"Content-Type": kind}))
        setting = resolve("custom", base_url=fake.url, model="small")
        assert (await check(setting, ProviderOptions(state_dir=tmp_path))).text == TEXT


USELESS = [b"<html>Sign in</html>", b"\n<!DOCTYPE html><p>Hi", b"Hello.", b"<?xml version='1.0'?><a/>", b"\x00\x01"]


@pytest.mark.parametrize("body", USELESS)
async def test_what_is_no_answer_is_asked_for_once(tmp_path: Path, ask: Ask, body: bytes) -> None:
    """Asking again can't help: it is another kind of server."""
    async with playing(tmp_path, steps.whole(200, body, {"Content-Type": "text/html"})) as played:
        with pytest.raises(MalformedReplyError) as caught:
            await ask(played.provider, REQUEST)
    assert not caught.value.again


async def test_an_event_stream_may_be_empty(tmp_path: Path) -> None:
    """Nothing came: that broke off, whatever its status says."""
    async with playing(tmp_path, steps.whole(200, b"", EVENT_STREAM)) as played:
        with pytest.raises(UnavailableError):
            async for _ in played.provider.stream(REQUEST):
                pass
