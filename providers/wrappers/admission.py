"""Asking whether a provider may be asked, before it is."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeAlias

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import NotAdmittedError
from providers.wrappers.base import Wrapper, closing

Admit: TypeAlias = Callable[[int, CompletionRequest], Awaitable[bool]]
"""Tells whether the provider at a place in the chain may be asked this; called right before it would be."""


class AdmittedProvider(Wrapper):
    """Asks only who may be asked.

    Args:
        provider: the provider to ask.
        admit: tells whether it may be.
        position: the provider's place in the chain.
    """

    def __init__(self, provider: Provider, admit: Admit, *, position: int) -> None:
        super().__init__(provider)
        self._admit = admit
        self._position = position

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises NotAdmittedError without asking."""
        await self._check(request)
        return await self._provider.complete(request)

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises NotAdmittedError without asking."""
        await self._check(request)
        async with closing(self._provider.stream(request)) as pieces:
            async for piece in pieces:
                yield piece

    async def _check(self, request: CompletionRequest) -> None:
        if not await self._admit(self._position, request):
            raise NotAdmittedError(self.name)
