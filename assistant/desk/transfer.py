"""Moving a whole desk: into a file of JSON lines and out of it, between machines and kinds of databases.

The file holds hashes of passwords and API secrets, and everything that customers wrote. Sessions and wrong sign-ins
stay behind; counts and search indexes are made again.
"""

from collections.abc import AsyncIterator
from typing import BinaryIO

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.desk import counts
from assistant.desk.media_folder import MediaFolder
from assistant.desk.search_index import empty_indexes
from assistant.desk.tables import AgentRow, Base, ContactRow, ConversationRow, MediaRow, TeamRow, ViewRow
from assistant.desk.transfer_format import KINDS, MEDIA, read_header, read_lines, table_of, written, written_header
from assistant.desk.transfer_media import Staging, written_content
from assistant.desk.transfer_rows import BLOCK, blocks_of, check_usable, continue_ids, write_block
from assistant.errors import InUseError

_FRESH = {
    "conversations": (ConversationRow, 0),
    "contacts": (ContactRow, 0),
    "teams": (TeamRow, 0),
    "agents": (AgentRow, 1),
    "files": (MediaRow, 0),
    "views": (ViewRow, 0),
}
"""How many of which rows a desk has at most that was just started."""


async def export_desk(database: Database, media: MediaFolder, out: BinaryIO) -> int:
    """Write a desk, as it is at this moment, and return how many rows that were; memory doesn't grow with the desk.

    Raises:
        NotFoundError: the content of a media file is missing.
        DatabaseUnavailableError: the database does not answer.
    """
    async with database.reading() as session:
        if not database.is_sqlite:  # SQLite's transactions see one moment by themselves
            await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        rows = 0
        for row in KINDS.values():
            rows += await session.scalar(select(func.count()).select_from(row)) or 0
        out.write(written_header(rows))
        for kind in KINDS:
            async for line in _lines_of(session, media, kind):
                out.write(line)
    return rows


async def import_desk(database: Database, media: MediaFolder, source: BinaryIO, *, replace: bool) -> int:
    """Fill a fresh desk with an exported one, and return how many rows that were; all of it or nothing.

    Args:
        database: where the desk is kept; its tables are up to date.
        media: where its files lie.
        source: what `export_desk` wrote.
        replace: remove what the desk holds, when it is not fresh.

    Raises:
        InUseError: the desk is not fresh, and nothing shall be replaced.
        InvalidRequestError: a line can't be used; the error says which one, and why.
        DatabaseUnavailableError: the database does not answer.
    """
    header, rows = read_header(source), 0
    with Staging(media) as staging:
        async with database.writing() as session:
            await _lock(session)
            if not replace:
                await _check_fresh(session)
            await _empty(session, staging)
            for block in blocks_of(staging.take_from(read_lines(source, header))):
                await write_block(session, block)
                rows += len(block)
            await check_usable(session)
            await counts.recount(session)
            await continue_ids(session)
            staging.put_in_place()  # a file without its row does no harm, a row without its file does
        staging.remove_replaced()
    return rows


async def _lines_of(session: AsyncSession, media: MediaFolder, kind: str) -> AsyncIterator[bytes]:
    table = table_of(KINDS[kind])
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BLOCK)
    found = await session.stream(query)
    async for row in found.mappings():
        yield written(kind, dict(row))
        if kind == MEDIA:
            for line in written_content(media, row["uuid"], row["size"]):
                yield line


async def _lock(session: AsyncSession) -> None:
    """Keep everyone else away until the end; SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"LOCK TABLE {', '.join(Base.metadata.tables)} IN ACCESS EXCLUSIVE MODE"))


async def _check_fresh(session: AsyncSession) -> None:
    found = []
    for what, (row, most) in _FRESH.items():
        number = await session.scalar(select(func.count()).select_from(row)) or 0
        if number > most:
            found.append(f"{what} ({number})")
    if found:
        raise InUseError(f"The desk holds {', '.join(found)}. Use --replace to remove all that it holds first.")


async def _empty(session: AsyncSession, staging: Staging) -> None:
    last = 0
    while files := await _files_after(session, last):
        staging.note_replaced(files.values())
        last = max(files)
    await empty_indexes(session)
    if session.get_bind().dialect.name == "postgresql":  # deleting would look for what refers to each single row
        await session.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)}"))
        return
    for table in reversed(Base.metadata.sorted_tables):
        await session.execute(delete(table))


async def _files_after(session: AsyncSession, last: int) -> dict[int, str]:
    query = select(MediaRow.id, MediaRow.uuid).where(MediaRow.id > last).order_by(MediaRow.id).limit(BLOCK)
    return dict((await session.execute(query)).tuples().all())
