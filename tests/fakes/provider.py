"""A provider of models on a loopback port, in a thread of its own, that answers as it is told."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, TypeAlias, cast

import msgspec

from providers.dialects import Dialect
from tests.fakes import chat, messages, responses, steps
from tests.fakes.bodies import Dialect as Writing
from tests.fakes.exchange import Exchange, Received
from tests.fakes.threaded import Threaded

__all__ = ["FakeProvider", "Received"]

ReplyText: TypeAlias = str | Callable[[dict[str, Any]], str]
_REPLY = "Thank you for waiting. Your refund is on its way."
_WRITING: dict[Dialect, ModuleType] = {"chat": chat, "responses": responses, "messages": messages}


class FakeProvider(Threaded):
    """A scripted provider; see the package's docstring for its use.

    Args:
        dialect: the wire dialect that it speaks.
        key: the only key that it lets in (HTTP 401 otherwise); None lets everybody in.
        models: names that it lists.
        tls: the certificate that it shows; None: it speaks plain HTTP.

    Attributes:
        requests: every request that arrived, listing included.
    """

    def __init__(
        self,
        dialect: Dialect = "chat",
        *,
        key: str | None = None,
        models: tuple[str, ...] = ("small", "large"),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__("fake-provider")
        self.requests: list[Received] = []
        self._writing = cast("Writing", _WRITING[dialect])
        self._key = key
        self._tls = tls
        self._models = list(models)
        self._reply: ReplyText = _REPLY
        self._script: deque[steps.Step] = deque()

    @property
    def url(self) -> str:
        """Base URL without a version."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._port}"

    def reply(self, text: ReplyText) -> None:
        """Answer every request that has no step of the script with this text, or with what a function makes of it."""
        self._reply = text

    def script(self, *scripted: steps.Step) -> None:
        """Do this with the next requests, one step each."""
        self._script.extend(scripted)

    def forget(self) -> None:
        """Be as at the start, for another test."""
        self.requests.clear()
        self._script.clear()
        self._reply = _REPLY

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._converse, "127.0.0.1", 0, ssl=self._tls)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while not writer.is_closing():
                    await self._answer(await _receive(reader, writer), reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()  # TLS would wait for a farewell
        finally:
            writer.close()

    async def _answer(self, received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append(received)
        exchange = Exchange(self._writing, received, "", reader, writer)
        if self._key is not None and received.headers.get("authorization") != f"Bearer {self._key}":
            step = steps.status(401, message="Incorrect API key provided.")
        elif self._script:
            step = self._script.popleft()
        elif received.path.partition("?")[0].endswith("/models"):
            await exchange.send_whole(200, msgspec.json.encode(self._writing.models(self._models)))
            return
        else:
            step = steps.reply()
        exchange.text = self._reply if isinstance(self._reply, str) else self._reply(received.json)
        await step(exchange)


async def _receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, body, peer=writer.get_extra_info("peername")[1])
