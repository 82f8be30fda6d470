"""The composition root: builds the service from its settings."""

import asyncio
import gc
import itertools
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from pathlib import Path
from typing import TypeAlias

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from assistant import key_rotation
from assistant.api.budgets import BudgetController
from assistant.api.cache import CacheController
from assistant.api.completion import CompletionController
from assistant.api.feedback import FeedbackController
from assistant.api.health import HealthController
from assistant.api.masking import MaskingController
from assistant.api.metrics import MetricsController
from assistant.api.prompt_trials import PromptTrialController
from assistant.api.prompt_versions import PromptVersionController
from assistant.api.prompts import PromptController
from assistant.api.provider import ProviderController, ProvidersController
from assistant.api.settings_page import CompletionConfigController
from assistant.api.usage import UsageController
from assistant.auth.guards import require_agent
from assistant.database.database import Database, is_away
from assistant.database.secret_keys import load_secret_keys
from assistant.database.state_folder import check_state, keep_private
from assistant.database.tables import TABLES
from assistant.desk.app import Desk
from assistant.desk.media import MediaFiles
from assistant.errors import AssistantError, SettingsError
from assistant.front.front import Front
from assistant.front.stored_completions import Shortcut
from assistant.gateway.core import InProcessCore
from assistant.provider_setting.environment import initial_setting
from assistant.provider_setting.saved_setting import PURPOSE, SettingStorage
from assistant.services import Services, provider_options
from assistant.settings import Settings, read_settings
from assistant.telemetry import configure_logging, log
from assistant.web.application import WebApp, constant
from assistant.web.own_paths import OwnPaths
from assistant.web.pages import Documentation, DocumentController
from assistant.web.shutdown import Stopping
from assistant.worker_exit import built, give_up, reason_of, unexpected
from providers.base import Completion
from providers.sdk import inspection

_RETRY = 2.0  # seconds
_SWITCH = 0.001  # seconds for which a thread that works on a long text keeps the loop waiting, each time
_ATTEMPTS = 5  # at a start that fails for reasons that we don't know
_LARGEST_BODY = 512 * 1024  # bytes: the largest draft with every character escaped


Running: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]
"""Brings something up, and stops it at the end of the block."""


@asynccontextmanager
async def starting(running: Running, ready: asyncio.Event, *, serving: bool = False) -> AsyncIterator[None]:
    """Run beside what is served: the process answers for its health soon, for all else when it is ready.

    Args:
        running: what is run.
        ready: set once it does.
        serving: whether this is a server's worker, which ends when it can never start.
    """
    sys.setswitchinterval(_SWITCH)
    stop = asyncio.Event()
    run = asyncio.create_task(_run(running, ready, stop, give_up if serving else lambda _: None))
    try:
        yield
    finally:
        stop.set()
        if not ready.is_set():
            run.cancel()
        await asyncio.gather(run, return_exceptions=True)


async def _run(running: Running, ready: asyncio.Event, stop: asyncio.Event, give_up: Callable[[str], None]) -> None:
    """Run until told to stop; a start that fails is tried again while that may help, as for a database that is away."""
    for attempt in itertools.count(1):
        try:
            async with running():
                gc.freeze()  # what the start made stays for good: no collection has to look at it again
                gc.enable()
                ready.set()
                await stop.wait()
                return
        except Exception as error:  # noqa: BLE001 - whatever it is, an operator has to see it and may mend it
            reason = None if stop.is_set() else reason_of(error)
            if reason is None and attempt >= _ATTEMPTS and not (is_away(error) or isinstance(error, AssistantError)):
                reason = unexpected(error)
            if reason is not None:
                give_up(reason)
                return
            if stop.is_set():
                log.error("the service did not stop as it should", exception=error)
                return
            log.error("the service can't start and tries again", exception=error, retry=_RETRY)
            await asyncio.sleep(_RETRY)


def create_app(settings: Settings | None = None) -> Front:
    """Build the ASGI application.

    Args:
        settings: read from the environment when omitted, as the server does.

    Raises:
        SettingsError: the service can't start with these settings; as a server's worker it says so and ends.
    """
    return built(lambda: _app(read_settings(), serving=True)) if settings is None else _app(settings)


def _app(settings: Settings, *, serving: bool = False) -> Front:
    if serving:
        keep_private()  # also under a server that is not ours
    configure_logging(settings)
    services = Services(settings)
    ours = _own_operations(services, serving=serving)
    services.documented.extend([ours, services.desk.app] if services.desk else [ours])
    return Front(
        ours=ours,
        paths=_own_paths(ours, settings),
        core=services.core,
        ready=services.ready,
        trusted=settings.trusted_proxies,
        shortcut=Shortcut(services.authenticator, services.clicks, _LARGEST_BODY),
        metrics=services.metrics,
        stopping=services.stopping,
        client_timeout=settings.client_timeout,
        client_limit=settings.client_limit,
        heeds_signals=serving and sys.platform != "win32",
    )


