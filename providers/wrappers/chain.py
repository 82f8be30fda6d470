"""Providers in order: the next one is asked when one can't answer."""

from collections.abc import AsyncGenerator, Sequence

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import ProviderError
from providers.wrappers.base import closing


class Chain:
    """Asks the first provider, and the next one after an error, until the first piece of an answer has left.

    An error that lies in the text itself (`about_text`) ends it: no provider is asked to answer what another one
    filtered, and what is too long should be shortened. All other errors lead on, a wrong key or model too, lest agents
    wait for the admin.

    Args:
        providers: at least one.
    """

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.name = providers[0].name
        self._providers = providers

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises the error that tells most when no provider gives one."""
        failed: list[ProviderError] = []
        for provider in self._providers:
            try:
                return await provider.complete(request)
            except ProviderError as error:
                if error.about_text:
                    raise
                failed.append(error)
        raise _telling(failed)

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises like `complete`, and any error at once after the first piece."""
        failed: list[ProviderError] = []
        for provider in self._providers:
            begun = False
            try:
                async with closing(provider.stream(request)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
            except ProviderError as error:
                if begun or error.about_text:
                    raise
                failed.append(error)
            else:
                return
        raise _telling(failed)

    async def aclose(self) -> None:
        """Close every provider."""
        for provider in self._providers:
            await provider.aclose()


def _telling(failed: list[ProviderError]) -> ProviderError:
    """Return the first provider's error; if it was not even asked, the first that passes of one that was."""
    first, *others = failed
    if first.called:
        return first
    return next((error for error in others if error.called and error.retryable), first)
