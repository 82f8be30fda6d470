"""A body that came in one event is there: only what a client still owes is waited for with patience."""

import asyncio
from pathlib import Path
from typing import Any, cast

import msgspec
from litestar.types import ASGIApp

from assistant.app import create_app
from tests.assistant.completion.asking import PATH, using, wanted
from tests.assistant.harness import ADMIN, lifespan, settings_for
from tests.fakes import FakeProvider
from tests.fakes.exchange import Exchange
from tests.fakes.steps import reply

PATIENCE = 0.2  # seconds that a client has for its body


async def late(exchange: Exchange) -> None:
    """Answer when a body would long be late."""
    await asyncio.sleep(4 * PATIENCE)
    await reply("It is ready.")(exchange)


async def test_answer_may_take_longer_than_a_body(state: Path) -> None:
    """However many events the server makes of a body; the second time the answer is a stored one."""
    content = msgspec.json.encode(wanted("it is ready."))
    with FakeProvider() as fake:
        fake.script(late)
        front = create_app(settings_for(state, client_timeout=PATIENCE, **using(fake)))
        async with lifespan(cast("ASGIApp", front)):
            await front.ready.wait()
            asked = [await ask(front, content, *cut) for cut in ([content], [content, b""], [content[:9], content[9:]])]
    assert [headers[b"x-assistant-cache"] for headers in asked] == [b"miss", b"hit", b"hit"]


async def ask(app: Any, content: bytes, *parts: bytes) -> dict[bytes, bytes]:  # noqa: ANN401 - an ASGI application
    """Ask as a server does that has a body in these parts; returns the headers of a good answer."""
    sent: list[Any] = []
    left = [{"type": "http.request", "body": each, "more_body": number > 0} for number, each in _counted(parts)]

    async def receive() -> Any:  # noqa: ANN401 - an ASGI event
        return left.pop(0) if left else await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:  # noqa: ANN401 - likewise
        sent.append(message)

    said = [(b"content-length", b"%d" % len(content)), (b"authorization", ADMIN["Authorization"].encode())]
    scope = {"type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(), "query_string": b""}
    scope |= {"headers": said, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http"}
    await app({**scope, "http_version": "1.1", "root_path": "", "state": {}}, receive, send)
    assert sent[0]["status"] == 200, sent
    return dict(sent[0]["headers"])


def _counted(parts: tuple[bytes, ...]) -> list[tuple[int, bytes]]:
    """Return parts with how many follow each."""
    return list(zip(reversed(range(len(parts))), parts, strict=True))
