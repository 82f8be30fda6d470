"""What is answered while a service starts."""

import asyncio
from typing import Any, cast

import httpx
from litestar.types import ASGIApp

from assistant.front.front import Front
from assistant.front.request_bodies import Bodies
from assistant.gateway.core import InProcessCore
from assistant.web.own_paths import OwnPaths
from assistant.web.shutdown import Stopping


def saying(word: str) -> ASGIApp:
    """Make an application that says one word."""

    async def app(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401 - an ASGI channel
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": word.encode()})

    return cast("ASGIApp", app)


async def test_what_needs_nothing_prepared_does_not_wait_for_it() -> None:
    """The core answers as soon as the service runs, and whether it lives; our own operations a moment later."""
    ready, warm = asyncio.Event(), asyncio.Event()
    front = Front(
        ours=saying("ours"),
        paths=OwnPaths(["/health", "/health/ready", "/api/v1/ai/prompts"]),
        core=InProcessCore(cast("Any", saying("core"))),
        ready=ready,
        warm=warm,
        trusted=(),
        stopping=Stopping(1.0),
        bodies=Bodies(20.0, lambda _scope: None),
    )
    transport = httpx.ASGITransport(app=cast("Any", front))
    async with httpx.AsyncClient(transport=transport, base_url="http://assistant") as client:
        paths = ("/health", "/health/ready", "/api/v1/ai/prompts", "/api/v1/agents")
        alive, able, prompts, agents = asked = [asyncio.create_task(client.get(path)) for path in paths]
        await asyncio.sleep(0.1)
        assert not any(each.done() for each in asked)
        ready.set()
        assert [(await each).text for each in (alive, agents)] == ["ours", "core"]
        await asyncio.sleep(0.1)
        assert not able.done()
        assert not prompts.done()
        warm.set()
        assert [(await each).text for each in (able, prompts)] == ["ours", "ours"]
