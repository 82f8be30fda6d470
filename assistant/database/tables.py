"""The assistant's own tables, as the migrations make them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_type_hints

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.database.upgrading import Tables


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps it as text without a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what turns a moment into what the database keeps."""
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Return what turns what the database keeps into a moment, in an eighth of the time that SQLAlchemy takes."""
        return _read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give every moment the same time zone, whichever the database's session has."""
        return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def _written(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        return value.isoformat(sep=" ", timespec="microseconds")
    moment = value if value.tzinfo is UTC else value.astimezone(UTC)
    return moment.isoformat(sep=" ", timespec="microseconds").removesuffix("+00:00")


def _read(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class Base(DeclarativeBase):
    """Base of the assistant's tables."""


class ProviderSettingRow(Base):
    """The one saved provider setting; `revision` grows with every change, so that other workers notice."""

    __tablename__ = "assistant_provider_setting"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    provider: Mapped[str] = mapped_column(String(100))
    model: Mapped[str] = mapped_column(String(200))
    base_url: Mapped[str] = mapped_column(String(2000))
    api: Mapped[str] = mapped_column(String(20))
    sealed_api_key: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_fallbacks: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_headers: Mapped[bytes | None] = mapped_column(LargeBinary)


class PromptRow(Base):
    """What clients see of a prompt's history: an id, when it first appeared, when it last changed."""

    __tablename__ = "assistant_prompt"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    version: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UsageRow(Struct, frozen=True, kw_only=True, gc=False):
    """One completion: who asked for what, what it took, and how it ended; never a text.

    A field stands here with its column's type, and nowhere else: the table and what writes it are made of this. A new
    one goes last, as a migration adds it.

    Attributes:
        at: when it ended.
        request_id: of the request.
        agent_id: who asked.
        teams: whose budgets it counts towards.
        prompt_key: the prompt's own key, not an alias; empty when there is no such prompt.
        prompt_version: its version.
        provider: who answered, or failed last; empty when no one was asked.
        model: likewise.
        input_tokens: what the provider billed, cached ones included; none for hits and coalesced answers.
        output_tokens: likewise.
        cached_input_tokens: likewise.
        cost: millionths of a US dollar; None when no price is known.
        latency_ms: from the request's arrival to the end of the answer.
        first_delta_ms: from the request's arrival to the first words, of a streamed answer.
        cache: how the cache took part; empty when the request failed before.
        guards: names of the guards that the answer breached.
        error: the code of the error; empty when there was none.
        streamed: whether the answer was streamed.
    """

    at: Annotated[datetime, UtcDateTime()]
    request_id: Annotated[str, String(128)]
    agent_id: Annotated[int, BigInteger()]
    teams: Annotated[frozenset[int], Text()] = frozenset()
    prompt_key: Annotated[str, String(100)]
    prompt_version: Annotated[str, String(64)] = ""
    provider: Annotated[str, String(100)] = ""
    model: Annotated[str, String(200)] = ""
    input_tokens: Annotated[int, Integer()] = 0
    output_tokens: Annotated[int, Integer()] = 0
    cached_input_tokens: Annotated[int, Integer()] = 0
    cost: Annotated[int | None, BigInteger()] = None
    latency_ms: Annotated[float, Float()]
    first_delta_ms: Annotated[float | None, Float()] = None
    cache: Annotated[Literal["hit", "miss", "coalesced", "bypass", ""], String(10)] = ""
    guards: Annotated[tuple[str, ...], Text()] = ()
    error: Annotated[str, String(50)] = ""
    streamed: Annotated[bool, Boolean()] = False


def _usage_columns() -> Iterator[Column[Any]]:
    yield Column("id", Integer, primary_key=True, autoincrement=True)
    for name, field in get_type_hints(UsageRow, include_extras=True).items():
        kind, column_type = get_args(field)
        yield Column(name, column_type, nullable=NoneType in get_args(kind), index=name == "request_id")
        if name == "at":
            yield Column("day", String(10), nullable=False, index=True)


USAGE = Table("assistant_usage", Base.metadata, *_usage_columns())
"""The usage table: the fields of `UsageRow`, lists as text, and `day`, that of `at` in UTC."""


def _rollup_columns() -> Iterator[Column[Any]]:
    yield Column("id", Integer, primary_key=True, autoincrement=True)
    yield Column("span", String(5), nullable=False)
    yield Column("view", String(10), nullable=False)
    yield Column("key", String(200), nullable=False)
    yield Column("start", String(13), nullable=False)
    yield Column("day", String(10), nullable=False, index=True)
    for name in DIMENSIONS:
        yield Column(name, USAGE.c[name].type, nullable=False)
    for name in COUNTS:
        yield Column(name, BigInteger, nullable=False)
    for name in LISTS:
        yield Column(name, Text, nullable=False)


DIMENSIONS = ("prompt_key", "prompt_version", "agent_id", "teams", "provider", "model", "error")
"""What completions are told apart by, as columns of the usage table."""

COUNTS = (
    "requests",
    "hits",
    "coalesced",
    "errors",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cost",
    "unpriced",
    "kept",
    "edited",
    "undone",
)
"""What is counted of completions; `cost` in millionths of a US dollar."""

LISTS = ("codes", "whole", "first")
"""What is listed of them, one after the other, so that lists are added up by joining them: codes of errors with how
often there were, and the latencies of answers that were not stored, whole and to the first words, a letter for each."""

ROLLUP = Table(
    "assistant_usage_rollup",
    Base.metadata,
    *_rollup_columns(),
    Index("ix_assistant_usage_rollup_key", "span", "view", "key", "start"),
)
"""Usage added up, by hour, day and month in UTC: a row for each `start` and each value of what its `view` keeps apart.

`key` is the last of what the view keeps apart, or the agent where it keeps all; what it doesn't keep is empty or 0.
"""


class AuditRow(Base):
    """One change by an administrator; `before` and `after` are JSON without secrets."""

    __tablename__ = "assistant_audit"
    __table_args__ = (Index("ix_assistant_audit_pages", "at", "id", "agent_id", "action", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    agent_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(200))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)


class DocumentRow(Base):
    """Settings that are replaced as a whole, as JSON; `revision` grows with every change."""

    __tablename__ = "assistant_document"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    revision: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PromptVersionRow(Base):
    """One saved edit of a prompt, or of a shared part; never changed.

    `file_hash` names the text of the file that it was made from; None where there was no file, or it is not known.
    """

    __tablename__ = "assistant_prompt_version"
    __table_args__ = (UniqueConstraint("key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(String(500))
    author_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    file_hash: Mapped[str | None] = mapped_column(String(64))


class PromptFileRow(Base):
    """A text that the file of a prompt had when someone edited it; `hash` is its SHA-256."""

    __tablename__ = "assistant_prompt_file"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(Text)


class PromptStateRow(Base):
    """Which versions of a prompt are its draft and its published one; 0 is the file's."""

    __tablename__ = "assistant_prompt_state"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    revision: Mapped[int]
    draft: Mapped[int]
    published: Mapped[int]
    enabled: Mapped[bool]
    deleted: Mapped[bool]
    changed_by: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PromptSampleRow(Base):
    """A draft that authors try a prompt on; `sealed` holds all of its texts, so the columns for them are empty."""

    __tablename__ = "assistant_prompt_sample"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    prompt_key: Mapped[str] = mapped_column(String(100), index=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    variables: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class VerdictRow(Base):
    """What became of an answer of one agent's: a figure and a word, never the text."""

    __tablename__ = "assistant_verdict"

    request_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    agent_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[str] = mapped_column(String(10), index=True)
    prompt_key: Mapped[str] = mapped_column(String(100))
    prompt_version: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(10))
    similarity: Mapped[float | None]


class CopilotMessageRow(Base):
    """What an agent asked the copilot about a conversation, or what it answered; `sealed` holds the text."""

    __tablename__ = "assistant_copilot_message"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    agent_id: Mapped[int] = mapped_column(BigInteger)
    conversation_uuid: Mapped[str] = mapped_column(String(36), index=True)
    role: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


TABLES = Tables(
    metadata=Base.metadata, scripts=Path(__file__).parent / "migrations", version_table="assistant_alembic_version"
)
"""The assistant's own tables, and how an older database gets them."""
