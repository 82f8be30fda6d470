"""What every Provider around a Provider shares."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from providers.base import Completion, Delta, Provider


class Wrapper:
    """Has the name of the provider inside, and closes it."""

    def __init__(self, provider: Provider) -> None:
        self.name = provider.name
        self._provider = provider

    async def aclose(self) -> None:
        """Close the provider inside."""
        await self._provider.aclose()


@asynccontextmanager
async def closing(pieces: AsyncIterator[Delta | Completion]) -> AsyncIterator[AsyncIterator[Delta | Completion]]:
    """Close a stream as soon as it is left, where it can be closed: its connection must not wait for the collector."""
    try:
        yield pieces
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()
