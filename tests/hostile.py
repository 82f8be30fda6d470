"""Clients that do their worst, by kind: for the test that watches the service meanwhile, and for `bench`.

They run in a process of their own, and so does the provider whose answers some of them ask for.
"""

import asyncio
import contextlib
import itertools
import json
import multiprocessing
import random
import resource
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeAlias

import msgspec

from tests.assistant.harness import ADMIN
from tests.fakes.provider import FakeProvider

CLIENTS = 32
ADDRESS = "127.0.7.{}"
"""Where they come from, each from an address of its own."""

LARGEST_DRAFT = 64 * 1024
_COMPLETION = "/api/v1/ai/completion"
_FILES = 16_384
_PATIENCE = 20.0
_SOCKETS = 100  # of each client, half open
_HELD = 3.0  # seconds
_HOARDER = "127.0.8.8"
_numbers = itertools.count()


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """One hostile client: where the service is, and who it is itself."""

    port: int
    number: int

    @property
    def address(self) -> str:
        """Where it comes from, unless it says otherwise."""
        return ADDRESS.format(self.number + 1)

    async def open(self, address: str = "") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect, from any address."""
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address or self.address, 0))

    async def send(self, content: bytes, address: str = "", *, most: int | None = None) -> bytes:
        """Send bytes over a connection of its own and return what comes back, or its first bytes."""
        reader, writer = await self.open(address)
        try:
            async with asyncio.timeout(_PATIENCE):
                writer.write(content)
                with suppress(ConnectionError):
                    await writer.drain()
                return await (reader.read() if most is None else reader.read(most))
        finally:
            writer.transport.abort()

    async def ask(
        self, method: str, path: str, body: Mapping[str, object], *headers: str, most: int | None = None
    ) -> None:
        """Ask with the administrator's key."""
        content = json.dumps(body).encode()
        lines = [*(f"{name}: {value}" for name, value in ADMIN.items()), *headers]
        await self.send(_request(method, path, content, *lines), most=most)

    async def rewrite(self, content: str, *headers: str, most: int | None = None) -> None:
        """Have a draft rewritten that no cache knows."""
        draft = f"{next(_numbers)}.{self.number} {content}"[:LARGEST_DRAFT]
        body = {"prompt_key": "reply_friendly", "content": draft}
        await self.ask("POST", _COMPLETION, body, "Cache-Control: no-cache", *headers, most=most)


Kind: TypeAlias = Callable[[Client], Awaitable[object]]
"""Does something bad once; it is called again and again."""


def _request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: helpdesk.example", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


async def sign_in_pairs(client: Client) -> None:
    """Guess passwords of ever other people from ever other networks."""
    address = f"127.{random.randint(1, 250)}.{random.randint(0, 250)}.{random.randint(2, 250)}"  # noqa: S311 - no secret
    body = {"email": f"agent{next(_numbers)}-{client.number}@shop.example", "password": "guessed guessed"}
    await client.send(_request("POST", "/api/v1/auth/login", json.dumps(body).encode()), address)


async def sign_in_bodies(client: Client) -> None:
    """Sign in with a password of 4 MiB."""
    body = b'{"email": "agent@shop.example", "password": "' + b"x" * (4 * 2**20) + b'"}'
    await client.send(_request("POST", "/api/v1/auth/login", body))


async def half_open_sockets(client: Client) -> None:
    """Open connections, all clients from one address, send half a head over each, and wait for their end."""
    opened = await asyncio.gather(*(client.open(_HOARDER) for _ in range(_SOCKETS)))
    try:
        for _, writer in opened:
            writer.write(b"GET / HTTP/1.1\r\nHost: helpdesk.example\r\nX-Half: ")
        async with asyncio.timeout(_HELD):
            await asyncio.gather(*(reader.read() for reader, _ in opened), return_exceptions=True)
    finally:
        for _, writer in opened:
            writer.transport.abort()


async def giant_heads(client: Client) -> None:
    """Send a head of 60 KB, and one of 400 KB."""
    for size in (60_000, 400_000):
        await client.send(_request("GET", "/api/v1/agents/me", b"", "Cookie: c=" + "x" * size))


async def giant_hosts(client: Client) -> None:
    """Send a Host of 60 KB, and a path of as much."""
    head = b"GET /%b HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n"
    await client.send(head % (b"", b"a." * 30_000))
    await client.send(head % (b"%2e/" * 15_000, b"helpdesk.example"))


DRAFTS = (
    "&#65;",
    "[a]: http://a.example\n",
    "[a][b] ",
    "#1 ",
    "<a href=x>",
    "http://a.example/ ",
    "1.1,1 ",
    "**a",
    "> ",
)
"""What a draft consists of, again and again."""


