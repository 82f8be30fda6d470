"""Connections to one server that are kept for the next request."""

import asyncio
from collections import deque

from http1.connection import Connection
from http1.dialing import Route, dial

_MOST_IDLE = 128
_LONGEST_IDLE = 30.0  # seconds


class ConnectionPool:
    """Opens connections, and keeps the ones that can be used again; the last one given back goes first.

    Args:
        route: the way to the server.
        patience: seconds without a byte of an answer after which it is given up; None: the callers see to that.
        longest_idle: seconds after which an idle connection is closed.
        lenient: whether answers need not keep to the letter of the rules, see `Connection`.
    """

    def __init__(
        self,
        route: Route,
        *,
        patience: float | None = None,
        longest_idle: float = _LONGEST_IDLE,
        lenient: bool = False,
    ) -> None:
        self._route = route
        self._patience = patience
        self._lenient = lenient
        self._longest_idle = longest_idle
        self._idle: deque[Connection] = deque()
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False

    async def connection(self, longest_idle: float | None = None) -> Connection:
        """Return a connection that was idle for so many seconds at most, or a new one.

        Raises:
            NotConnectedError: none could be made.
        """
        loop = asyncio.get_running_loop()
        soonest = loop.time() - (self._longest_idle if longest_idle is None else longest_idle)
        while self._idle and self._idle[-1].idle_since >= soonest:
            connection = self._idle.pop()
            if connection.reusable:
                return connection
            connection.abort()
        return await dial(self._route, self._made)

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next request, or close it: unless all of the answer has come, at once."""
        connection.finish()
        if self._closed or not connection.reusable:
            connection.abort()
            return
        self._idle.append(connection)
        if len(self._idle) > _MOST_IDLE:
            self._idle.popleft().abort()
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(self._longest_idle, self._close_idle)

    def close(self) -> None:
        """Close what no one uses, and from now on what is given back."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        while self._idle:
            self._idle.pop().abort()

    def _made(self) -> Connection:
        return Connection(self._drop, patience=self._patience, lenient=self._lenient)

    def _close_idle(self) -> None:
        """Close what has been idle for too long, and come again when the next one will have been."""
        self._sweep, loop = None, asyncio.get_running_loop()
        while self._idle and self._idle[0].idle_since <= loop.time() - self._longest_idle:
            self._idle.popleft().abort()
        if self._idle:
            self._sweep = loop.call_at(self._idle[0].idle_since + self._longest_idle, self._close_idle)

    def _drop(self, connection: Connection) -> None:
        if not connection.used:
            return
        try:
            self._idle.remove(connection)
        except ValueError:
            return
