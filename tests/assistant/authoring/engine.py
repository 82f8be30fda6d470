"""The parts that put prompts in force, without a server around them, on a database that can go away."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from assistant.auth.actor import Actor
from assistant.authoring.drafts import Drafts
from assistant.authoring.prompt_ids import PromptRows
from assistant.authoring.prompt_tests import TestOutcome, TestReport
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.authoring.publishing import Publishing
from assistant.authoring.versions import PromptVersions
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.queries import Query, Row
from assistant.database.tables import TABLES
from assistant.errors import DatabaseUnavailableError
from prompts.live import LiveRegistry
from prompts.registry import PromptRegistry
from prompts.template import Prompt

AUTHOR = Actor(id=1)


class ShakyDatabase(Database):
    """A database that answers nothing while it is `away`, and takes nothing while it is `read_only`.

    `meanwhile` happens once, before the next change.
    """

    away = False
    read_only = False
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def rows(self, query: Query, **parameters: Any) -> list[Row]:  # noqa: ANN401 - columns' values
        """Return the rows of a query."""
        self._answer()
        return await super().rows(query, **parameters)

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:  # type: ignore[override] # all that is needed of it
        """Open a session that only reads."""
        self._answer()
        return super().reading()

    def writing(  # type: ignore[override] # likewise
        self, table: type[DeclarativeBase] | None = None
    ) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a session that commits."""
        self._answer()
        if self.read_only:
            raise DatabaseUnavailableError("The database is read-only.")
        return self._writing(table)

    @asynccontextmanager
    async def _writing(self, table: type[DeclarativeBase] | None) -> AsyncIterator[AsyncSession]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        async with super().writing(table) as session:
            yield session

    def _answer(self) -> None:
        if self.away:
            raise DatabaseUnavailableError("The database does not answer.")


class Engine:
    """Prompts in force, and the editing of them; the tests of the prompt `failing` fail.

    Args:
        database: with the assistant's tables.
        folder: an operator's prompts.
    """

    def __init__(self, database: ShakyDatabase, folder: Path | None = None) -> None:
        self.database = database
        self.rows: PromptRows = {}
        self.failing = ""
        self.live = LiveRegistry(PromptRegistry({}))
        versions = PromptVersions(database, AuditLog(database))
        directories = () if folder is None else (folder,)
        self.published = PublishedPrompts(
            directories, {}, live=self.live, versions=versions, database=database, rows=self.rows
        )
        self.drafts = Drafts(versions, self.published)
        self.publishing = Publishing(self.drafts, versions, self.published, tell=lambda: None, gate=self._gate)

    async def publish(self, key: str, source: str) -> None:
        """Save a text, and put it in force."""
        based_on = await self.drafts.revision(key)
        await self.drafts.save(key, source, "", actor=AUTHOR, based_on=based_on)
        await self.publishing.publish(key, actor=AUTHOR, number=None, forced=None, based_on=None)

    def title(self, key: str) -> str:
        """Return the title in force."""
        return self.live.get(key).title

    def system(self, key: str) -> str:
        """Return the system message in force."""
        prompt = self.live.get(key)
        return prompt.render("x", prompt.resolve({}), html=False)[0].content

    async def _gate(self, prompt: Prompt, _actor: Actor) -> TestReport:
        if prompt.key != self.failing:
            return TestReport()
        return TestReport(outcomes=(TestOutcome(number=1, content="x", answer="x", failures=("no",)),))


@asynccontextmanager
async def engine(state: Path, folder: Path | None = None) -> AsyncIterator[Engine]:
    """Run it until the end of the block."""
    database = ShakyDatabase(f"sqlite+aiosqlite:///{state / 'assistant.db'}")
    try:
        await database.upgrade(TABLES)
        made = Engine(database, folder)
        async with made.published.running():
            yield made
    finally:
        await database.aclose()
