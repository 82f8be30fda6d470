"""Plain ASGI forwarders, one for each client library: `python -m bench.proxy_forwarders CLIENT PORT CORE`.

They do the least that passes a request on: no timeouts of ours, no retries, no upgrades, no checks.
"""

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import msgspec

from bench.proxy_core import ANSWER

Headers = list[tuple[bytes, bytes]]
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

CLIENT, CORE = "BENCH_PROXY_CLIENT", "BENCH_PROXY_CORE"
"""The environment variables that tell a worker its client library and the origin of the core."""
POOL = 64
HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"}


class Asked(msgspec.Struct, frozen=True):
    """A request; `body` is None where it has none."""

    method: str
    url: str
    headers: Headers
    body: AsyncIterator[bytes] | None

    @property
    def texts(self) -> list[tuple[str, str]]:
        """The headers, for libraries that take them as text."""
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.headers]


class Answered(msgspec.Struct, frozen=True):
    """The head of an answer, and its body as it comes."""

    status: int
    headers: Headers
    body: AsyncIterator[bytes]


class Client(Protocol):
    """A client library: `call` asks the core and closes the answer at the end of the block."""

    def call(self, asked: Asked) -> AbstractAsyncContextManager[Answered]:
        """Ask the core."""


class HttpxClient:
    """A pooled httpx client."""

    def __init__(self) -> None:
        import httpx  # noqa: PLC0415 - only the library that is measured

        limits = httpx.Limits(max_connections=None, max_keepalive_connections=POOL)
        self._client = httpx.AsyncClient(limits=limits, trust_env=False, timeout=60)

    @asynccontextmanager
    async def call(self, asked: Asked) -> AsyncIterator[Answered]:
        """Ask the core."""
        request = self._client.build_request(asked.method, asked.url, headers=asked.headers, content=asked.body)
        response = await self._client.send(request, stream=True)
        try:
            yield Answered(response.status_code, response.headers.raw, response.aiter_raw())
        finally:
            await response.aclose()


class AiohttpClient:
    """A pooled aiohttp session."""

    def __init__(self) -> None:
        import aiohttp  # noqa: PLC0415 - likewise
        import yarl  # noqa: PLC0415 - likewise

        self._url = yarl.URL
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(
            connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        )

    @asynccontextmanager
    async def call(self, asked: Asked) -> AsyncIterator[Answered]:
        """Ask the core."""
        url = self._url(asked.url, encoded=True)
        call = self._session.request(asked.method, url, headers=asked.texts, data=asked.body, allow_redirects=False)
        async with call as response:
            yield Answered(response.status, list(response.raw_headers), response.content.iter_any())


class PyreqwestClient:
    """A pooled pyreqwest client."""

    def __init__(self) -> None:
        from pyreqwest.client import ClientBuilder  # noqa: PLC0415 - likewise

        plain = ClientBuilder().no_proxy().http1_only().follow_redirects(enable=False).referer(enable=False)
        undecoded = plain.gzip(enable=False).brotli(enable=False).zstd(enable=False).deflate(enable=False)
        self._client = undecoded.pool_max_idle_per_host(POOL).build()

    @asynccontextmanager
    async def call(self, asked: Asked) -> AsyncIterator[Answered]:
        """Ask the core."""
        call = self._client.request(asked.method, asked.url).headers(asked.texts)
        if asked.body:
            call = call.body_stream(asked.body)
        async with call.build_streamed() as response:
            headers = [(name.encode(), value.encode("latin-1")) for name, value in response.headers.items()]
            yield Answered(response.status, headers, _chunks(response.body_reader.read_chunk))


class NoClient:
    """Answers by itself: what the server in front costs alone."""

    @asynccontextmanager
    async def call(self, asked: Asked) -> AsyncIterator[Answered]:
        """Ask the core."""

        async def body() -> AsyncIterator[bytes]:
            yield ANSWER

        assert asked.method == "GET"
        yield Answered(200, [(b"content-length", str(len(ANSWER)).encode())], body())


CLIENTS: dict[str, Callable[[], Client]] = {
    "pyreqwest": PyreqwestClient,
    "aiohttp": AiohttpClient,
    "httpx": HttpxClient,
    "none": NoClient,
}


async def _chunks(read: Callable[[], Any]) -> AsyncIterator[bytes]:
    while (chunk := await read()) is not None:
        yield bytes(chunk)


class Forwarder:
    """Passes each request on to the core through a client, which is made at the first one.

    Args:
        client: makes it.
        core: the core's origin.
    """

    def __init__(self, client: Callable[[], Client], core: str) -> None:
        self._make = client
        self._client: Client | None = None
        self._core = core

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Pass one request on and its answer back."""
        assert scope["type"] == "http"
        self._client = self._client or self._make()
        async with self._client.call(self._asked(scope, receive)) as answered:
            headers = _passed_on(answered.headers)
            await send({"type": "http.response.start", "status": answered.status, "headers": headers})
            await _pass_body(answered.body, _length(headers), send)

    def _asked(self, scope: dict[str, Any], receive: Receive) -> Asked:
        headers = _passed_on(scope["headers"])
        query = scope["query_string"].decode()
        url = f"{self._core}{scope['raw_path'].decode()}{'?' if query else ''}{query}"
        body = _received(receive) if _length(headers) else None
        return Asked(scope["method"], url, headers, body)


async def _pass_body(body: AsyncIterator[bytes], left: int, send: Send) -> None:
    """Pass chunks on; the last one is marked as such where the length tells, which spares the server a stream."""
    async for chunk in body:
        left -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": left > 0})
    assert left == 0


async def _received(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        event = await receive()
        yield event["body"]
        more = event["more_body"]


def _passed_on(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def _length(headers: Headers) -> int:
    return next((int(value) for name, value in headers if name.lower() == b"content-length"), 0)


def app() -> Forwarder:
    """Return the forwarder that the environment asks for."""
    return Forwarder(CLIENTS[os.environ[CLIENT]], os.environ[CORE])


def main(client: str, port: str, core: str) -> None:
    """Serve with the settings of `assistant serve` in front of a core."""
    from granian import Granian  # noqa: PLC0415 - only this process needs it
    from granian.constants import Interfaces, Loops  # noqa: PLC0415 - likewise
    from granian.log import LogLevels  # noqa: PLC0415 - likewise

    os.environ.update({CLIENT: client, CORE: core})
    Granian(
        "bench.proxy_forwarders:app",
        factory=True,
        port=int(port),
        workers=1,
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        websockets=True,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
