"""Asking the same provider again."""

import asyncio
from collections.abc import AsyncGenerator
from math import inf
from random import Random

from msgspec import Struct

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import ProviderError
from providers.wrappers.base import Wrapper, closing

_RANDOM = Random()  # noqa: S311 - spreads waits; nothing secret hangs on it


class Retries(Struct, frozen=True, kw_only=True):
    """How often, and after how long, a provider is asked again.

    The waits are exponential with full jitter:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        attempts: most times that it is asked, the first included.
        base: most seconds before the second attempt; doubled for each further one.
        cap: most seconds before any attempt that the provider did not ask to wait longer for.
        least: seconds that must be left after a wait, or there is no point in asking.
    """

    attempts: int = 3
    base: float = 0.1
    cap: float = 2.0
    least: float = 0.2


RETRIES = Retries()
"""What a provider gets unless something else is said."""


class RetryingProvider(Wrapper):
    """Asks again after an error that may pass, until the first piece of an answer has left.

    Args:
        provider: the provider to ask.
        until: the loop's time after which no one waits any more.
        longest: most seconds of a wait that the provider asks for.
        retries: how often, and after how long.
        random: where the jitter comes from.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        until: float = inf,
        longest: float = inf,
        retries: Retries = RETRIES,
        random: Random = _RANDOM,
    ) -> None:
        super().__init__(provider)
        self._until = until
        self._longest = longest
        self._retries = retries
        self._random = random

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises the last error of the provider's own when no attempt is left."""
        failed: list[ProviderError] = []
        while True:
            try:
                return await self._provider.complete(request)
            except ProviderError as error:
                failed.append(error)
            await asyncio.sleep(self._wait_after(failed))

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises like `complete`, and any error at once after the first piece."""
        failed: list[ProviderError] = []
        while True:
            begun = False
            try:
                async with closing(self._provider.stream(request)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
            except ProviderError as error:
                if begun:
                    raise
                failed.append(error)
            else:
                return
            await asyncio.sleep(self._wait_after(failed))

    def _wait_after(self, failed: list[ProviderError]) -> float:
        """Return the seconds until the next attempt; raises the error that tells most when there is none."""
        error, retries = failed[-1], self._retries
        wait = self._random.uniform(0, min(retries.cap, retries.base * 2 ** (len(failed) - 1)))
        asked = error.retry_after or 0.0
        left = self._until - asyncio.get_running_loop().time() - asked - wait
        alike = sum(type(each) is type(error) for each in failed)
        worth = error.retryable and error.called and error.again
        again = worth and alike < error.most and len(failed) < retries.attempts
        if again and asked <= self._longest and left >= retries.least:
            return asked + wait
        raise next((each for each in reversed(failed) if each.called), error)
