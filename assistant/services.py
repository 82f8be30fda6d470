"""Everything that the service is made of, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from litestar import Litestar

from assistant.api.completion_shapes import Clicks
from assistant.auth.authenticator import RememberingAuthenticator
from assistant.auth.grants import Grants
from assistant.authoring.drafts import Drafts
from assistant.authoring.folder_watch import PromptsWatch
from assistant.authoring.gate import gate_of
from assistant.authoring.prompt_ids import PromptRows
from assistant.authoring.prompt_list import PromptList
from assistant.authoring.prompt_results import PromptResults
from assistant.authoring.published_prompts import PublishedPrompts, published_prompts
from assistant.authoring.publishing import Publishing
from assistant.authoring.samples import PURPOSE as SAMPLES
from assistant.authoring.samples import PromptSamples
from assistant.authoring.uncached_completion import PromptAsker
from assistant.authoring.versions import PromptVersions
from assistant.budgets.budgets import Budgets
from assistant.completion.cache import CompletionCache, MemoryTier
from assistant.completion.key import Keys
from assistant.completion.late_answers import LateAnswers
from assistant.completion.leases import Leases
from assistant.completion.model_call import ModelCaller
from assistant.completion.redis_tier import RedisTier
from assistant.completion.service import CompletionService
from assistant.completion.source import AnswerSource
from assistant.completion.usage_recording import Recorder
from assistant.conversation.accounts import PURPOSE as ACCOUNTS
from assistant.conversation.accounts import Accounts
from assistant.conversation.context import Contexts
from assistant.conversation.earlier import EarlierMessages
from assistant.conversation.reading import ConversationReader
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.queries import prepare_queries
from assistant.database.secret_keys import load_secret_keys
from assistant.database.tables import TABLES
from assistant.desk.app import Desk
from assistant.drafting.buttons import buttons_of
from assistant.drafting.chats import PURPOSE as CHATS
from assistant.drafting.chats import Chats
from assistant.drafting.tasks import Tasks
from assistant.gateway.caller import CoreAuthenticator
from assistant.gateway.composers import Composers
from assistant.gateway.core import InProcessCore, WritableCore
from assistant.gateway.open_conversation import OpenConversations
from assistant.gateway.remote_core import RemoteCore
from assistant.live_settings.documents import Documents
from assistant.live_settings.masking import MaskingSettings
from assistant.live_settings.purges import Purges
from assistant.metrics import Metrics
from assistant.provider_setting.active import ActiveProvider
from assistant.provider_setting.environment import initial_setting, provider_options
from assistant.provider_setting.saved_setting import PURPOSE, SettingStorage
from assistant.redis.announcements import Announcements
from assistant.redis.link import RedisLink
from assistant.settings import Settings, Waits
from assistant.telemetry import log
from assistant.text.lazy import compile_patterns
from assistant.text.masking.kinds import MASKED_KINDS
from assistant.usage.log import UsageLog
from assistant.usage.prices import Prices
from assistant.usage.prompt_use import PromptUses
from assistant.usage.reports import UsageReports
from assistant.usage.retention import Retention
from assistant.usage.rolling import Rolling
from assistant.usage.rollups import Rollups
from assistant.usage.rows import UsageRows
from assistant.usage.verdicts import Verdicts
from assistant.web.shutdown import Stopping
from http1.origins import Origin
from prompts.live import LiveRegistry
from prompts.registry import PromptRegistry
from providers.asking.breaker import Breaker
from providers.asking.trace import Attempt


class Services:
    """Everything that the service is made of, built in order and closed in the opposite one.

    Args:
        settings: what the operator wants.

    Attributes:
        ready: set once it runs.
        warm: set soon afterwards, once what a click needs is prepared, too.

    Raises:
        SettingsError: the settings name something that can't work.
    """

    def __init__(self, settings: Settings) -> None:
        keys = load_secret_keys(settings)
        self.settings = settings
        self.database = Database(settings.resolved_database_url)
        self.metrics = Metrics(shared=settings.workers > 1)
        self._waits = Waits(settings)
        self.desk = None if settings.core_url else Desk(settings, self.database, self._callers_changed)
        self.core: WritableCore = InProcessCore(self.desk.app) if self.desk else self._remote(settings)
        grants = Grants(authors=settings.prompt_authors, publishers=settings.prompt_publishers)
        self.authenticator = RememberingAuthenticator(CoreAuthenticator(self.core, grants))
        self.conversations = OpenConversations(self.core, enabled=settings.reads_referer)
        self.prompts = LiveRegistry(PromptRegistry({}))
        self.prompt_rows: PromptRows = {}
        self.documented: list[Litestar] = []
        self.ready, self.warm = asyncio.Event(), asyncio.Event()
        self.stopping = Stopping(settings.stop_grace)
        self.redis = RedisLink(settings.redis_url) if settings.redis_url else None
        self.announcements = Announcements(self.redis)
        self.audit = AuditLog(self.database)
        self.usage_rows, self.prices = UsageRows(self.database), Prices()
        self.usage = UsageLog(self.usage_rows, self.prices)
        documents = Documents(self.database, self.audit, self.announcements.tell)
        self.budgets = Budgets(documents, self.usage_rows, self.prices, self.redis)
        self.masking = MaskingSettings(documents, kinds=MASKED_KINDS, private=settings.mask_private)
        self.epochs = Purges(documents)
        self.active = ActiveProvider(
            settings,
            SettingStorage(self.database, keys.box(PURPOSE)),
            initial_setting(settings),
            provider_options(settings),
            audit=self.audit,
            tell=lambda: self.announcements.tell("provider"),
            breaker_changed=self._log_breaker,
        )
        self.recorder = Recorder(self.usage, self.metrics, self.prices, self.stopping)
        box, names = keys.box("completions"), Keys(keys.derive("completion-keys"), settings.local_model)
        cache = CompletionCache(MemoryTier(), RedisTier(self.redis) if self.redis else None, box)
        self._late = LateAnswers(settings.cache_ttl, keys=names, cache=cache, recorder=self.recorder)
        self._model = ModelCaller(self._waits, self.budgets, self._count_call, self._late)
        self.completions = self._completions(names, cache, Leases(self.redis, box))
        self.clicks = Clicks(
            completions=self.completions,
            conversations=self.conversations,
            contexts=Contexts(ConversationReader(self.core), EarlierMessages(self.completions, self._waits)),
            accounts=Accounts(keys.box(ACCOUNTS), RedisTier(self.redis) if self.redis else None),
        )
        chats = Chats(self.database, keys.box(CHATS))
        self.buttons = buttons_of(Tasks(self.completions, self.clicks.contexts), self.core, chats)
        self.prompt_asker = PromptAsker(
            self.active, self.masking.rules, self.epochs, model=self._model, recorder=self.recorder, prices=self.prices
        )
        self.prompt_samples = PromptSamples(self.database, keys.box(SAMPLES))
        self.verdicts = Verdicts(self.database)
        rollups = Rollups(self.database)
        self.usage_reports, self._rolling = UsageReports(self.database, rollups), Rolling(rollups, settings.usage_days)
        self.retentions = (
            Retention(self.usage_rows, settings.usage_days),
            Retention(rollups, settings.usage_days, what="sums of usage"),
            Retention(self.verdicts, settings.usage_days, what="feedback"),
            Retention(self.prompt_samples, settings.sample_days, what="sample drafts"),
            Retention(chats, settings.copilot_days, what="messages of the copilot"),
        )
        self.published, self.drafts, self.publishing = self._prompts()
        uses = PromptUses(self.database, self.usage_reports, self.usage)
        self.prompt_list = PromptList(self.database, self.published, self.drafts, uses)
        self.prompt_results = PromptResults(self.published, self.drafts, uses)
        self.watch = PromptsWatch(settings.prompt_directories, self.published)
        self._listen()

    def _completions(self, names: Keys, cache: CompletionCache, leases: Leases) -> CompletionService:
        ttl = self.settings.cache_ttl
        source = AnswerSource(ttl, waits=self._waits, keys=names, cache=cache, leases=leases, model=self._model)
        return CompletionService(
            waits=self._waits,
            prompts=self.prompts,
            active=self.active,
            masking=self.masking.rules,
            keys=names,
            epochs=self.epochs,
            cache=cache,
            budgets=self.budgets,
            source=source,
            recorder=self.recorder,
        )

    def _prompts(self) -> tuple[PublishedPrompts, Drafts, Publishing]:
        versions = PromptVersions(self.database, self.audit)
        published = published_prompts(
            self.settings, live=self.prompts, versions=versions, database=self.database, rows=self.prompt_rows
        )
        drafts, gate = Drafts(versions, published), gate_of(self.prompt_asker)
        tell = partial(self.announcements.tell, "prompts")
        return published, drafts, Publishing(drafts, versions, published, tell=tell, gate=gate)

    def _listen(self) -> None:
        """Hear of what other replicas change, and show what can be measured."""
        self.announcements.on("provider", self.active.reload)
        self.announcements.on("callers", self._forget_callers)
        self.announcements.on("prompts", self.published.reload)
        for name, document in (("budgets", self.budgets), ("masking", self.masking), ("cache", self.epochs)):
            self.announcements.on(name, document.reload)
        show = self.metrics.state
        show("flights", "Questions that providers are being asked.", lambda: len(self.completions.flights))
        show("usage_rows_dropped", "Rows of usage that were lost.", lambda: self.usage.dropped)
        show("provider_calls_under_way", "Calls to providers that are under way.", lambda: self._slots("used"))
        show("provider_queue", "Requests that wait for a provider.", lambda: self._slots("waiting"))
        self.metrics.breakers(self._open_breakers)
        if self.redis is not None:
            redis = self.redis
            show("redis_up", "1 while Redis answers.", lambda: redis.available, "livemin")
            show("redis_outages", "How often Redis stopped answering.", lambda: redis.failures)
            show("redis_refusals", "Commands that Redis refused.", lambda: redis.refusals)

    def _slots(self, what: str) -> int:
        return sum(getattr(upstream.slots, what) for upstream in self.active.current.upstreams)

    def _count_call(self, attempt: Attempt) -> None:
        if attempt.called:
            self.metrics.call(attempt.provider, attempt.model, attempt.error or "ok")

    def _open_breakers(self) -> dict[tuple[str, str], bool]:
        """Tell which breakers are open; a provider that is there more than once counts as open when one of them is."""
        found: dict[tuple[str, str], bool] = {}
        for upstream in self.active.current.upstreams:
            key = upstream.breaker.provider, upstream.breaker.model
            found[key] = found.get(key, False) or upstream.breaker.state == "open"
        return found

    @staticmethod
    def _log_breaker(breaker: Breaker) -> None:
        log.warning("breaker changed", provider=breaker.provider, model=breaker.model, state=breaker.state)

    def _remote(self, settings: Settings) -> RemoteCore:
        return RemoteCore(
            Origin.of(settings.core_url or ""),
            timeout=settings.core_timeout,
            trusted=settings.trusted_proxies,
            trust=settings.trust,
            changed=self._callers_changed,
        )

    def _callers_changed(self) -> None:
        """Ask about everyone again, here and on the other replicas."""
        self._forget()
        self.announcements.tell("callers")

    async def _forget_callers(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.authenticator.forget()
        self.conversations.forget()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Bring the tables up to date, start what runs beside requests, and stop it all at the end."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.core.aclose)
            stack.push_async_callback(self.conversations.aclose)
            stack.push_async_callback(self.database.aclose)
            await self.database.wait()
            await self.database.upgrade(TABLES)
            await self.prompt_samples.seal_plain()
            if self.desk is not None:
                await stack.enter_async_context(self.desk.running())
            if self.redis is not None:
                stack.push_async_callback(self.redis.aclose)
                stack.push_async_callback(self.announcements.aclose)
                await self.redis.start()
            # Prices go last: whoever writes down what was used waits for them.
            for each in (
                self.prices,
                self.usage,
                *self.retentions,
                self._rolling,
                self.budgets,
                self.masking,
                self.epochs,
                self.published,
                self.watch,
                self.active,
            ):
                await stack.enter_async_context(each.running())
            stack.push_async_callback(self._late.aclose)
            stack.push_async_callback(self.completions.aclose)
            if isinstance(self.core, RemoteCore):
                await stack.enter_async_context(Composers(self.core, self._waits).running())
            measuring = asyncio.create_task(self.metrics.watch_lag())
            stack.callback(measuring.cancel)
            warming = asyncio.create_task(self._warm_up())
            stack.push_async_callback(asyncio.wait, {warming})
            yield

    async def _warm_up(self) -> None:
        """Make ready in a thread what the first clicks need, and then what is read of usage."""
        try:
            await asyncio.to_thread(_prepare)
        finally:
            self.warm.set()
            self.prices.load()


def _prepare() -> None:
    compile_patterns()
    prepare_queries()
