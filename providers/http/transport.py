"""HTTP towards one provider: everything that knows the HTTP client stands here.

One pooled client per provider, whose look-ups are our own, so that the address that is judged is the address that is
connected to. No redirects, no proxies from the environment, bounded answers.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from itertools import count
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader

from messages.sentences import Sentence, repeated
from providers.errors import (
    InvalidRequestError,
    MalformedReplyError,
    ProviderError,
    StreamInterruptedError,
    TimedOutError,
    UnavailableError,
)
from providers.http.addresses import ForbiddenAddressError, check_address, resolve_host
from providers.http.codings import compressing, unpacked
from providers.http.urls import host_of, literal_address

MAX_REPLY = 2 << 20
"""Most bytes of a whole answer that are read."""
MAX_STREAM = 8 << 20
"""Most bytes of a streamed answer that are read: each word comes with some hundred bytes around it."""
MOST_INFORMATIONAL = 20
"""Most informational answers (HTTP 1xx) before the one that counts; servers send one or two."""
_COMPRESSED = "it is compressed, though it was asked not to be; check what stands between it and this service"
CHECK = "check the model and the base URL"
_ENDLESS = "it sends informational answers (HTTP 1xx) without end; check the base URL"
_NO_HEAD = "it does not speak HTTP, or its headers are too many or too long; check the base URL"
_FRESH_SECONDS = 60
_IDLE_SECONDS = 4.0
"""Less than the 5 s after which common servers (uvicorn, Node) close an idle connection."""


_OK = 200


class Reply:
    """An answer whose body has not been read yet."""

    def __init__(self, provider: str, response: aiohttp.ClientResponse) -> None:
        self._provider = provider
        self._response = response
        self.status = response.status

    def header(self, name: str) -> str | None:
        """Return a header of the answer."""
        return self._response.headers.get(name)

    async def body(self, limit: int = MAX_REPLY) -> bytes:
        """Read the whole body.

        Raises:
            MalformedReplyError: it is compressed, or larger than `limit` bytes, which then were not all read.
            StreamInterruptedError: it ended early.
        """
        return b"".join([chunk async for chunk in self.chunks(limit)])

    async def beginning(self, limit: int, seconds: float) -> bytes:
        """Read the body until its end, `limit` bytes, an error or the time is reached, and return what came.

        Where it is compressed, what came is unpacked, up to `limit` bytes of it: errors may be short and are to be
        understood.
        """
        content = bytearray()
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(seconds):
                async for chunk in self._arriving(limit):
                    content += chunk
        return unpacked(bytes(content), self._codings(), limit)

    def chunks(self, limit: int = MAX_STREAM) -> AsyncIterator[bytes]:
        """Return the body as it arrives; raises like `body`."""
        if self._codings():
            raise MalformedReplyError(self._provider, detail=_COMPRESSED)
        return self._arriving(limit)

    def _codings(self) -> list[str]:
        return compressing(self._response.headers.getall("content-encoding", []))

    async def _arriving(self, limit: int) -> AsyncIterator[bytes]:
        size = 0
        try:
            async for chunk in self._response.content.iter_any():
                size += len(chunk)
                if size > limit:
                    raise MalformedReplyError(
                        self._provider,
                        detail=Sentence(
                            "it is larger than {size} MiB; {check}", size=limit >> 20, check=repeated(CHECK)
                        )
                        if limit >> 20
                        else "it is too large",
                    )
                yield chunk
        except TimeoutError:
            raise TimedOutError(self._provider) from None
        except aiohttp.ClientError:
            raise StreamInterruptedError(self._provider) from None


class _CheckedResolver(AbstractResolver):
    """Looks names up and refuses those that lead where nothing may be connected to."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - either family will do
    ) -> list[ResolveResult]:
        addresses = await resolve_host(host, port, allow_private=self._allow_private)
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,  # noqa: PLR2004 - IP version 4
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is kept."""


_made: ContextVar["_Connection | None"] = ContextVar("connection", default=None)


class _Connection:
    """What is known of a request's connection."""

    reused = True


class _Connector(aiohttp.TCPConnector):
    """Tells a request when its connection is a new one; aiohttp's traces would tell it too, and take longer."""

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's name
    ) -> ResponseHandler:
        connection = _made.get()
        if connection is not None:
            connection.reused = False
        return await super()._create_connection(req, traces, timeout)


class _EndlessHeadError(aiohttp.ClientError):
    """Informational answers came, and no other."""


