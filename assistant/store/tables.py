"""The assistant's own tables, as the migrations make them."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import DateTime, Dialect, LargeBinary, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.store.upgrading import Tables


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Mark what the database returned as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


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


class PromptRow(Base):
    """What clients see of a prompt's history: an id, when it first appeared, when it last changed."""

    __tablename__ = "assistant_prompt"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    version: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


TABLES = Tables(
    metadata=Base.metadata, scripts=Path(__file__).parent / "migrations", version_table="assistant_alembic_version"
)
"""The assistant's own tables, and how an older database gets them."""
