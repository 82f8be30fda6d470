"""HTTP towards one provider: everything that knows the HTTP client stands here.

One pool per provider, whose look-ups are our own, so that the address that is judged is the address that is connected
to. No redirects, bounded answers.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from http1.codings import compressing, unpacked
from http1.connection import Connection
from http1.dialing import Route, system_addresses
from http1.errors import (
    CertificateError,
    ClosedError,
    CutError,
    EndlessError,
    MalformedError,
    NotConnectedError,
    ProxyError,
    SilentError,
    TlsError,
    TransferError,
    UnknownHostError,
)
from http1.origins import Origin
from http1.pool import ConnectionPool
from http1.proxies import Proxies
from http1.trust import Trust
from messages.sentences import Sentence, repeated
from providers.errors import (
    InvalidRequestError,
    MalformedReplyError,
    ProviderError,
    StreamInterruptedError,
    TimedOutError,
    UnavailableError,
    UntrustedError,
)
from providers.http.addresses import ForbiddenAddressError
from providers.http.causes import cause_of
from providers.http.lookups import CheckedLookups
from providers.http.urls import host_of, port_of

MAX_REPLY = 2 << 20
"""Most bytes of a whole answer that are read."""
MAX_STREAM = 8 << 20
"""Most bytes of a streamed answer that are read: each word comes with some hundred bytes around it."""
_COMPRESSED = "it is compressed, though it was asked not to be; check what stands between it and this service"
CHECK = "check the model and the base URL"
_ENDLESS = "it sends informational answers (HTTP 1xx) without end; check the base URL"
_NO_HEAD = "it does not speak HTTP, or its headers are too many or too long; check the base URL"
_NO_TLS = "it does not speak TLS, or only a version that is no longer safe; check whether it is http:// or https://"
_FRESH_SECONDS = 60
_IDLE_SECONDS = 4.0
"""Less than the 5 s after which common servers (uvicorn, Node) close an idle connection."""
_NONE_KEPT = -1.0  # seconds of idleness that no kept connection has
PROXY_CREDENTIALS = 407
"""Status by which a proxy wants other credentials (RFC 9110, 15.5.8); no provider's."""
_CREDENTIALS = frozenset({401, PROXY_CREDENTIALS})  # some proxies have the wrong status for wrong ones
_HEADERS = {
    "User-Agent": "reply-assistant",
    "Accept": "*/*",
    "Content-Type": "application/json",
    "Accept-Encoding": "identity",
}


def _large(limit: int) -> str:
    if not limit >> 20:
        return "it is too large"
    return Sentence("it is larger than {size} MiB; {check}", size=limit >> 20, check=repeated(CHECK))


class Reply:
    """An answer whose body has not been read yet, as a block; its end closes or returns the connection.

    Args:
        provider: name for errors.
        connection: on which its head has come.
        leave: takes the connection back.
    """

    def __init__(self, provider: str, connection: Connection, leave: Callable[[Connection], None]) -> None:
        self._provider = provider
        self._connection = connection
        self._leave = leave
        self._size = 0
        self.status = connection.status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave(self._connection)

    @property
    def read(self) -> bool:
        """Whether all of the body was read."""
        return self._connection.complete and not self._connection.has_block

    def header(self, name: str) -> str | None:
        """Return a header of the answer; the first, where there are several."""
        wanted = name.lower().encode()
        return next((_text(value) for each, value in self._connection.headers if each == wanted), None)

    def check_plain(self) -> None:
        """Raise MalformedReplyError for a body that is compressed."""
        if self._codings():
            raise MalformedReplyError(self._provider, detail=_COMPRESSED)

    async def body(self, limit: int = MAX_REPLY) -> bytes:
        """Read the whole body.

        Raises:
            MalformedReplyError: it is compressed, or larger than `limit` bytes, which then were not all read.
            StreamInterruptedError: it ended early.
        """
        self.check_plain()
        blocks = []
        while block := await self.block(limit):
            blocks.append(block)
        return b"".join(blocks)

    async def block(self, limit: int = MAX_STREAM) -> bytes:
        """Read what comes next of the body; nothing at its end. Raises as `body` does, but looks for no compression."""
        connection = self._connection
        while not (block := connection.take()):
            if connection.complete:
                return b""
            try:
                await connection.arrival()
            except SilentError:
                raise TimedOutError(self._provider) from None
            except TransferError:
                raise StreamInterruptedError(self._provider) from None
        self._size += len(block)
        if self._size > limit:
            raise MalformedReplyError(self._provider, detail=_large(limit))
        return block

    async def beginning(self, limit: int, seconds: float) -> bytes:
        """Read the body until its end, `limit` bytes, an error or the time is reached, and return what came.

        Where it is compressed, what came is unpacked, up to `limit` bytes of it: errors may be short and are to be
        understood.
        """
        content = bytearray()
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(seconds):
                while len(content) < limit and (block := await self.block(sys.maxsize)):
                    content += block
        return unpacked(bytes(content[:limit]), self._codings(), limit)

    def _codings(self) -> list[str]:
        return compressing(_text(value) for name, value in self._connection.headers if name == b"content-encoding")