class _Response(aiohttp.ClientResponse):
    """An answer whose head ends: aiohttp itself passes over any number of informational ones before it."""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        protocol = connection.protocol
        if protocol is None:
            return await super().start(connection)
        read, passed = protocol.read, count(1)

        async def read_few() -> tuple[RawResponseMessage, StreamReader]:
            message, body = await read()
            if message.code < _OK and next(passed) > MOST_INFORMATIONAL:
                raise _EndlessHeadError
            return message, body

        protocol.read = read_few  # type: ignore[method-assign] # for this answer alone
        try:
            return await super().start(connection)
        finally:
            del protocol.read


def _began(error: Exception) -> bool:
    """Tell whether part of an answer's head came before the connection closed."""
    return isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str)


class Transport:
    """Sends requests to one base URL; cancelling a request closes its connection.

    Args:
        provider: name for errors.
        base_url: normalised, as `urls.normalise` returns it.
        headers: sent with every request; they hold the key.
        allow_private: whether loopback and private addresses may be connected to.
        connect_timeout: seconds to connect, per address.
        read_timeout: seconds without a byte; a net below the deadlines of the callers.
    """

    def __init__(
        self,
        *,
        provider: str,
        base_url: str,
        headers: Mapping[str, str],
        allow_private: bool = True,
        connect_timeout: float = 2.0,
        read_timeout: float = 60.0,
    ) -> None:
        self._provider = provider
        self._base_url = base_url
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", **headers}
        self._allow_private = allow_private
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout, sock_read=read_timeout)
        self._session: aiohttp.ClientSession | None = None
        self._connector: aiohttp.TCPConnector | None = None
        self._closed = False

    @asynccontextmanager
    async def post(self, path: str, body: bytes) -> AsyncIterator[Reply]:
        """Send JSON to `base_url + path` and yield the answer; leaving closes or returns the connection.

        Raises:
            UnavailableError: no connection, or it closed before an answer began, or `aclose` was called.
            TimedOutError: no connection or answer in time.
            InvalidRequestError: the host's address may not be connected to.
        """
        session = self._session or self._open()
        try:
            response = await self._sent(session, self._base_url + path, body)
        except (aiohttp.ClientError, ForbiddenAddressError, OSError) as error:
            if self._connector is not None:
                self._connector.clear_dns_cache()
            raise _open_error(self._provider, error) from None
        try:
            yield Reply(self._provider, response)
        finally:
            # An answer that was read to its end has already given its connection back to the pool.
            response.close()

    async def aclose(self) -> None:
        """Close every connection; later requests raise UnavailableError."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _sent(self, session: aiohttp.ClientSession, url: str, body: bytes) -> aiohttp.ClientResponse:
        """Send a request, and once more if a kept connection turns out to be closed.

        A server may close an idle connection just as the request goes out (RFC 9112, 9.3.1). No byte of an answer
        came, so asking again can at most be paid for twice.
        """
        connection = _Connection()
        _made.set(connection)
        try:
            return await session.post(url, data=body, allow_redirects=False)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if not connection.reused or _began(error):
                raise
        return await session.post(url, data=body, allow_redirects=False)

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise UnavailableError(self._provider, detail="its connections were closed")
        # No resolver gets to see an address in the URL itself.
        address = literal_address(host_of(self._base_url))
        if address is not None:
            try:
                check_address(address, allow_private=self._allow_private)
            except ForbiddenAddressError as error:
                raise InvalidRequestError(self._provider, detail=str(error)) from None
        self._connector = _Connector(
            resolver=_CheckedResolver(allow_private=self._allow_private),
            ttl_dns_cache=_FRESH_SECONDS,
            limit=0,
            keepalive_timeout=_IDLE_SECONDS,
        )
        self._session = aiohttp.ClientSession(
            connector=self._connector,
            headers=self._headers,
            timeout=self._timeout,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            response_class=_Response,
            auto_decompress=False,
        )
        return self._session


def _open_error(provider: str, error: Exception) -> ProviderError:
    if isinstance(error, ForbiddenAddressError):
        return InvalidRequestError(provider, detail=str(error))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return UnavailableError(provider, detail="its host name has no address")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return UnavailableError(provider, detail="no connection to it could be made")
    if isinstance(error, TimeoutError):
        return TimedOutError(provider)
    if isinstance(error, aiohttp.ClientResponseError | _EndlessHeadError):
        endless = isinstance(error, _EndlessHeadError)
        return MalformedReplyError(provider, detail=_ENDLESS if endless else _NO_HEAD)
    return UnavailableError(provider, detail="it closed the connection")
