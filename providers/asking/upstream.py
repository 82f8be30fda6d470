"""A connected provider, with all that is remembered of it from one request to the next."""

import time
from collections.abc import Callable, Sequence
from copy import copy

from msgspec import Struct, field

from providers.asking.breaker import Breaker, BreakerOptions
from providers.asking.loads import LateCall, Loads
from providers.asking.reply import ThinkingHabit, reply_of
from providers.asking.slots import Slots
from providers.base import Completion, Provider
from providers.errors import ProviderError


class UpstreamOptions(Struct, frozen=True, kw_only=True):
    """How much a provider is given to do, and when it is left alone.

    Attributes:
        most: requests that may be under way at once.
        queue: requests that may wait for a place.
        patience: seconds that one waits at most.
        load: seconds that a call may take altogether if it goes on while its model is loaded; 0: none goes on.
        breaker: when it is left alone.
    """

    most: int = 1024
    queue: int = 256
    patience: float = 1.0
    load: float = 0.0
    breaker: BreakerOptions = field(default_factory=BreakerOptions)


class Failure(Struct, frozen=True, kw_only=True):
    """Why a call failed, and when, in seconds since 1970."""

    at: float
    error: ProviderError


class Upstream:
    """A connected provider; lives as long as its setting.

    Args:
        provider: the provider; who made it closes it.
        model: its model.
        options: its limits.
        on_change: called after each change of its breaker's state; must not raise.

    Attributes:
        failure: the last call that failed, unless the text was the cause; None: none did.
    """

    def __init__(
        self,
        provider: Provider,
        model: str,
        *,
        options: UpstreamOptions | None = None,
        on_change: Callable[[Breaker], None] | None = None,
    ) -> None:
        options = options or UpstreamOptions()
        self.provider = provider
        self.model = model
        self.breaker = Breaker(provider.name, model, options=options.breaker, on_change=on_change)
        self.slots = Slots(options.most, options.queue, options.patience)
        self.habit = ThinkingHabit()
        self.loads = Loads(options.load) if options.load else None
        self.failure: Failure | None = None

    def failed(self, error: ProviderError) -> None:
        """Take note of what a call came to, if it says something about the provider."""
        if error.called and not error.about_text:
            self.failure = Failure(at=time.time(), error=copy(error))  # a copy has no frames, and no texts in them

    async def late(self, call: LateCall) -> Completion:
        """Wait for what a call that went on says; raises as it does, and ThoughtsOnlyError for thoughts alone."""
        return await reply_of(await call.completion(), call.request, self.habit)

    async def aclose(self) -> None:
        """End the call that goes on, as no one will ask here any more; who made the provider closes it."""
        if self.loads is not None:
            await self.loads.aclose()


def first_available(upstreams: Sequence[Upstream]) -> int:
    """Return the place of the first provider that would be asked now; 0 when none would."""
    for place, upstream in enumerate(upstreams):
        if upstream.breaker.available:
            return place
    return 0
