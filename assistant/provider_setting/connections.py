"""The connections to the active provider and its fallbacks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence

from providers.asking.breaker import Breaker
from providers.asking.upstream import Upstream, UpstreamOptions
from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import CredentialsError, InvalidRequestError, ProviderError, SettingError
from providers.hosts import HOSTS
from providers.registry import ProviderOptions, ProviderSetting, connect, preload

_SEALED_OTHERWISE = (
    "the stored key was sealed with another ASSISTANT_SECRET_KEY, or for another provider or address; enter it again"
)
_LOCAL = UpstreamOptions(most=4, queue=64, patience=5.0)  # the built-in model answers a few at a time

LOAD_SECONDS = 120.0
"""Seconds that a call may take altogether if it goes on while the provider loads its model."""
_LOADING = UpstreamOptions(load=LOAD_SECONDS)


class Connections:
    """Opens connections to providers, and closes them once no request uses them.

    Args:
        options: how providers are reached.
        grace: seconds in which a request may still use a connection that was replaced.
        breaker_changed: called when a provider's breaker opens or closes.
    """

    def __init__(
        self, options: ProviderOptions, *, grace: float, breaker_changed: Callable[[Breaker], None] | None
    ) -> None:
        self._options = options
        self._grace = grace
        self._breaker_changed = breaker_changed
        self._tasks: set[asyncio.Task[None]] = set()

    def prepare(self) -> None:
        """Read what the first connection needs, beside the start."""
        self._background(asyncio.to_thread(preload, self._options))

    def open(self, setting: ProviderSetting, *, readable: bool) -> tuple[Upstream, str]:
        """Return a new connection, and why it can't be used; empty when it can.

        Args:
            setting: whom to connect to.
            readable: whether its stored key can be read.
        """
        provider: Provider
        problem = "" if readable else _SEALED_OTHERWISE
        try:
            provider = self._provider(setting, readable=readable)
        except SettingError as error:
            problem = f"{error.field}: {error.reason}"
            provider = Unusable(setting.provider)
        model = getattr(provider, "model", setting.model)
        options = _LOCAL if setting.is_built_in else _options(setting)
        return Upstream(provider, model, options=options, on_change=self._breaker_changed), problem

    def retire(self, upstreams: Iterable[Upstream]) -> None:
        """Close connections once the requests that they still serve must be over; no model is loaded there any more."""
        self._background(self._close_later(list(upstreams)))

    async def aclose(self, upstreams: Iterable[Upstream]) -> None:
        """Close the connections that are in use, and those that were to be closed later."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for upstream in upstreams:
            await upstream.aclose()
            await upstream.provider.aclose()

    def _provider(self, setting: ProviderSetting, *, readable: bool) -> Provider:
        if setting.provider not in HOSTS:
            raise SettingError("provider", "this version knows no such provider; choose another one")
        return connect(setting, self._options) if readable else Unusable(setting.provider, CredentialsError)

    async def _close_later(self, upstreams: Sequence[Upstream]) -> None:
        try:
            await asyncio.gather(*(each.aclose() for each in upstreams))
            await asyncio.sleep(self._grace)
        finally:
            await asyncio.gather(*(each.provider.aclose() for each in upstreams), return_exceptions=True)

    def _background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _options(setting: ProviderSetting) -> UpstreamOptions | None:
    host = HOSTS.get(setting.provider)
    return _LOADING if host is not None and host.loads else None


class Unusable:
    """Stands in for a provider whose setting can't work, and says so to whoever asks; why, administrators are shown."""

    def __init__(self, name: str, kind: type[ProviderError] = InvalidRequestError) -> None:
        self.name = name
        lost = issubclass(kind, CredentialsError)
        self._error = kind(name, detail="its key can't be read any more" if lost else "its settings can't be used")

    async def complete(self, _request: CompletionRequest) -> Completion:
        """Raise the error."""
        raise self._error

    async def stream(self, _request: CompletionRequest) -> AsyncIterator[Delta | Completion]:
        """Raise the error."""
        raise self._error
        yield Delta(text="")  # type: ignore[unreachable] # makes this a generator

    async def aclose(self) -> None:
        """Nothing is open."""
