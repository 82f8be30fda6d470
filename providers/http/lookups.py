"""Look-ups of one provider's name, kept for a while and judged each time."""

import asyncio
from contextlib import suppress

from providers.http.addresses import ForbiddenAddressError, is_private_name, resolve_host
from providers.http.urls import Address, literal_address

_BEHIND_PROXY = 1.0
"""Seconds that a look-up may take where the proxy does its own; many networks with one answer no names outside."""


class CheckedLookups:
    """Looks a host's name up and refuses it if it leads where nothing may be connected to.

    Args:
        allow_private: whether loopback and private addresses may be connected to.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._found: tuple[str, ...] = ()
        self._until = self._passed_until = 0.0
        self._running: asyncio.Task[tuple[Address, ...]] | None = None

    async def addresses(self, host: str, port: int, *, fresh: float) -> tuple[str, ...]:
        """Return every address of a host; whoever asks at the same time shares one look-up.

        Args:
            host: the name, or an address.
            port: of the server.
            fresh: seconds for which an answer is kept.

        Raises:
            ForbiddenAddressError: any one of them may not be connected to.
            OSError: the name has no address.
        """
        loop = asyncio.get_running_loop()
        if loop.time() >= self._until:
            if self._running is None:
                self._running = loop.create_task(resolve_host(host, port, allow_private=self._allow_private))
                self._running.add_done_callback(self._ended)
            self._found = tuple(str(address) for address in await asyncio.shield(self._running))
            self._until = loop.time() + fresh
        return self._found

    async def check_behind_proxy(self, host: str, port: int, *, fresh: float) -> None:
        """Pass a host that a proxy will look up, as far as that can be told from here.

        A name that isn't known here passes, unless private addresses are closed and its form is that of a private one.

        Raises:
            ForbiddenAddressError: it may not be connected to.
        """
        loop = asyncio.get_running_loop()
        if not self._allow_private and literal_address(host) is None and is_private_name(host):
            raise ForbiddenAddressError("it leads to a private host, which is not allowed here")
        if loop.time() < self._passed_until:
            return
        with suppress(OSError):  # no address, or not in time
            async with asyncio.timeout(_BEHIND_PROXY):
                await self.addresses(host, port, fresh=fresh)
        self._passed_until = loop.time() + fresh

    def forget(self) -> None:
        """Look up anew next time."""
        self._until = self._passed_until = 0.0

    def _ended(self, task: asyncio.Task[tuple[Address, ...]]) -> None:
        self._running = None
        if not task.cancelled():
            task.exception()  # asyncio reports it otherwise when no one waits any more
