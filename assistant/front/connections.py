"""Connections of clients as the system knows them: the server that holds them can't be told to end one."""

import asyncio
import os
import socket
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

_DESCRIPTORS = "/dev/fd"
_GRACE = 0.5  # seconds in which a client may read what it was answered

Peer: TypeAlias = tuple[str, int]
"""Address and port of a client."""


class Connections:
    """Ends connections whose client does not send what it promised, a little after it was told."""

    def __init__(self) -> None:
        self._doomed: set[Peer] = set()
        self._ending: asyncio.Task[None] | None = None

    def end_soon(self, scope: Any) -> None:  # noqa: ANN401 - an ASGI scope
        """End the connection that a request came over; several at once cost as much as one."""
        client = scope.get("client")
        if client is None:
            return
        self._doomed.add((client[0], int(client[1])))  # the server gives the port as text
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        await asyncio.sleep(_GRACE)
        doomed, self._doomed, self._ending = self._doomed, set(), None
        await asyncio.to_thread(end_connections, doomed)


def end_connections(peers: AbstractSet[Peer]) -> None:
    """End this process's connections with these peers; whoever holds one sees that the client has left."""
    for name in descriptors():
        connection = connection_at(int(name))
        if connection is None:
            continue
        with connection:
            try:
                if connection.getpeername()[:2] in peers:
                    connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it listens, or has ended by itself


def descriptors() -> Sequence[str]:
    """Return the descriptors of this process by name; none on a system that does not show them."""
    try:
        return os.listdir(_DESCRIPTORS)  # noqa: PTH208 - plain names
    except OSError:
        return ()


def connection_at(descriptor: int) -> socket.socket | None:
    """Return a socket by its descriptor, under a descriptor of our own; nothing if it is no connection."""
    try:
        own = os.dup(descriptor)
    except OSError:
        return None
    try:
        found = socket.socket(fileno=own)
    except OSError:
        os.close(own)
        return None
    if found.family not in {socket.AF_INET, socket.AF_INET6}:
        found.close()
        return None
    return found