async def hostile_drafts(client: Client) -> None:
    """Have a draft of 64 KiB rewritten that is nothing but references, links, numbers or marks."""
    piece = DRAFTS[next(_numbers) % len(DRAFTS)]
    await client.rewrite(piece * (LARGEST_DRAFT // len(piece)))


ANSWERS: dict[str, str] = {
    "ANSWER-NESTED": "<b>" * 20_000,
    "ANSWER-HASHES": "#" * 60_000,
    "ANSWER-LISTS": "> - " * 15_000,
    "ANSWER-LARGE": "word " * (7_000_000 // 5),
}
"""What the provider answers to a draft that holds the name."""

_LONG = "ANSWER-LONG"
_ANSWERS = {**ANSWERS, _LONG: "One word, another word. " * 2_000}


async def hostile_answers(client: Client) -> None:
    """Have a provider asked that answers with nested tags, with `#` alone, or with 7 MB, at once or piece by piece."""
    number = next(_numbers)
    name = list(ANSWERS)[number % len(ANSWERS)]
    streamed = ["Accept: text/event-stream"] if number % 2 and name != "ANSWER-LARGE" else []
    await client.rewrite(f"Please write {name}.", *streamed)


async def abandoned_streams(client: Client) -> None:
    """Ask for a stream and leave after its first bytes."""
    await client.rewrite(f"Please write {_LONG}.", "Accept: text/event-stream", most=200)


_HEAD = "---\ntitle: X\ndescription: X\nbrief: make it x\n"
PROMPTS = (
    _HEAD + '---\n{% extends "_rewrite.j2" %}{% block instruction %}' + "{{ content|nope }}" * 2_700 + "{% endblock %}",
    _HEAD + "---\n" + "{% if content %}" * 3_100,
    _HEAD + "tests: " + "[" * 50_000 + "\n---\n",
    _HEAD + "".join(f"k{number}: &a{number} x\n" for number in range(3_000)) + "---\n",
    _HEAD + "---\n{% block user %}{{ " + "(" * 50_000 + " }}{% endblock %}",
    _HEAD + "---\n{% block user %}{{ " + "content~" * 6_000 + "content }}{% endblock %}",
    _HEAD + "".join(f"  - {{content: x{number}, reply: x}}\n" for number in range(1_500)) + "---\n",
)
"""Prompts of 50 KB that no one can use."""


async def refused_prompts(client: Client) -> None:
    """Save a prompt that is refused."""
    await client.ask("PUT", "/api/v1/ai/prompts/hostile", {"source": PROMPTS[next(_numbers) % len(PROMPTS)]})


PATTERNS = ("a{1,22}a{1,22}b", "(a+)+b", "((a{1,40}){1,40}){1,40}b", "(?:" * 70 + "ab" + ")" * 70, "[a-z]{2,9}" * 30)
"""Masking patterns that take long; the service may refuse them."""


async def slow_patterns(client: Client) -> None:
    """Save such a pattern, or have a text rewritten that each letter of may begin a match of."""
    number = next(_numbers)
    if number % 4 == 0:
        document = {"patterns": [{"name": "slow", "pattern": PATTERNS[number // 4 % len(PATTERNS)]}], "private": []}
        await client.ask("PUT", "/api/v1/ai/masking", document)
    else:
        await client.rewrite("a" * LARGEST_DRAFT)


KINDS: dict[str, Kind] = {
    "sign-in pairs": sign_in_pairs,
    "sign-in bodies": sign_in_bodies,
    "half-open sockets": half_open_sockets,
    "giant heads": giant_heads,
    "giant hosts": giant_hosts,
    "hostile drafts": hostile_drafts,
    "hostile answers": hostile_answers,
    "abandoned streams": abandoned_streams,
    "refused prompts": refused_prompts,
    "slow patterns": slow_patterns,
}
"""Every kind of attack by its name."""

GROUPS: dict[str, tuple[str, ...]] = {
    "signing in": ("sign-in pairs", "sign-in bodies"),
    "connections": ("half-open sockets", "giant heads", "giant hosts"),
    "texts": ("hostile drafts", "hostile answers", "abandoned streams"),
    "administrators": ("refused prompts", "slow patterns"),
}
"""Kinds that go together."""


class Attackers:
    """The hostile process: it plays the provider, and its clients attack when told to.

    Attributes:
        provider: the provider's base URL.
    """

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        self.provider = pool.submit(_provide).result()

    def attack(self, port: int, names: tuple[str, ...], seconds: float) -> int:
        """Let 32 clients attack a service in these ways, and return how often they did once they have ended."""
        return self._pool.submit(_attack, port, names, seconds).result()


@contextmanager
def attackers() -> Iterator[Attackers]:
    """Start the hostile process, and end it with the block."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield Attackers(pool)


def _provide() -> str:
    """Start the provider in this process, for as long as it lives."""
    provider = FakeProvider().__enter__()
    provider.requests = deque(maxlen=0)  # type: ignore[assignment] # nobody looks at them
    provider.reply(_reply)
    return provider.url


def _reply(body: Mapping[str, object]) -> str:
    said = str(body.get("messages"))
    return next((text for name, text in _ANSWERS.items() if name in said), "Thank you, your refund is on its way.")


def _attack(port: int, names: tuple[str, ...], seconds: float) -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES), hard))
    return asyncio.run(_attack_at_once(port, names, seconds))


async def _attack_at_once(port: int, names: tuple[str, ...], seconds: float) -> int:
    done, one = [0], asyncio.Event()
    clients = [Client(port=port, number=number) for number in range(CLIENTS)]
    running = [
        asyncio.create_task(_repeat(KINDS[names[each.number % len(names)]], each, done, one)) for each in clients
    ]
    await asyncio.wait(running, timeout=seconds)
    with suppress(TimeoutError):
        await asyncio.wait_for(one.wait(), _PATIENCE)  # on a busy machine
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return done[0]


async def _repeat(kind: Kind, client: Client, done: list[int], one: asyncio.Event) -> None:
    while True:
        with contextlib.suppress(OSError, TimeoutError):
            await kind(client)
        done[0] += 1
        one.set()
        await asyncio.sleep(0.001)
