"""The desk's own web application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.di import Provide

from assistant.auth.authorization import KeyPair
from assistant.database.database import Database
from assistant.database.secret_keys import write_private
from assistant.desk.agents import Agents
from assistant.desk.api.agents import AgentController
from assistant.desk.api.contacts import ContactController
from assistant.desk.api.conversations import ConversationController
from assistant.desk.api.labels import LabelController
from assistant.desk.api.media import MediaController
from assistant.desk.api.messages import MessageController
from assistant.desk.api.session import HealthController, SessionController
from assistant.desk.api.teams import TeamController
from assistant.desk.api.views import ViewController
from assistant.desk.contacts import Contacts
from assistant.desk.conversations import Conversations
from assistant.desk.credentials import new_key_pair
from assistant.desk.identity import Identity
from assistant.desk.labels import Labels, seed_labels
from assistant.desk.leftovers import Leftovers
from assistant.desk.lists import ConversationLists
from assistant.desk.media import MediaFiles
from assistant.desk.messages import Messages
from assistant.desk.quota import Quota
from assistant.desk.sign_in import SignIn
from assistant.desk.snoozing import wake_snoozed
from assistant.desk.tables import TABLES
from assistant.desk.teams import Teams
from assistant.desk.views import Views
from assistant.settings import Settings
from assistant.telemetry import log
from assistant.web.application import WebApp, constant

_CONTROLLERS = (
    AgentController,
    ContactController,
    ConversationController,
    HealthController,
    LabelController,
    MediaController,
    MessageController,
    SessionController,
    TeamController,
    ViewController,
)
_LARGEST_BODY = 4 * 1024 * 1024  # bytes: the longest message with every character escaped
_WAKING = 20.0  # seconds between two looks at the snoozed conversations


class Desk:
    """The built-in helpdesk: an ASGI application and what has to happen before it serves.

    Args:
        settings: the service's settings.
        database: where it keeps everything.
        changed: called when who may come in, or what they may do, has changed.
    """

    def __init__(self, settings: Settings, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        self._settings = settings
        self._database = database
        self._agents = Agents(database, changed)
        sign_in = SignIn(database, settings.trusted_proxies)
        self._identity = Identity(sign_in, self._agents, changed)
        self.media = MediaFiles(
            database,
            settings.media_dir,
            extensions=frozenset(settings.media_extensions),
            largest=settings.media_max_bytes,
            quota=Quota(files=settings.media_quota_files, bytes=settings.media_quota_bytes),
        )
        members = {
            "agents": self._agents,
            "contacts": Contacts(database),
            "desk": Conversations(database),
            "identity": self._identity,
            "labels": Labels(database),
            "lists": ConversationLists(database),
            "media": self.media,
            "messages": Messages(database),
            "sign_in": sign_in,
            "teams": Teams(database, changed),
            "views": Views(database),
        }
        self.app: Litestar = WebApp(
            route_handlers=_CONTROLLERS,
            guards=[self._identity.guard],
            dependencies={name: Provide(constant(member)) for name, member in members.items()},
            request_max_body_size=_LARGEST_BODY,
            openapi_config=None,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Bring the tables up to date, fill an empty desk, and look after it until the end of the block."""
        await self._database.upgrade(TABLES)
        await seed_labels(self._database)
        await self._make_first_admin()
        if self._settings.sample_data:
            from assistant.desk.sample.filling import fill_with_sample  # noqa: PLC0415 - only who asks for it needs it

            await fill_with_sample(self._database)
        sweeping = Leftovers(self._database, self.media).sweep_on()
        tasks = [asyncio.create_task(each) for each in (self._wake(), sweeping)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._identity.aclose()

    async def _wake(self) -> None:
        """Open snoozed conversations again when their time has come."""
        while True:
            try:
                await wake_snoozed(self._database)
            except Exception as error:  # noqa: BLE001 - the next look may go better
                log.error("snoozed conversations were not looked at", exception=error)
            await asyncio.sleep(_WAKING)

    async def _make_first_admin(self) -> None:
        """Give an empty desk its administrator; a made-up key pair goes into a private file, its path to the log."""
        settings = self._settings
        if settings.admin_api_key and settings.admin_api_secret:
            pair = KeyPair(key=settings.admin_api_key, secret=settings.admin_api_secret)
            await self._agents.add_first_admin(pair, keep=lambda: None)
            return
        pair, path = new_key_pair(), settings.state_dir / "admin-key"
        content = f"{pair.key}:{pair.secret}\n".encode()
        if await self._agents.add_first_admin(pair, keep=lambda: write_private(path, content, replace=True)):
            log.warning("the first administrator's API key was written", path=str(path.absolute()))
