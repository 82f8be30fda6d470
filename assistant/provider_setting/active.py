"""The provider in charge: where its setting comes from, switching it, and hearing of another worker's switch."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Literal, TypeAlias

from msgspec import Struct, structs
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.audit_log import AuditLog
from assistant.live_settings.follower import Follower
from assistant.provider_setting.audit import shown_after, shown_before
from assistant.provider_setting.change import Change, fallbacks
from assistant.provider_setting.live_test import ProviderTrial
from assistant.provider_setting.saved_setting import ProviderSettings, SavedSetting
from assistant.settings import Settings
from assistant.telemetry import log
from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import CredentialsError, InvalidRequestError, ProviderError, SettingError
from providers.hosts import HOSTS, Host
from providers.registry import ProviderOptions, ProviderSetting, connect, preload
from providers.wrappers.assembly import Upstream, UpstreamOptions
from providers.wrappers.breaker import Breaker

Source: TypeAlias = Literal["saved", "environment", "built-in"]
_POLL = 2.0  # seconds between two looks for another worker's switch
_SEALED_OTHERWISE = (
    "the stored key was sealed with another ASSISTANT_SECRET_KEY, or for another provider or address; enter it again"
)
_LOCAL = UpstreamOptions(most=4, queue=64, patience=5.0)  # the built-in model answers a few at a time


class Active(Struct, frozen=True, kw_only=True):
    """The provider in charge and where its setting comes from; `problem` says why it can't answer.

    `settings` are the provider's and those of its fallbacks, in order, and `upstreams` the connections to them.
    """

    settings: tuple[ProviderSetting, ...]
    upstreams: tuple[Upstream, ...]
    source: Source
    revision: int = 0
    problem: str = ""

    @property
    def setting(self) -> ProviderSetting:
        """The setting of the provider in charge."""
        return self.settings[0]

    @property
    def shown(self) -> ProviderSetting:
        """The setting of the provider in charge as it is shown: with the name that its model has."""
        return structs.replace(self.setting, model=self.model)

    @property
    def host(self) -> Host:
        """The row of its host; any other for a host that this version doesn't know, which can't be asked anyway."""
        return HOSTS.get(self.setting.provider, HOSTS["custom"])

    @property
    def model(self) -> str:
        """The model's name; the built-in one's is its file's."""
        return self.upstreams[0].model


