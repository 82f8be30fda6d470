"""The dialect spoken by ourselves over a bare HTTP client, as the adapters do: msgspec in, msgspec out."""

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Protocol, Self

import aiohttp
import msgspec
from pyreqwest.client import ClientBuilder

from bench.chat import request
from providers.http.sse import Event, EventParser

HEADERS = {"Authorization": "Bearer bench-key", "Content-Type": "application/json"}
PATH = "/v1/chat/completions"
OK = 200
DONE = b"[DONE]"


class WireClient(Protocol):
    """A way of calling a chat completions provider."""

    async def complete(self) -> str:
        """Return the text of one whole answer."""

    def stream(self) -> AsyncIterator[str]:
        """Yield the texts of one streamed answer as they arrive."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None: ...


class Text(msgspec.Struct):
    """The part of a message or of a delta that is read."""

    content: str | None = None


class Choice(msgspec.Struct):
    """One answer, whole (`message`) or a piece of it (`delta`)."""

    message: Text | None = None
    delta: Text | None = None


class Answer(msgspec.Struct):
    """An answer, whole or one event of a stream."""

    choices: list[Choice]


DECODER = msgspec.json.Decoder(Answer)


class PyreqwestClient:
    """One pooled pyreqwest client."""

    def __init__(self, origin: str) -> None:
        self._url = origin + PATH
        self._client = ClientBuilder().default_headers(HEADERS).follow_redirects(enable=False).build()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def complete(self) -> str:
        """Return the text of one whole answer."""
        response = await self._client.post(self._url).body_bytes(request(stream=False)).build().send()
        assert response.status == OK
        return _text(DECODER.decode(await response.bytes()))

    async def stream(self) -> AsyncIterator[str]:
        """Yield the texts of one streamed answer; without a read buffer, or the first ones are held back."""
        call = self._client.post(self._url).body_bytes(request(stream=True)).streamed_read_buffer_limit(0)
        events = EventParser()
        async with call.build_streamed() as response:
            assert response.status == OK
            while (chunk := await response.body_reader.read_chunk()) is not None:
                for text in _deltas(events.feed(bytes(chunk))):
                    yield text


class AiohttpClient:
    """One pooled aiohttp session, without a limit of connections."""

    def __init__(self, origin: str) -> None:
        self._url = origin + PATH
        self._session = aiohttp.ClientSession(headers=HEADERS, connector=aiohttp.TCPConnector(limit=0))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def complete(self) -> str:
        """Return the text of one whole answer."""
        async with self._session.post(self._url, data=request(stream=False), allow_redirects=False) as response:
            assert response.status == OK
            return _text(DECODER.decode(await response.read()))

    async def stream(self) -> AsyncIterator[str]:
        """Yield the texts of one streamed answer."""
        events = EventParser()
        async with self._session.post(self._url, data=request(stream=True), allow_redirects=False) as response:
            assert response.status == OK
            async for chunk in response.content.iter_any():
                for text in _deltas(events.feed(chunk)):
                    yield text


def _text(answer: Answer) -> str:
    message = answer.choices[0].message
    assert message
    return message.content or ""


def _deltas(events: list[Event]) -> Iterator[str]:
    for event in events:
        if event.data != DONE:
            delta = DECODER.decode(event.data).choices[0].delta
            if delta and delta.content:
                yield delta.content
