"""Opening a connection: addresses, TCP, a proxy's tunnel, TLS."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias, cast

from msgspec import Struct

from http1.connection import Connection
from http1.errors import (
    CertificateError,
    MalformedError,
    NotConnectedError,
    ProxyError,
    TlsError,
    TransferError,
    UnknownHostError,
)
from http1.origins import Origin
from http1.proxies import Proxy
from http1.racing import first_open, in_time, keep_alive

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses of a host, in the order in which they are tried; raises OSError for a name without one."""
_OK = 200
_REDIRECTION = 300


async def system_addresses(host: str, port: int) -> Sequence[str]:
    """Return every address of a host in the system's order, looked up in a thread."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Route(Struct, frozen=True, kw_only=True):
    """The way to a server.

    Attributes:
        origin: the server.
        timeout: seconds to connect to an address, for the proxy's tunnel, and for TLS: each of them.
        total: seconds for all of these and the look-up; None: the caller sees to that.
        tls: the context, for `https` on the way.
        proxy: what is connected to in place of the server.
        resolve: looks up the host that is connected to; what it raises besides OSError goes up as it is.
    """

    origin: Origin
    timeout: float
    total: float | None = None
    tls: ssl.SSLContext | None = None
    proxy: Proxy | None = None
    resolve: Resolver = system_addresses

    @property
    def first(self) -> Origin:
        """What is connected to."""
        return self.origin if self.proxy is None else self.proxy.origin


async def dial(route: Route, made: Callable[[], Connection]) -> Connection:
    """Connect to a server, through the proxy where there is one.

    Plain HTTP goes to a proxy as it is, its target written in full; TLS goes through a tunnel (RFC 9112, 3.2).

    Args:
        route: the way.
        made: makes the connection's protocol; called for each hop.

    Raises:
        NotConnectedError: it could not be made.
    """
    if route.total is None:
        return await _dial(route, made)
    try:
        async with asyncio.timeout(route.total):
            return await _dial(route, made)
    except TimeoutError:
        raise NotConnectedError("TimeoutError", late=True) from None


async def _dial(route: Route, made: Callable[[], Connection]) -> Connection:
    connection = await _hop(route, made)
    if route.proxy is None or route.origin.scheme == "http":
        return connection
    try:
        await _tunnel(route, route.proxy, connection)
        return await _through_tls(route, connection, made)
    except BaseException:
        connection.abort()
        raise


async def _hop(route: Route, made: Callable[[], Connection]) -> Connection:
    where, loop = route.first, asyncio.get_running_loop()
    addresses = await _addresses(route, where)
    if where.scheme != "https" and len(addresses) == 1:  # no race and no TLS: the loop does all of it in one step
        transport, opened = await _in_time(loop.create_connection(made, addresses[0], where.port), route.timeout)
        with suppress(OSError):  # it was closed at once, as its reader finds out
            keep_alive(transport.get_extra_info("socket"))
        return cast("Connection", opened)
    raw = await first_open(addresses, where.port, route.timeout)
    tls: dict[str, Any] = {"ssl": route.tls, "server_hostname": where.host} if where.scheme == "https" else {}
    _, connection = await _in_time(loop.create_connection(made, sock=raw, **tls), route.timeout)
    return cast("Connection", connection)


async def _addresses(route: Route, where: Origin) -> Sequence[str]:
    try:
        return await route.resolve(where.host, where.port)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(type(error).__name__) from None


async def _tunnel(route: Route, proxy: Proxy, connection: Connection) -> None:
    """Ask the proxy for a tunnel to the server."""
    destination = route.origin.destination.encode()
    credentials = b"Proxy-Authorization: %b\r\n" % proxy.authorization if proxy.authorization else b""
    connection.ask(
        b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (destination, destination, credentials), bodiless=True
    )
    await _in_time(_head(connection), route.timeout)
    if not _OK <= connection.status < _REDIRECTION:
        raise ProxyError(connection.status)


async def _head(connection: Connection) -> None:
    try:
        while not connection.status:
            await connection.arrival()
    except MalformedError:
        raise NotConnectedError("the proxy does not speak HTTP") from None
    except TransferError:
        raise NotConnectedError("the proxy closed the connection") from None


async def _through_tls(route: Route, tunnel: Connection, made: Callable[[], Connection]) -> Connection:
    """Speak TLS to the server, over what the tunnel was asked for."""
    assert route.tls is not None  # noqa: S101 - for the types: https has a context
    connection = made()
    starting = asyncio.get_running_loop().start_tls(
        tunnel.transport, connection, route.tls, server_hostname=route.origin.host
    )
    transport = await _in_time(starting, route.timeout)
    if transport is None:
        raise NotConnectedError("the tunnel closed")
    connection.connection_made(transport)
    return connection


async def _in_time(step: Awaitable[Any], seconds: float) -> Any:  # noqa: ANN401 - whatever the step returns
    """Wait for a step of connecting; whatever it fails by is an error of ours."""
    try:
        return await in_time(step, seconds)
    except ssl.SSLCertVerificationError as error:
        raise CertificateError(error) from None
    except ssl.SSLError as error:
        raise TlsError(type(error).__name__) from None
    except TimeoutError:
        raise NotConnectedError("TimeoutError", late=True) from None
    except (OSError, UnicodeError) as error:
        raise NotConnectedError(type(error).__name__) from None
