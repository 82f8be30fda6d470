"""What a reply to a long conversation takes before a provider is asked: reading it, and writing the request."""

import asyncio
import contextlib
import itertools
import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import msgspec

from assistant.auth.actor import Actor, Credentials
from assistant.completion.messages import request_for
from assistant.completion.request import DraftRequest
from assistant.conversation.context import Contexts, ConversationContext
from assistant.conversation.earlier import EarlierMessages
from assistant.conversation.reading import ConversationReader
from assistant.gateway.core import CoreGateway
from assistant.gateway.remote_core import RemoteCore
from assistant.services import Services
from assistant.settings import Settings, Waits
from assistant.text.masking.masking import Mask
from assistant.text.offloading import offload
from bench.measuring import table
from http1.origins import Origin
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import ADMIN, settings_for

_UUID = "3f2b8c1e-0000-4000-8000-000000000001"
_DELAY = 0.005  # seconds that the core takes
_TIMES = 20
_START = datetime(2026, 11, 3, 10, tzinfo=UTC)
_SAID = (
    "<p>Order 4471-{} of the lamp has not come, although you wrote that it left on Monday. I paid 48 euros for it.</p>"
)
_ACTOR, _CREDENTIALS = Actor(id=1, name="Ada"), Credentials(authorization=ADMIN["Authorization"])


class _Least(msgspec.Struct):
    """The least of each figure, in milliseconds: all of the time, that of the processor, and what others waited."""

    wall: float = float("inf")
    cpu: float = float("inf")
    wait: float = float("inf")

    def row(self, what: str) -> tuple[str, ...]:
        return (what, *(f"{figure:.1f}" for figure in (self.wall, self.cpu, self.wait)))


def report() -> str:
    """Conversations of 200 and 2,000 messages, read from the desk and over HTTP, and the request that is written."""
    return asyncio.run(_report())


async def _report() -> str:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = settings_for(Path(folder) / "var", provider="custom", base_url="http://127.0.0.1:9", model="m")
        async with AsyncExitStack() as stack:
            services = Services(settings)
            await stack.enter_async_context(services.running())
            uuid = await _filled(services, 200)
            rows = [*await _read(services, services.core, uuid, "200 messages from the desk")]
            for size in (200, 2000):
                core = await stack.enter_async_context(_core(size, settings))
                rows += await _read(services, core, _UUID, f"{size:,} messages over HTTP, 5 ms an answer")
            rows.append((await _written(services, uuid)).row("suggest_reply: the request, of what was read"))
    return table(("milliseconds, the least of many", "in all", "processor", "others wait"), rows)


async def _read(services: Services, core: CoreGateway, uuid: str, what: str) -> list[tuple[str, ...]]:
    """Read a conversation for the first time, and again while it is unchanged."""
    prompt = services.completions.prompt("suggest_reply")

    def contexts() -> Contexts:
        return Contexts(ConversationReader(core), EarlierMessages(services.completions, Waits(services.settings)))

    async def first() -> None:
        await contexts().read(prompt, uuid, _ACTOR, _CREDENTIALS)

    known = contexts()
    await known.read(prompt, uuid, _ACTOR, _CREDENTIALS)
    again = partial(known.read, prompt, uuid, _ACTOR, _CREDENTIALS)
    return [(await _least(first)).row(what), (await _least(again)).row(f"{what}, unchanged")]


async def _written(services: Services, uuid: str) -> _Least:
    """Decide what is asked, form its key, hide what is hidden, and render; nothing that is kept is used again."""
    prompt, numbers = services.completions.prompt("suggest_reply"), itertools.count()
    read: ConversationContext = await services.clicks.contexts.read(prompt, uuid, _ACTOR, _CREDENTIALS)

    async def write() -> None:
        wish = f"offer call {next(numbers)}"
        order = DraftRequest(prompt_key="suggest_reply", content="", instruction=wish, around=read.around)
        job = (await services.completions.question(order, _ACTOR)).prepared
        await offload(job.masking_size, request_for, job, Mask(job.rules))

    return await _least(write)


async def _least(work: Callable[[], Awaitable[object]]) -> _Least:
    least = _Least()
    for _ in range(_TIMES):
        ticking = asyncio.create_task(_longest_wait())
        await asyncio.sleep(0)
        wall, cpu = time.perf_counter(), time.process_time()
        await work()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
        least.wall, least.cpu = min(least.wall, 1e3 * wall), min(least.cpu, 1e3 * cpu)
        least.wait = min(least.wait, 1e3 * max(_waits))
    return least


_waits: list[float] = []


async def _longest_wait() -> None:
    """Note how late a task comes that wants its turn every millisecond."""
    _waits[:] = [0.0]
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        _waits.append(time.perf_counter() - begun - 0.001)


async def _filled(services: Services, messages: int) -> str:
    """Write a conversation into the desk."""
    assert services.desk is not None
    transport = httpx.ASGITransport(app=services.desk.app)  # type: ignore[arg-type] # Litestar's word for the same
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=ADMIN) as client:
        desk = DeskClient(client)
        made = await desk.new_conversation(content=_SAID.format(0))
        for number in range(1, messages):
            await desk.reply(made, _SAID.format(number), sender_type="agent" if number % 2 else "contact")
    return str(made["uuid"])


@asynccontextmanager
async def _core(messages: int, settings: Settings) -> AsyncIterator[CoreGateway]:
    """Run a core that has one conversation, and answers after a moment."""
    server = await asyncio.start_server(partial(_converse, messages), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    origin = Origin.of(f"http://127.0.0.1:{port}")
    core = RemoteCore(origin, timeout=10, trusted=(), trust=settings.trust, changed=lambda: None)
    async with server, contextlib.aclosing(core):
        yield core


async def _converse(messages: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            target = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
            await asyncio.sleep(_DELAY)
            body = _answer(target, messages)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
    writer.close()


def _answer(target: str, messages: int) -> bytes:
    data: dict[str, object] = {"uuid": _UUID, "subject": "Lamp", "last_message_at": _START.isoformat()}
    if "/messages?" in target:
        page = int(httpx.URL(f"http://core{target}").params["page"])
        newest = messages - 100 * (page - 1)
        rows = [_row(number) for number in range(newest, max(0, newest - 100), -1)]
        data = {"results": rows, "total": messages, "total_pages": -(-messages // 100), "page": page}
    return json.dumps({"status": "success", "data": data}).encode()


def _row(number: int) -> dict[str, object]:
    at = (_START + timedelta(minutes=number)).isoformat()
    sender = "agent" if number % 2 else "contact"
    return {"id": number, "uuid": str(number), "created_at": at, "sender_type": sender, "content": _SAID.format(number)}