def create_desk(settings: Settings | None = None) -> Front:
    """Build the ASGI application of the desk alone.

    Args:
        settings: read from the environment when omitted, as the server does.
    """
    return built(lambda: _desk(read_settings(), serving=True)) if settings is None else _desk(settings)


def _desk(settings: Settings, *, serving: bool = False) -> Front:
    if serving:
        keep_private()
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
        dependencies={"documentation": Provide(constant(Documentation([desk.app])))},
        lifespan=[lambda _app: starting(running, ready, serving=serving)],
        openapi_config=None,
    )
    return Front(
        ours=pages,
        paths=OwnPaths(route.path for route in pages.routes),
        core=InProcessCore(desk.app),
        ready=ready,
        trusted=settings.trusted_proxies,
        stopping=Stopping(settings.stop_grace),
        client_timeout=settings.client_timeout,
        client_limit=settings.client_limit,
        heeds_signals=serving and sys.platform != "win32",
    )


@asynccontextmanager
async def _stored(settings: Settings) -> AsyncIterator[tuple[Database, MediaFiles]]:
    """Open the database, all tables brought up to date, and the desk's files, until the end of the block."""
    check_state(settings)
    async with aclosing(Database(settings.resolved_database_url)) as database:
        desk = Desk(settings, database)
        await database.upgrade(TABLES)
        await desk.upgrade()
        yield database, desk.media


async def upgrade_tables(settings: Settings) -> None:
    """Bring all tables up to date."""
    async with _stored(settings):
        pass


async def rotate_keys(settings: Settings) -> key_rotation.Rotation:
    """Seal all that is stored anew with the first secret key.

    Raises:
        SettingsError: something can't be opened with any key.
    """
    async with _stored(settings) as (database, _):
        return await key_rotation.rotate_keys(database, settings)


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
        saved = await SettingStorage(database, load_secret_keys(settings).box(PURPOSE)).load()
    if saved is not None and not saved.readable:
        raise SettingsError(
            "ASSISTANT_SECRET_KEY: the saved provider's key was sealed with another one, or for another provider or "
            "address; enter it again"
        )
    setting = saved.settings[0] if saved else initial_setting(settings)
    return await inspection.check(setting, provider_options(settings))


def _own_operations(services: Services, *, serving: bool) -> Litestar:
    agents_only = Router(
        path="/",
        guards=[require_agent(services.authenticator)],
        route_handlers=_CONTROLLERS,
    )
    return WebApp(
        route_handlers=[HealthController, MetricsController, DocumentController, agents_only],
        dependencies=_dependencies(services),
        lifespan=[lambda _app: starting(services.running, services.ready, serving=serving)],
        request_max_body_size=_LARGEST_BODY,
        openapi_config=None,
    )


def _own_paths(ours: Litestar, settings: Settings) -> OwnPaths:
    """Return the paths that we answer; the AI operations may be left to the core, on the way in or out of using us."""
    left = "/api/v1/ai/" if settings.ai_operations == "core" else "//"
    return OwnPaths(route.path for route in ours.routes if not route.path.startswith(left))


_CONTROLLERS: Sequence[ControllerRouterHandler] = [
    BudgetController,
    CacheController,
    CompletionConfigController,
    CompletionController,
    FeedbackController,
    MaskingController,
    PromptController,
    PromptTrialController,
    PromptVersionController,
    ProviderController,
    ProvidersController,
    UsageController,
]


def _dependencies(services: Services) -> dict[str, Provide]:
    members: dict[str, object] = {
        "database": services.database,
        "active": services.active,
        "core": services.core,
        "redis": services.redis,
        "prompts": services.prompts,
        "prompt_rows": services.prompt_rows,
        "authoring": services.authoring,
        "prompt_asker": services.prompt_asker,
        "prompt_samples": services.prompt_samples,
        "clicks": services.clicks,
        "conversations": services.conversations,
        "documentation": Documentation(services.documented),
        "budgets": services.budgets,
        "masking": services.masking,
        "epochs": services.epochs,
        "usage_rows": services.usage_rows,
        "verdicts": services.verdicts,
        "audit": services.audit,
        "metrics": services.metrics,
        "started": services.ready,
        "metrics_token": services.settings.metrics_token,
    }
    return {name: Provide(constant(member)) for name, member in members.items()}
