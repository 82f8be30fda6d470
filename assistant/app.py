"""The composition root: builds the service from its settings."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import TypeAlias

from litestar import Litestar, Router
from litestar.di import Provide

from assistant.api.completion import CompletionController
from assistant.api.config import CompletionConfigController
from assistant.api.health import HealthController
from assistant.api.prompts import PromptController
from assistant.api.provider import ProviderController
from assistant.auth.authenticator import RememberingAuthenticator
from assistant.auth.guards import require_agent
from assistant.completion.active import ActiveProvider
from assistant.completion.cache import CompletionCache, MemoryTier
from assistant.completion.provider_change import initial_setting
from assistant.completion.redis_tier import RedisTier
from assistant.completion.service import CompletionService
from assistant.core.gateway import CoreGateway, InProcessCore
from assistant.core.pool import Origin
from assistant.core.remote import RemoteCore
from assistant.core.session import CoreAuthenticator
from assistant.desk.app import Desk
from assistant.desk.media import MediaFiles
from assistant.errors import SettingsError
from assistant.front import Front
from assistant.settings import Settings, read_settings
from assistant.store.database import Database
from assistant.store.prompt_rows import PromptRows, record_prompts
from assistant.store.provider_settings import ProviderSettings
from assistant.store.secret_keys import load_secret_keys
from assistant.store.tables import TABLES
from assistant.telemetry import configure_logging, log
from assistant.web.application import WebApp, constant
from assistant.web.pages import DocumentController
from prompts.registry import PromptRegistry
from providers import inspection
from providers.base import Completion
from providers.registry import ProviderOptions

_RETRY = 2.0  # seconds
_LARGEST_BODY = 512 * 1024  # bytes: the largest draft with every character escaped


class Services:
    """Everything that the service is made of, built in order and closed in the opposite one.

    Args:
        settings: what the operator wants.

    Raises:
        SettingsError: the settings name something that can't work.
    """

    def __init__(self, settings: Settings) -> None:
        keys = load_secret_keys(settings)
        self.database = Database(settings.resolved_database_url)
        self.desk = None if settings.core_url else Desk(settings, self.database, self._forget_callers)
        self.core: CoreGateway = InProcessCore(self.desk.app) if self.desk else self._remote(settings)
        self.authenticator = RememberingAuthenticator(CoreAuthenticator(self.core))
        self.prompts = load_prompts(settings)
        self.prompt_rows: PromptRows = {}
        self.documented: list[Litestar] = []
        self.ready = asyncio.Event()
        self.redis = RedisTier(settings.redis_url) if settings.redis_url else None
        self.active = ActiveProvider(
            settings,
            ProviderSettings(self.database, keys.box("provider-keys")),
            initial_setting(settings),
            provider_options(settings),
        )
        self.completions = CompletionService(
            settings,
            self.prompts,
            self.active,
            CompletionCache(MemoryTier(), self.redis, keys.box("completions")),
            keys.derive("completion-keys"),
        )

    def _remote(self, settings: Settings) -> RemoteCore:
        return RemoteCore(
            Origin.of(settings.core_url or ""),
            timeout=settings.core_timeout,
            trusted=settings.trusted_proxies,
            changed=self._forget_callers,
        )

    def _forget_callers(self) -> None:
        self.authenticator.forget()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Bring the tables up to date, start what runs beside requests, and stop it all at the end."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.core.aclose)
            stack.push_async_callback(self.database.aclose)
            await self.database.wait()
            await self.database.upgrade(TABLES)
            if self.desk is not None:
                await stack.enter_async_context(self.desk.running())
            versions = {prompt.key: prompt.version for prompt in self.prompts.prompts}
            self.prompt_rows.update(await record_prompts(self.database, versions))
            if self.redis is not None:
                stack.push_async_callback(self.redis.aclose)
                await self.redis.start()
            await stack.enter_async_context(self.active.running())
            yield


Running: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]
"""Brings something up, and stops it at the end of the block."""


@asynccontextmanager
async def starting(running: Running, ready: asyncio.Event) -> AsyncIterator[None]:
    """Run beside what is served: the process answers for its health soon, for all else when it is ready."""
    stop = asyncio.Event()
    run = asyncio.create_task(_run(running, ready, stop))
    try:
        yield
    finally:
        stop.set()
        if not ready.is_set():
            run.cancel()
        await asyncio.gather(run, return_exceptions=True)


async def _run(running: Running, ready: asyncio.Event, stop: asyncio.Event) -> None:
    """Run until told to stop; what fails is logged and tried again, as it may be the database's trouble."""
    while not stop.is_set():
        try:
            async with running():
                gc.freeze()  # what the start made stays for good: no collection has to look at it again
                gc.enable()
                ready.set()
                await stop.wait()
        except Exception as error:  # noqa: BLE001 - whatever it is, an operator has to see it and may mend it
            log.error("the service can't start and tries again", exception=error, retry=_RETRY)
            await asyncio.sleep(_RETRY)


def create_app(settings: Settings | None = None) -> Front:
    """Build the ASGI application.

    Args:
        settings: read from the environment when omitted, as the server does.

    Raises:
        SettingsError: the service can't start with these settings.
    """
    serving = settings is None
    settings = settings or read_settings()
    configure_logging(settings)
    services = Services(settings)
    ours = _own_operations(services)
    services.documented.extend([ours, services.desk.app] if services.desk else [ours])
    return Front(
        ours=ours,
        paths=_own_paths(ours, settings),
        core=services.core,
        ready=services.ready,
        trusted=settings.trusted_proxies,
        heeds_signals=serving and sys.platform != "win32",
    )