class Transport:
    """Sends requests to one base URL; cancelling a request closes its connection.

    Args:
        provider: name for errors.
        base_url: normalised, as `urls.normalise` returns it.
        headers: sent with every request; they hold the key.
        allow_private: whether loopback and private addresses may be connected to.
        connect_timeout: seconds to connect, per address.
        read_timeout: seconds without a byte; a net below the deadlines of the callers.
        trust: whose certificates are trusted.
        proxies: what may stand on the way.
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
        trust: Trust | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        self._provider = provider
        self._base_url = base_url
        origin = Origin(scheme=base_url.partition(":")[0], host=host_of(base_url), port=port_of(base_url))
        self._proxy = (proxies or Proxies()).of(origin)
        self._in_full = self._proxy is not None and origin.scheme == "http"
        self._head = self._head_of(origin, headers)
        self._lookups = CheckedLookups(allow_private=allow_private)
        encrypted = "https" in {origin.scheme, self._proxy.origin.scheme if self._proxy else ""}
        route = Route(
            origin=origin,
            timeout=connect_timeout,
            tls=(trust or Trust()).context() if encrypted else None,
            proxy=self._proxy,
            resolve=self._resolve if self._proxy is None else self._resolve_proxy,
        )
        self._pool = ConnectionPool(route, patience=read_timeout, longest_idle=_IDLE_SECONDS, lenient=True)
        self._origin = origin
        self._used: set[Connection] = set()
        self._closed = False

    async def post(self, path: str, body: bytes) -> Reply:
        """Send JSON to `base_url + path` and return the answer, once its head is there.

        Raises:
            UnavailableError: no connection, or it closed before an answer began, or `aclose` was called.
            UntrustedError: its certificate can't be trusted.
            TimedOutError: no connection or answer in time.
            InvalidRequestError: the host's address may not be connected to.
        """
        if self._closed:
            raise UnavailableError(self._provider, detail="its connections were closed")
        try:
            connection = await self._sent(path, body)
        except (TransferError, ForbiddenAddressError) as error:
            self._lookups.forget()
            raise _open_error(self._provider, error) from None
        return Reply(self._provider, connection, self._leave)

    async def aclose(self) -> None:
        """Close every connection; later requests raise UnavailableError."""
        self._closed = True
        self._pool.close()
        for connection in [*self._used]:
            connection.abort(CutError())

    def _head_of(self, origin: Origin, headers: Mapping[str, str]) -> tuple[bytes, bytes]:
        """Return what stands in a request's head before and after the path that is asked."""
        begin = self._base_url if self._in_full else urlsplit(self._base_url).path
        every = {"Host": origin.authority, **_HEADERS, **headers}
        if self._in_full and self._proxy is not None and self._proxy.authorization:
            every["Proxy-Authorization"] = self._proxy.authorization.decode()
        lines = "".join(f"{name}: {value}\r\n" for name, value in every.items())
        return f"POST {begin}".encode(), f" HTTP/1.1\r\n{lines}Content-Length: ".encode("latin-1")

    async def _sent(self, path: str, body: bytes) -> Connection:
        """Send a request, and once more if a kept connection turns out to be closed; return once the head is there.

        A server may close an idle connection just as the request goes out (RFC 9112, 9.3.1). No byte of an answer
        came, so asking again can at most be paid for twice.
        """
        before, after = self._head
        request = b"%b%b%b%d\r\n\r\n%b" % (before, path.encode(), after, len(body), body)
        connection = await self._pool.connection()
        if connection.used:
            with suppress(ClosedError):
                return await self._answered(connection, request)
            connection = await self._pool.connection(_NONE_KEPT)
        return await self._answered(connection, request)

    async def _answered(self, connection: Connection, request: bytes) -> Connection:
        if self._closed:  # while it was opened
            connection.abort()
            raise ClosedError
        self._used.add(connection)
        try:
            connection.ask(request, bodiless=False)
            while not connection.status:
                await connection.arrival()
        except BaseException:
            self._leave(connection)
            raise
        if self._in_full and connection.status == PROXY_CREDENTIALS:
            self._leave(connection)
            raise ProxyError(connection.status)
        return connection

    def _leave(self, connection: Connection) -> None:
        """Keep a connection that all of the answer came over; close another one."""
        self._used.discard(connection)
        self._pool.give_back(connection)

    async def _resolve(self, host: str, port: int) -> tuple[str, ...]:
        return await self._lookups.addresses(host, port, fresh=_FRESH_SECONDS)

    async def _resolve_proxy(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of the proxy, which the operator chose, once the provider's own name has passed."""
        await self._lookups.check_behind_proxy(self._origin.host, self._origin.port, fresh=_FRESH_SECONDS)
        return await system_addresses(host, port)


def _open_error(provider: str, error: Exception) -> ProviderError:
    failed = _failure(provider, error)
    failed.cause = cause_of(error)
    return failed


def _failure(provider: str, error: Exception) -> ProviderError:
    if isinstance(error, ForbiddenAddressError):
        return InvalidRequestError(provider, detail=str(error))
    if isinstance(error, CertificateError):
        return UntrustedError(provider, detail=Sentence("its certificate {fault}", fault=repeated(error.fault)))
    if isinstance(error, SilentError):
        return TimedOutError(provider)
    if isinstance(error, MalformedError):
        return MalformedReplyError(provider, detail=_ENDLESS if isinstance(error, EndlessError) else _NO_HEAD)
    return UnavailableError(provider, detail=_unreachable(error))


def _unreachable(error: Exception) -> str:
    if isinstance(error, ProxyError):
        return proxy_fault(error.status)
    if isinstance(error, UnknownHostError):
        return "its host name has no address"
    if isinstance(error, TlsError):
        return _NO_TLS
    return "no connection to it could be made" if isinstance(error, NotConnectedError) else "it closed the connection"


def proxy_fault(status: int) -> str:
    """Say why the proxy on the way let nothing through."""
    if status in _CREDENTIALS:
        return "the proxy on the way to it wants other credentials"
    return Sentence("the proxy on the way to it refuses (HTTP {status})", status=status)


def _text(value: bytes) -> str:
    return value.decode("latin-1")
