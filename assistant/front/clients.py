"""Who is served at the moment: no client may have so much under way that there is nothing left for others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.settings import Network
from assistant.web.client_network import client_peer


class Peers:
    """Counts what each client has under way, by its address.

    Args:
        most: requests and sockets of one client.
        trusted: proxies whose word on a client's address counts; what they ask for no one is not counted.
    """

    def __init__(self, most: int, trusted: Sequence[Network]) -> None:
        self._most = most
        self._trusted = trusted
        self._served: dict[str, int] = {}

    @contextmanager
    def serving(self, scope: Any) -> Iterator[bool]:  # noqa: ANN401 - an ASGI scope
        """Count a request or socket until the end of the block; gives whether its client may have one more."""
        peer = client_peer(scope, self._trusted)
        if not peer:
            yield True
            return
        served = self._served.get(peer, 0)
        if served >= self._most:
            yield False
            return
        self._served[peer] = served + 1
        try:
            yield True
        finally:
            left = self._served.pop(peer) - 1
            if left:
                self._served[peer] = left
