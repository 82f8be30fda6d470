"""The composition root: builds the service from its settings."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from litestar import Litestar
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from assistant.api.audit import AuditController
from assistant.api.authoring import AuthoringController
from assistant.api.budgets import BudgetController
from assistant.api.cache import CacheController
from assistant.api.completion import CompletionController
from assistant.api.copilot import CopilotController
from assistant.api.drafting import DraftingController
from assistant.api.feedback import FeedbackController
from assistant.api.health import HealthController
from assistant.api.masking import MaskingController
from assistant.api.me import MeController
from assistant.api.metrics import MetricsController
from assistant.api.prompt_tests import PromptTestController
from assistant.api.prompt_trials import PromptTrialController
from assistant.api.prompt_versions import PromptVersionController
from assistant.api.prompts import PromptController
from assistant.api.provider import ProviderController, ProvidersController
from assistant.api.read_context import ReadContextController
from assistant.api.settings_page import CompletionConfigController
from assistant.api.usage import UsageController
from assistant.api.whole_answers import AskedCompletions
from assistant.auth.guards import require_agent
from assistant.console.build import ConsoleBuild
from assistant.console.routes import PATH as CONSOLE
from assistant.console.routes import Console, ConsoleController
from assistant.database.database import Database
from assistant.database.state_folder import keep_private
from assistant.desk.app import Desk
from assistant.front.connections import Connections
from assistant.front.front import Front
from assistant.front.hit_lane import HitLane
from assistant.front.request_bodies import Bodies
from assistant.front.trust import Trust
from assistant.gateway.core import InProcessCore
from assistant.services import Services
from assistant.settings import Settings, read_settings
from assistant.settings.values import AI_OPERATIONS
from assistant.starting.attempts import starting
from assistant.starting.giving_up import built
from assistant.telemetry import configure_logging
from assistant.web.application import WebApp, constant
from assistant.web.own_paths import OwnPaths
from assistant.web.pages import Documentation, DocumentController
from assistant.web.shutdown import Stopping

_LARGEST_BODY = 512 * 1024  # bytes: the largest draft with every character escaped


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
    ours = WebApp(
        route_handlers=_CONTROLLERS,
        guards=[require_agent(services.authenticator)],
        dependencies=_dependencies(services),
        lifespan=[lambda _app: starting(services.running, services.ready, serving=serving)],
        request_max_body_size=_LARGEST_BODY,
        openapi_config=None,
    )
    services.documented.extend([ours, services.desk.app] if services.desk else [ours])
    bodies = Bodies(settings.client_timeout, Connections().end_soon)
    return Front(
        ours=AskedCompletions(ours, services.completions),
        paths=_own_paths(ours, settings),
        core=services.core,
        ready=services.ready,
        warm=services.warm,
        trusted=settings.trusted_proxies,
        lane=HitLane(
            services.authenticator,
            services.clicks,
            services.recorder,
            stopping=services.stopping,
            trust=Trust(settings.trusted_proxies),
            bodies=bodies,
            largest_body=_LARGEST_BODY,
        ),
        metrics=services.metrics,
        stopping=services.stopping,
        bodies=bodies,
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
        bodies=Bodies(settings.client_timeout, Connections().end_soon),
        client_limit=settings.client_limit,
        heeds_signals=serving and sys.platform != "win32",
    )


def _own_paths(ours: Litestar, settings: Settings) -> OwnPaths:
    """Return the paths that we answer; the AI operations may be left to the core, on the way in or out of using us."""
    operations = settings.ai_operations
    left = "/api/v1/ai/" if operations == "core" else "//"
    theirs: set[str] = set()
    if not isinstance(operations, str):
        theirs.update(*(paths for name, paths in AI_OPERATIONS.items() if name not in operations))
    # The console's address ends in a slash, which routes never do; its pages are of no use without the operations.
    paths = [*(route.path for route in ours.routes), f"{CONSOLE}/"]
    if operations == "core":
        paths = [path for path in paths if not path.startswith(CONSOLE)]
    return OwnPaths(path for path in paths if not path.startswith(left) and path not in theirs)


_CONTROLLERS: Sequence[ControllerRouterHandler] = [
    AuditController,
    AuthoringController,
    BudgetController,
    CacheController,
    CompletionConfigController,
    CompletionController,
    ConsoleController,
    CopilotController,
    DocumentController,
    DraftingController,
    FeedbackController,
    HealthController,
    MaskingController,
    MeController,
    MetricsController,
    PromptController,
    PromptTestController,
    PromptTrialController,
    PromptVersionController,
    ProviderController,
    ProvidersController,
    ReadContextController,
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
        "drafts": services.drafts,
        "published": services.published,
        "prompt_list": services.prompt_list,
        "prompt_results": services.prompt_results,
        "publishing": services.publishing,
        "prompt_asker": services.prompt_asker,
        "prompt_samples": services.prompt_samples,
        "clicks": services.clicks,
        "contexts": services.clicks.contexts,
        "buttons": services.buttons,
        "conversations": services.conversations,
        "console": Console(build=ConsoleBuild(), desk=services.desk is not None),
        "documentation": Documentation(services.documented),
        "budgets": services.budgets,
        "masking": services.masking,
        "epochs": services.epochs,
        "usage_log": services.usage,
        "usage_reports": services.usage_reports,
        "verdicts": services.verdicts,
        "audit": services.audit,
        "metrics": services.metrics,
        "started": services.warm,
        "metrics_token": services.settings.metrics_token,
    }
    return {name: Provide(constant(member)) for name, member in members.items()}
