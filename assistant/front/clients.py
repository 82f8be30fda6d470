"""Who is served at the moment: no client may have so much under way that there is nothing left for others."""

from collections.abc import Sequence
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

    def take(self, scope: Any) -> str | None:  # noqa: ANN401 - an ASGI scope
        """Count a request or socket until it is given back.

        Returns:
            Whose it is, empty for no one's; None when its client may not have one more.
        """
        peer = client_peer(scope, self._trusted)
        if peer:
            served = self._served.get(peer, 0)
            if served >= self._most:
                return None
            self._served[peer] = served + 1
        return peer

    def give_back(self, peer: str | None) -> None:
        """Count no more what `take` returned."""
        if peer:
            left = self._served.pop(peer) - 1
            if left:
                self._served[peer] = left
