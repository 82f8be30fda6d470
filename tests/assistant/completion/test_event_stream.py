"""Events on their way to a client: a scripted one, and a browser's kind through the real server stack."""

import asyncio
import json
import time
from typing import Any, cast

import pytest
from litestar import Request, get
from litestar.types import Message, Scope

from assistant.api.event_stream import Emit, EventStream, Work, event
from assistant.errors import NotFoundError
from assistant.web.application import WebApp
from providers.errors import TimedOutError
from tests.waiting import eventually, turns

LONG = 60.0


class Client:
    """Takes what it is sent; it can be slow, and it can leave."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.left = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()

    async def receive(self) -> Any:  # noqa: ANN401 - a message of ASGI
        """Give what a server gives once the request was read."""
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a message, once the client reads."""
        await self.reads.wait()
        self.messages.append(message)

    @property
    def text(self) -> str:
        """What the client has read."""
        return b"".join(each["body"] for each in self.messages[1:]).decode()

    @property
    def ends(self) -> int:
        """How often the end was sent."""
        return sum(not each["more_body"] for each in self.messages[1:])


class Source:
    """Gives events when the test says so, and notes its end."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()
        self.given = 0
        self.closed = asyncio.Event()

    async def give(self, emit: Emit) -> None:
        """Give them."""
        try:
            while (block := await self.queue.get()) is not None:
                if isinstance(block, Exception):
                    raise block
                self.given += 1
                await emit(block)
        finally:
            self.closed.set()


@pytest.fixture
def client() -> Client:
    """A client."""
    return Client()


@pytest.fixture
def source() -> Source:
    """A source of events."""
    return Source()


async def serve(
    source: Source, client: Client, *, ping_every: float = LONG, headers: dict[str, str] | None = None
) -> None:
    """Send the source's events to the client."""
    scope = cast("Scope", {"type": "http", "path": "/", "headers": [], "state": {}})
    await EventStream(source.give, {} if headers is None else headers, ping_every=ping_every)(
        scope, client.receive, client.send
    )


def put(source: Source, *blocks: bytes | Exception | None) -> None:
    """Let the source give blocks, raise, or end."""
    for block in blocks:
        source.queue.put_nowait(block)


async def test_events_and_headers(source: Source, client: Client) -> None:
    """The head first, the events as they are, and one end; nothing is held back by proxies."""
    put(source, event("delta", {"text": "Thank\nyou ☺"}), b"", event("done", {"text": "Thank\nyou ☺"}), None)
    await serve(source, client, headers={"X-Assistant-Cache": "miss"})
    assert client.messages[0]["status"] == 200
    assert dict(client.messages[0]["headers"]) == {
        b"content-type": b"text/event-stream; charset=utf-8",
        b"cache-control": b"no-cache",
        b"x-accel-buffering": b"no",
        b"x-assistant-cache": b"miss",
    }
    assert client.text == (
        'event: delta\ndata: {"text":"Thank\\nyou ☺"}\n\nevent: done\ndata: {"text":"Thank\\nyou ☺"}\n\n'
    )
    assert client.ends == 1
    assert len(client.messages) == 4, "what is empty is not sent"


async def test_headers_may_be_known_late(source: Source, client: Client) -> None:
    """Who answers is known with the first event."""
    headers: dict[str, str] = {}
    serving = asyncio.create_task(serve(source, client, headers=headers))
    await asyncio.sleep(0.01)
    headers["X-Assistant-Model"] = "m"
    put(source, event("delta", {}), None)
    await serving
    assert (b"x-assistant-model", b"m") in client.messages[0]["headers"]


async def test_each_event_leaves_at_once(source: Source, client: Client) -> None:
    """Nothing waits for what comes after it."""
    serving = asyncio.create_task(serve(source, client))
    for number in range(1, 4):
        put(source, event("delta", number))
        await eventually(lambda number=number: len(client.messages) == number + 1)  # type: ignore[misc] # a default
    put(source, None)
    await serving


