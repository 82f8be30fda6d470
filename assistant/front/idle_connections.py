"""Connections over which nothing is asked: no client may keep so many that there is no descriptor left for others."""

import asyncio
import contextlib
import socket
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from assistant.front.connections import Peer, connection_at, descriptors
from assistant.settings import Network
from assistant.telemetry import log
from assistant.web.client_network import peer_at

SPARE = 16
"""Connections of a client beyond what it may have under way: those that its next requests come over."""

SHARE = 4
"""The part of this process's descriptors that one client may have at most, where there are few: a fourth."""

INTERVAL = 1.0
"""Seconds between two looks."""


class Hoarding:
    """Ends what one client has open beyond its limit: idle connections, those first that have been so for longest.

    The server can't be asked which connections it holds, so the descriptors of this process are looked at, in a thread
    of their own. What is being answered is never ended: requests have a limit already.

    Args:
        most: requests and sockets that one client may have under way.
        trusted: proxies, whose connections are those of many.
    """

    def __init__(self, most: int, trusted: Sequence[Network]) -> None:
        self._most = room(most, _allowed())
        self._trusted = trusted
        self._answered: dict[Peer, int] = {}
        self._idle_since: dict[Peer, float] = {}
        self._ports: frozenset[int] = frozenset()

    def begin(self, scope: Any) -> Peer | None:  # noqa: ANN401 - an ASGI scope
        """Know until the end of a request that its connection is not idle; returns which one it is."""
        client = scope.get("client")
        if client is None:
            return None
        peer = client[0], int(client[1])  # the server gives the port as text
        self._answered[peer] = self._answered.get(peer, 0) + 1
        return peer

    def end(self, peer: Peer | None) -> None:
        """Take note of the end of a request over a connection."""
        if peer is None:
            return
        left = self._answered.pop(peer) - 1
        if left:
            self._answered[peer] = left
        if peer in self._idle_since:  # else the next look will find it, if it is still there
            self._idle_since[peer] = time.monotonic()

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "hoarding") as thread:  # of its own: the loop's may all be busy in an attack
            while True:
                await asyncio.sleep(INTERVAL)
                try:
                    ended = await loop.run_in_executor(thread, self.look)
                except Exception as error:  # noqa: BLE001 - whatever it is, the next look may go well
                    log.error("connections can't be looked at", exception=error)
                    continue
                if ended:
                    log.warning("connections beyond the limit of their clients were ended", connections=ended)

    def look(self) -> int:
        """End what is beyond the limit, and return how many connections that was; takes 10 µs for each that is open."""
        names = descriptors()
        if len(names) <= self._most:  # no one can have more than that
            self._idle_since = {}
            return 0
        found = self._accepted(names)
        now = time.monotonic()
        self._idle_since = {peer: self._idle_since.get(peer, now) for peer in found}
        return sum(self._end(found, surplus) for surplus in self._surplus(found))

    def _accepted(self, names: Sequence[str]) -> dict[Peer, int]:
        """Return the connections that clients have opened, by their other end; what we opened ourselves is left out."""
        self._ports = self._ports or _listening(names)
        found = {}
        for name in names:
            ends = _ends(int(name))
            if ends is not None and ends[0] in self._ports:
                found[ends[1]] = int(name)
        return found

    def _surplus(self, found: Mapping[Peer, int]) -> Iterator[list[Peer]]:
        """Yield for each client with too many connections those that should go, answers that wait to be read last."""
        clients: dict[str, list[Peer]] = defaultdict(list)
        names = {address: peer_at(address, self._trusted) for address in {peer[0] for peer in found}}
        for peer in found:
            clients[names[peer[0]]].append(peer)
        clients.pop("", None)
        for peers in clients.values():
            if len(peers) > self._most:
                idle = [peer for peer in peers if peer not in self._answered]
                idle.sort(key=lambda peer: (_unread(found[peer]) > 0, self._idle_since[peer]))
                yield idle[: len(peers) - self._most]

    def _end(self, found: Mapping[Peer, int], peers: Sequence[Peer]) -> int:
        """End connections, unless a request has come over one meanwhile."""
        return sum(peer not in self._answered and _shut(found[peer], peer) for peer in peers)


def room(most: int, allowed: int | None) -> int:
    """Return how many connections one client may keep.

    Args:
        most: requests and sockets that it may have under way.
        allowed: descriptors that this process may have; None where nothing limits them.
    """
    return most + SPARE if allowed is None else min(most + SPARE, max(allowed // SHARE, SPARE))


def _allowed() -> int | None:
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def _listening(names: Sequence[str]) -> frozenset[int]:
    """Return the ports that this process takes connections at."""
    ports = set()
    for name in names:
        with contextlib.suppress(OSError), connection_at(int(name)) or contextlib.nullcontext() as found:
            if found is not None and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                ports.add(found.getsockname()[1])
    return frozenset(ports)


def _ends(descriptor: int) -> tuple[int, Peer] | None:
    """Return our port and the other end of a connection; nothing if it is none, or has ended."""
    found = connection_at(descriptor)
    if found is None:
        return None
    with found:
        try:
            return found.getsockname()[1], found.getpeername()[:2]
        except OSError:
            return None


def _unread(descriptor: int) -> int:
    """Return how many bytes of an answer have not arrived at the client."""
    import fcntl  # noqa: PLC0415 - Windows has none, and no descriptors to look at
    import termios  # noqa: PLC0415 - likewise

    try:
        return int.from_bytes(fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4)), "little")
    except OSError:
        return 0


def _shut(descriptor: int, peer: Peer) -> bool:
    """End a connection; the descriptor may have become another one's."""
    found = connection_at(descriptor)
    if found is None:
        return False
    with found:
        try:
            if found.getpeername()[:2] != peer:
                return False
            found.shutdown(socket.SHUT_RDWR)
        except OSError:
            return False  # it has ended by itself
        return True
