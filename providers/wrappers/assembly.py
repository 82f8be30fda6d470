"""The whole stack around the providers of one setting.

From the outside in, for each provider: `RetryingProvider`, `TracedProvider`, `BreakerProvider`, `AdmittedProvider`,
`LimitedProvider`, `ReplyProvider`, `Deadline`. The deadline is the innermost: a breaker must see that a provider ran
out of time, which a cancellation from outside would hide, and a model whose thoughts arrive is at work. An answer of
thoughts alone can't be used: it is asked for again, and another provider after that, as nothing of a reply has left.
The breaker stands before the queue, so that no one waits for a place at a provider that is left alone, and before the
question whether there is money for it. Retrying is outermost: a wait holds no place, and every attempt is written down
and counted. The chain tries one after the other. Where a provider may load its model first, `LoadingDeadline`
takes the place of the deadline.

An `Upstream` lives as long as its setting; all else is made for each request.
"""

from collections.abc import Callable, Sequence
from math import inf

from msgspec import Struct, field

from providers.base import Completion, Provider
from providers.wrappers.admission import Admit, AdmittedProvider
from providers.wrappers.breaker import Breaker, BreakerOptions, BreakerProvider
from providers.wrappers.chain import Chain
from providers.wrappers.deadline import BETWEEN_SECONDS, STREAM_SECONDS, Deadline
from providers.wrappers.limit import LimitedProvider, Slots
from providers.wrappers.loading import LoadingDeadline
from providers.wrappers.loads import LateCall, Loads
from providers.wrappers.reply import ReplyProvider, ThinkingHabit
from providers.wrappers.retry import RETRIES, Retries, RetryingProvider
from providers.wrappers.trace import Trace, TracedProvider

_SHARE = 0.6  # of the time that is left goes to a provider that others follow
_LONGEST_WAIT = 1.0  # seconds that a provider may ask to wait while another one could be asked


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


class Upstream:
    """A connected provider, and what is remembered of it from one request to the next.

    Args:
        provider: the provider; who made it closes it.
        model: its model.
        options: its limits.
        on_change: called after each change of its breaker's state; must not raise.
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

    async def late(self, call: LateCall) -> Completion:
        """Wait for what a call that went on says; raises as it does, and MalformedReplyError for thoughts alone."""
        completion = await call.completion()
        return await ReplyProvider(self.provider, self.habit).read(completion, call.request)

    async def aclose(self) -> None:
        """End the call that goes on, as no one will ask here any more; who made the provider closes it."""
        if self.loads is not None:
            await self.loads.aclose()


class Deadlines(Struct, frozen=True, kw_only=True):
    """How long the caller of one request waits.

    Attributes:
        arrived: the loop's time at which the request arrived.
        seconds: for a whole answer, and for the first piece of a streamed one.
        between: seconds between two pieces.
        total: seconds for a whole stream.
    """

    arrived: float
    seconds: float
    between: float = BETWEEN_SECONDS
    total: float = STREAM_SECONDS


def assemble(
    upstreams: Sequence[Upstream],
    deadlines: Deadlines,
    *,
    trace: Trace,
    retries: Retries = RETRIES,
    admit: Admit | None = None,
    may_load: bool = True,
) -> Chain:
    """Return the provider that answers one request: the upstreams in order, with all that protects them.

    While others follow, a provider gets six tenths of the time that would be left for all of them, so that one that
    hangs leaves time for the next; what it doesn't need is theirs. With `admit`, one that may not
    be asked is passed over. Without `may_load`, silence is no load of a model: it has just answered.
    """
    links: list[Provider] = []
    left, last = deadlines.seconds, len(upstreams) - 1
    for position, upstream in enumerate(upstreams):
        left = left * (1 - _SHARE) if position < last else 0.0
        seconds = deadlines.seconds - left
        until = deadlines.arrived + seconds
        timed = _timed(upstream, deadlines, seconds, trace if may_load else None, position)
        reply = ReplyProvider(timed, upstream.habit)
        limited = LimitedProvider(reply, upstream.slots, until=until)
        admitted = limited if admit is None else AdmittedProvider(limited, admit, position=position)
        traced = TracedProvider(
            BreakerProvider(admitted, upstream.breaker), trace, position=position, model=upstream.model
        )
        longest = _LONGEST_WAIT if position < last else inf
        links.append(RetryingProvider(traced, until=until, longest=longest, retries=retries))
    return Chain(links)


def first_available(upstreams: Sequence[Upstream]) -> int:
    """Return the place of the first provider that would be asked now; 0 when none would."""
    return next((place for place, upstream in enumerate(upstreams) if upstream.breaker.available), 0)


def _timed(upstream: Upstream, deadlines: Deadlines, seconds: float, loading: Trace | None, position: int) -> Provider:
    provider, loads = upstream.provider, upstream.loads
    deadline = Deadline(provider, seconds, between=deadlines.between, total=deadlines.total, arrived=deadlines.arrived)
    if loading is None or loads is None:
        return deadline
    return LoadingDeadline(provider, deadline, loads, trace=loading, position=position)
