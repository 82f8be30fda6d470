"""Rows of an import: checked against those before them, written in blocks, and made usable."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Column, PrimaryKeyConstraint, Table, UniqueConstraint, insert, select, text, tuple_
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.desk.labels import BUILT_IN
from assistant.desk.search_index import MESSAGES, SUBJECTS, index_texts
from assistant.desk.tables import AgentRow, ContactRow, StatusRow
from assistant.desk.transfer_format import KINDS, Line, field_of, table_of, wrong
from assistant.errors import InvalidRequestError

BLOCK = 500
"""Rows that are read and written at once."""

_SEARCHED = {"message": (MESSAGES, "text_content"), "conversation": (SUBJECTS, "subject")}


def blocks_of(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Put lines of one kind that follow each other together."""
    for _, group in groupby(lines, key=lambda line: line.kind):
        block: list[Line] = []
        for line in group:
            block.append(line)
            if len(block) == BLOCK:
                yield block
                block = []
        if block:
            yield block


async def write_block(session: AsyncSession, block: list[Line]) -> None:
    """Add rows of one kind.

    Raises:
        InvalidRequestError: a row has what another one has already, or refers to one that is not there.
    """
    kind = block[0].kind
    table = table_of(KINDS[kind])
    for columns in _unique_keys(table):
        await _check_unique(session, block, columns)
    for name, target, using in _references(table, block):
        await _check_reference(session, using, name, target)
    try:
        await session.execute(insert(table), [line.values for line in block])
        if kind in _SEARCHED:
            index, column = _SEARCHED[kind]
            await index_texts(session, index, {line.values["id"]: line.values[column] for line in block})
    except (OperationalError, InterfaceError):
        raise
    except DBAPIError as error:
        cause = type(getattr(error.orig, "__cause__", None) or error.orig).__name__
        reason = f"the database refuses this row or one of the {len(block) - 1} after it ({cause}). Take it out"
        raise wrong(block[0].number, kind, reason) from None


async def continue_ids(session: AsyncSession) -> None:
    """Have PostgreSQL's next ids follow the largest ones; SQLite's do by themselves."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for name, table in ((row.__tablename__, table_of(row)) for row in KINDS.values()):
        if "id" in table.c:
            sequence = f"pg_get_serial_sequence('{name}', 'id')"
            values = "coalesce(max(id), 1), max(id) IS NOT NULL"
            await session.execute(text(f"SELECT setval({sequence}, {values}) FROM {name}"))  # noqa: S608 - our own names


async def check_usable(session: AsyncSession) -> None:
    """See that the desk works with what was imported; what is missing altogether the next start makes.

    Raises:
        InvalidRequestError: a built-in status or an administrator is missing.
    """
    found = dict((await session.execute(select(StatusRow.name, StatusRow.category))).tuples().all())
    missing = [name for name, category in BUILT_IN.items() if found.get(name) != category]
    if found and missing:
        raise InvalidRequestError(
            "status", f"there must be one named {missing[0]} of the category {BUILT_IN[missing[0]]}. Add its line"
        )
    query = select(AgentRow.roles, AgentRow.enabled, AgentRow.deleted_at)
    agents = (await session.execute(query)).all()
    if agents and not any("Admin" in agent.roles and agent.enabled and not agent.deleted_at for agent in agents):
        raise InvalidRequestError("agent", "none is enabled and has the role Admin. Give one agent this role")


def _unique_keys(table: Table) -> list[list[Column[Any]]]:
    keys = [each for each in table.constraints if isinstance(each, (PrimaryKeyConstraint, UniqueConstraint))]
    return sorted((list(each.columns) for each in keys), key=lambda columns: [column.name for column in columns])


async def _check_unique(session: AsyncSession, block: list[Line], columns: list[Column[Any]]) -> None:
    """See that no row has the values of another one, in the block or before it; null is never equal."""
    lines: dict[tuple[Any, ...], Line] = {}
    for line in block:
        key = tuple(line.values[column.name] for column in columns)
        if None not in key and lines.setdefault(key, line) is not line:
            raise _taken(line, columns)
    found = await session.execute(select(*columns).where(tuple_(*columns).in_(list(lines))))
    if taken := [lines[tuple(key)] for key in found]:
        raise _taken(min(taken, key=lambda line: line.number), columns)


def _taken(line: Line, columns: list[Column[Any]]) -> InvalidRequestError:
    names = " and ".join(field_of(line.kind, column.name) for column in columns)
    return wrong(line.number, f"{line.kind}.{names}", "an earlier line has the same. Take one of the two out")


def _references(table: Table, block: list[Line]) -> Iterator[tuple[str, Column[Any], list[Line]]]:
    """Return which columns refer to which, and the lines in which they do."""
    for column in table.columns:
        for key in column.foreign_keys:
            yield column.name, key.column, block
    if "sender_id" in table.c:
        for kind, row in (("agent", AgentRow), ("contact", ContactRow)):
            yield "sender_id", table_of(row).c.id, [line for line in block if line.values["sender_type"] == kind]


async def _check_reference(session: AsyncSession, lines: list[Line], name: str, target: Column[Any]) -> None:
    wanted: Collection[int] = {line.values[name] for line in lines} - {None}
    if not wanted:
        return
    found = set(await session.scalars(select(target).where(target.in_(wanted))))
    for line in lines:
        value = line.values[name]
        if value is not None and value not in found:
            kind = _KIND_OF[target.table.name]
            reason = f"no line above is the {kind} {value}. Put it there, or take this line out"
            raise wrong(line.number, f"{line.kind}.{name}", reason)


_KIND_OF: Mapping[str, str] = {row.__tablename__: kind for kind, row in KINDS.items()}
