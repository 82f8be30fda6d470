"""The active provider: where its setting comes from, switching it, and following another worker's switch."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Literal, TypeAlias

from msgspec import Struct, structs
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.audit_log import AuditLog
from assistant.live_settings.follower import Follower
from assistant.provider_setting.audit import shown_after, shown_before
from assistant.provider_setting.change import Change, fallbacks
from assistant.provider_setting.connections import Connections, Unusable
from assistant.provider_setting.live_test import LIVE_SECONDS, LiveTest, Tried
from assistant.provider_setting.saved_setting import SavedSetting, SettingStorage
from assistant.settings import Settings, Waits
from assistant.telemetry import log
from providers.asking.breaker import Breaker
from providers.asking.upstream import Upstream
from providers.hosts import HOSTS, Host
from providers.registry import ProviderOptions, ProviderSetting

Source: TypeAlias = Literal["saved", "environment", "built-in"]
_POLL = 2.0  # seconds between two looks for another worker's switch


class Active(Struct, frozen=True, kw_only=True):
    """The active provider and where its setting comes from; `problem` says why it can't answer.

    `settings` are the provider's and those of its fallbacks, in order, and `upstreams` the connections to them.
    """

    settings: tuple[ProviderSetting, ...]
    upstreams: tuple[Upstream, ...]
    source: Source
    revision: int = 0
    problem: str = ""

    @property
    def setting(self) -> ProviderSetting:
        """Its setting."""
        return self.settings[0]

    @property
    def shown(self) -> ProviderSetting:
        """Its setting as it is shown: with the name that its model has."""
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
    """Holds the active provider.

    Args:
        settings: the service's settings; what they say about a provider holds until one is saved.
        storage: where the saved setting is.
        initial: what the settings say, checked already.
        options: how providers are reached.
        audit: where switches are written down.
        tell: called after a switch, for other replicas to hear.
        breaker_changed: called when a provider's breaker opens or closes.
    """

    def __init__(
        self,
        settings: Settings,
        storage: SettingStorage,
        initial: ProviderSetting,
        options: ProviderOptions,
        *,
        audit: AuditLog,
        tell: Callable[[], None],
        breaker_changed: Callable[[Breaker], None] | None = None,
    ) -> None:
        self._storage = storage
        self._audit = audit
        self._tell = tell
        waits = Waits(settings)
        self._test = LiveTest(options, seconds=min(LIVE_SECONDS, waits.rewrite))
        self._connections = Connections(options, grace=waits.longest, breaker_changed=breaker_changed)
        self._lock = asyncio.Lock()
        source: Source = "environment" if initial.provider != "local" or settings.provider else "built-in"
        self._initial = Active(
            settings=(initial,), upstreams=(Upstream(Unusable(initial.provider), initial.model),), source=source
        )
        self.current = self._initial

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take the saved setting, and follow other workers' switches until the end."""
        try:
            async with Follower("provider", self.reload, every=_POLL).running():
                self._connections.prepare()
                yield
        finally:
            await self._test.aclose()
            await self._connections.aclose(self.current.upstreams)

    async def reload(self) -> None:
        """Take the saved setting if it is newer: another replica says so, or it is time to look."""
        if self.current is self._initial or await self._storage.revision() != self.current.revision:
            await self._latest()

    async def switch(self, wanted: Change, *, agent_id: int) -> None:
        """Use another setting; the old one stays when the new one fails its live test.

        No one waits for the test: whoever switches meanwhile is first, and this change, which was made from what was
        there before, is refused.

        Raises:
            assistant.errors.InvalidRequestError: a field can't be used.
            assistant.errors.StaleEditError: someone else switched meanwhile.
            assistant.errors.NotLoadedError: a model is being loaded first, which goes on.
            ProviderError: the live test failed; the error says why.
        """
        before = await self._latest()
        change = wanted.meant_for(before.shown)
        setting = await self._test.chosen(before.settings, change)
        kept = before.settings[1:] if wanted.keeps_fallbacks(before.setting) else None
        sent = fallbacks(before.settings, change) if kept is None else ()
        tried = await self._test.run(
            (setting, *sent), change.typed(len(sent)), live=change.verify, again=wanted.save_again
        )
        await self._save((*(each.setting for each in tried), *(kept or ())), before, agent_id)
        setting = tried[0].setting
        self._tell()
        log.info("provider switched", provider=setting.provider, model=setting.model, api=setting.api)

    async def check(self, wanted: Change) -> tuple[Tried, ...]:
        """Make a short live call with another setting and each fallback sent with it; leave the active one as it is.

        Returns:
            What came of each call.

        Raises:
            assistant.errors.InvalidRequestError: a field can't be used.
            assistant.errors.NotLoadedError: a model is being loaded first, which goes on.
            ProviderError: a call failed; the error says why.
        """
        before = await self._latest()
        change = wanted.meant_for(before.shown)
        setting = await self._test.chosen(before.settings, change)
        sent = fallbacks(before.settings, change) if change.fallbacks else ()
        return await self._test.run((setting, *sent), change.typed(len(sent)), live=True)

    async def models_of(self, tried: Sequence[Tried]) -> list[tuple[str, ...]]:
        """Return the names of the models that each of some providers has; none where it gives no list of them."""
        return await asyncio.gather(*(self._test.models(each.setting) for each in tried))

    async def _latest(self) -> Active:
        """Take the saved setting if it is newer, as another worker may have switched just now; return the newest."""
        async with self._lock:
            saved = await self._storage.load()
            if saved is None:
                if self.current is self._initial:
                    self._use(self._initial.settings, self._initial.source)
            elif saved.revision != self.current.revision:
                self._use_saved(saved)
            return self.current

    async def _save(self, settings: tuple[ProviderSetting, ...], before: Active, agent_id: int) -> None:
        """Save settings that were made from others, write the switch down, and use them: all or nothing."""
        shown = {"before": shown_before(before.settings), "after": shown_after(settings, before.settings)}

        def record(session: AsyncSession) -> None:
            subject = settings[0].provider
            self._audit.record(session, agent_id, "provider.switched", subject, **shown)

        async with self._lock:
            self._use_saved(await self._storage.save(settings, based_on=before.revision, record=record))

    def _use_saved(self, saved: SavedSetting) -> None:
        self._use(saved.settings, "saved", saved.revision, readable=saved.readable)

    def _use(
        self, settings: tuple[ProviderSetting, ...], source: Source, revision: int = 0, *, readable: bool = True
    ) -> None:
        """Use settings; a provider that goes on keeps its connections, and what its breaker knows."""
        old = self.current
        keeps = readable and not old.problem and old is not self._initial
        kept = dict(zip(old.settings, old.upstreams, strict=True)) if keeps else {}
        opened = [
            (kept[each], "") if each in kept else self._connections.open(each, readable=readable) for each in settings
        ]
        for place, (setting, (_, problem)) in enumerate(zip(settings, opened, strict=True)):
            if problem:
                what = "a fallback can't be used" if place else "the provider can't be used"
                log.error(what, provider=setting.provider, problem=problem)
        upstreams = tuple(upstream for upstream, _ in opened)
        self.current = Active(
            settings=settings, upstreams=upstreams, source=source, revision=revision, problem=opened[0][1]
        )
        self._connections.retire([each for each in old.upstreams if each not in upstreams])