async def test_ping_after_silence(source: Source, client: Client) -> None:
    """A comment breaks each long silence, also the one before the first event; where events come there is none."""
    serving = asyncio.create_task(serve(source, client, ping_every=0.2))
    started = time.monotonic()
    await eventually(lambda: client.text == ": ping\n\n")
    assert time.monotonic() - started > 0.19
    for _ in range(10):
        put(source, event("delta", 1))
        await asyncio.sleep(0.05)
    last = time.monotonic()
    assert client.text.count(": ping") == 1
    await eventually(lambda: client.text.count(": ping") == 3)
    assert time.monotonic() - last > 0.3
    put(source, None)
    await serving
    assert client.ends == 1


@pytest.mark.parametrize("moment", ["before the first event", "between events", "while it is slow"])
async def test_client_that_leaves(source: Source, client: Client, moment: str) -> None:
    """The source is closed at once, wherever it stands: nothing is waited for that takes its time."""
    serving = asyncio.create_task(serve(source, client))
    if moment == "while it is slow":
        client.reads.clear()
    if moment != "before the first event":
        put(source, event("delta", 1))
        await eventually(lambda: source.given == 1)
    await asyncio.sleep(0.01)
    client.left.set()
    await turns()
    assert source.closed.is_set()
    await serving
    assert client.ends == 0


async def test_slow_client_holds_its_source_back(source: Source, client: Client) -> None:
    """What a client doesn't read is not made: one event waits, and no comment queues up behind it."""
    client.reads.clear()
    put(source, *(event("delta", number) for number in range(1000)), None)
    serving = asyncio.create_task(serve(source, client, ping_every=0.05))
    await asyncio.sleep(0.3)
    assert source.given == 1
    client.reads.set()
    await serving
    assert source.given == 1000
    assert ": ping" not in client.text
    assert client.text.count("event: delta") == 1000


async def test_error_after_the_first_event(source: Source, client: Client) -> None:
    """The client is told what an answer of the usual kind would say, once, and that is the end."""
    put(source, event("delta", {"text": "Thank"}), TimedOutError("custom"))
    await serve(source, client)
    *_, name, data = client.text.strip().split("\n")
    assert name == "event: error"
    envelope = json.loads(data.removeprefix("data: "))
    assert envelope["status"] == "error"
    assert envelope["data"]["code"] == "provider_timeout"
    assert client.text.count("event: error") == 1
    assert client.ends == 1


async def test_error_that_nobody_expected_is_logged(
    source: Source, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """The client learns nothing of our inside; the log does."""
    put(source, event("delta", {"text": "Thank"}), ValueError("our inside"))
    await serve(source, client)
    assert "our inside" not in client.text
    assert '"code":"internal"' in client.text
    assert [record.getMessage() for record in caplog.records] == ["internal error"]


async def answered(client: Client, work: Work) -> None:
    """Answer a request through Litestar, as the service does."""

    @get("/stream")
    async def stream(request: Request[Any, Any, Any]) -> EventStream:
        assert request.url.path == "/stream"
        return EventStream(work, {})

    app = WebApp(route_handlers=[stream], openapi_config=None)
    scope: Any = {"type": "http", "method": "GET", "path": "/stream", "raw_path": b"/stream", "headers": []}
    scope |= {"query_string": b"", "client": None, "server": None, "http_version": "1.1", "scheme": "http"}
    scope |= {"root_path": "", "extensions": {}}
    await app(scope, client.receive, client.send)


async def test_error_before_the_first_event_is_an_ordinary_answer(client: Client) -> None:
    """It has its status, and the envelope as its body."""

    async def fail(_emit: Emit) -> None:
        raise NotFoundError("no such prompt")

    await answered(client, fail)
    assert client.messages[0]["status"] == 404
    assert json.loads(client.text)["message"].startswith("no such prompt")


async def test_through_litestar(client: Client) -> None:
    """Litestar passes it on as it is."""

    async def work(emit: Emit) -> None:
        await emit(event("delta", 1))
        await emit(event("done", 2))

    await answered(client, work)
    assert client.text == "event: delta\ndata: 1\n\nevent: done\ndata: 2\n\n"
    assert client.ends == 1
