"""Full-text indexes beside the tables: FTS5 on SQLite, `tsvector` with GIN on PostgreSQL, with the same words in both.

Words are taken apart and folded here, not by the database, so that both find the same: letters and digits in runs, in
lower case, without accents. An index row has the id of the row that it is about; ids grow with time, so the newest come
first.
"""

import re
import unicodedata
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    bindparam,
    column,
    event,
    func,
    literal_column,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import Select, select

from assistant.text.normal_forms import normal
from assistant.text.offloading import offload_at_once

MESSAGES = "desk_message_search"
SUBJECTS = "desk_conversation_search"
INDEXES = (MESSAGES, SUBJECTS)

_ROW = literal_column("rowid", Integer).label("id")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 64  # characters; longer ones are found by these
_MOST_BYTES = 500_000  # of one text's different words: PostgreSQL's tsvector holds 1 MiB, and spoils more in silence
_MOST_TERMS = 20  # of a query
MOST_FOLDED = 800_000
"""Characters of a folded text whose words are found. The longest message has a quarter of them; Korean, of which each
sign becomes up to three letters, fits in too. What grows more is cut."""
_SLICE = 4096  # characters that are folded at once


def fold(value: str) -> str:
    """Return a text in lower case and without accents, so that "Müller" and "muller" are one."""
    decomposed = normal("NFKD", value.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words_of(value: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(_folded(value))]


def _folded(value: str) -> str:
    """Return a folded text, cut before it grows out of proportion: one sign may become eighteen letters."""
    parts, size = list[str](), 0
    for start in range(0, len(value), _SLICE):
        parts.append(fold(value[start : start + _SLICE]))
        size += len(parts[-1])
        if size >= MOST_FOLDED:
            break
    return "".join(parts)[:MOST_FOLDED]


def create_indexes(connection: Connection) -> None:
    """Make the indexes that are missing."""
    for name in INDEXES:
        if connection.dialect.name == "sqlite":
            definition = "words, content = '', detail = none, tokenize = ascii"
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
    rows = await offload_at_once(sum(map(len, texts.values())), _rows, texts)
    await session.execute(text(f"INSERT INTO {name} (rowid, words) VALUES (:id, {values})"), rows)  # noqa: S608 - our own names


def _rows(texts: dict[int, str]) -> list[dict[str, Any]]:
    return [{"id": row_id, "words": " ".join(_distinct(value))} for row_id, value in texts.items()]


async def empty_indexes(session: AsyncSession) -> None:
    """Take everything out of the indexes."""
    for name in INDEXES:
        if _is_postgres(session):
            await session.execute(text(f"TRUNCATE {name}"))
        else:
            await session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('delete-all')"))  # noqa: S608 - likewise


NEWEST_MATCHES = 10_000
"""So many matches, the newest, are looked at for an agent who may not read all of them."""
_NEWEST_ROWS = 2_000  # PostgreSQL looks at each of them; a word that few of them hold is found by the index
TERMS = "terms"
"""The parameter of a search: what `terms_of` makes of what a person typed."""


def matching(name: str, *, on_sqlite: bool) -> Select[Any]:
    """Select the ids of the rows that hold all words of a query, by the index."""
    terms = bindparam(TERMS, type_=String)
    if on_sqlite:
        return select(_ROW).select_from(table(name)).where(literal_column(name).op("MATCH")(terms))
    return select(_ROW).select_from(table(name)).where(_holds(terms))


def newest_matching(name: str) -> Select[Any]:
    """Select the same among the newest rows: PostgreSQL is slow to find a common word's newest by the index."""
    newest: Select[Any] = (
        select(_ROW, column("words")).select_from(table(name)).order_by(column("id").desc()).limit(_NEWEST_ROWS)
    )
    return select(column("id")).select_from(newest.subquery()).where(_holds(bindparam(TERMS, type_=String)))


def _holds(terms: BindParameter[str]) -> ColumnElement[bool]:
    import sqlalchemy.dialects.postgresql  # noqa: F401, PLC0415 - it makes the function known, and takes time to load

    return column("words").op("@@")(func.to_tsquery(literal_column("'simple'"), terms))


def terms_of(query: str, *, on_sqlite: bool) -> str:
    """Return the words of a query as the database's search wants them; empty when there is none, which matches nothing.

    What is special to a database's search is no word, so it can't be reached.
    """
    quote, joint = ('"', " ") if on_sqlite else ("'", " & ")
    return joint.join(f"{quote}{word}{quote}" for word in _distinct(query)[:_MOST_TERMS])


def _distinct(value: str) -> list[str]:
    """Return the different words of a text, in order, as many as an index takes."""
    words = list(dict.fromkeys(words_of(value)))
    sizes = accumulate(len(word.encode()) for word in words)
    return [word for word, size in zip(words, sizes, strict=True) if size <= _MOST_BYTES]


def _is_postgres(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"