def create_desk(settings: Settings | None = None) -> Front:
    """Build the ASGI application of the desk alone.

    Args:
        settings: read from the environment when omitted, as the server does.
    """
    serving = settings is None
    settings = settings or read_settings()
    configure_logging(settings)
    database = Database(settings.resolved_database_url)
    desk, ready = Desk(settings, database), asyncio.Event()

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with aclosing(database):
            await database.wait()
            async with desk.running():
                yield

    pages = WebApp(
        route_handlers=[DocumentController],
        dependencies={"documented_apps": Provide(constant([desk.app]))},
        lifespan=[lambda _app: starting(running, ready)],
        openapi_config=None,
    )
    return Front(
        ours=pages,
        paths=frozenset(route.path for route in pages.routes),
        core=InProcessCore(desk.app),
        ready=ready,
        trusted=settings.trusted_proxies,
        heeds_signals=serving and sys.platform != "win32",
    )


@asynccontextmanager
async def _stored(settings: Settings) -> AsyncIterator[tuple[Database, MediaFiles]]:
    """Open the database, all tables brought up to date, and the desk's files, until the end of the block."""
    async with aclosing(Database(settings.resolved_database_url)) as database:
        desk = Desk(settings, database)
        await database.upgrade(TABLES)
        await desk.upgrade()
        yield database, desk.media


async def upgrade_tables(settings: Settings) -> None:
    """Bring all tables up to date."""
    async with _stored(settings):
        pass


async def export_desk(settings: Settings, path: Path) -> int:
    """Write the desk into a private file (`-`: standard output), and return how many rows it has.

    Raises:
        InvalidRequestError, NotFoundError: the file can't be written, or one of the desk's own can't be read.
    """
    from assistant.desk import transfer, transfer_file  # noqa: PLC0415 - serving needs none of this

    async with _stored(settings) as (database, media):
        with transfer_file.export_file(path) as out:
            return await transfer.export_desk(database, media, out)


async def import_desk(settings: Settings, path: Path, *, replace: bool) -> int:
    """Fill the desk from an exported file (`-`: standard input), and return how many rows it has.

    Raises:
        InvalidRequestError, InUseError: the file can't be used, or the desk is in use and shall not be replaced.
    """
    from assistant.desk import transfer, transfer_file  # noqa: PLC0415 - likewise

    async with _stored(settings) as (database, media):
        with transfer_file.import_file(path) as source:
            return await transfer.import_desk(database, media, source, replace=replace)


async def try_provider(settings: Settings) -> Completion:
    """Make one short live call with the provider in charge.

    Raises:
        ProviderError, SettingError, SettingsError: it can't answer; the error says why.
    """
    async with _stored(settings) as (database, _):
        saved = await ProviderSettings(database, load_secret_keys(settings).box("provider-keys")).load()
    if saved is not None and not saved.readable:
        raise SettingsError(
            "ASSISTANT_SECRET_KEY: the saved provider's key was sealed with another one; enter it again"
        )
    setting = saved.setting if saved else initial_setting(settings)
    return await inspection.check(setting, provider_options(settings))


def read_prompts(settings: Settings) -> PromptRegistry:
    """Read the shipped prompts and those of `PROMPTS_DIR`; the registry tells which are broken."""
    directories = () if settings.prompts_dir is None else (settings.prompts_dir,)
    return PromptRegistry.load(directories, settings={"language": settings.language})


def load_prompts(settings: Settings) -> PromptRegistry:
    """Read the prompts, and log which of them are left out."""
    registry = read_prompts(settings)
    for problem in registry.problems:
        log.error("a prompt is left out", file=problem.file, line=problem.line, reason=problem.reason)
    return registry


def provider_options(settings: Settings) -> ProviderOptions:
    """Return how providers are reached."""
    return ProviderOptions(
        private_base_urls=settings.private_base_urls == "allow",
        state_dir=settings.state_dir,
        local_model=settings.local_model,
        read_timeout=max(settings.request_timeout, settings.long_timeout),
    )


def _own_operations(services: Services) -> Litestar:
    agents_only = Router(
        path="/",
        guards=[require_agent(services.authenticator)],
        route_handlers=[PromptController, CompletionController, ProviderController, CompletionConfigController],
    )
    return WebApp(
        route_handlers=[HealthController, DocumentController, agents_only],
        dependencies=_dependencies(services),
        lifespan=[lambda _app: starting(services.running, services.ready)],
        request_max_body_size=_LARGEST_BODY,
        openapi_config=None,
    )


def _own_paths(ours: Litestar, settings: Settings) -> frozenset[str]:
    """Return the paths that we answer; the AI operations may be left to the core, on the way in or out of using us."""
    left = "/api/v1/ai/" if settings.ai_operations == "core" else "//"
    return frozenset(route.path for route in ours.routes if not route.path.startswith(left))


def _dependencies(services: Services) -> dict[str, Provide]:
    members: dict[str, object] = {
        "database": services.database,
        "active": services.active,
        "core": services.core,
        "redis": services.redis,
        "prompts": services.prompts,
        "prompt_rows": services.prompt_rows,
        "completions": services.completions,
        "documented_apps": services.documented,
    }
    return {name: Provide(constant(member)) for name, member in members.items()}
