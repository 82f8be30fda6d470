"""Opening a WebSocket to the core and to no one else."""

from typing import Any

from websockets.asyncio.client import ClientConnection, connect


class _Direct(connect):
    """Connects to where it is told, whatever the answer says."""

    def process_redirect(self, exc: Exception) -> Exception:
        """Leave a redirect to the client, whose business it is."""
        return exc


async def connect_without_redirects(uri: str, **options: Any) -> ClientConnection:  # noqa: ANN401 - those of `connect`
    """Connect as `websockets.connect` does; neither a redirect nor a proxy of the environment leads elsewhere.

    Pings of the core are answered. None are sent to it: a core that waits for a slow client would miss its time.
    """
    return await _Direct(uri, compression=None, proxy=None, ping_interval=None, user_agent_header=None, **options)
