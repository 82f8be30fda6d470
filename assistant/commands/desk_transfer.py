"""What `assistant desk export` and `import` do with the database and the desk's files."""

from pathlib import Path

from assistant.commands.storage import stored
from assistant.desk import transfer, transfer_file
from assistant.desk.media_folder import MediaFolder
from assistant.settings import Settings


async def export_desk(settings: Settings, path: Path) -> int:
    """Write the desk into a private file (`-`: standard output), and return how many rows it has.

    Raises:
        InvalidRequestError, NotFoundError: the file can't be written, or one of the desk's own can't be read.
    """
    async with stored(settings) as database:
        with transfer_file.export_file(path) as out:
            return await transfer.export_desk(database, MediaFolder(settings.media_dir), out)


async def import_desk(settings: Settings, path: Path, *, replace: bool) -> int:
    """Fill the desk from an exported file (`-`: standard input), and return how many rows it has.

    Raises:
        InvalidRequestError, InUseError: the file can't be used, or the desk is in use and shall not be replaced.
    """
    async with stored(settings) as database:
        with transfer_file.import_file(path) as source:
            return await transfer.import_desk(database, MediaFolder(settings.media_dir), source, replace=replace)
