"""The database as commands open it, beside a service or without one."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from assistant.database.database import Database
from assistant.database.state_folder import check_state
from assistant.database.tables import TABLES
from assistant.desk.tables import TABLES as DESK_TABLES
from assistant.settings import Settings


@asynccontextmanager
async def stored(settings: Settings) -> AsyncIterator[Database]:
    """Open the database, all tables brought up to date, until the end of the block."""
    check_state(settings)
    async with aclosing(Database(settings.resolved_database_url)) as database:
        for tables in (TABLES, DESK_TABLES):
            await database.upgrade(tables)
        yield database


async def upgrade_tables(settings: Settings) -> None:
    """Bring all tables up to date."""
    async with stored(settings):
        pass
