"""What every test of the engine needs: a provider, a click, and reading a streamed answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpx
import msgspec

from tests.fakes import FakeProvider, Received

PATH = "/api/v1/ai/completion"
PROMPT = "reply_friendly"
STREAMED = {"Accept": "text/event-stream"}


class Event(msgspec.Struct, frozen=True):
    """One server-sent event; a comment has the name `comment`."""

    name: str
    data: Any


def using(fake: FakeProvider, model: str = "test-model") -> dict[str, str]:
    """Return the settings that put a fake active provider."""
    return {"provider": "custom", "base_url": fake.url, "model": model}


def serving_with(fake: FakeProvider) -> dict[str, str]:
    """Return the same as variables of a process."""
    return {name.upper(): value for name, value in using(fake).items()}


def wanted(content: str, **more: object) -> dict[str, object]:
    """Return the body of a click."""
    return {"prompt_key": PROMPT, "content": content, **more}


def echo(body: dict[str, Any]) -> str:
    """Answer with the draft, as a model does that changes nothing."""
    return str(body["messages"][-1]["content"])


def asked(fake: FakeProvider) -> list[Received]:
    """Return the completions that a fake was asked for."""
    return [each for each in fake.requests if each.method == "POST" and each.path.endswith("/chat/completions")]


async def click(client: httpx.AsyncClient, content: str, **more: object) -> httpx.Response:
    """Ask for a completion."""
    return await client.post(PATH, json=wanted(content, **more))


async def click_streamed(client: httpx.AsyncClient, content: str, **more: object) -> httpx.Response:
    """Ask for a streamed completion, and wait for its end."""
    return await client.post(PATH, json=wanted(content, **more), headers=STREAMED)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20.0) -> None:
    """Ask again and again until something holds; fails when that takes too long."""
    async with asyncio.timeout(seconds):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


def events_of(body: str) -> list[Event]:
    """Read a streamed answer."""
    assert body.endswith("\n\n"), body
    return [_event(block) for block in body.removesuffix("\n\n").split("\n\n")]


def next_event(lines: Iterable[str]) -> Event | None:
    """Read one event from the lines of a streamed answer; nothing at its end."""
    block: list[str] = []
    for line in lines:
        if line:
            block.append(line)
        elif block:
            return _event("\n".join(block))
    assert not block, block
    return None


def deltas_of(events: Iterable[Event]) -> str:
    """Join the deltas of a streamed answer."""
    return "".join(each.data["text"] for each in events if each.name == "delta")


def done_of(events: list[Event]) -> dict[str, Any]:
    """Return what a streamed answer ends with, having checked that it ends once, and well."""
    assert [each.name for each in events if each.name not in {"delta", "comment"}] == ["done"], events
    assert events[-1].name == "done"
    found: dict[str, Any] = events[-1].data
    return found


def _event(block: str) -> Event:
    if block.startswith(":"):
        return Event("comment", block.removeprefix(":").strip())
    name, data = block.split("\n")
    return Event(name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
