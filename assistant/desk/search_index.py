"""Full-text indexes beside the tables: FTS5 on SQLite, `tsvector` with GIN on PostgreSQL, with the same words in both.

Words are taken apart and folded here, not by the database, so that both find the same: letters and digits in runs, in
lower case, without accents. An index row has the id of the row that it is about; ids grow with time, so the newest come
first.
"""

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Connection, MetaData, column, event, func, literal_column, table, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import Select, select

MESSAGES = "desk_message_search"
SUBJECTS = "desk_conversation_search"
INDEXES = (MESSAGES, SUBJECTS)

_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 64  # characters; longer ones are found by these
_MOST_WORDS = 20_000  # of one text


def fold(value: str) -> str:
    """Return a text in lower case and without accents, so that "Müller" and "muller" are one."""
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words_of(value: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(fold(value))][:_MOST_WORDS]


def create_indexes(connection: Connection) -> None:
    """Make the indexes that are missing."""
    for name in INDEXES:
        if connection.dialect.name == "sqlite":
            definition = "words, content = '', detail = none, tokenize = \"unicode61 remove_diacritics 0\""
            connection.execute(text(f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({definition})"))
        else:
            connection.execute(
                text(f"CREATE TABLE IF NOT EXISTS {name} (rowid integer PRIMARY KEY, words tsvector NOT NULL)")
            )
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS {name}_words ON {name} USING gin (words)"))


def drop_indexes(connection: Connection) -> None:
    """Drop the indexes that are there."""
    for name in INDEXES:
        connection.execute(text(f"DROP TABLE IF EXISTS {name}"))


def add_search_index(metadata: MetaData) -> None:
    """Have the indexes made and dropped with the tables."""
    event.listen(metadata, "after_create", lambda _metadata, connection, **_: create_indexes(connection))
    event.listen(metadata, "before_drop", lambda _metadata, connection, **_: drop_indexes(connection))


async def index_texts(session: AsyncSession, name: str, texts: dict[int, str]) -> None:
    """Put texts into an index, by the ids of their rows."""
    if not texts:
        return
    values = "array_to_tsvector(string_to_array(:words, ' '))" if _is_postgres(session) else ":words"
    rows = [{"id": row_id, "words": " ".join(_distinct(value))} for row_id, value in texts.items()]
    await session.execute(text(f"INSERT INTO {name} (rowid, words) VALUES (:id, {values})"), rows)  # noqa: S608 - our own names


async def empty_indexes(session: AsyncSession) -> None:
    """Take everything out of the indexes."""
    for name in INDEXES:
        if _is_postgres(session):
            await session.execute(text(f"TRUNCATE {name}"))
        else:
            await session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('delete-all')"))  # noqa: S608 - likewise


def matching(session: AsyncSession, name: str, query: str) -> Select[Any]:
    """Select the ids of the rows that hold all words of a query; the last word may be the beginning of one.

    A query without any word matches nothing. What is special to a database's search is no word, so it can't be reached.
    """
    return select(literal_column("rowid").label("id")).select_from(table(name)).where(_condition(session, name, query))


def _condition(session: AsyncSession, name: str, query: str) -> ColumnElement[bool]:
    words = _distinct(query)
    if not words:
        return literal_column("1 = 0")
    if _is_postgres(session):
        return column("words").op("@@")(func.to_tsquery("simple", " & ".join(f"'{word}'" for word in words)))
    return literal_column(name).op("MATCH")(" ".join(f'"{word}"' for word in words))


def _distinct(value: str) -> list[str]:
    return list(dict.fromkeys(words_of(value)))


def _is_postgres(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"