class ActiveProvider:
    """Holds the provider in charge.

    Args:
        settings: the service's settings; what they say about a provider holds until one is saved.
        saved: the saved setting.
        initial: what the settings say, checked already.
        options: how providers are reached.
        audit: where switches are written down.
        tell: called after a switch, for other replicas to hear.
        breaker_changed: called when a provider's breaker opens or closes.
    """

    def __init__(
        self,
        settings: Settings,
        saved: ProviderSettings,
        initial: ProviderSetting,
        options: ProviderOptions,
        *,
        audit: AuditLog,
        tell: Callable[[], None],
        breaker_changed: Callable[[Breaker], None] | None = None,
    ) -> None:
        self._saved = saved
        self._audit = audit
        self._tell = tell
        self._breaker_changed = breaker_changed
        self._options = options
        self._trial = ProviderTrial(options)
        self._grace = max(settings.long_timeout, settings.request_timeout)
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        source: Source = "environment" if initial.provider != "local" or settings.provider else "built-in"
        self._initial = Active(
            settings=(initial,), upstreams=(Upstream(_Unusable(initial.provider), initial.model),), source=source
        )
        self.current = self._initial

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take the saved setting, and follow other workers' switches until the end."""
        try:
            async with Follower("provider", self.reload, every=_POLL).running():
                self._background(asyncio.to_thread(preload))
                yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await _close(self.current)

    async def reload(self) -> None:
        """Take the saved setting if it is newer: another replica says so, or it is time to look."""
        if self.current is self._initial or await self._saved.revision() != self.current.revision:
            await self._latest()

    async def switch(self, wanted: Change, *, agent_id: int) -> None:
        """Put another setting in charge; the old one stays when the new one fails its live test.

        Nobody waits for the test: whoever switches meanwhile is first, and this change, which was made from what was
        there before, is refused.

        Raises:
            assistant.errors.InvalidRequestError: a field can't be used.
            assistant.errors.StaleEditError: somebody else switched meanwhile.
            ProviderError: the live test failed; the error says why.
        """
        before = await self._latest()
        change = wanted.meant_for(before.shown)
        setting = await self._trial.chosen(before.setting, change)
        kept = before.settings[1:] if wanted.keeps_fallbacks(before.setting) else None
        settings = (setting, *(fallbacks(before.settings, change) if kept is None else kept))
        await self._trial.run(settings if kept is None else (setting,), live=change.verify)
        await self._save(settings, before, agent_id)
        self._tell()
        log.info("provider switched", provider=setting.provider, model=setting.model, api=setting.api)

    async def check(self, wanted: Change) -> None:
        """Make a short live call with another setting and each fallback sent with it; leave what is in charge as it is.

        Raises:
            assistant.errors.InvalidRequestError: a field can't be used.
            ProviderError: a call failed; the error says why.
        """
        before = await self._latest()
        change = wanted.meant_for(before.shown)
        setting = await self._trial.chosen(before.setting, change)
        sent = fallbacks(before.settings, change) if change.fallbacks else ()
        await self._trial.run((setting, *sent), live=True)

    async def _latest(self) -> Active:
        """Take the saved setting if it is newer, as another worker may have switched just now; return the newest."""
        async with self._lock:
            await self._adopt(await self._saved.load())
            return self.current

    async def _save(self, settings: tuple[ProviderSetting, ...], before: Active, agent_id: int) -> None:
        """Save settings that were made from others, write the switch down, and put them in charge: all or nothing."""
        shown = {"before": shown_before(before.settings), "after": shown_after(settings, before.settings)}

        def record(session: AsyncSession) -> None:
            subject = settings[0].provider
            self._audit.record(session, agent_id, "provider.switched", subject, **shown)

        async with self._lock:
            self._take(await self._saved.save(settings, based_on=before.revision, record=record))

    async def _adopt(self, saved: SavedSetting | None) -> None:
        if saved is not None:
            if saved.revision != self.current.revision:
                self._take(saved)
        elif self.current is self._initial:
            self._replace(self._initial.settings, self._initial.source, 0, "")

    def _take(self, saved: SavedSetting) -> None:
        problem = "" if saved.readable else _SEALED_OTHERWISE
        self._replace(saved.settings, "saved", saved.revision, problem)

    def _replace(self, settings: tuple[ProviderSetting, ...], source: Source, revision: int, problem: str) -> None:
        """Put settings in charge; a provider that goes on keeps its connections, and what its breaker knows."""
        old, upstreams = self.current, []
        kept = {} if old.problem or old is self._initial else dict(zip(old.settings, old.upstreams, strict=True))
        sealed = problem  # holds for all of them; what is wrong with one's address is its own
        for place, setting in enumerate(settings):
            upstream, trouble = self._upstream(setting, kept, sealed)
            problem = trouble if place == 0 else problem
            if place and trouble:
                log.error("a fallback can't be used", provider=setting.provider, problem=trouble)
            upstreams.append(upstream)
        if problem:
            log.error("the provider can't be used", provider=settings[0].provider, problem=problem)
        self.current = Active(
            settings=settings, upstreams=tuple(upstreams), source=source, revision=revision, problem=problem
        )
        self._retire([each.provider for each in old.upstreams if each not in upstreams])

    def _upstream(
        self, setting: ProviderSetting, kept: dict[ProviderSetting, Upstream], problem: str
    ) -> tuple[Upstream, str]:
        if setting in kept and not problem:
            return kept[setting], ""
        provider: Provider
        try:
            _check_known(setting)
            provider = _Unusable(setting.provider, CredentialsError) if problem else connect(setting, self._options)
        except SettingError as error:
            problem = f"{error.field}: {error.reason}"
            provider = _Unusable(setting.provider, InvalidRequestError)
        model = getattr(provider, "model", setting.model)
        options = _LOCAL if setting.provider == "local" else None
        return Upstream(provider, model, options=options, on_change=self._breaker_changed), problem

    def _retire(self, providers: Sequence[Provider]) -> None:
        """Close providers once the requests that they still serve must be over."""

        async def close_later() -> None:
            try:
                await asyncio.sleep(self._grace)
            finally:
                await asyncio.gather(*(provider.aclose() for provider in providers), return_exceptions=True)

        self._background(close_later())

    def _background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _close(active: Active) -> None:
    for upstream in active.upstreams:
        await upstream.provider.aclose()


def _check_known(setting: ProviderSetting) -> None:
    if setting.provider not in HOSTS:
        raise SettingError("provider", "this version knows no such provider; choose another one")


class _Unusable:
    """Stands in for a provider whose setting can't work, and says so to whoever asks; why, administrators are shown."""

    def __init__(self, name: str, kind: type[ProviderError] = InvalidRequestError) -> None:
        self.name = name
        lost = issubclass(kind, CredentialsError)
        self._error = kind(name, detail="its key can't be read any more" if lost else "its settings can't be used")

    async def complete(self, _request: CompletionRequest) -> Completion:
        raise self._error

    async def stream(self, _request: CompletionRequest) -> AsyncIterator[Delta | Completion]:
        raise self._error
        yield Delta(text="")  # type: ignore[unreachable] # makes this a generator

    async def aclose(self) -> None:
        """Nothing is open."""
