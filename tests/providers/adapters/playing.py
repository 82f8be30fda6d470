"""Asks our adapters for an answer that a server of the wild would give, byte by byte."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from providers.base import Completion, CompletionRequest, Provider
from providers.dialects import Dialect
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider, steps
from tests.providers.conftest import REQUEST, ask_streamed, ask_whole

TEXT = "Thank you for waiting. Your parcel left today."


class Played(Struct, frozen=True, kw_only=True):
    """A provider and the server that it asks."""

    provider: Provider
    fake: FakeProvider


@asynccontextmanager
async def playing(
    state: Path, *scripted: steps.Step, dialect: Dialect = "chat", provider: str = "custom", key: str = ""
) -> AsyncIterator[Played]:
    """Yield a provider of a dialect, and its server, which does these steps first."""
    with FakeProvider(dialect) as fake:
        fake.reply(TEXT)
        fake.script(*scripted)
        setting = resolve(provider, base_url=fake.url, model="small", api=dialect, api_key=key)
        connected = connect(setting, ProviderOptions(state_dir=state))
        try:
            yield Played(provider=connected, fake=fake)
        finally:
            await connected.aclose()


async def whole(state: Path, content: object, *, dialect: Dialect = "chat", **headers: str) -> Completion:
    """Return what comes of a whole answer; text is sent as it is, all else as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with playing(state, steps.whole(200, body, named), dialect=dialect) as played:
        return await ask_whole(played.provider, REQUEST)


async def streamed(state: Path, events: Sequence[object], *, dialect: Dialect = "chat") -> Completion:
    """Return what comes of events; what is no text is written as the JSON of one."""
    async with playing(state, steps.whole(200, written(events), EVENT_STREAM), dialect=dialect) as played:
        return await ask_streamed(played.provider, REQUEST)


EVENT_STREAM = {"Content-Type": "text/event-stream"}
DONE = "data: [DONE]\n\n"


def written(events: Sequence[object]) -> bytes:
    """Write events down."""
    lines = (event if isinstance(event, str) else f"data: {json.dumps(event)}\n\n" for event in events)
    return "".join(lines).encode("utf-8", "surrogatepass")


def choice(content: object, finish: object = "stop", **message: object) -> dict[str, object]:
    """Return a whole answer in chat."""
    said = {"role": "assistant", "content": content, **message}
    return {"id": "c", "model": "m", "choices": [{"index": 0, "message": said, "finish_reason": finish}]}


def chunk(content: object = None, finish: object = None, index: object = 0, **delta: object) -> dict[str, object]:
    """Return a chunk of a chat's stream."""
    said = delta if content is None else {"content": content, **delta}
    return {"id": "c", "model": "m", "choices": [{"index": index, "delta": said, "finish_reason": finish}]}


def with_limit(request: CompletionRequest, tokens: int) -> CompletionRequest:
    """Return a request for an answer of so many tokens."""
    return CompletionRequest(messages=request.messages, max_output_tokens=tokens)
