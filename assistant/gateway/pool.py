"""Connections to the core that are kept for the next request."""

import asyncio
import socket
import ssl
from collections import deque
from urllib.parse import urlsplit

from msgspec import Struct

from assistant.errors import CoreUnreachableError
from assistant.gateway.connection import CoreConnection
from messages.sentences import Sentence

_MOST_IDLE = 128
_LONGEST_IDLE = 30.0  # seconds
_CONNECT = 5.0  # seconds
_PORTS = {"http": 80, "https": 443}


class Origin(Struct, frozen=True, kw_only=True):
    """Where the core listens."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        """Return the origin that a URL names."""
        parts = urlsplit(url)
        return cls(scheme=parts.scheme, host=parts.hostname or "", port=parts.port or _PORTS[parts.scheme])

    @property
    def authority(self) -> str:
        """Host and port as a Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


class ConnectionPool:
    """Opens connections, and keeps the ones that can be used again; the last one given back goes first.

    Args:
        origin: the core.
        timeout: seconds that opening one may take at most.
    """

    def __init__(self, origin: Origin, timeout: float) -> None:
        self._origin = origin
        self._timeout = min(timeout, _CONNECT)
        self._ssl = ssl.create_default_context() if origin.scheme == "https" else None
        self._idle: deque[CoreConnection] = deque()

    async def connection(self, longest_idle: float = _LONGEST_IDLE) -> CoreConnection:
        """Return a connection that was idle for so many seconds at most, or a new one.

        Raises:
            CoreUnreachableError: no one listens there.
        """
        soonest = asyncio.get_running_loop().time() - longest_idle
        while self._idle:
            connection = self._idle.pop()
            if connection.idle_since >= soonest and connection.reusable:
                return connection
            self._idle.append(connection)
            break
        return await self._open()

    def give_back(self, connection: CoreConnection) -> None:
        """Keep a connection for the next request, or close it."""
        connection.finish()
        if not connection.reusable:
            connection.abort()
            return
        self._idle.append(connection)
        oldest = self._idle[0]
        if len(self._idle) > _MOST_IDLE or oldest.idle_since < connection.idle_since - _LONGEST_IDLE:
            self._idle.popleft().abort()

    def close(self) -> None:
        """Close what no one uses."""
        while self._idle:
            self._idle.pop().abort()

    async def _open(self) -> CoreConnection:
        loop, origin = asyncio.get_running_loop(), self._origin
        try:
            async with asyncio.timeout(self._timeout):
                transport, connection = await loop.create_connection(
                    lambda: CoreConnection(self._drop), origin.host, origin.port, ssl=self._ssl
                )
        except (OSError, UnicodeError) as error:
            raise CoreUnreachableError(
                Sentence(
                    "The helpdesk can't be reached{late}. Try again in a moment; if it goes on, an administrator "
                    "should see whether it runs, and whether the assistant has its address.",
                    late=Sentence(": it took too long") if isinstance(error, TimeoutError) else "",
                ),
                hint=f"{type(error).__name__}; see whether it runs, and whether ASSISTANT_CORE_URL is its address",
            ) from None
        keep_alive(transport)
        return connection

    def _drop(self, connection: CoreConnection) -> None:
        if not connection.used:
            return
        try:
            self._idle.remove(connection)
        except ValueError:
            return


def keep_alive(transport: asyncio.BaseTransport) -> None:
    """Find out within minutes about a core that vanished without a word, also where it may be silent for hours."""
    raw = transport.get_extra_info("socket")
    if raw is None:
        return
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):
            raw.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
