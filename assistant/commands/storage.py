"""What commands do with all that is stored, beside a service or without one."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from assistant.database.database import Database
from assistant.database.secret_keys import load_secret_keys
from assistant.database.state_folder import check_state
from assistant.database.tables import TABLES
from assistant.desk import transfer, transfer_file
from assistant.desk.app import Desk
from assistant.desk.media import MediaFiles
from assistant.errors import SettingsError
from assistant.provider_setting.environment import initial_setting
from assistant.provider_setting.saved_setting import PURPOSE, SettingStorage
from assistant.services import provider_options
from assistant.settings import Settings
from providers.advice import advise, surroundings
from providers.base import Completion
from providers.errors import ProviderError
from providers.sdk import inspection


@asynccontextmanager
async def stored(settings: Settings) -> AsyncIterator[tuple[Database, MediaFiles]]:
    """Open the database, all tables brought up to date, and the desk's files, until the end of the block."""
    check_state(settings)
    async with aclosing(Database(settings.resolved_database_url)) as database:
        desk = Desk(settings, database)
        await database.upgrade(TABLES)
        await desk.upgrade()
        yield database, desk.media


async def upgrade_tables(settings: Settings) -> None:
    """Bring all tables up to date."""
    async with stored(settings):
        pass


async def export_desk(settings: Settings, path: Path) -> int:
    """Write the desk into a private file (`-`: standard output), and return how many rows it has.

    Raises:
        InvalidRequestError, NotFoundError: the file can't be written, or one of the desk's own can't be read.
    """
    async with stored(settings) as (database, media):
        with transfer_file.export_file(path) as out:
            return await transfer.export_desk(database, media, out)


async def import_desk(settings: Settings, path: Path, *, replace: bool) -> int:
    """Fill the desk from an exported file (`-`: standard input), and return how many rows it has.

    Raises:
        InvalidRequestError, InUseError: the file can't be used, or the desk is in use and shall not be replaced.
    """
    async with stored(settings) as (database, media):
        with transfer_file.import_file(path) as source:
            return await transfer.import_desk(database, media, source, replace=replace)


async def try_provider(settings: Settings) -> Completion:
    """Make one short live call with the active provider.

    Raises:
        ProviderError, SettingError, SettingsError: it can't answer; the error says why.
    """
    async with stored(settings) as (database, _):
        saved = await SettingStorage(database, load_secret_keys(settings).box(PURPOSE)).load()
    if saved is not None and not saved.readable:
        raise SettingsError(
            "ASSISTANT_SECRET_KEY: the saved provider's key was sealed with another one, or for another provider or "
            "address; enter it again"
        )
    setting = saved.settings[0] if saved else initial_setting(settings)
    try:
        return await inspection.check(setting, provider_options(settings))
    except ProviderError as failed:
        advise(failed, setting, surroundings())
        raise
